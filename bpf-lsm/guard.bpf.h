/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the programs of self-protection share: who is policyd, what is policyd's, and the refusal with its
 * record. These programs are attached where the administrator asks for it; nothing here looks at a policy.
 */
#ifndef BPF_LSM_GUARD_H
#define BPF_LSM_GUARD_H

#include "event.bpf.h"

#include <policyd/guard.h>

#define BPFFS_MAGIC 0xcafe4a11

/* What is policyd's. Filled by policyd before it counts, and by the process that learns. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, POLICYD_GUARD_ENTRIES);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct policyd_guard_key);
	__type(value, __u32);
} guard SEC(".maps") __weak;

/* policyd's processes, by their main task. */
struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct policyd_guard_mark);
} guarded SEC(".maps") __weak;

/* Whether policies are locked until the machine is started anew. Frozen once it is set. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct policyd_guard_lock);
} locked SEC(".maps") __weak;

/* Eight bytes of text as a number: a text of its own would be one more map. */
#define GUARD_WORD(text)                                                                                     \
	((__u64)(text)[0] | (__u64)(text)[1] << 8 | (__u64)(text)[2] << 16 | (__u64)(text)[3] << 24 |        \
	 (__u64)(text)[4] << 32 | (__u64)(text)[5] << 40 | (__u64)(text)[6] << 48 | (__u64)(text)[7] << 56)

static __always_inline struct policyd_guard_mark *guard_mark(struct task_struct *task)
{
	struct task_struct *leader = task->group_leader;
	struct policyd_guard_mark *mark = leader ? bpf_task_storage_get(&guarded, leader, NULL, 0) : NULL;

	return mark && mark->state ? mark : NULL;
}

static __always_inline struct policyd_guard_key guard_process(struct task_struct *task)
{
	return (struct policyd_guard_key){
		.kind = POLICYD_GUARD_PROCESS,
		.id = task->group_leader->start_boottime,
		.generation = (__u32)task->tgid,
	};
}

static __always_inline struct policyd_guard_key guard_parent(struct task_struct *task, __u32 above)
{
	struct task_struct *parent = task->real_parent;

	if (above)
		parent = BPF_CORE_READ(parent, real_parent);
	return (struct policyd_guard_key){
		.kind = POLICYD_GUARD_PROCESS,
		.id = BPF_CORE_READ(parent, group_leader, start_boottime),
		.generation = (__u32)BPF_CORE_READ(parent, tgid),
	};
}

/*
 * A process of policyd's, a helper that it forked, or a helper's child. 6.1 gives no storage to a task that
 * has preempted another one at the same: then the map says whose it is.
 */
static __always_inline bool guard_covers(struct task_struct *task)
{
	struct policyd_guard_key key = guard_process(task);
	struct policyd_guard_key parent = guard_parent(task, 0), above = guard_parent(task, 1);

	return guard_mark(task) || bpf_map_lookup_elem(&guard, &key) ||
	       bpf_map_lookup_elem(&guard, &parent) || bpf_map_lookup_elem(&guard, &above);
}

static __always_inline bool guard_is_policyd(void)
{
	return guard_mark(bpf_get_current_task_btf()) != NULL;
}

static __always_inline bool guard_is_init(void)
{
	return bpf_get_current_pid_tgid() >> 32 == 1;
}

static __always_inline bool guard_is_locked(void)
{
	__u32 zero = 0;
	struct policyd_guard_lock *lock = bpf_map_lookup_elem(&locked, &zero);

	return lock && lock->locked;
}

static __always_inline bool guard_knows(__u32 kind, __u64 id)
{
	struct policyd_guard_key key = {.kind = kind, .id = id};

	return bpf_map_lookup_elem(&guard, &key) != NULL;
}

static __always_inline struct policyd_guard_key guard_key(__u32 kind, struct inode *inode)
{
	return (struct policyd_guard_key){
		.kind = kind,
		.dev = inode->i_sb->s_dev,
		.id = inode->i_ino,
		.generation = inode->i_generation,
	};
}

static __always_inline bool guard_knows_inode(__u32 kind, struct inode *inode)
{
	struct policyd_guard_key key = guard_key(kind, inode);

	return bpf_map_lookup_elem(&guard, &key) != NULL;
}

/*
 * The number of a task's mount namespace that no other one gets, also later: that of the inode is given to
 * the next namespace as soon as this one is gone.
 */
static __always_inline __u64 guard_namespace(struct task_struct *task)
{
	struct mnt_namespace *namespace = BPF_CORE_READ(task, nsproxy, mnt_ns);
	__u64 number = 0;

	if (bpf_core_field_exists(((struct mnt_namespace___seq *)NULL)->seq))
		bpf_core_read(&number, sizeof(number), &((struct mnt_namespace___seq *)namespace)->seq);
	else
		bpf_core_read(&number, sizeof(number), &((struct ns_common___id *)&namespace->ns)->ns_id);
	return number;
}

static __always_inline bool is_bpffs(struct inode *inode)
{
	return inode->i_sb->s_magic == BPFFS_MAGIC;
}

/* Says what was attempted; `object` (or NULL) and `number` are for the record. */
static __noinline int guard_tell(__u32 deed, __u32 number, struct dentry *object, __s32 error)
{
	const struct report report = {
		.op = deed,
		.flags = POLICYD_EVENT_TAMPER,
		.error = error,
		.condition = number,
	};

	counter_add(POLICYD_COUNT_TAMPER);
	event_path(&report, address_or_none(object), 0, 0);
	return 0;
}

static __always_inline int guard_refuse(__u32 deed, __u32 number, struct dentry *object)
{
	guard_tell(deed, number, object, EPERM);
	return -EPERM;
}

#endif
