/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Mounts, by the name that is covered, uncovered or made a root.
 *
 *   sb_mount           mount(2): over the path; with MS_MOVE of some mount, too, which no hook is told
 *   move_mount         the new interface: what is moved, and over what
 *   sb_umount          the root of what is unmounted, which has the mount point's name
 *   sb_pivotroot       both directories
 *   path_chroot        the new root
 */
#include "decide.bpf.h"

#define MS_REMOUNT (1UL << 5)
#define MS_BIND	   (1UL << 12)
#define MS_MOVE	   (1UL << 13)
#define MS_TYPES   (1UL << 17 | 1UL << 18 | 1UL << 19 | 1UL << 20) /* unbindable, private, slave, shared */

/* The verdict on moving some mount to a name. */
static __noinline int decide_moved(struct dentry *to)
{
	struct decision decision;
	struct name name = {.folded = POLICYD_REASON_BELOW};
	const struct policyd_line *pseudo;

	if (!decision_open(&decision))
		return 0;
	pseudo = decide_pseudo_line(decision.image, decision.header);
	if (!pseudo)
		return -EPERM;
	name.row = pseudo->w[POLICYD_PSEUDO_MOVED];
	return decide_classified(&decision, &name, POLICYD_OP_FILE_MOUNT, to, NULL);
}

/* On a stack of its own: that of decide_moved() is not above it. */
static __noinline int decide_covered(struct dentry *to)
{
	return decide_dentry(to, POLICYD_OP_FILE_MOUNT, NULL);
}

SEC("lsm/sb_mount")
int BPF_PROG(sb_mount, const char *device, const struct path *path, const char *type, unsigned long flags,
	     void *data, int ret)
{
	if (ret)
		return ret;
	ret = decide_covered(path->dentry);
	/* The kernel looks at the others first. */
	if (ret || (flags & (MS_REMOUNT | MS_BIND | MS_TYPES | MS_MOVE)) != MS_MOVE)
		return ret;
	return decide_moved(path->dentry);
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
