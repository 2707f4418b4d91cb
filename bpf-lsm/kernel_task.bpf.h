/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The kernel's types of tasks, their credentials and namespaces, as far as they are read. Part of
 * kernel.bpf.h.
 */
#ifndef BPF_LSM_KERNEL_TASK_H
#define BPF_LSM_KERNEL_TASK_H

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

typedef struct {
	unsigned int val;
} kgid_t;

struct group_info {
	int ngroups;
	kgid_t gid[0];
};

struct user_namespace {
	int level; /* 0: the first one */
};

struct cred {
	kuid_t uid;
	kgid_t gid;
	kuid_t suid;
	kuid_t euid;
	kuid_t fsuid;
	struct user_namespace *user_ns;
	struct group_info *group_info;
};

struct mm_struct {
	unsigned long arg_start;
	unsigned long arg_end;
	struct file *exe_file;
};

struct ns_common {
	unsigned int inum;
};

/* Since 6.18. */
struct ns_common___id {
	__u64 ns_id;
};

struct mnt_namespace {
	struct ns_common ns;
};

/* Until then. */
struct mnt_namespace___seq {
	__u64 seq;
};

struct pid_namespace {
	struct ns_common ns;
};

struct nsproxy {
	struct mnt_namespace *mnt_ns;
	struct pid_namespace *pid_ns_for_children;
};

struct notification;

struct seccomp_filter {
	struct seccomp_filter *prev;
	struct notification *notif;
};

struct seccomp {
	struct seccomp_filter *filter;
};

/* x86 keeps the way into the kernel in `status`, arm64 in `flags`. */
struct thread_info {
	unsigned long flags;
	__u32 status;
};

struct task_struct {
	struct thread_info thread_info;
	unsigned int flags;
	unsigned int ptrace;
	int pid;
	int tgid;
	struct task_struct *real_parent;
	struct task_struct *group_leader;
	struct seccomp seccomp;
	const struct cred *real_cred;
	const struct cred *cred;
	struct mm_struct *mm;
	struct nsproxy *nsproxy;
	kuid_t loginuid;
	unsigned int sessionid;
	__u64 start_time;
	__u64 start_boottime;
	__u64 self_exec_id; /* another one after each execve() */
	char comm[16];
};

#pragma clang attribute pop

#endif
