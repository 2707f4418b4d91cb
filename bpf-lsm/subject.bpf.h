/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The subject class of the current task: which policies apply to it. Kept in task storage with the
 * generation it is from; computed at the first decision, recomputed when it is of another generation,
 * after exec, when credentials have changed, and when the task is in another cgroup.
 */
#ifndef BPF_LSM_SUBJECT_H
#define BPF_LSM_SUBJECT_H

#include "lane.bpf.h"
#include "self.bpf.h"
#include "subject_class.bpf.h"
#include "subject_word.bpf.h"

/* Keeps the class of the current task at hand, where nothing but exec and new credentials can change it. */
static __always_inline void subject_keep(const struct task_entry *entry, __u64 generation)
{
	struct task_struct *task = bpf_get_current_task_btf();

	if (!entry->cgroup)
		*(volatile __u64 *)subject_word(task) =
			subject_seal(task, generation) | (entry->subject & SUBJECT_MASK);
}

/* Whether classes that an earlier image gave hold in the decision's. */
static __noinline bool subject_lasts(const struct decision *decision, __u64 then)
{
	const struct policyd_tables *tables = policyd_tables_at(decision->image);

	return tables && tables->subjects_since && then >= tables->subjects_since &&
	       then < decision->header->generation;
}

/* Whether the entry holds for this generation and for the cgroup that the current task is in now. */
static __always_inline bool subject_holds(const struct task_entry *entry, const struct decision *decision)
{
	return (entry->generation == decision->header->generation ||
		subject_lasts(decision, entry->generation)) &&
	       (!entry->cgroup || entry->cgroup == bpf_get_current_cgroup_id());
}

/*
 * Puts the class of the current task into `decision` from its storage, where that holds: true. Otherwise the
 * state of its cgroup, from where subject_establish() goes on. Two functions, one after the other, since
 * each walk takes what the stack has.
 *
 * The cgroup's id is kept before its path is read: a task that is moved meanwhile has another id at its next
 * decision, and is looked at again.
 */
static __noinline bool subject_recall(struct decision *decision)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct task_entry *entry = bpf_task_storage_get(&tasks, task, NULL, 0);
	__u64 generation = decision->header->generation, cgroup;

	if (entry && subject_holds(entry, decision)) {
		decision->subject = entry->subject;
		entry->generation = generation;
		subject_keep(entry, generation);
		return true;
	}
	cgroup = cgroup_start(decision);
	if (!entry)
		entry = bpf_task_storage_get(&tasks, task, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (entry) {
		entry->generation = 0;
		entry->cgroup = cgroup ? bpf_get_current_cgroup_id() : 0;
	}
	if (cgroup)
		cgroup = cgroup_state(cgroup_node(task), cgroup, generation);
	decision->subject = (__u32)cgroup;
	if (cgroup & NAME_FAILED)
		decision->subject_reason = POLICYD_REASON_SUBJECT;
	return false;
}

/* Whether the decision's policies ask what tasks came from. By itself, for the stack. */
static __noinline bool subject_asks_lineage(const struct decision *decision)
{
	const struct policyd_fixed *fixed = (void *)policyd_line_at(decision->image, decision->header->fixed);

	return !fixed || lineage_asked(fixed);
}

/* Address of the lineage of the current task, refreshed; 0 where it has none. A step of its own, too. */
static __noinline __u64 subject_lineage(struct decision *decision)
{
	struct task_entry *entry = bpf_task_storage_get(&tasks, bpf_get_current_task_btf(), NULL, 0);
	__u64 address = entry ? address_of(&entry->lineage) : 0;

	if (lineage_refresh(address, decision->header->generation))
		decision->subject_reason = POLICYD_REASON_SUBJECT;
	return address;
}

/* The class of policyd's own process, whatever else it is, or SUBJECT_FAILED. */
static __always_inline __u64 subject_own(struct decision *decision)
{
	const struct policyd_tables *tables = policyd_tables_at(decision->image);

	decision->subject_reason = 0;
	return tables ? tables->own : SUBJECT_FAILED;
}

/*
 * Computes the class of the current task from its cgroup's state, its lineage and all else, and
 * keeps it.
 */
static __noinline int subject_establish(struct decision *decision, __u64 lineage)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct task_entry *entry = bpf_task_storage_get(&tasks, task, NULL, 0);
	__u64 generation = decision->header->generation;
	__u64 subject;

	if (self_is_policyd()) {
		subject = subject_own(decision);
	} else if (decision->subject_reason) {
		return -1;
	} else {
		__u64 exe = lineage_exe(entry, generation);

		if (exe == NAME_SLOW)
			exe = subject_exe(decision, task);
		subject = subject_compute(subject_credentials(task),
					  subject_numbers(task->loginuid.val, decision->subject), exe,
					  lineage, generation);
	}
	if (subject & SUBJECT_FAILED) {
		decision->subject_reason = POLICYD_REASON_SUBJECT;
		return -1;
	}
	decision->subject = (__u32)subject;
	if (!entry)
		return 0; /* costs speed only: the class was computed */
	entry->subject = (__u32)subject;
	entry->generation = generation;
	return 0;
}

/* State of the path of the task's cgroup, 0 where no policy asks, or NAME_FAILED; by itself, for the stack.
 */
static __noinline __u64 subject_cgroup(struct task_struct *task, __u64 generation)
{
	return cgroup_of(cgroup_node(task), generation);
}

/*
 * The class of the current task without its storage: where there are no LSM programs nothing tells of changes
 * of credentials, and cgroup programs have no such storage on all kernels.
 */
static __noinline int subject_anew(struct decision *decision)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u64 generation = decision->header->generation;
	__u64 cgroup = subject_cgroup(task, generation);
	__u64 subject;

	if (cgroup & NAME_FAILED) {
		decision->subject_reason = POLICYD_REASON_SUBJECT;
		return 0;
	}
	/* Without a lineage, which nobody keeps here: policies that ask for one are refused. */
	subject =
		subject_compute(subject_credentials(task), subject_numbers(task->loginuid.val, (__u32)cgroup),
				subject_exe(decision, task), 0, generation);
	if (subject & SUBJECT_FAILED)
		decision->subject_reason = POLICYD_REASON_SUBJECT;
	decision->subject = (__u32)subject;
	return 0;
}

/* Puts the class of the current task into `decision`, if it is at hand. Not inlined, for the hook's stack. */
static __noinline bool subject_known(struct decision *decision)
{
	__u64 class = subject_at_hand(decision->header->generation);

	decision->subject = (__u32) class;
	return class <= SUBJECT_MASK;
}

/* Puts the class of the current task into `decision`. */
static __always_inline void subject_current(struct decision *decision)
{
	__u64 lineage = 0;

	if (LANE != LANE_LSM) {
		subject_anew(decision);
		return;
	}
	if (subject_known(decision) || subject_recall(decision))
		return;
	if (subject_asks_lineage(decision)) {
		lineage_begin();
		lineage = subject_lineage(decision);
	}
	subject_establish(decision, lineage);
}

/* Makes the next decision compute the class anew: for exec and changes of credentials. */
static __always_inline void subject_forget(void)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct task_entry *entry = bpf_task_storage_get(&tasks, task, NULL, 0);

	if (entry)
		entry->generation = 0;
	*(volatile __u64 *)subject_word(task) = 0;
}

#endif
