/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The subject class of a process that something is done to. Unlike the current task it may exit, execute or
 * change its credentials meanwhile; so nothing is written to its storage, and its executable counts if it is
 * the same after its name was read.
 */
#ifndef BPF_LSM_TARGET_H
#define BPF_LSM_TARGET_H

#include "subject.bpf.h"

#define TARGET_TRIES 3

/* State of the name of the file that a task executes, SUBJECT_NO_EXE, or NAME_FAILED. */
static __always_inline __u64 target_exe(struct task_struct *task, __u64 generation)
{
	for (int i = 0; i < TARGET_TRIES; i++) {
		struct mm_struct *mm = task->mm, *again;
		struct file *file = mm && !(task->flags & PF_KTHREAD) ? mm->exe_file : NULL;
		__u64 state;

		if (!file)
			return SUBJECT_NO_EXE;
		state = name_slow(name_address(file->f_path.dentry), generation);
		again = task->mm;
		if (again && again == mm && again->exe_file == file)
			return state;
	}
	return NAME_FAILED | POLICYD_REASON_RACE;
}

#define TARGET_KNOWN (1ULL << 38)

/*
 * The class of a task from its storage, where that holds, with TARGET_KNOWN; or the state of its cgroup. A
 * function of its own, as in subject.bpf.h.
 */
static __noinline __u64 target_recall(struct task_struct *task, __u64 generation)
{
	struct task_entry *entry = bpf_task_storage_get(&tasks, task, NULL, 0);
	__u64 node = cgroup_node(task);

	if (entry && entry->generation == generation && (!entry->cgroup || entry->cgroup == cgroup_id(node)))
		return TARGET_KNOWN | entry->subject;
	return cgroup_of(node, generation);
}

static __noinline __u64 target_establish(struct task_struct *task, __u64 cgroup, __u64 generation)
{
	__u64 exe = target_exe(task, generation);

	if (cgroup & NAME_FAILED)
		return SUBJECT_FAILED;
	/* No rule asks what a target came from. */
	return subject_compute(name_address((void *)task->real_cred),
			       subject_numbers(task->loginuid.val, cgroup), exe, 0, generation);
}

/* The subject class of a task that need not be the current one, or SUBJECT_FAILED. */
static __always_inline __u64 target_class(struct task_struct *task, __u64 generation)
{
	__u64 recalled = target_recall(task, generation);

	return recalled & TARGET_KNOWN ? (__u32)recalled : target_establish(task, recalled, generation);
}

#endif
