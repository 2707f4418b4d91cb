/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Names that requests to btrfs make and take away: subvolumes, of which no hook sees the names.
 *
 *   subvolume, subvolume_compat    file_ioctl: making and snapshotting one is creating some name below the
 * directory that was asked; removing one is deleting some name below it, and where it may be removed by its
 * number, below the root of the filesystem
 *
 * The name is still in the process's memory, where it can change: what is refused under some name below is
 * refused under each. What a snapshot shows under its new name is not compared with what it is taken of.
 */
#include "decide.bpf.h"

#define SNAP_CREATE	 0x50009401U
#define SUBVOL_CREATE	 0x5000940eU
#define SNAP_DESTROY	 0x5000940fU
#define SNAP_CREATE_V2	 0x50009417U
#define SUBVOL_CREATE_V2 0x50009418U
#define SNAP_DESTROY_V2	 0x5000943fU

/* The verdict on doing that with some name below the directory, which nobody knows. */
static __noinline int decide_below(struct dentry *directory, __u32 ops)
{
	struct decision decision;
	struct name name = {};

	if (!decision_open(&decision))
		return 0;
	name_resolve(&name, name_slow(address_of(directory), decision.header->generation) | NAME_FOLDED,
		     &decision);
	name.folded = name.folded ? POLICYD_REASON_BELOW : 0;
	return decide_classified(&decision, &name, ops, directory, NULL);
}

static __always_inline int subvolume_ioctl(struct file *file, __u32 command)
{
	struct dentry *directory = file->f_path.dentry;

	if (directory->d_sb->s_magic != BTRFS_SUPER_MAGIC)
		return 0;
	switch (command) {
	case SUBVOL_CREATE:
	case SUBVOL_CREATE_V2:
	case SNAP_CREATE:
	case SNAP_CREATE_V2:
		return decide_below(directory, POLICYD_OP_FILE_CREATE);
	case SNAP_DESTROY:
		return decide_below(directory, POLICYD_OP_FILE_DELETE);
	case SNAP_DESTROY_V2:
		return decide_below(directory->d_sb->s_root, POLICYD_OP_FILE_DELETE);
	}
	return 0;
}

SEC("lsm/file_ioctl")
int BPF_PROG(subvolume, struct file *file, unsigned int command, unsigned long argument, int ret)
{
	return ret ? ret : subvolume_ioctl(file, command);
}

SEC("?lsm/file_ioctl_compat")
int BPF_PROG(subvolume_compat, struct file *file, unsigned int command, unsigned long argument, int ret)
{
	return ret ? ret : subvolume_ioctl(file, command);
}
