/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Open files.
 *
 *   file_open          open in every form (open, openat2, io_uring, reopening through /proc/PID/fd)
 *   file_receive       descriptors received through unix sockets, pidfd_getfd, seccomp
 *   file_truncate      ftruncate and O_TRUNC where the kernel has the hook; before it they come through
 *                      path_truncate
 *   path_truncate      truncate
 *   quota_on           the file that the kernel keeps quotas in
 */
#include "decide.bpf.h"
#include "opened.bpf.h"

/* Not inlined, so that the fast path has a small frame. */
static __noinline int open_decide(struct file *file)
{
	return decide_file(file, file_ops(file));
}

SEC("lsm/file_open")
int BPF_PROG(file_open, struct file *file, int ret)
{
	struct known known;

	if (ret)
		return ret;
	if (file_known(file, &known) &&
	    (!(FILE_OPENS & ~known.quiet) || known_passes(&known, file_ops(file))))
		return 0;
	return open_decide(file);
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

SEC("lsm/quota_on")
int BPF_PROG(quota_on, struct dentry *dentry, int ret)
{
	if (ret)
		return ret;
	return decide_dentry(dentry, POLICYD_OP_FILE_WRITE, NULL);
}
