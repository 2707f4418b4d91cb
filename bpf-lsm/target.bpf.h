/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The subject class of a process that something is done to. Unlike the current task it may exit, execute or
 * change its credentials meanwhile; so nothing is written to its storage, and its executable counts if it is
 * the same after its name was read. What it came from is read from its storage; a task that has nothing there
 * is older than policyd, and its living ancestors are looked at each time.
 */
#ifndef BPF_LSM_TARGET_H
#define BPF_LSM_TARGET_H

#include "subject.bpf.h"

#define TARGET_TRIES 3

/* State of the name of the file that a task executes, SUBJECT_NO_EXE, or NAME_FAILED. */
static __always_inline __u64 target_exe(struct task_struct *task, __u64 generation)
{
	__u64 executed = lineage_exe(bpf_task_storage_get(&tasks, task, NULL, 0), generation);

	if (executed != NAME_SLOW)
		return executed;
	for (int i = 0; i < TARGET_TRIES; i++) {
		struct mm_struct *mm = task->mm, *again;
		struct file *file = mm && !(task->flags & PF_KTHREAD) ? mm->exe_file : NULL;
		__u64 state;

		if (!file)
			return SUBJECT_NO_EXE;
		state = name_slow(address_of(file->f_path.dentry), generation);
		again = task->mm;
		if (again && again == mm && again->exe_file == file)
			return state;
	}
	return NAME_FAILED | POLICYD_REASON_RACE;
}

#define TARGET_KNOWN (1ULL << 38)

/* Whether a class is that of policyd, which says what it may do. What is done to it depends on what it is. */
static __always_inline bool target_is_policyd(__u32 subject, __u64 generation)
{
	void *image = image_of(generation);
	const struct policyd_tables *tables = image ? policyd_tables_at(image) : NULL;

	return !tables || tables->own == subject;
}

/*
 * The class of a task from its storage, where that holds, with TARGET_KNOWN; or the state of its cgroup. A
 * function of its own, as in subject.bpf.h.
 */
static __noinline __u64 target_recall(struct task_struct *task, __u64 generation)
{
	struct task_entry *entry = bpf_task_storage_get(&tasks, task, NULL, 0);
	__u64 node = cgroup_node(task);

	if (entry && entry->generation == generation &&
	    (!entry->cgroup || entry->cgroup == cgroup_id(node)) &&
	    !target_is_policyd(entry->subject, generation))
		return TARGET_KNOWN | entry->subject;
	return cgroup_of(node, generation);
}

#define TARGET_LOST 1 /* in place of an address; no history can be read there */

/*
 * Address of what a task came from, 0 where no policy asks: then it is not looked for. A function of its own,
 * like those that follow: each walk takes what the stack has.
 */
static __noinline __u64 target_lineage(struct task_struct *task, __u64 generation)
{
	const struct policyd_fixed *fixed = lineage_fixed(generation);
	struct policyd_lineage *found;
	struct task_entry *entry;

	if (!fixed)
		return TARGET_LOST;
	if (!lineage_asked(fixed))
		return 0;
	entry = bpf_task_storage_get(&tasks, task, NULL, 0);
	if (entry && entry->lineage.flags & POLICYD_LINEAGE_KNOWN)
		return address_of(&entry->lineage);
	found = bpf_task_storage_get(&origins, bpf_get_current_task_btf(), NULL,
				     BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!found) {
		counter_add(POLICYD_COUNT_LOST_LINEAGE);
		return TARGET_LOST;
	}
	found->count = 0;
	found->script = 0;
	found->flags = 0;
	lineage_climb(found, address_of((void *)task));
	found->flags |= POLICYD_LINEAGE_KNOWN | POLICYD_LINEAGE_OLDER;
	return address_of(found);
}

static __noinline __u64 target_establish(struct task_struct *task, __u64 cgroup, __u64 lineage,
					 __u64 generation)
{
	__u64 exe = target_exe(task, generation);

	if (cgroup & NAME_FAILED)
		return SUBJECT_FAILED;
	return subject_compute(subject_credentials(task), subject_numbers(task->loginuid.val, cgroup), exe,
			       lineage, generation);
}

/* The subject class of a task that need not be the current one, or SUBJECT_FAILED. */
static __always_inline __u64 target_class(struct task_struct *task, __u64 generation)
{
	__u64 recalled = target_recall(task, generation), lineage;

	if (recalled & TARGET_KNOWN)
		return (__u32)recalled;
	lineage = target_lineage(task, generation);
	if (lineage_refresh(lineage, generation))
		return SUBJECT_FAILED;
	return target_establish(task, recalled, lineage, generation);
}

#endif
