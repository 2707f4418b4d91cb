/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Mounts, by the name that is covered, uncovered or made a root.
 *
 *   sb_mount           mount(2): over the path
 *   move_mount         the new interface: what is moved, and over what
 *   sb_umount          the root of what is unmounted, which has the mount point's name
 *   sb_pivotroot       both directories
 *   path_chroot        the new root
 */
#include "decide.bpf.h"

SEC("lsm/sb_mount")
int BPF_PROG(sb_mount, const char *device, const struct path *path, const char *type, unsigned long flags,
	     void *data, int ret)
{
	if (ret)
		return ret;
	return decide_dentry(path->dentry, POLICYD_OP_FILE_MOUNT, NULL);
}

SEC("lsm/move_mount")
int BPF_PROG(move_mount, const struct path *from, const struct path *to, int ret)
{
	if (ret)
		return ret;
	ret = decide_dentry(to->dentry, POLICYD_OP_FILE_MOUNT, from->dentry);
	if (ret)
		return ret;
	return decide_dentry(from->dentry, POLICYD_OP_FILE_MOUNT, to->dentry);
}

SEC("lsm/sb_umount")
int BPF_PROG(sb_umount, struct vfsmount *mount, int flags, int ret)
{
	if (ret)
		return ret;
	return decide_dentry(mount->mnt_root, POLICYD_OP_FILE_MOUNT, NULL);
}

SEC("lsm/sb_pivotroot")
int BPF_PROG(sb_pivotroot, const struct path *old, const struct path *new, int ret)
{
	if (ret)
		return ret;
	ret = decide_dentry(old->dentry, POLICYD_OP_FILE_MOUNT, new->dentry);
	if (ret)
		return ret;
	return decide_dentry(new->dentry, POLICYD_OP_FILE_MOUNT, old->dentry);
}

SEC("lsm/path_chroot")
int BPF_PROG(path_chroot, const struct path *path, int ret)
{
	if (ret)
		return ret;
	return decide_dentry(path->dentry, POLICYD_OP_FILE_MOUNT, NULL);
}
