/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Self-protection: the way to the pins. A mount that covers a directory of it, or takes one away, would hide
 * the pins from the next policyd, and unmounting the last bpffs would end what is enforced. Kept open in the
 * host's mount namespace and in policyd's; in another one what is done to a shared mount counts, since it is
 * done to all that share it. What containers do in theirs is not looked at.
 *
 *   sb_mount       mount(2) on a directory of the way: over it, another propagation, other options. Moving
 *                  names only the target here, so moving by mount(2) is left to process 1
 *   move_mount     moving by the newer call, from there and to there
 *   sb_umount      the mounts of the way
 *   sb_pivotroot   left to process 1
 */
#include "guard.bpf.h"

#define MS_MOVE 8192

static __always_inline bool is_here(void)
{
	struct task_struct *task = bpf_get_current_task_btf();

	return guard_knows(POLICYD_GUARD_NAMESPACE, BPF_CORE_READ(task, nsproxy, mnt_ns, ns.inum)) ||
	       guard_knows(POLICYD_GUARD_OWN_NAMESPACE, guard_namespace(task));
}

static __always_inline bool on_way(struct dentry *dentry)
{
	struct inode *inode = dentry->d_inode;

	return inode &&
	       (guard_knows_inode(POLICYD_GUARD_WAY, inode) || guard_knows_inode(POLICYD_GUARD_PINS, inode));
}

static __always_inline __u64 mount_address(struct vfsmount *mount)
{
	struct vfsmount *pointer = mount;
	__u64 address = 0;

	bpf_probe_read_kernel(&address, sizeof(address), &pointer);
	return address - bpf_core_field_offset(struct mount, mnt);
}

/* Only mounts that are shared have a group; the flag that says so is not where it was in older kernels. */
static __always_inline bool mount_shared(__u64 address)
{
	int group = 0;

	return bpf_probe_read_kernel(
		       &group, sizeof(group),
		       __builtin_preserve_access_index(&((struct mount *)address)->mnt_group_id)) ||
	       group;
}

/* Whether what happens on this mount happens here, too. */
static __always_inline bool reaches(struct vfsmount *mount)
{
	return is_here() || mount_shared(mount_address(mount));
}

/* The same of what happens to the mount itself, which goes by the one that it stands on. */
static __always_inline bool parent_reaches(struct vfsmount *mount)
{
	__u64 parent = 0;

	if (is_here())
		return true;
	return bpf_probe_read_kernel(&parent, sizeof(parent),
				     __builtin_preserve_access_index(
					     &((struct mount *)mount_address(mount))->mnt_parent)) ||
	       mount_shared(parent);
}

static __always_inline int guard_refuse_mount(struct dentry *dentry)
{
	return guard_is_policyd() ? 0 : guard_refuse(POLICYD_GUARD_DEED_MOUNT, 0, dentry);
}

SEC("lsm/sb_mount")
int BPF_PROG(guard_mount, const char *device, const struct path *path, const char *type, unsigned long flags,
	     void *data, int ret)
{
	if (ret)
		return ret;
	if (flags & MS_MOVE && !guard_is_init() && is_here())
		return guard_refuse_mount(path->dentry);
	return on_way(path->dentry) && reaches(path->mnt) ? guard_refuse_mount(path->dentry) : 0;
}

SEC("lsm/move_mount")
int BPF_PROG(guard_move, const struct path *from, const struct path *to, int ret)
{
	if (ret)
		return ret;
	if (on_way(to->dentry) && reaches(to->mnt))
		return guard_refuse_mount(to->dentry);
	return on_way(from->dentry) && parent_reaches(from->mnt) ? guard_refuse_mount(from->dentry) : 0;
}

SEC("lsm/sb_umount")
int BPF_PROG(guard_umount, struct vfsmount *mount, int flags, int ret)
{
	if (ret)
		return ret;
	return on_way(mount->mnt_root) && parent_reaches(mount) ? guard_refuse_mount(mount->mnt_root) : 0;
}

SEC("lsm/sb_pivotroot")
int BPF_PROG(guard_pivot, const struct path *old, const struct path *new, int ret)
{
	if (ret)
		return ret;
	return is_here() && !guard_is_init() ? guard_refuse_mount(new->dentry) : 0;
}
