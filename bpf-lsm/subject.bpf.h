/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The subject class of the current task: which policies apply to it. Kept in task storage with the
 * generation it is from; computed at the first decision, recomputed when it is of another generation,
 * after exec, when credentials have changed, and when the task is in another cgroup.
 */
#ifndef BPF_LSM_SUBJECT_H
#define BPF_LSM_SUBJECT_H

#include "cache.bpf.h"
#include "cgroup.bpf.h"

#define SUBJECT_GROUPS_MAX 65536 /* NGROUPS_MAX */

#define SUBJECT_NO_EXE (1ULL << 35)
#define SUBJECT_FAILED (1ULL << 36)

/* Keeps of `terms` what the set at `line` holds too; line 0 rules nothing out. -1: the image is broken. */
static __always_inline int terms_keep(void *image, __u32 line, struct policyd_line *terms)
{
	const struct policyd_line *set;

	if (!line)
		return 0;
	set = policyd_line_at(image, line);
	if (!set)
		return -1;
	for (int i = 0; i < 8; i++)
		terms->q[i] &= set->q[i];
	return 0;
}

/* A search in a table of ranges, for the loop's callback. */
struct range_search {
	struct policyd_search search;
	__u64 generation;
	__u32 base;
	__u32 id;
	__s32 result;
};

static long subject_search_step(__u32 i, struct range_search *range)
{
	const struct policyd_header *header;
	void *image = image_of(range->generation);

	range->result = -1;
	if (!image)
		return 1;
	header = policyd_header_at(image);
	if (!header || header->generation != range->generation)
		return 1;
	range->result = policyd_search_step(image, range->base, range->id, &range->search);
	return range->result != 0;
}

/*
 * Number of the range that an id is in, -1 where it cannot be had (a new generation has come meanwhile).
 * Global, so that it is verified once.
 */
__noinline __weak int subject_range(__u32 base, __u32 count, __u32 id, __u64 generation)
{
	struct range_search range = {.base = base, .id = id, .generation = generation};

	range.search.high = count;
	bpf_loop(POLICYD_SEARCH_STEPS + 1, subject_search_step, &range, 0);
	return range.result == 1 ? (int)range.search.low : -1;
}

/* Keeps the terms that an id fits, from a table of ranges; no table: no term asks. */
static __always_inline int terms_keep_id(void *image, const struct policyd_header *header, __u32 base,
					 __u32 count, __u32 id, struct policyd_line *terms)
{
	__u32 line;
	int range;

	if (!count)
		return 0;
	range = subject_range(base, count, id, header->generation);
	if (range < 0)
		return -1;
	line = policyd_range_line(image, base, (__u32)range);
	return line ? terms_keep(image, line, terms) : -1;
}

/* The union over a task's groups, for the loop's callback. */
struct group_walk {
	struct policyd_line terms;
	__u64 groups; /* address of gid[0] */
	__u64 generation;
	__u32 base;
	__u32 count;
	__u32 primary;
	__u32 failed;
};

/* Adds the terms of group i: the primary one, then the supplementary ones. */
static long subject_group(__u32 i, struct group_walk *walk)
{
	void *image = image_of(walk->generation);
	const struct policyd_line *set;
	__u32 gid = walk->primary;
	int range;

	walk->failed = 1;
	if (!image)
		return 1;
	if (i && bpf_probe_read_kernel(&gid, sizeof(gid), (void *)(walk->groups + 4ULL * (i - 1))))
		return 1;
	range = subject_range(walk->base, walk->count, gid, walk->generation);
	if (range < 0)
		return 1;
	set = policyd_line_at(image, policyd_range_line(image, walk->base, (__u32)range));
	if (!set)
		return 1;
	for (int k = 0; k < 8; k++)
		walk->terms.q[k] |= set->q[k];
	walk->failed = 0;
	return 0;
}

/*
 * Keeps the terms that the group or one of the supplementary groups fits, of the credentials at an address.
 * What is read goes through the members of `walk`: the stack of the deepest chain of calls has no room for
 * more.
 */
static __noinline int terms_keep_groups(const struct decision *decision, const struct policyd_fixed *fixed,
					__u64 credentials, struct policyd_line *terms)
{
	const struct cred *cred = (void *)credentials;
	const struct policyd_line *none = policyd_line_at(decision->image, fixed->no_group);
	struct group_walk walk;
	struct group_info *info;
	__u32 count;

	if (!none)
		return -1;
	walk.terms = *none;
	walk.generation = decision->header->generation;
	walk.base = fixed->group;
	walk.count = fixed->group_count;
	if (bpf_core_read(&walk.primary, sizeof(walk.primary), &cred->gid.val) ||
	    bpf_core_read(&walk.groups, sizeof(walk.groups), &cred->group_info))
		return -1;
	info = (void *)walk.groups;
	if (bpf_core_read(&walk.failed, sizeof(walk.failed), &info->ngroups))
		return -1;
	count = walk.failed;
	walk.failed = 0;
	walk.groups += bpf_core_field_offset(info->gid);
	bpf_loop(1 + (count > SUBJECT_GROUPS_MAX ? SUBJECT_GROUPS_MAX : count), subject_group, &walk, 0);
	if (walk.failed)
		return -1;
	for (int i = 0; i < 8; i++)
		terms->q[i] &= walk.terms.q[i];
	return 0;
}

/* State of the name of the file that the task executes, SUBJECT_NO_EXE for kernel threads, or NAME_FAILED. */
static __always_inline __u64 subject_exe(const struct decision *decision, struct task_struct *task)
{
	struct mm_struct *mm = task->mm;
	struct file *file;

	if (!mm || task->flags & PF_KTHREAD)
		return SUBJECT_NO_EXE;
	file = mm->exe_file;
	if (!file)
		return SUBJECT_NO_EXE;
	return name_slow(name_address(file->f_path.dentry), decision->header->generation);
}

/* Keeps the terms that fit the executable with that state. */
static __noinline int terms_keep_exe(const struct decision *decision, const struct policyd_fixed *fixed,
				     __u64 exe, struct policyd_line *terms)
{
	const struct policyd_class *class;
	struct name name = {};

	if (exe == SUBJECT_NO_EXE)
		return terms_keep(decision->image, fixed->no_exe, terms);
	name_resolve(&name, exe, decision);
	if (name.reason)
		return -1;
	class = policyd_class_at(decision->image, decision->header, name.class);
	return class ? terms_keep(decision->image, class->exe, terms) : -1;
}

/* Keeps the terms that fit the cgroup with that state. */
static __noinline int terms_keep_cgroup(const struct decision *decision, __u64 cgroup,
					struct policyd_line *terms)
{
	const struct policyd_class *class;
	struct name name = {};

	name_resolve(&name, cgroup, decision);
	if (name.reason)
		return -1;
	class = policyd_class_at(decision->image, decision->header, name.class);
	return class ? terms_keep(decision->image, class->cgroup, terms) : -1;
}

/*
 * Computes the class of a task with the credentials at an address, whose executable's name has the state
 * `exe` and whose cgroup the state `cgroup`; SUBJECT_FAILED where that cannot be done. By address, because it
 * need not be the current task. Global, so that it is verified once.
 */
__noinline __weak __u64 subject_compute(__u64 credentials, __u32 login, __u64 exe, __u64 cgroup,
					__u64 generation)
{
	const struct cred *cred = (void *)credentials;
	void *image = image_of(generation);
	const struct policyd_line *all;
	const struct policyd_fixed *fixed;
	/* Members that are free here hold the ids: the deepest chain of calls has no stack left. */
	struct decision decision = {.device = login};
	struct policyd_line terms;

	if (!image || bpf_core_read(&decision.subject, sizeof(decision.subject), &cred->uid.val))
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
	    terms_keep(image, fixed->no_ancestor, &terms) || terms_keep_cgroup(&decision, cgroup, &terms) ||
	    terms_keep_id(image, decision.header, fixed->user, fixed->user_count, decision.subject, &terms) ||
	    terms_keep_id(image, decision.header, fixed->login, fixed->login_count, decision.device, &terms))
		return SUBJECT_FAILED;
	if (fixed->group_count && terms_keep_groups(&decision, fixed, credentials, &terms))
		return SUBJECT_FAILED;
	return policyd_subject_find(image, decision.header, &terms, &decision.subject) ? SUBJECT_FAILED
										       : decision.subject;
}

/* Whether the entry holds for this generation and for the cgroup that the current task is in now. */
static __always_inline bool subject_holds(const struct task_entry *entry, __u64 generation)
{
	return entry->generation == generation &&
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

	if (entry && subject_holds(entry, generation)) {
		decision->subject = entry->subject;
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

/* Computes the class of the current task from its cgroup's state and all else, and keeps it. */
static __noinline int subject_establish(struct decision *decision)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u64 generation = decision->header->generation;
	struct task_entry *entry;
	__u64 subject;

	if (decision->subject_reason)
		return -1;
	subject = subject_compute(name_address((void *)task->real_cred), task->loginuid.val,
				  subject_exe(decision, task), decision->subject, generation);
	if (subject & SUBJECT_FAILED) {
		decision->subject_reason = POLICYD_REASON_SUBJECT;
		return -1;
	}
	decision->subject = (__u32)subject;
	entry = bpf_task_storage_get(&tasks, task, NULL, 0);
	if (!entry)
		return 0; /* costs speed only: the class was computed */
	entry->subject = (__u32)subject;
	entry->generation = generation;
	return 0;
}

/* Puts the class of the current task into `decision`. */
static __always_inline void subject_current(struct decision *decision)
{
	if (!subject_recall(decision))
		subject_establish(decision);
}

/* Makes the next decision compute the class anew: for exec and changes of credentials. */
static __always_inline void subject_forget(void)
{
	struct task_entry *entry = bpf_task_storage_get(&tasks, bpf_get_current_task_btf(), NULL, 0);

	if (entry)
		entry->generation = 0;
}

#endif
