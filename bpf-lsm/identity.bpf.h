/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What is known of the user ids of tasks. See identity.bpf.c.
 *
 * An interrupt may come between two words. So `pending` is written first, and is whole when `known` is not.
 */
#ifndef BPF_LSM_IDENTITY_H
#define BPF_LSM_IDENTITY_H

#include "anomaly.bpf.h"

struct ids {
	__u32 uid, euid, suid, fsuid;
};

/* Of a thread: what is known of its ids. */
struct identity {
	struct policyd_example since; /* when that began, and whose it was */
	struct ids known;
	struct ids pending; /* what it may have as well, until it is known to */
	__u32 present;
	__u32 reserved;
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct identity);
} identities SEC(".maps") __weak;

static __always_inline void ids_of(const struct cred *cred, struct ids *ids)
{
	ids->uid = cred->uid.val;
	ids->euid = cred->euid.val;
	ids->suid = cred->suid.val;
	ids->fsuid = cred->fsuid.val;
}

static __always_inline bool ids_equal(const struct ids *a, const struct ids *b)
{
	return a->uid == b->uid && a->euid == b->euid && a->suid == b->suid && a->fsuid == b->fsuid;
}

static __always_inline bool ids_have(const struct ids *ids, __u32 id)
{
	return id == ids->uid || id == ids->euid || id == ids->suid || id == ids->fsuid;
}

/* The first of the ids that is not among the others, or one of `ids` where all are. */
static __always_inline __u32 ids_gained(const struct ids *ids, const struct ids *before)
{
	return !ids_have(before, ids->euid)   ? ids->euid
	       : !ids_have(before, ids->uid)  ? ids->uid
	       : !ids_have(before, ids->suid) ? ids->suid
					      : ids->fsuid;
}

static __always_inline void identity_keep(struct identity *identity, const struct ids *now)
{
	identity->pending = *now;
	asm volatile("" ::: "memory");
	identity->known = *now;
	example_fill(&identity->since);
	identity->since.uid = now->uid;
}

/* Whether the ids are those that are known or pending, which from then on are known. */
static __always_inline bool identity_settle(struct identity *identity, const struct ids *now)
{
	if (ids_equal(now, &identity->known))
		return true;
	if (!ids_equal(now, &identity->pending))
		return false;
	identity_keep(identity, now);
	return true;
}

/* What anomaly_happened() gets as the object: how an id was gained, and which. */
static __always_inline __u64 gain_pack(enum policyd_gain how, __u32 id)
{
	return (__u64)how << 32 | id;
}

/* The gain of the current task, or 0. A task that was not seen before has what it has. */
static __noinline __u64 identity_gain(struct identity *identity)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct ids now;

	if (!identity)
		return 0;
	ids_of(task->real_cred, &now);
	if (!identity->present) {
		identity_keep(identity, &now);
		identity->present = 1;
		return 0;
	}
	return identity_settle(identity, &now)
		       ? 0
		       : gain_pack(POLICYD_GAIN_OVERWRITTEN, ids_gained(&now, &identity->known));
}

/* Takes what the current task has for known: it was told and is not refused. */
static __noinline void identity_believe(struct identity *identity)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct ids now;

	if (!identity)
		return;
	ids_of(task->real_cred, &now);
	identity_keep(identity, &now);
}

/* NULL for the kernel's own threads, which may be what they like, and where there is none without `flags`. */
static __always_inline struct identity *identity_current(__u64 flags)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct identity *identity;

	if (task->flags & PF_KTHREAD)
		return NULL;
	identity = bpf_task_storage_get(&identities, task, NULL, flags);
	if (!identity && flags)
		counter_add(POLICYD_COUNT_LOST_COUNT);
	return identity;
}

#endif
