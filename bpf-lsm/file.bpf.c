/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Open files.
 *
 *   file_open          open in every form (open, openat2, io_uring, reopening through /proc/PID/fd)
 *   file_receive       descriptors received through unix sockets, pidfd_getfd, seccomp
 *   file_truncate      ftruncate and O_TRUNC where the kernel has the hook; before it they come through
 *                      path_truncate
 *   path_truncate      truncate
 */
#include "decide.bpf.h"

/* Operations that an open file stands for: access modes, O_TRUNC (a write whatever the mode), O_APPEND. */
static __always_inline __u32 file_ops(struct file *file)
{
	__u32 mode = file->f_mode, flags = file->f_flags;
	__u32 ops = 0;

	if (flags & FMODE_EXEC)
		return 0; /* the kernel's own open for execve: decided by exec rules */
	if (mode & FMODE_READ)
		ops |= POLICYD_OP_FILE_READ;
	if (mode & FMODE_WRITE)
		ops |= flags & O_APPEND ? POLICYD_OP_FILE_APPEND : POLICYD_OP_FILE_WRITE;
	if (flags & O_TRUNC)
		ops |= POLICYD_OP_FILE_WRITE;
	return ops + (__u32)opaque_zero; /* one path for the verifier */
}

SEC("lsm/file_open")
int BPF_PROG(file_open, struct file *file, int ret)
{
	if (ret)
		return ret;
	return decide_file(file, file_ops(file));
}

SEC("lsm/file_receive")
int BPF_PROG(file_receive, struct file *file, int ret)
{
	if (ret)
		return ret;
	return decide_dentry(file->f_path.dentry, file_ops(file), NULL);
}

SEC("?lsm/file_truncate")
int BPF_PROG(file_truncate, struct file *file, int ret)
{
	if (ret)
		return ret;
	return decide_dentry(file->f_path.dentry, POLICYD_OP_FILE_WRITE, NULL);
}

SEC("lsm/path_truncate")
int BPF_PROG(path_truncate, const struct path *path, int ret)
{
	if (ret)
		return ret;
	return decide_dentry(path->dentry, POLICYD_OP_FILE_WRITE, NULL);
}
