/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Self-protection: policyd's process. Its own threads pass, and so does process 1 where it sends signals: a
 * service manager has to be able to end a service.
 *
 *   task_kill             signals, but for 0 (asks), HUP (reads the policies again) and CONT
 *   ptrace_access_check   ptrace, /proc/PID/mem, process_vm_readv and _writev, pidfd_getfd, kcmp
 *   task_setrlimit        prlimit
 *   task_setscheduler     policy, priority and processors
 *   task_setnice          niceness
 *
 * The kernel's own signals (the memory killer, cgroup.kill) do not come here. What ps reads is not covered.
 */
#include "guard.bpf.h"

#define PTRACE_MODE_ATTACH  0x02
#define PTRACE_MODE_NOAUDIT 0x04
#define PTRACE_MODE_FSCREDS 0x08
#define SIGHUP		    1
#define SIGCONT		    18

/* Verdict on what the current task does to `target`. */
static __always_inline int guard_deed(struct task_struct *target, __u32 deed, __u32 number)
{
	/* A helper has no rights, but to set its own limits. */
	if (!guard_covers(target) || guard_is_policyd() ||
	    (__u32)target->tgid == (__u32)(bpf_get_current_pid_tgid() >> 32))
		return 0;
	return guard_refuse(deed, number, event_exe(target));
}

SEC("lsm/task_kill")
int BPF_PROG(guard_kill, struct task_struct *target, void *info, int number, const struct cred *cred, int ret)
{
	if (ret)
		return ret;
	if (number == 0 || number == SIGHUP || number == SIGCONT || guard_is_init())
		return 0;
	return guard_deed(target, POLICYD_GUARD_DEED_SIGNAL, (__u32)number);
}

SEC("lsm/ptrace_access_check")
int BPF_PROG(guard_trace, struct task_struct *target, unsigned int mode, int ret)
{
	if (ret)
		return ret;
	if (!(mode & PTRACE_MODE_ATTACH) && (mode & (PTRACE_MODE_FSCREDS | PTRACE_MODE_NOAUDIT)))
		return 0;
	return guard_deed(target, POLICYD_GUARD_DEED_TRACE, 0);
}

SEC("lsm/task_setrlimit")
int BPF_PROG(guard_limit, struct task_struct *target, unsigned int resource, void *limit, int ret)
{
	if (ret)
		return ret;
	return guard_deed(target, POLICYD_GUARD_DEED_LIMIT, 0);
}

SEC("lsm/task_setscheduler")
int BPF_PROG(guard_schedule, struct task_struct *target, int ret)
{
	if (ret)
		return ret;
	return guard_deed(target, POLICYD_GUARD_DEED_LIMIT, 0);
}

SEC("lsm/task_setnice")
int BPF_PROG(guard_nice, struct task_struct *target, int nice, int ret)
{
	if (ret)
		return ret;
	return guard_deed(target, POLICYD_GUARD_DEED_LIMIT, 0);
}
