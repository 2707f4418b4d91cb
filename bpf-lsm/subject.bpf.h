/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The subject class of the current task: which policies apply to it. Kept in task storage with the
 * generation it is from; computed at the first decision, recomputed when it is of another generation,
 * after exec, when credentials have changed, and when the task is in another cgroup.
 */
#ifndef BPF_LSM_SUBJECT_H
#define BPF_LSM_SUBJECT_H

#include "cache.bpf.h"
#include "ancestry.bpf.h"
#include "cgroup.bpf.h"
#include "lane.bpf.h"
#include "self.bpf.h"
#include "subject_word.bpf.h"
#include "terms.bpf.h"

#define SUBJECT_NO_EXE (1ULL << 35)
#define SUBJECT_FAILED (1ULL << 36)

#define SUBJECT_UNREAD 1 /* in place of an address */

/* Address of the dentry of the file that the task executes, 0 for kernel threads; by itself, for the stack.
 */
static __noinline __u64 subject_file(struct task_struct *task)
{
	struct mm_struct *mm = NULL;
	struct file *file = NULL;
	__u64 dentry = 0;

	if (task->flags & PF_KTHREAD)
		return 0;
	if (bpf_core_read(&mm, sizeof(mm), &task->mm))
		return SUBJECT_UNREAD;
	if (!mm)
		return 0;
	if (bpf_core_read(&file, sizeof(file), &mm->exe_file))
		return SUBJECT_UNREAD;
	return file && bpf_core_read(&dentry, sizeof(dentry), &file->f_path.dentry) ? SUBJECT_UNREAD : dentry;
}

/* Address of the credentials of the task, 0 where it cannot be read. */
static __noinline __u64 subject_credentials(struct task_struct *task)
{
	return (__u64)BPF_CORE_READ(task, real_cred);
}

/* State of the name of the file that the task executes, SUBJECT_NO_EXE for kernel threads, or NAME_FAILED. */
static __always_inline __u64 subject_exe(const struct decision *decision, struct task_struct *task)
{
	__u64 dentry = subject_file(task);

	if (dentry == SUBJECT_UNREAD)
		return NAME_FAILED | POLICYD_REASON_READ;
	return dentry ? name_slow(dentry, decision->header->generation) : SUBJECT_NO_EXE;
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
	if (name.reason || name.folded)
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

/* What of a task is a number already: login uid and the state of its cgroup. */
static __always_inline __u64 subject_numbers(__u32 login, __u64 cgroup)
{
	return cgroup << 32 | login;
}

/*
 * Computes the class of a task with the credentials at an address, whose executable's name has the state
 * `exe`, with subject_numbers(), and whose lineage is at an address and refreshed (0: nobody asks);
 * SUBJECT_FAILED where that cannot be done. By address, because it need not be the current task. Global, so
 * that it is verified once.
 */
__noinline __weak __u64 subject_compute(__u64 credentials, __u64 numbers, __u64 exe, __u64 lineage,
					__u64 generation)
{
	const struct cred *cred = (void *)credentials;
	void *image = image_of(generation);
	const struct policyd_line *all;
	const struct policyd_fixed *fixed;
	/* Members that are free here hold the ids: the deepest chain of calls has no stack left. */
	struct decision decision = {.device = (__u32)numbers};
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
	if (terms_keep_exe(&decision, fixed, exe, &terms) ||
	    terms_keep_script(&decision, fixed, lineage, &terms) ||
	    terms_keep_ancestors(&decision, fixed, lineage, &terms) ||
	    terms_keep_cgroup(&decision, numbers >> 32, &terms) ||
	    terms_keep_id(image, decision.header, fixed->user, fixed->user_count, decision.subject, &terms) ||
	    terms_keep_id(image, decision.header, fixed->login, fixed->login_count, decision.device, &terms))
		return SUBJECT_FAILED;
	if (fixed->group_count && terms_keep_groups(&decision, fixed, credentials, &terms))
		return SUBJECT_FAILED;
	return policyd_subject_find(image, decision.header, &terms, &decision.subject) ? SUBJECT_FAILED
										       : decision.subject;
}

/* Keeps the class of the current task at hand, where nothing but exec and new credentials can change it. */
static __always_inline void subject_keep(const struct task_entry *entry, __u64 generation)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u64 *word = subject_word(task);

	if (word && !entry->cgroup)
		*(volatile __u64 *)word = subject_seal(task, generation) | (entry->subject & SUBJECT_MASK);
}

/* Whether classes that an earlier image gave hold in the decision's. */
static __noinline bool subject_lasts(const struct decision *decision, __u64 then)
{
	const struct policyd_tables *tables = (void *)policyd_line_at(decision->image, POLICYD_TABLES);

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
	const struct policyd_tables *tables = (void *)policyd_line_at(decision->image, POLICYD_TABLES);

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
	__u64 generation = decision->header->generation;
	struct task_entry *entry;
	__u64 subject;

	if (self_is_policyd())
		subject = subject_own(decision);
	else if (decision->subject_reason)
		return -1;
	else
		subject = subject_compute(subject_credentials(task),
					  subject_numbers(task->loginuid.val, decision->subject),
					  subject_exe(decision, task), lineage, generation);
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
	__u64 *word = subject_word(task);

	if (entry)
		entry->generation = 0;
	if (word)
		*(volatile __u64 *)word = 0;
}

#endif
