/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Names made, taken away and changed by system calls.
 *
 *   path_mknod, path_mkdir, path_symlink   a new name: create (mknod also for open with O_CREAT and bind of
 *                                          a unix socket)
 *   path_unlink, path_rmdir                delete
 *                                          (a socket that gets a name is bound to it, too: by bind, mknod,
 *                                          link or rename)
 *   path_link                              link of the old name, create of the new one
 *   path_rename                            rename of the old name; create, or delete of what it replaces; an
 *                                          exchange renames both. Called once, with flags.
 *   path_chmod, path_chown                 mode and owner
 */
#include "gain.bpf.h"

/* The kernel's number of a device, from that of the system call. */
static __always_inline __u32 path_device(__u32 dev)
{
	return (dev & 0xfff00) >> 8 << 20 | (dev & 0xff) | (dev >> 12 & 0xfff00);
}

SEC("lsm/path_mknod")
int BPF_PROG(path_mknod, const struct path *dir, struct dentry *dentry, unsigned short mode, unsigned int dev,
	     int ret)
{
	if (ret)
		return ret;
	return decide_new(dentry, POLICYD_OP_FILE_CREATE | op_bound(mode), mode, path_device(dev));
}

SEC("lsm/path_mkdir")
int BPF_PROG(path_mkdir, const struct path *dir, struct dentry *dentry, unsigned short mode, int ret)
{
	if (ret)
		return ret;
	return decide_new(dentry, POLICYD_OP_FILE_CREATE, S_IFDIR, 0);
}

SEC("lsm/path_symlink")
int BPF_PROG(path_symlink, const struct path *dir, struct dentry *dentry, const char *old_name, int ret)
{
	if (ret)
		return ret;
	return decide_new(dentry, POLICYD_OP_FILE_CREATE, S_IFLNK, 0);
}

SEC("lsm/path_unlink")
int BPF_PROG(path_unlink, const struct path *dir, struct dentry *dentry, int ret)
{
	if (ret)
		return ret;
	return decide_dentry(dentry, POLICYD_OP_FILE_DELETE, NULL);
}

SEC("lsm/path_rmdir")
int BPF_PROG(path_rmdir, const struct path *dir, struct dentry *dentry, int ret)
{
	if (ret)
		return ret;
	return decide_dentry(dentry, POLICYD_OP_FILE_DELETE, NULL);
}

SEC("lsm/path_link")
int BPF_PROG(path_link, struct dentry *old_dentry, const struct path *new_dir, struct dentry *new_dentry,
	     int ret)
{
	if (ret)
		return ret;
	return decide_pair(old_dentry, POLICYD_OP_FILE_LINK, new_dentry, POLICYD_OP_FILE_CREATE, false);
}

SEC("lsm/path_rename")
int BPF_PROG(path_rename, const struct path *old_dir, struct dentry *old_dentry, const struct path *new_dir,
	     struct dentry *new_dentry, unsigned int flags, int ret)
{
	__u32 ops, exchange = flags & RENAME_EXCHANGE;

	if (ret)
		return ret;
	if (exchange)
		ops = POLICYD_OP_FILE_RENAME;
	else
		ops = new_dentry->d_inode ? POLICYD_OP_FILE_CREATE | POLICYD_OP_FILE_DELETE
					  : POLICYD_OP_FILE_CREATE;
	/* One path for the verifier, not one for each kind of rename. */
	exchange = policyd_opaque(exchange);
	ops = policyd_opaque(ops);
	asm volatile("" : "+r"(exchange), "+r"(ops)); /* the sums are kept, not what they are of */
	return decide_pair(old_dentry, POLICYD_OP_FILE_RENAME, new_dentry, ops, exchange);
}

SEC("lsm/path_chmod")
int BPF_PROG(path_chmod, const struct path *path, unsigned short mode, int ret)
{
	if (ret)
		return ret;
	return decide_dentry(path->dentry, POLICYD_OP_FILE_CHMOD, NULL);
}

SEC("lsm/path_chown")
int BPF_PROG(path_chown, const struct path *path, __u64 uid, __u64 gid, int ret)
{
	if (ret)
		return ret;
	return decide_dentry(path->dentry, POLICYD_OP_FILE_CHOWN, NULL);
}
