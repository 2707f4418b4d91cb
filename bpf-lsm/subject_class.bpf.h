/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The subject class that a task has by what it is: its executable, what it came from, its cgroup and ids.
 * subject.bpf.h keeps that of the current task, target.bpf.h asks for that of another.
 */
#ifndef BPF_LSM_SUBJECT_CLASS_H
#define BPF_LSM_SUBJECT_CLASS_H

#include "cache.bpf.h"
#include "ancestry.bpf.h"
#include "cgroup.bpf.h"
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

#endif
