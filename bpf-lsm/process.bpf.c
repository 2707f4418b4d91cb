/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What one process does to another. The verdict is looked up by the subject classes of both.
 *
 *   ptrace_access_check   ptrace: attaching, /proc/PID/mem, process_vm_readv and _writev, pidfd_getfd; and
 *                         system calls that look into a process (kcmp, perf_event_open, move_pages). Reading
 *                         /proc/PID (environ, maps, fd: read access with PTRACE_MODE_FSCREDS) is what ps and
 *                         systemd do all day and is not covered
 *   ptrace_traceme        ptrace: the target asks its parent to trace it; the parent is who acts
 *   task_kill             signal: kill, tkill, tgkill, sigqueue, pidfd_send_signal. Signal 0 only asks
 * whether the process is there. The kernel does not call the hook for its own signals (of a terminal, of a
 * timer, of a fault); those that it sends later for a process (with `cred`) come from anywhere, also from
 * interrupts, and are not judged
 *
 * Threads of one process do to each other what they like.
 */
#include "pseudo.bpf.h"
#include "target.bpf.h"

#include <policyd/subject.h>

#define PTRACE_MODE_READ    0x01
#define PTRACE_MODE_ATTACH  0x02
#define PTRACE_MODE_NOAUDIT 0x04
#define PTRACE_MODE_FSCREDS 0x08

/* One question about two processes. */
struct deed {
	__u32 op;     /* mask, of section process */
	__u32 kernel; /* mask, of section kernel */
	__u32 signal;
	bool own;     /* the current task acts */
	bool silent;  /* the kernel only wants to know */
	bool unknown; /* the target's class could not be established */
	__u64 target; /* its subject class */
	__u32 row;    /* what is looked up: the row, */
	__u32 asked;  /* the mask of the one operation, */
	__u32 flags;  /* and what the event says of it */
};

/* The second process of an event, and what was done to it. */
static __noinline int event_process(const struct report *report, struct task_struct *actor,
				    struct task_struct *target, const struct deed *deed, __u64 generation)
{
	struct policyd_event_process *event;
	__u64 target_exe = event_exe_at(target);
	__u64 offset = sizeof(*event);

	event = event_reserve(report->error);
	if (!event)
		return 0;
	__builtin_memset(event, 0, sizeof(*event));
	event_start(&event->head, POLICYD_EVENT_PROCESS, report, generation);
	event_who(&event->head, actor);
	if (!deed->own) { /* helpers that know only the current task */
		bpf_probe_read_kernel(event->head.comm, sizeof(event->head.comm), &actor->comm);
		event->head.cgroup = 0;
	}
	event->target_pid = target->tgid;
	event->target_subject = (__u32)deed->target;
	event->signal = deed->signal;
	event->reason = report->reason;
	if (target_exe) {
		event_describe(&event->target_exe, target_exe);
		offset = event_place((char *)event, POLICYD_EVENT_SMALL, &event->target_exe, target_exe,
				     offset) &
			 0xffff;
	}
	event_close(event, &event->head, &event->exe, actor, offset);
	return 0;
}

/* What cannot be known of one of the two is refused, for the reason, and counted. */
static __always_inline void deed_unknown(struct report *report, __u32 reason)
{
	report->flags |= POLICYD_EVENT_UNRESOLVED;
	report->reason = reason;
	counter_add(POLICYD_COUNT_UNRESOLVED + (reason & 7));
}

/*
 * Verdict on what the deed asks. An unknown subject is refused where anybody is, an unknown target where the
 * subject is refused what it asks on some target.
 */
static __noinline int deed_decide(const struct decision *decision, struct task_struct *actor,
				  struct task_struct *target, const struct deed *deed)
{
	struct report report = {.subject = decision->subject, .flags = deed->flags};
	__u32 row = deed->row, op = deed->asked;
	int say;

	if (deed->silent)
		return pseudo_ask(decision, row, op);
	if (decision->subject_reason) {
		deed_unknown(&report, decision->subject_reason);
		report.error = EPERM;
		report.op = decide_first_bit(op);
		counter_add(POLICYD_COUNT_REFUSED);
		say = 1;
	} else {
		say = decide_cell(decision->image, decision->header, row, op, &report);
		if (say && deed->unknown)
			deed_unknown(&report, POLICYD_REASON_SUBJECT);
	}
	if (say == 1)
		event_process(&report, actor, target, deed, decision->header->generation);
	return say ? decide_return(report.error) : 0;
}

/* The row of the target. 1: ask it; 0: nothing to refuse. */
static __always_inline int deed_row(struct decision *decision, const struct policyd_process *process,
				    struct task_struct *target, struct deed *deed)
{
	deed->target = target_class(target, decision->header->generation);
	deed->unknown = deed->target & SUBJECT_FAILED;
	if (deed->unknown)
		deed->target = decision->subject_reason ? 0 : process->targets;
	if (!policyd_process_row(decision->image, process, (__u32)deed->target, deed->signal, &deed->row))
		return 1;
	deed->target = 0;
	decision->subject_reason = POLICYD_REASON_IMAGE;
	return deed->op & process->refuse ? 1 : 0;
}

/* Verdict on what `actor` does to `target`. */
static __always_inline int decide_deed(struct task_struct *actor, struct task_struct *target,
				       struct deed *deed)
{
	const struct policyd_process *process;
	struct decision decision;
	__u32 quiet = 0;
	__u64 subject;
	int r;

	if (actor->tgid == target->tgid || !decision_open(&decision))
		return 0;
	process = policyd_process_at(decision.image, decision.header);
	if (!process ||
	    decide_pseudo(decision.image, decision.header, POLICYD_PSEUDO_KERNEL, &deed->row, &quiet))
		return -EPERM;
	if (!(deed->op & ~process->quiet) && !(deed->kernel & ~quiet))
		return 0;
	if (deed->own) {
		subject_current(&decision);
	} else {
		subject = target_class(actor, decision.header->generation);
		decision.subject = (__u32)subject;
		if (subject & SUBJECT_FAILED)
			decision.subject_reason = POLICYD_REASON_SUBJECT;
	}
	if (deed->kernel & ~quiet) {
		deed->asked = deed->kernel;
		deed->flags = POLICYD_EVENT_OF_KERNEL;
		r = deed_decide(&decision, actor, target, deed);
		if (r)
			return r;
	}
	if (!(deed->op & ~process->quiet) || !deed_row(&decision, process, target, deed))
		return 0;
	deed->asked = deed->op;
	deed->flags = 0;
	return deed_decide(&decision, actor, target, deed);
}

SEC("lsm/ptrace_access_check")
int BPF_PROG(ptrace_access_check, struct task_struct *child, unsigned int mode, int ret)
{
	struct deed deed = {
		.op = POLICYD_OP_PROCESS_PTRACE,
		.kernel = POLICYD_OP_KERNEL_PTRACE_ANY,
		.own = true,
		.silent = mode & PTRACE_MODE_NOAUDIT,
	};

	if (ret)
		return ret;
	if (!(mode & PTRACE_MODE_ATTACH) && (mode & PTRACE_MODE_FSCREDS))
		return 0;
	return decide_deed(bpf_get_current_task_btf(), child, &deed);
}

SEC("lsm/ptrace_traceme")
int BPF_PROG(ptrace_traceme, struct task_struct *parent, int ret)
{
	struct deed deed = {
		.op = POLICYD_OP_PROCESS_PTRACE,
		.kernel = POLICYD_OP_KERNEL_PTRACE_ANY,
	};

	if (ret)
		return ret;
	return decide_deed(parent, bpf_get_current_task_btf(), &deed);
}

/*
 * Whether a pointer of the hook's arguments is NULL, asked of its value: the verifier takes arguments for
 * never NULL and throws away the branch for it.
 */
static __always_inline bool argument_given(const void *argument)
{
	const void *pointer = argument;
	__u64 value = 0;

	bpf_probe_read_kernel(&value, sizeof(value), &pointer);
	return value != 0;
}

SEC("lsm/task_kill")
int BPF_PROG(task_kill, struct task_struct *target, void *info, int number, const struct cred *cred, int ret)
{
	struct deed deed = {.op = POLICYD_OP_PROCESS_SIGNAL, .signal = (__u32)number, .own = true};

	if (ret)
		return ret;
	if (number < 1 || number > POLICYD_SIGNALS || argument_given(cred))
		return 0;
	return decide_deed(bpf_get_current_task_btf(), target, &deed);
}
