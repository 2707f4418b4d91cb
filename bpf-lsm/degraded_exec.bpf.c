/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Executed programs on hosts without BPF LSM, for policies that accept that (`degraded: audit`).
 *
 *   degraded_begin   who is about to execute another program
 *   degraded_run     the program, when it was executed. Scripts are not seen, but their interpreters.
 */
#include "seen.bpf.h"

/* execve, execveat */
static __always_inline bool is_exec(__u32 arch, __u64 number)
{
	switch (arch) {
	case POLICYD_ARCH_X86_64:
		return number == 59 || number == 322;
	case POLICYD_ARCH_X32:
		return number == 520 || number == 545;
	case POLICYD_ARCH_I386:
		return number == 11 || number == 358;
	case POLICYD_ARCH_AARCH64:
		return number == 221 || number == 281;
	default:
		return number == 11 || number == 387;
	}
}

/* Keeps the class that the task has before it becomes another program; the storage goes with the task. */
SEC("raw_tp/sys_enter")
int BPF_PROG(degraded_begin, void *registers, long id)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u64 number = (__u64)id;
	struct task_entry *entry;
	struct decision decision;

	if (id < 0 || !is_exec(syscall_arch(task, &number), number) || !in_scope() ||
	    !decision_open(&decision))
		return 0;
	subject_current(&decision);
	entry = bpf_task_storage_get(&tasks, task, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!entry)
		return 0;
	entry->generation = decision.subject_reason ? 0 : decision.header->generation;
	entry->subject = decision.subject;
	return 0;
}

/* The class from before; programs that the kernel starts by itself, and those of which it was not kept, have
 * none. */
static __always_inline void subject_before(struct decision *decision)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct task_entry *entry = bpf_task_storage_get(&tasks, task, NULL, 0);

	decision->subject_reason = POLICYD_REASON_SUBJECT;
	if (!entry)
		return;
	if (entry->generation == decision->header->generation) {
		decision->subject = entry->subject;
		decision->subject_reason = POLICYD_REASON_NONE;
	}
	entry->generation = 0;
}

SEC("raw_tp/sched_process_exec")
int BPF_PROG(degraded_run, struct task_struct *task, int old_pid, struct linux_binprm *bprm)
{
	struct seen seen = {.ops = POLICYD_OP_EXEC_RUN};
	struct decision decision;
	struct name name = {};
	struct file *file = NULL;

	if (!in_scope() || !decision_open(&decision))
		return 0;
	if (bpf_core_read(&file, sizeof(file), &bprm->file) ||
	    bpf_core_read(&seen.dentry, sizeof(seen.dentry), &file->f_path.dentry))
		return 0;
	seen_classify(&name, seen.dentry, &decision);
	if (!name.reason && !(seen.ops & ~name.quiet))
		return 0;
	subject_before(&decision);
	return seen_decide(&decision, &name, &seen);
}
