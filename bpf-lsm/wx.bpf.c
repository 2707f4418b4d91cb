/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * wx-memory: memory that is or was writable becomes executable, in a process that never did so. Attached when
 * a policy first looks for it; while none does any more, the programs do nothing.
 *
 * A process that did so, and was not refused, is told no more until it executes another program: whoever
 * makes code does so all the time. That is kept with its main task, whether a policy is about the process or
 * not; what it forks has the same memory, and so the same record.
 *
 *   wx_map (the hook mmap_file), wx_turn (the hook file_mprotect)
 *                      anonymous memory and private copies, as the operation `anonymous` of exec rules; the
 *                      memory of a file that is mapped shared by a descriptor that may write; and that of a
 *                      file without a name. Programs run from such a file are memory-exec's.
 *   wx_fork (the hook task_alloc)
 *                      a new process has done what its parent did
 *   wx_run (the hook bprm_committed_creds)
 *                      another program has done nothing; before its file is mapped
 */
#include "anomaly.bpf.h"
#include "memory.bpf.h"

/* Of the main task of a process: there where it made writable memory executable. */
struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, __u64);
} wx_processes SEC(".maps") __weak;

/* What a file's memory is, beside what is private to the process. POLICYD_WX_COUNT: the file's contents. */
static __always_inline __u32 wx_of_file(struct file *file)
{
	if (file->f_mapping->i_mmap_writable.counter > 0)
		return POLICYD_WX_ALIAS;
	if (!file->f_inode->i_nlink && !(file->f_flags & FMODE_EXEC))
		return POLICYD_WX_UNNAMED;
	return POLICYD_WX_COUNT;
}

static __always_inline __u32 wx_of(enum memory memory, struct file *file)
{
	switch (memory) {
	case MEMORY_ANONYMOUS:
		return POLICYD_WX_ANONYMOUS;
	case MEMORY_COPY:
		return POLICYD_WX_COPY;
	case MEMORY_OTHER:
		break;
	}
	return wx_of_file(file);
}

/* The current process did it. Where its record has no room it is told again the next time. */
static __noinline int wx_happened(__u64 object, __u32 how)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct decision decision;
	int r;

	if (!anomaly_open(&decision, POLICYD_ANOMALY_WX_MEMORY) ||
	    bpf_task_storage_get(&wx_processes, task->group_leader, NULL, 0))
		return 0;
	r = anomaly_happened(POLICYD_ANOMALY_WX_MEMORY, object, how, 0);
	if (!r &&
	    !bpf_task_storage_get(&wx_processes, task->group_leader, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE))
		counter_add(POLICYD_COUNT_LOST_COUNT);
	return r;
}

SEC("lsm/mmap_file")
int BPF_PROG(wx_map, struct file *file, unsigned long reqprot, unsigned long prot, unsigned long flags,
	     int ret)
{
	enum memory memory;
	__u32 how;

	if (ret || !(prot & PROT_EXEC))
		return ret;
	memory = memory_mapped(file, prot, flags);
	if (memory == MEMORY_ANONYMOUS || !file)
		return wx_happened(0, POLICYD_WX_ANONYMOUS);
	how = prot & PROT_WRITE && memory == MEMORY_OTHER ? POLICYD_WX_ALIAS : wx_of(memory, file);
	return how == POLICYD_WX_COUNT ? 0 : wx_happened(address_of(file->f_path.dentry), how);
}

SEC("lsm/file_mprotect")
int BPF_PROG(wx_turn, struct vm_area_struct *vma, unsigned long reqprot, unsigned long prot, int ret)
{
	enum memory memory;
	struct file *file;
	__u32 how;

	if (ret || !memory_becomes(vma->vm_flags, prot))
		return ret;
	memory = memory_turned(vma, prot);
	file = vma->vm_file;
	if (memory == MEMORY_ANONYMOUS || !file)
		return wx_happened(0, POLICYD_WX_ANONYMOUS | POLICYD_WX_TURNED);
	how = wx_of(memory, file);
	return how == POLICYD_WX_COUNT
		       ? 0
		       : wx_happened(address_of(file->f_path.dentry), how | POLICYD_WX_TURNED);
}

SEC("lsm/task_alloc")
int BPF_PROG(wx_fork, struct task_struct *task, unsigned long clone_flags, int ret)
{
	struct task_struct *parent = bpf_get_current_task_btf();

	if (ret || clone_flags & CLONE_THREAD ||
	    !bpf_task_storage_get(&wx_processes, parent->group_leader, NULL, 0))
		return ret;
	if (!bpf_task_storage_get(&wx_processes, task, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE))
		counter_add(POLICYD_COUNT_LOST_COUNT);
	return 0;
}

SEC("lsm/bprm_committed_creds")
int BPF_PROG(wx_run, struct linux_binprm *bprm)
{
	bpf_task_storage_delete(&wx_processes, bpf_get_current_task_btf());
	return 0;
}
