/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Who listens on a socket: remembered on the socket, because connections arrive in interrupts.
 */
#ifndef BPF_LSM_LISTENER_H
#define BPF_LSM_LISTENER_H

#include "decide.bpf.h"

/* The process that listens, and what its class depends on; addresses. */
struct owner {
	__u64 mm;
	__u64 exe; /* struct file */
	__u64 cred;
	__u32 login;
	__u32 reserved;
};

/* Reads what the listener's process is now; -1: it is gone. */
static __always_inline int owner_read(const struct listener *listener, struct owner *owner)
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

/* Class of the process that listens, SUBJECT_FAILED where nobody is known. */
static __noinline __u64 owner_subject(struct listener *listener, __u64 generation)
{
	struct owner owner = {}, after = {};
	__u64 dentry, subject;

	if (owner_read(listener, &owner))
		return SUBJECT_FAILED;
	if (listener->generation == generation && listener->exe == owner.exe && listener->cred == owner.cred)
		return listener->subject;
	dentry = file_dentry(owner.exe);
	if (!dentry)
		return SUBJECT_FAILED;
	subject = subject_compute(owner.cred, owner.login, name_slow(dentry, generation), generation);
	/* What was read counts only if the process did not end or change meanwhile. */
	if (owner_read(listener, &after) || after.mm != owner.mm || after.exe != owner.exe ||
	    after.cred != owner.cred || subject & SUBJECT_FAILED)
		return SUBJECT_FAILED;
	listener->generation = 0;
	listener->exe = owner.exe;
	listener->cred = owner.cred;
	listener->subject = (__u32)subject;
	listener->generation = generation;
	return subject;
}

/* Remembers the current process as the one that listens. Without memory for it nobody is known. */
static __always_inline int listener_remember(struct sock *sk)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct decision decision;
	struct listener *listener;
	struct owner owner = {};
	__u64 leader;

	if (!decision_open(&decision) || !decision.header->net)
		return 0;
	listener = bpf_sk_storage_get(&listeners, sk, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!listener)
		return 0;
	leader = name_address((void *)task->group_leader);
	if (listener->task == leader && listener->generation == decision.header->generation &&
	    !owner_read(listener, &owner) && owner.exe == listener->exe && owner.cred == listener->cred)
		return 0;
	listener->generation = 0;
	event_who(&listener->head, task);
	listener->task = leader;
	if (owner_read(listener, &owner) || subject_current(&decision))
		return 0;
	listener->exe = owner.exe;
	listener->cred = owner.cred;
	listener->subject = decision.subject;
	listener->generation = decision.header->generation;
	return 0;
}

#endif
