/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Rates and detectors: counting what a process does for every rate that is about it, and the record where a
 * count is beyond its limit; the record of what is looked for, and whether it is refused.
 *
 * What cannot be counted is counted as lost: a process of no subject class as unresolved, a count without
 * room as POLICYD_COUNT_LOST_COUNT, a record without room as POLICYD_COUNT_LOST_ANOMALY.
 */
#ifndef BPF_LSM_ANOMALY_H
#define BPF_LSM_ANOMALY_H

#include "anomaly_event.bpf.h"

#include <policyd/count.h>

/* Memory is taken as counts are made. policyd takes away those that are idle. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, POLICYD_COUNTS_MAX);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct policyd_count_key);
	__type(value, struct policyd_count);
} counts SEC(".maps") __weak;

/* Objects of rates of distinct ones. In the same way. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, POLICYD_SEEN_MAX);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct policyd_seen_key);
	__type(value, struct policyd_seen);
} seen SEC(".maps") __weak;

/* What a new count is; the stack has no room for one. */
const volatile struct policyd_count count_new __weak = {};

/* The current process, now. */
static __always_inline void example_fill(struct policyd_example *example)
{
	example->time = bpf_ktime_get_boot_ns();
	example->pid = bpf_get_current_pid_tgid() >> 32;
	example->uid = (__u32)bpf_get_current_uid_gid();
	bpf_get_current_comm(example->comm, sizeof(example->comm));
}

static __always_inline void anomaly_key(const struct policyd_anomaly *anomaly, struct policyd_count_key *key)
{
	struct task_struct *task = bpf_get_current_task_btf();

	key->id = anomaly->id;
	if (anomaly->flags & POLICYD_ANOMALY_PER_PROCESS) {
		key->start = task->group_leader->start_boottime;
		key->pid = task->tgid;
	}
}

/* What makes an object this one and no other: the inode of a file, or the address and port. */
static __always_inline void anomaly_identify(const struct happening *happening, struct policyd_seen_key *key)
{
	struct dentry *dentry = (void *)happening->object;
	struct endpoint endpoint = {};

	if (happening->kind == POLICYD_ANOMALY_CONNECT) {
		endpoint_read(&endpoint, (void *)happening->object, (int)happening->extra, NULL);
		key->object[0] = endpoint.high;
		key->object[1] = endpoint.low;
		key->port = endpoint.port;
		return;
	}
	key->object[0] = BPF_CORE_READ(dentry, d_inode, i_ino);
	key->object[1] = (__u64)BPF_CORE_READ(dentry, d_inode, i_generation) << 32 |
			 BPF_CORE_READ(dentry, d_sb, s_dev);
}

/* Whether the object is one that the rate has counted within the time; otherwise it has now. */
static __noinline bool anomaly_seen(const struct happening *happening, const struct policyd_anomaly *anomaly)
{
	struct policyd_seen now = {.time = bpf_ktime_get_boot_ns(), .span = anomaly->span};
	struct policyd_seen_key key = {};
	struct policyd_seen *before;
	long r;

	anomaly_key(anomaly, &key.count);
	anomaly_identify(happening, &key);
	before = bpf_map_lookup_elem(&seen, &key);
	if (before) {
		if (!policyd_seen_over(before, now.time))
			return true;
		before->time = now.time;
		return false;
	}
	r = bpf_map_update_elem(&seen, &key, &now, BPF_NOEXIST);
	if (r && r != -EEXIST)
		counter_add(POLICYD_COUNT_LOST_COUNT);
	return r != 0;
}

/* The entry of a rate that is about the current process, made where there is none; NULL: no room. */
static __always_inline struct policyd_count *anomaly_count(const struct policyd_anomaly *anomaly)
{
	struct policyd_count_key key = {};
	struct policyd_count *count;

	anomaly_key(anomaly, &key);
	count = bpf_map_lookup_elem(&counts, &key);
	if (count)
		return count;
	bpf_map_update_elem(&counts, &key, (void *)&count_new, BPF_NOEXIST);
	return bpf_map_lookup_elem(&counts, &key);
}

static __always_inline void anomaly_kill(struct happening *happening)
{
	happening->flags = POLICYD_EVENT_KILLED;
	bpf_send_signal(SIGKILL);
	counter_add(POLICYD_COUNT_KILLED);
}

/* Counts one for a rate, and reports it where that is beyond the limit. */
static __always_inline void anomaly_add(struct happening *happening, const struct policyd_anomaly *anomaly)
{
	struct policyd_count *count;
	__u64 now = bpf_ktime_get_boot_ns(), span = anomaly->span;
	__u32 first = 0;
	int place;

	if (!programs_act())
		return;
	if (anomaly->flags & POLICYD_ANOMALY_DISTINCT && anomaly_seen(happening, anomaly))
		return;
	count = anomaly_count(anomaly);
	if (!count) {
		counter_add(POLICYD_COUNT_LOST_COUNT);
		return;
	}
	if (!span)
		return; /* of a correct image none is */
	place = policyd_count_add(count, now, span);
	if (place >= 0)
		example_fill(&count->examples[place & (POLICYD_SPANS - 1)]);
	happening->sum = policyd_count_sum(count, now, span, &first);
	if (happening->sum <= anomaly->limit || !policyd_count_tell(count, now, span))
		return;
	happening->first = (__u64)&count->examples[first & (POLICYD_SPANS - 1)];
	happening->flags = 0;
	if (anomaly->flags & POLICYD_ANOMALY_KILL)
		anomaly_kill(happening);
	anomaly_event(happening);
}

/* Something that is looked for: reported each time, refused where that is asked. */
static __always_inline void anomaly_found(struct happening *happening, const struct policyd_anomaly *anomaly)
{
	__u64 age = happening->extra * 1000000ULL;

	if (anomaly->span && age > anomaly->span)
		return;
	happening->flags = 0;
	happening->error = 0;
	if (anomaly->flags & POLICYD_ANOMALY_REFUSE) {
		happening->error = EPERM;
		happening->refused = 1;
		counter_add(POLICYD_COUNT_REFUSED);
	}
	if (anomaly->flags & POLICYD_ANOMALY_KILL)
		anomaly_kill(happening);
	anomaly_event(happening);
}

/* Number `place` of the lists. Global, so that it is verified once. Not 0: there is no more to be had. */
__noinline __weak int anomaly_one(struct happening *happening, __u32 place)
{
	const struct policyd_anomalies *anomalies;
	const struct policyd_anomaly *anomaly;
	void *image;

	if (!happening)
		return -1;
	image = image_of(happening->generation);
	if (!image)
		return -1;
	anomalies = policyd_anomalies_at(image);
	if (!anomalies || policyd_word_at(image, anomalies->lists, place, &happening->number) < 0)
		return -1;
	anomaly = policyd_anomaly_at(image, anomalies, happening->number);
	if (!anomaly)
		return -1;
	if (happening->kind >= POLICYD_ANOMALY_DETECTED)
		anomaly_found(happening, anomaly);
	else
		anomaly_add(happening, anomaly);
	return 0;
}

/*
 * For every entry of the kind that is about the current process, whose class is in `decision`. `first` is the
 * address of an example or 0. Returns -EPERM where some entry refuses, 0.
 */
static __noinline int anomaly_each(const struct decision *decision, __u32 kind, __u64 object, __u32 extra,
				   __u64 first)
{
	const struct policyd_anomalies *anomalies = policyd_anomalies_at(decision->image);
	struct happening happening = {
		.generation = decision->header->generation,
		.object = object,
		.subject = decision->subject,
		.kind = kind,
		.extra = extra,
		.first = first,
	};
	__u32 place = 0;
	int length;

	if (!anomalies || decision->subject_reason) {
		counter_add(POLICYD_COUNT_UNRESOLVED + (decision->subject_reason & 7));
		return 0;
	}
	length = policyd_anomaly_list(decision->image, anomalies, kind, decision->subject, &place);
	if (length < 0)
		counter_add(POLICYD_COUNT_UNRESOLVED + POLICYD_REASON_IMAGE);
	for (int i = 0; i < POLICYD_ANOMALIES_OF_PROCESS && i < length; i++)
		if (anomaly_one(&happening, place + i))
			counter_add(POLICYD_COUNT_UNRESOLVED + POLICYD_REASON_IMAGE);
	return happening.refused ? -EPERM : 0;
}

/* Whether some rate is about the kind; opens the decision. */
static __always_inline bool anomaly_open(struct decision *decision, __u32 kind)
{
	const struct policyd_anomalies *anomalies;

	if (!decision_open(decision))
		return false;
	anomalies = policyd_anomalies_at(decision->image);
	return anomalies && anomalies->kinds >> kind & 1;
}

/* The current process did something of the kind. `first` and the verdict are those of anomaly_each(). */
static __always_inline int anomaly_happened(__u32 kind, __u64 object, __u32 extra, __u64 first)
{
	struct decision decision;

	if (!anomaly_open(&decision, kind))
		return 0;
	subject_current(&decision);
	return anomaly_each(&decision, kind, object, extra, first);
}

#endif
