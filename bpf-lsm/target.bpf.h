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

/* Ids of a task as numbers, for a global function. */
struct target_groups {
	__u64 groups; /* address of gid[0] */
	__u32 primary;
	__u32 count;
};

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

/* Keeps the terms that the group or one of the supplementary groups fits. */
static __noinline int target_keep_groups(const struct decision *decision, const struct policyd_fixed *fixed,
					 const struct target_groups *groups, struct policyd_line *terms)
{
	const struct policyd_line *none = policyd_line_at(decision->image, fixed->no_group);
	__u32 count = groups->count > SUBJECT_GROUPS_MAX ? SUBJECT_GROUPS_MAX : groups->count;
	struct group_walk walk;

	if (!none)
		return -1;
	walk.terms = *none;
	walk.groups = groups->groups;
	walk.generation = decision->header->generation;
	walk.base = fixed->group;
	walk.count = fixed->group_count;
	walk.primary = groups->primary;
	walk.failed = 0;
	bpf_loop(1 + count, subject_group, &walk, 0);
	if (walk.failed)
		return -1;
	for (int i = 0; i < 8; i++)
		terms->q[i] &= walk.terms.q[i];
	return 0;
}

/*
 * The class of a process by its executable's state, its uid (upper half of `ids`) and login uid, the address
 * of its groups, and its gid (upper half of `group`) and number of groups; SUBJECT_FAILED where that cannot
 * be done. Keys that a target cannot have are those of no process. Global, so that it is verified once.
 */
__noinline __weak __u64 target_compute(__u64 exe, __u64 generation, __u64 ids, __u64 groups, __u64 group)
{
	struct target_groups found = {
		.groups = groups,
		.primary = (__u32)(group >> 32),
		.count = (__u32)group,
	};
	void *image = image_of(generation);
	const struct policyd_fixed *fixed;
	const struct policyd_line *all;
	struct decision decision = {};
	struct policyd_line terms;
	__u32 subject = 0;

	if (!image)
		return SUBJECT_FAILED;
	decision.image = image;
	decision.header = policyd_header_at(image);
	if (!decision.header || decision.header->generation != generation)
		return SUBJECT_FAILED;
	fixed = (void *)policyd_line_at(image, decision.header->fixed);
	if (!fixed)
		return SUBJECT_FAILED;
	all = policyd_line_at(image, fixed->all);
	if (!all)
		return SUBJECT_FAILED;
	terms = *all;
	if (terms_keep_exe(&decision, fixed, exe, &terms) || terms_keep(image, fixed->no_script, &terms) ||
	    terms_keep(image, fixed->no_ancestor, &terms) || terms_keep(image, fixed->no_cgroup, &terms) ||
	    terms_keep_id(image, decision.header, fixed->user, fixed->user_count, (__u32)(ids >> 32),
			  &terms) ||
	    terms_keep_id(image, decision.header, fixed->login, fixed->login_count, (__u32)ids, &terms))
		return SUBJECT_FAILED;
	if (fixed->group_count && target_keep_groups(&decision, fixed, &found, &terms))
		return SUBJECT_FAILED;
	return policyd_subject_find(image, decision.header, &terms, &subject) ? SUBJECT_FAILED : subject;
}

/* The subject class of a task that need not be the current one, or SUBJECT_FAILED. */
static __noinline __u64 target_class(struct task_struct *task, __u64 generation)
{
	struct task_entry *entry = bpf_task_storage_get(&tasks, task, NULL, 0);
	const struct cred *cred;
	struct group_info *info;
	const void *first;
	__u64 groups = 0, exe;

	if (entry && entry->generation == generation)
		return entry->subject;
	exe = target_exe(task, generation);
	cred = task->real_cred;
	info = cred->group_info;
	first = __builtin_preserve_access_index(&info->gid);
	bpf_probe_read_kernel(&groups, sizeof(groups), &first);
	return target_compute(exe, generation, (__u64)cred->uid.val << 32 | task->loginuid.val, groups,
			      (__u64)cred->gid.val << 32 | (__u32)info->ngroups);
}

#endif
