/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Descriptors that were opened for appending, of subjects that may append and not write. Attached only when a
 * policy tells the two apart.
 *
 *   append_drop (the hook file_fcntl)     taking O_APPEND off: a write
 *   append_map (the hook mmap_file)       mapping the file shared and writable: a write
 *   append_turn (the hook file_mprotect)  a shared mapping turned writable: a write
 *
 * Two ways have no hook that could tell them from appending: fallocate(2), and writing with RWF_NOAPPEND
 * (since 6.9).
 */
#include "decide.bpf.h"
#include "mapping.bpf.h"

#define F_SETFL 4

static __always_inline bool append_is(const struct file *file)
{
	return file->f_flags & O_APPEND && file->f_mode & FMODE_WRITE;
}

SEC("lsm/file_fcntl")
int BPF_PROG(append_drop, struct file *file, unsigned int cmd, unsigned long arg, int ret)
{
	if (ret)
		return ret;
	if (cmd != F_SETFL || arg & O_APPEND || !append_is(file))
		return 0;
	return decide_dentry(file->f_path.dentry, POLICYD_OP_FILE_WRITE, NULL);
}

SEC("lsm/mmap_file")
int BPF_PROG(append_map, struct file *file, unsigned long reqprot, unsigned long prot, unsigned long flags,
	     int ret)
{
	if (ret)
		return ret;
	if (!file || !mapping_writes(prot, flags) || !append_is(file))
		return 0;
	return decide_dentry(file->f_path.dentry, POLICYD_OP_FILE_WRITE, NULL);
}

SEC("lsm/file_mprotect")
int BPF_PROG(append_turn, struct vm_area_struct *vma, unsigned long reqprot, unsigned long prot, int ret)
{
	struct file *file;

	if (ret)
		return ret;
	file = vma->vm_file;
	if (!file || !mapping_turns(vma, prot) || !append_is(file))
		return 0;
	return decide_dentry(file->f_path.dentry, POLICYD_OP_FILE_WRITE, NULL);
}
