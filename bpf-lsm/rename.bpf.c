/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Renames of directories, which make cached names wrong, new filesystems, which get the device numbers of
 * those that are gone, and new directories of overlays, which get the addresses of those that are gone.
 *
 *   inode_rename       a rename begins: called inside vfs_rename for every caller, whether a system call or
 *                      the kernel's own, and, unlike a tracing program, never skipped
 *   fexit/vfs_rename   it has ended, however
 *   task_free          a task that ended in between (its fexit was missed) no longer counts
 *   sb_set_mnt_opts    a filesystem has its device and nobody has a name in it yet: called for whatever is
 *                      mounted, by whom and wherever; one that was there before counts once more
 *   d_instantiate      something becomes a directory of an overlay: called before anybody can find it there
 *
 * Between begin and end nothing is cached and no cache is used. The beginning must not be missed; an end
 * that is missed costs speed until the task renames there again or goes.
 *
 * A rename in an overlay has one in the layer inside it, and moves its own names when that has ended: what
 * ends is the rename on the filesystem where the task's began.
 */
#include "birth.bpf.h"
#include "rename.bpf.h"

static __always_inline bool rename_is_directory(struct dentry *dentry)
{
	struct inode *inode = dentry->d_inode;

	return inode && S_ISDIR(inode->i_mode);
}

SEC("lsm/inode_rename")
int BPF_PROG(inode_rename, struct inode *old_dir, struct dentry *old_dentry, struct inode *new_dir,
	     struct dentry *new_dentry, int ret)
{
	__u64 task = bpf_get_current_pid_tgid(), where = (__u64)old_dentry->d_sb;

	if (!rename_is_directory(old_dentry) && !rename_is_directory(new_dentry))
		return ret;
	if (!bpf_map_lookup_elem(&renaming, &task)) {
		__sync_fetch_and_add(&rename_state.running, 1);
		bpf_map_update_elem(&renaming, &task, &where, BPF_ANY);
	}
	__sync_fetch_and_add(&rename_state.started, 1);
	return ret;
}

static __always_inline void rename_end(__u64 task)
{
	if (rename_state.running && !bpf_map_delete_elem(&renaming, &task))
		__sync_fetch_and_add(&rename_state.running, -1);
}

SEC("fexit/vfs_rename")
int BPF_PROG(vfs_rename_exit, struct renamedata *rename)
{
	__u64 task = bpf_get_current_pid_tgid(), *where;

	if (!rename_state.running)
		return 0;
	where = bpf_map_lookup_elem(&renaming, &task);
	if (where && *where == (__u64)rename->old_dentry->d_sb)
		rename_end(task);
	return 0;
}

SEC("lsm/task_free")
int BPF_PROG(task_free, struct task_struct *task)
{
	if (rename_state.running)
		rename_end((__u64)task->tgid << 32 | (__u32)task->pid);
	return 0;
}

SEC("lsm/sb_set_mnt_opts")
int BPF_PROG(sb_set_mnt_opts, struct super_block *sb, void *options, unsigned long flags,
	     unsigned long *ret_flags, int ret)
{
	__sync_fetch_and_add(&rename_state.started, 1);
	return ret;
}

/* Each has a number of its own: what was remembered by another, of the same slot or not, has another life. */
static __always_inline void birth_count(const struct inode *inode)
{
	__u64 *birth = birth_of(inode->i_ino);

	if (birth)
		*(volatile __u64 *)birth = __sync_fetch_and_add(&rename_state.born, 1) + 1;
}

SEC("lsm/d_instantiate")
int BPF_PROG(d_instantiate, struct dentry *dentry, struct inode *inode)
{
	if (inode->i_sb->s_magic != OVERLAYFS_MAGIC || !S_ISDIR(inode->i_mode))
		return 0;
	birth_count(inode);
	/* It has a dentry: that moves here. Its sequence says so; this is for who made that go round. */
	if (inode->i_dentry.first)
		__sync_fetch_and_add(&rename_state.started, 1);
	return 0;
}
