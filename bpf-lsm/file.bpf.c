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

static __always_inline bool open_passes(struct file *file, const struct known *known)
{
	return !(FILE_OPENS & ~known->quiet) || known_passes(known, file_ops(file));
}

/* Whether the file is remembered, and that is enough. */
static __always_inline bool open_is_known(struct file *file, bool overlaid)
{
	struct dentry *dentry = file->f_path.dentry;
	struct recollection seen;
	struct known known;

	known.generation = generation_live();
	if (!file_recall(dentry, file->f_inode, known.generation, overlaid, &seen))
		return false;
	known.quiet = seen.entry->quiet;
	known.cells = seen.entry->cells;
	return recollection_holds(&seen, dentry) && open_passes(file, &known);
}

/* Not inlined, so that the fast path has a small frame. */
static __noinline bool open_is_known_overlaid(struct file *file)
{
	return open_is_known(file, true);
}

/* Not inlined, likewise. */
static __noinline int open_decide(struct file *file)
{
	return decide_file(file, file_ops(file));
}

SEC("lsm/file_open")
int BPF_PROG(file_open, struct file *file, int ret)
{
	if (ret)
		return ret;
	if (open_is_known(file, false) ||
	    (file_is_overlaid(file->f_path.dentry) && open_is_known_overlaid(file)))
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
