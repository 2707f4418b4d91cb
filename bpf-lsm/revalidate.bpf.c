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

#define MAY_WRITE 2
#define MAY_READ  4

/* The kernel's own reading and mapping of what it executes is decided by exec rules. */
static __always_inline bool revalidate_skips(struct file *file)
{
	return file->f_flags & FMODE_EXEC;
}

static __always_inline __u32 revalidate_ops(struct file *file, bool reads, bool writes)
{
	__u32 ops = 0;

	if (reads)
		ops |= POLICYD_OP_FILE_READ;
	if (writes)
		ops |= file->f_flags & O_APPEND ? POLICYD_OP_FILE_APPEND : POLICYD_OP_FILE_WRITE;
	return (ops << POLICYD_REVALIDATE_SHIFT) + (__u32)opaque_zero; /* one path for the verifier */
}

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
