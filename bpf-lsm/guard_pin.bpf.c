/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Self-protection: the directory of the pins. Removing a pin can end what is enforced when policyd ends; a
 * pin that somebody else puts there would be taken over by the next policyd. Where policies are locked not
 * even policyd removes one.
 *
 *   inode_unlink, inode_rmdir, inode_rename        what takes a pin or the directory away
 *   path_mknod (BPF_OBJ_PIN), inode_mkdir, inode_symlink, inode_link, inode_rename
 *                                                  what puts something there
 */
#include "guard.bpf.h"

/* A name appears in `folder`. */
static __always_inline int guard_appear(struct inode *folder, struct dentry *object)
{
	if (!is_bpffs(folder) || !guard_knows_inode(POLICYD_GUARD_PINS, folder) || guard_is_policyd())
		return 0;
	return guard_refuse(POLICYD_GUARD_DEED_PIN, 0, object);
}

/* A name of `folder` goes: that of a pin, or of a directory on the way to them. */
static __always_inline int guard_vanish(struct inode *folder, struct dentry *object)
{
	struct inode *inode = object->d_inode;

	if (!is_bpffs(folder))
		return 0;
	if (!guard_knows_inode(POLICYD_GUARD_PINS, folder) &&
	    !(inode &&
	      (guard_knows_inode(POLICYD_GUARD_PINS, inode) || guard_knows_inode(POLICYD_GUARD_WAY, inode))))
		return 0;
	if (guard_is_policyd() && !guard_is_locked())
		return 0;
	return guard_refuse(POLICYD_GUARD_DEED_PIN, 0, object);
}

SEC("lsm/inode_unlink")
int BPF_PROG(guard_unlink, struct inode *folder, struct dentry *object, int ret)
{
	return ret ? ret : guard_vanish(folder, object);
}

SEC("lsm/inode_rmdir")
int BPF_PROG(guard_rmdir, struct inode *folder, struct dentry *object, int ret)
{
	return ret ? ret : guard_vanish(folder, object);
}

SEC("lsm/inode_rename")
int BPF_PROG(guard_rename, struct inode *from, struct dentry *object, struct inode *to, struct dentry *target,
	     int ret)
{
	if (ret)
		return ret;
	ret = guard_vanish(from, object);
	return ret ? ret : guard_appear(to, target);
}

SEC("lsm/path_mknod")
int BPF_PROG(guard_make, const struct path *folder, struct dentry *object, __u16 mode, unsigned int dev,
	     int ret)
{
	struct inode *inode = folder->dentry->d_inode;

	if (ret)
		return ret;
	return inode ? guard_appear(inode, object) : 0;
}

SEC("lsm/inode_mkdir")
int BPF_PROG(guard_mkdir, struct inode *folder, struct dentry *object, __u16 mode, int ret)
{
	return ret ? ret : guard_appear(folder, object);
}

SEC("lsm/inode_symlink")
int BPF_PROG(guard_symlink, struct inode *folder, struct dentry *object, const char *name, int ret)
{
	return ret ? ret : guard_appear(folder, object);
}

SEC("lsm/inode_link")
int BPF_PROG(guard_link, struct dentry *from, struct inode *folder, struct dentry *object, int ret)
{
	return ret ? ret : guard_appear(folder, object);
}
