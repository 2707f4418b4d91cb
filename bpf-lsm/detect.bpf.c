/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Detectors: what is suspicious each time. Attached when a policy first looks for it; while none does any
 * more, they do nothing.
 *
 * Where the subject class cannot be established the execution passes, and is counted as unresolved: whether
 * somebody without a known class may execute anything is decided by the hook of the section exec.
 *
 *   detect_memory (the hook bprm_check_security)
 *                      memory-exec: a program, script or interpreter whose file has no name: memory files,
 *                      deleted files, files that were made without a name
 *   detect_write (the hook file_open)
 *                      who opens a regular file for writing, with two ancestors, kept in the inode's storage
 *   detect_fresh (the hook bprm_check_security)
 *                      fresh-exec: such a file, executed by a process of the same tree
 *   detect_listen, detect_accept (the hooks socket_listen, socket_accept)
 *                      marks the process as a service. The first process is none: it listens for others.
 *   detect_shell (the hook bprm_check_security)
 *                      shell-from-service: a program with a shell's name, started by a service or its child
 */
#include "anomaly.bpf.h"

#define TREE_WRITER   3 /* the writer and two ancestors are kept */
#define TREE_EXECUTOR 8 /* the executing process and seven ancestors are compared with them */
#define NAME_OF_SHELL 8 /* longer names are no shell's */

/* A process: numbers are used again, times are not. */
struct process {
	__u64 start;
	__u32 pid;
	__u32 reserved;
};

struct writer {
	struct policyd_example example;
	struct process tree[TREE_WRITER];
};

struct {
	__uint(type, BPF_MAP_TYPE_INODE_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct writer);
} writers SEC(".maps") __weak;

/* Of the main task of a process: when it first listened or accepted. */
struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct policyd_example);
} services SEC(".maps") __weak;

/* Verdict on the execution of a file as an instance of the kind. */
static __always_inline int detect_exec(__u32 kind, struct linux_binprm *bprm, __u32 age,
				       struct policyd_example *example)
{
	struct dentry *dentry = bprm->file->f_path.dentry;

	return anomaly_happened(kind, address_of(dentry), age, (__u64)example);
}

SEC("lsm/bprm_check_security")
int BPF_PROG(detect_memory, struct linux_binprm *bprm, int ret)
{
	struct inode *inode = bprm->file->f_inode;

	if (ret || inode->i_nlink)
		return ret;
	return detect_exec(POLICYD_ANOMALY_MEMORY_EXEC, bprm, 0, NULL);
}

SEC("lsm/file_open")
int BPF_PROG(detect_write, struct file *file, int ret)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct inode *inode = file->f_inode;
	struct decision decision;
	struct writer *writer;

	if (ret || !(file->f_mode & FMODE_WRITE) || (inode->i_mode & S_IFMT) != S_IFREG)
		return ret;
	if (!anomaly_open(&decision, POLICYD_ANOMALY_FRESH_EXEC))
		return 0;
	writer = bpf_inode_storage_get(&writers, inode, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!writer) {
		counter_add(POLICYD_COUNT_LOST_COUNT);
		return 0;
	}
	example_fill(&writer->example);
	for (int i = 0; i < TREE_WRITER; i++) {
		writer->tree[i].pid = task->tgid;
		writer->tree[i].start = task->group_leader->start_boottime;
		task = task->real_parent;
	}
	return 0;
}

/* Whether the executing process and the writer have a process of their trees in common, the first aside. */
static __noinline bool writer_is_near(struct writer *writer)
{
	struct task_struct *task = bpf_get_current_task_btf();

	if (!writer)
		return false;
	for (int i = 0; i < TREE_EXECUTOR; i++) {
		__u64 start = task->group_leader->start_boottime;
		__u32 pid = task->tgid;

		if (pid <= 1)
			return false;
		for (int k = 0; k < TREE_WRITER; k++)
			if (writer->tree[k].pid == pid && writer->tree[k].start == start)
				return true;
		task = task->real_parent;
	}
	return false;
}

SEC("lsm/bprm_check_security")
int BPF_PROG(detect_fresh, struct linux_binprm *bprm, int ret)
{
	struct writer *writer;
	__u64 age;

	if (ret)
		return ret;
	writer = bpf_inode_storage_get(&writers, bprm->file->f_inode, NULL, 0);
	if (!writer || !writer_is_near(writer))
		return 0;
	age = (bpf_ktime_get_boot_ns() - writer->example.time) / 1000000;
	if (age > 0xffffffff)
		return 0;
	return detect_exec(POLICYD_ANOMALY_FRESH_EXEC, bprm, (__u32)age, &writer->example);
}

static __always_inline void service_mark(void)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct policyd_example *service;
	struct decision decision;

	if (task->tgid == 1 || !anomaly_open(&decision, POLICYD_ANOMALY_SERVICE_SHELL))
		return;
	service = bpf_task_storage_get(&services, task->group_leader, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!service)
		counter_add(POLICYD_COUNT_LOST_COUNT);
	else if (!service->time)
		example_fill(service);
}

SEC("lsm/socket_listen")
int BPF_PROG(detect_listen, struct socket *sock, int backlog, int ret)
{
	if (!ret)
		service_mark();
	return ret;
}

SEC("lsm/socket_accept")
int BPF_PROG(detect_accept, struct socket *sock, struct socket *newsock, int ret)
{
	if (!ret)
		service_mark();
	return ret;
}

#define NAME8(a, b, c, d, e, f, g)                                                                           \
	((__u64)(a) | (__u64)(b) << 8 | (__u64)(c) << 16 | (__u64)(d) << 24 | (__u64)(e) << 32 |             \
	 (__u64)(f) << 40 | (__u64)(g) << 48)

/* By the name in its directory, as shells are installed. */
static __always_inline bool is_shell(struct dentry *dentry)
{
	union {
		char bytes[NAME_OF_SHELL];
		__u64 word;
	} name = {};

	if (dentry->d_name.len >= NAME_OF_SHELL)
		return false;
	bpf_probe_read_kernel_str(name.bytes, sizeof(name.bytes), (void *)BPF_CORE_READ(dentry, d_name.name));
	switch (name.word) {
	case NAME8('s', 'h', 0, 0, 0, 0, 0):
	case NAME8('b', 'a', 's', 'h', 0, 0, 0):
	case NAME8('r', 'b', 'a', 's', 'h', 0, 0):
	case NAME8('d', 'a', 's', 'h', 0, 0, 0):
	case NAME8('a', 's', 'h', 0, 0, 0, 0):
	case NAME8('z', 's', 'h', 0, 0, 0, 0):
	case NAME8('k', 's', 'h', 0, 0, 0, 0):
	case NAME8('k', 's', 'h', '9', '3', 0, 0):
	case NAME8('m', 'k', 's', 'h', 0, 0, 0):
	case NAME8('c', 's', 'h', 0, 0, 0, 0):
	case NAME8('t', 'c', 's', 'h', 0, 0, 0):
	case NAME8('f', 'i', 's', 'h', 0, 0, 0):
	case NAME8('b', 'u', 's', 'y', 'b', 'o', 'x'):
		return true;
	}
	return false;
}

SEC("lsm/bprm_check_security")
int BPF_PROG(detect_shell, struct linux_binprm *bprm, int ret)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct policyd_example *service;

	if (ret || !is_shell(bprm->file->f_path.dentry))
		return ret;
	service = bpf_task_storage_get(&services, task->group_leader, NULL, 0);
	if (!service)
		service = bpf_task_storage_get(&services, task->real_parent->group_leader, NULL, 0);
	if (!service)
		return 0;
	return detect_exec(POLICYD_ANOMALY_SERVICE_SHELL, bprm, 0, service);
}
