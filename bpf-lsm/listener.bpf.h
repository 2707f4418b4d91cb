/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Who listens on a socket: remembered on the socket, because connections arrive in interrupts.
 */
#ifndef BPF_LSM_LISTENER_H
#define BPF_LSM_LISTENER_H

#include "decide.bpf.h"
#include "kernel_net.bpf.h"

#define LISTENER_REFUSED (1ULL << 37)
#define LISTENER_UNKNOWN (~0U) /* no class: requests are refused */

/* The process that listens, and what its class depends on; addresses. */
struct owner {
	__u64 mm;
	__u64 exe; /* struct file */
	__u64 cred;
	__u64 cgroup; /* its node */
	__u32 login;
	__u32 reserved;
};

/* Reads what the listener's process is now; -1: it is gone. */
static __noinline int owner_read(const struct listener *listener, struct owner *owner)
{
	struct task_struct *task = (void *)listener->task;
	struct mm_struct *mm = NULL;
	__u64 start_time = 0;
	__u32 flags = PF_EXITING;
	int pid = 0;

	if (!task || bpf_core_read(&flags, sizeof(flags), &task->flags) ||
	    bpf_core_read(&pid, sizeof(pid), &task->pid) ||
	    bpf_core_read(&start_time, sizeof(start_time), &task->start_boottime) ||
	    bpf_core_read(&mm, sizeof(mm), &task->mm) ||
	    bpf_core_read(&owner->cred, sizeof(owner->cred), &task->real_cred) ||
	    bpf_core_read(&owner->login, sizeof(owner->login), &task->loginuid.val))
		return -1;
	if (flags & PF_EXITING || (__u32)pid != listener->head.pid ||
	    start_time != listener->head.start_time || !mm)
		return -1;
	owner->mm = (__u64)mm;
	owner->cgroup = cgroup_node(task);
	return bpf_core_read(&owner->exe, sizeof(owner->exe), &mm->exe_file) || !owner->exe ? -1 : 0;
}

/* Address of the dentry of an open file, 0 where it cannot be read. */
static __always_inline __u64 file_dentry(__u64 address)
{
	struct file *file = (void *)address;
	__u64 dentry = 0;

	bpf_core_read(&dentry, sizeof(dentry), &file->f_path.dentry);
	return dentry;
}

/* Class of the process that was read. */
static __always_inline __u64 owner_compute(const struct listener *listener, const struct owner *owner,
					   __u64 generation)
{
	__u64 cgroup = cgroup_of(owner->cgroup, generation);

	if (cgroup & NAME_FAILED || lineage_refresh(listener->lineage, generation))
		return SUBJECT_FAILED;
	return subject_compute(owner->cred, subject_numbers(owner->login, cgroup),
			       name_slow(file_dentry(owner->exe), generation), listener->lineage, generation);
}

/* Whether the process is still what was read. */
static __noinline int owner_stands(const struct listener *listener, const struct owner *owner)
{
	struct owner after = {};

	return !owner_read(listener, &after) && after.mm == owner->mm && after.exe == owner->exe &&
	       after.cred == owner->cred && after.cgroup == owner->cgroup;
}

static __always_inline bool owner_remembered(const struct listener *listener, const struct owner *owner)
{
	return listener->exe == owner->exe && listener->cred == owner->cred &&
	       listener->cgroup == cgroup_id(owner->cgroup);
}

/* Whether this program may write; the sequence is odd until listener_unlock(). */
static __always_inline bool listener_lock(struct listener *listener, __u32 sequence)
{
	return !(sequence & 1) &&
	       __sync_val_compare_and_swap(&listener->sequence, sequence, sequence + 1) == sequence;
}

static __always_inline void listener_unlock(struct listener *listener)
{
	__sync_fetch_and_add(&listener->sequence, 1);
}

/* Remembers the class that was computed, unless the listener has changed since `sequence`. */
static __always_inline void owner_keep(struct listener *listener, __u32 sequence, const struct owner *owner,
				       __u32 subject, __u64 generation)
{
	if (!listener_lock(listener, sequence))
		return;
	listener->exe = owner->exe;
	listener->cred = owner->cred;
	listener->cgroup = cgroup_id(owner->cgroup);
	listener->subject = subject;
	listener->generation = generation;
	listener_unlock(listener);
}

/*
 * Class of the process that listens: SUBJECT_FAILED where nobody is known, LISTENER_REFUSED where it cannot
 * be established, because the process or what is remembered is changing.
 */
static __noinline __u64 owner_subject(struct listener *listener, __u64 generation)
{
	__u32 sequence = listener->sequence;
	struct owner owner = {};
	__u64 subject;

	if (owner_read(listener, &owner)) {
		subject = listener->generation == generation ? listener->subject : SUBJECT_FAILED;
		return sequence & 1 || listener->sequence != sequence ? LISTENER_REFUSED : subject;
	}
	if (listener->generation == generation && owner_remembered(listener, &owner)) {
		subject = listener->subject;
		return sequence & 1 || listener->sequence != sequence ? LISTENER_REFUSED : subject;
	}
	subject = owner_compute(listener, &owner, generation);
	/* What was read counts only if the process did not end or change meanwhile. */
	if (!owner_stands(listener, &owner) || sequence & 1 || listener->sequence != sequence ||
	    subject & SUBJECT_FAILED)
		return LISTENER_REFUSED;
	owner_keep(listener, sequence, &owner, (__u32)subject, generation);
	return subject;
}

/* Whether what is remembered says the same of the current process, whose class is known. */
static __noinline bool listener_says(const struct listener *listener, const struct decision *decision)
{
	struct owner owner = {};

	return listener->generation == decision->header->generation && !decision->subject_reason &&
	       listener->subject == decision->subject && !owner_read(listener, &owner) &&
	       owner_remembered(listener, &owner);
}

/*
 * Address of what the current process came from: of its first thread, which is there as long as the process
 * is. 0 where there is no memory for it.
 */
static __noinline __u64 owner_lineage(struct task_struct *task)
{
	struct task_entry *entry = bpf_task_storage_get(&tasks, task, NULL, 0), *first;

	first = bpf_task_storage_get(&tasks, task->group_leader, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!entry || !first)
		return 0;
	/* A thread that is older than policyd, and has done nothing since: it has the history of the others.
	 */
	if (!(first->lineage.flags & POLICYD_LINEAGE_KNOWN))
		first->lineage = entry->lineage;
	return address_of(&first->lineage);
}

/* Writes the current process and its class. */
static __noinline int listener_write(struct listener *listener, const struct decision *decision)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct owner owner = {};

	if (!listener_lock(listener, listener->sequence))
		return 0;
	event_who(&listener->head, task);
	listener->task = address_of((void *)task->group_leader);
	listener->lineage = owner_lineage(task);
	owner_read(listener, &owner);
	/* A process whose first thread has ended cannot be read later: what is known now holds. */
	listener->subject = decision->subject_reason ? LISTENER_UNKNOWN : decision->subject;
	listener->generation = decision->subject_reason && owner.exe ? 0 : decision->header->generation;
	listener->exe = owner.exe;
	listener->cred = owner.cred;
	listener->cgroup = cgroup_id(owner.cgroup);
	listener_unlock(listener);
	return 0;
}

/*
 * Remembers the current process as the one that listens. Without room for that the call is refused: a
 * program can use up a socket's memory. Processes of one class take turns without a write, since requests
 * are refused meanwhile.
 */
static __always_inline int listener_remember(struct sock *sk)
{
	struct decision decision;
	struct listener *listener;

	if (!decision_open(&decision) || !decision.header->net)
		return 0;
	listener = bpf_sk_storage_get(&listeners, sk, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!listener)
		return -ENOMEM;
	subject_current(&decision);
	lineage_begin();
	if (!listener_says(listener, &decision))
		listener_write(listener, &decision);
	return 0;
}

#endif
