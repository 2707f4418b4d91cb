/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Descriptors that are open already, for policies with `revalidate`: opened before the policy came into
 * force, or by another process. Attached only when some policy asks for it.
 *
 *   revalidate (the hook file_permission)     each read and write, by io_uring, splice, sendfile and
 *                                             fallocate too
 *   revalidate_map (the hook mmap_file)       mapping the file: a read; shared and writable: a write
 *   revalidate_turn (the hook file_mprotect)  a shared mapping turned writable: a write
 */
#include "decide.bpf.h"
#include "mapping.bpf.h"
#include "opened.bpf.h"

SEC("lsm/file_permission")
int BPF_PROG(revalidate, struct file *file, int mask, int ret)
{
	if (ret)
		return ret;
	if (revalidate_skips(file))
		return 0;
	return decide_file(file, revalidate_ops(file, mask & MAY_READ, mask & MAY_WRITE));
}

SEC("lsm/mmap_file")
int BPF_PROG(revalidate_map, struct file *file, unsigned long reqprot, unsigned long prot,
	     unsigned long flags, int ret)
{
	if (ret)
		return ret;
	if (!file || revalidate_skips(file))
		return 0;
	return decide_file(file, revalidate_ops(file, true, mapping_writes(prot, flags)));
}

SEC("lsm/file_mprotect")
int BPF_PROG(revalidate_turn, struct vm_area_struct *vma, unsigned long reqprot, unsigned long prot, int ret)
{
	struct file *file;

	if (ret)
		return ret;
	file = vma->vm_file;
	if (!file || !mapping_turns(vma, prot))
		return 0;
	return decide_dentry(file->f_path.dentry, revalidate_ops(file, false, true), NULL);
}
