/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Baselines: whether policyd has been told that the current process's executable does something, and telling
 * it. An executable is known by the keyed hash of its name, so a new version is the same one.
 *
 * What has been told is kept only when the record is in the ring; otherwise it is told when it happens again.
 * What cannot be compared is counted: an executable or item without room, or a name that cannot be had, as
 * POLICYD_COUNT_LOST_BASELINE; a process of no subject class as unresolved. Nothing is refused.
 */
#ifndef BPF_LSM_BASELINE_H
#define BPF_LSM_BASELINE_H

#include "anomaly.bpf.h"
#include "naming.bpf.h"

#include <policyd/baseline.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, POLICYD_EXECUTABLES_MAX);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u64);
	__type(value, struct policyd_learnt);
} learnt SEC(".maps") __weak;

/* Written by policyd alone. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, POLICYD_EXECUTABLES_MAX);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u64);
	__type(value, struct policyd_known);
} known SEC(".maps") __weak;

/* A number that policyd changes whenever it takes something out of the tables: what tasks keep of them is of
 * no use then. 0: policyd is not there yet. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} epoch SEC(".maps") __weak;

/* What a task keeps of its executable's entry, so that a system call that is known costs one bit. */
struct observed {
	__u64 epoch; /* 0: to be looked up */
	__u64 executable;
	__u64 syscalls[POLICYD_TOLD_WORDS];
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct observed);
} observed SEC(".maps") __weak;

/* What a new entry is; the stack has no room for one. */
const volatile struct policyd_learnt learnt_new __weak = {};

/* What the current process does. */
struct observation {
	__u64 generation;
	__u64 what;   /* the item without its kind; of names it is computed last */
	__u64 object; /* address of a dentry or sockaddr */
	__u32 extra;  /* length of the sockaddr */
	__u32 kind;
	__u32 subject;
};

static __always_inline __u64 epoch_now(void)
{
	__u32 zero = 0;
	__u64 *now = bpf_map_lookup_elem(&epoch, &zero);

	return now ? *now : 0;
}

/* Makes the entry of an executable where there is none; false: there is no room. */
static __always_inline bool learnt_make(__u64 executable)
{
	if (bpf_map_lookup_elem(&learnt, &executable))
		return true;
	bpf_map_update_elem(&learnt, &executable, (void *)&learnt_new, BPF_NOEXIST);
	return bpf_map_lookup_elem(&learnt, &executable) != NULL;
}

/* What the current task keeps, looked up where it is out of date; NULL: there is nothing to compare with. */
static __noinline struct observed *observed_current(void)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct dentry *exe = event_exe(task);
	struct observed *mine;
	__u64 now = epoch_now();

	if (!exe || !now)
		return NULL;
	mine = bpf_task_storage_get(&observed, task, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (mine && mine->epoch == now)
		return mine;
	if (mine) {
		__builtin_memset(mine->syscalls, 0, sizeof(mine->syscalls));
		mine->executable = name_identity(address_of(exe));
		if (mine->executable && learnt_make(mine->executable)) {
			mine->epoch = now;
			return mine;
		}
	}
	counter_add(POLICYD_COUNT_LOST_BASELINE);
	return NULL;
}

/* After exec. */
static __always_inline void observed_forget(void)
{
	struct observed *mine = bpf_task_storage_get(&observed, bpf_get_current_task_btf(), NULL, 0);

	if (mine)
		mine->epoch = 0;
}

/* A search in an executable's table, for the loop's callback. */
struct place_search {
	__u64 executable;
	__u64 item;
	__s32 place; /* of the item, -1 */
};

/* Looks at the next place, and puts the item there if it is free. */
static long place_step(__u32 i, struct place_search *search)
{
	struct policyd_learnt *entry = bpf_map_lookup_elem(&learnt, &search->executable);
	__u32 place = policyd_item_place(search->item) + i;
	__u64 found;

	if (!entry)
		return 1;
	if (place >= POLICYD_ITEMS_MAX)
		place -= POLICYD_ITEMS_MAX;
	if (place >= POLICYD_ITEMS_MAX)
		return 1;
	found = entry->items[place];
	if (!found)
		found = __sync_val_compare_and_swap(&entry->items[place], 0, search->item);
	if (found && found != search->item)
		return 0;
	search->place = (__s32)place;
	return 1;
}

/* Place of an item in an executable's table, where it is put if it is new; -1: no room. Global, so that it is
 * verified once. */
__noinline __weak int learnt_place(__u64 executable, __u64 item)
{
	struct place_search search = {.executable = executable, .item = item, .place = -1};

	bpf_loop(POLICYD_ITEMS_MAX, place_step, &search, 0);
	return search.place;
}

/* Tells policyd; false: the ring has no room. */
static __always_inline bool observation_tell(const struct observation *observation, __u64 executable,
					     __u64 item)
{
	struct happening happening = {
		.generation = observation->generation,
		.object = observation->object,
		.item = item,
		.executable = executable,
		.subject = observation->subject,
		.kind = observation->kind,
		.extra = observation->extra,
	};

	return !anomaly_event(&happening);
}

/* Tells that the executable was started, once in each generation. */
static __noinline int start_tell(const struct observation *observation, __u64 executable)
{
	struct policyd_learnt *entry = bpf_map_lookup_elem(&learnt, &executable);

	if (entry && entry->generation != observation->generation &&
	    observation_tell(observation, executable, 0))
		entry->generation = observation->generation;
	return 0;
}

/* Tells an item that is new, and counts one that is not. */
static __noinline int observation_add(const struct observation *observation, __u64 executable)
{
	struct policyd_learnt *entry;
	__u64 item = policyd_item(observation->kind, observation->what);
	int place = learnt_place(executable, item);
	__u32 *count;

	entry = bpf_map_lookup_elem(&learnt, &executable);
	if (!entry || place < 0 || place >= POLICYD_ITEMS_MAX) {
		counter_add(POLICYD_COUNT_LOST_BASELINE);
		return 0;
	}
	count = &entry->counts[place];
	if (!*count && !observation_tell(observation, executable, item))
		return 0;
	if (*count != 0xffffffff)
		__sync_fetch_and_add(count, 1);
	return 0;
}

/* Whether some policy compares the kind for the subject class in `decision`. */
static __always_inline bool baseline_asked(const struct decision *decision, __u32 kind)
{
	const struct policyd_anomalies *anomalies = policyd_anomalies_at(decision->image);
	__u32 place = 0;
	int length;

	if (!anomalies || decision->subject_reason) {
		counter_add(POLICYD_COUNT_UNRESOLVED + (decision->subject_reason & 7));
		return false;
	}
	length = policyd_anomaly_list(decision->image, anomalies, kind, decision->subject, &place);
	if (length < 0)
		counter_add(POLICYD_COUNT_UNRESOLVED + POLICYD_REASON_IMAGE);
	return length > 0;
}

/* The current process did something of the kind; `what` is not 0 but where the object is a dentry. */
static __always_inline void baseline_compare(__u32 kind, __u64 what, __u64 object, __u32 extra)
{
	struct observation observation;
	struct decision decision;
	struct observed *mine;

	if (!anomaly_open(&decision, kind))
		return;
	subject_current(&decision);
	if (!baseline_asked(&decision, kind))
		return;
	mine = observed_current();
	if (!mine)
		return;
	if (POLICYD_ANOMALY_NAMED >> kind & 1)
		what = name_identity(object);
	if (!what) {
		counter_add(POLICYD_COUNT_LOST_BASELINE);
		return;
	}
	observation.generation = decision.header->generation;
	observation.what = what;
	observation.object = object;
	observation.extra = extra;
	observation.kind = kind;
	observation.subject = decision.subject;
	observation_add(&observation, mine->executable);
}

#endif
