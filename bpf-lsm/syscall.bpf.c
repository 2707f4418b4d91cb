/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * System calls as they enter the kernel.
 *
 *   sys_enter   audits and kills. It cannot refuse: a call of a killed process may still have had its effect,
 *               unless it sleeps first. Where programs on the tracepoint are preempted, which hides
 *               others' calls, policyd attaches those of sys_enter to its event (loader_enter.c).
 *
 *   uring_submit (the tracepoint io_uring_submit_req, io_uring_submit_sqe before 6.3)
 *               the same for operations that are submitted to an io_uring, by the process or by its ring's
 *               thread; each operation of a chain, before any of them is carried out
 *
 * One program sees every call of every process, so a call about which no rule says anything costs as little
 * as can be: one entry of a list that stands beside the image.
 */
#include "decide.bpf.h"
#include "syscall.bpf.h"

/* policyd adds what a new image is about before it is live, and takes out what only the old one was about
 * after. */
struct policyd_calls calls SEC(".data.calls") = {};

/* Whether no rule says anything about any call, of whatever number, to the current task, as far as that is at
 * hand. */
static __always_inline bool calls_silent(void)
{
	__u64 generation = generation_live();
	__u64 subject = subject_at_hand(generation);

	return *(volatile __u64 *)&calls.generation == generation && subject < POLICYD_CALLS_SUBJECTS &&
	       *(volatile __u8 *)&calls.silent[subject >> 3] >> (subject & 7) & 1;
}

/* False: no rule is about a call of this number. Numbers that the list does not have need the tables. */
static __always_inline bool call_heeded(__u64 number)
{
	return number >= POLICYD_SYSCALL_OTHER || *(volatile __u8 *)&calls.heeded[number];
}

static __noinline int event_syscall(const struct report *report, __u32 arch, __u32 number, __u64 generation)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct policyd_event_syscall *event;
	__u64 offset = sizeof(*event);

	event = event_reserve(report->flags & POLICYD_EVENT_KILLED);
	if (!event)
		return 0;
	__builtin_memset(event, 0, sizeof(*event));
	event_start(&event->head, POLICYD_EVENT_SYSCALL, report, generation);
	event_who(&event->head, task);
	event->arch = arch;
	event->number = number;
	event_close(event, &event->head, &event->exe, task, offset);
	return 0;
}

/* What the cell says: 1 where an event is due. */
static __always_inline int syscall_decide(const struct decision *decision, __u32 row, struct report *report)
{
	const struct policyd_cell *cell =
		policyd_cell_at(decision->image, decision->header, row, decision->subject);

	report->subject = decision->subject;
	if (decision->subject_reason || !cell) {
		report->reason = decision->subject_reason ? decision->subject_reason : POLICYD_REASON_IMAGE;
		report->flags = POLICYD_EVENT_UNRESOLVED;
		counter_add(POLICYD_COUNT_UNRESOLVED + (report->reason & 7));
		return 1;
	}
	if (cell->kill & POLICYD_OP_SYSCALL) {
		report->flags = POLICYD_EVENT_KILLED;
		bpf_send_signal(SIGKILL);
		counter_add(POLICYD_COUNT_KILLED);
	}
	return cell->report & POLICYD_OP_SYSCALL;
}

static __always_inline void syscall_entered(struct decision *decision, __u32 arch, __u64 number)
{
	struct report report = {};
	__u32 row = POLICYD_SYSCALL_OTHER;

	if (number < POLICYD_SYSCALL_OTHER)
		row = (__u32)number;
	if (policyd_syscall_row(decision->image, arch, row, &row)) {
		counter_add(POLICYD_COUNT_UNRESOLVED + POLICYD_REASON_IMAGE);
		return;
	}
	if (row == POLICYD_NO_ROW)
		return;
	subject_current(decision);
	if (syscall_decide(decision, row, &report))
		event_syscall(&report, arch, (__u32)number, decision->header->generation);
}

/* A call by its number as the kernel was given it. Not inlined: most calls end before, where fewer registers
 * are to be kept. */
static __noinline int call_look(__u64 number)
{
	struct decision decision;
	__u32 arch;

	if (calls_silent() || !decision_open(&decision))
		return 0;
	arch = syscall_arch(bpf_get_current_task_btf(), &number);
	syscall_entered(&decision, arch, number);
	return 0;
}

SEC("raw_tp/sys_enter")
int BPF_PROG(sys_enter, void *registers, long id)
{
	return id >= 0 && call_heeded((__u64)id) ? call_look((__u64)id) : 0;
}

SEC("tp_btf/io_uring_submit_req")
int BPF_PROG(uring_submit, struct io_kiocb *request)
{
	struct decision decision;

	if (decision_open(&decision))
		syscall_entered(&decision, POLICYD_ARCH_IO_URING, request->opcode);
	return 0;
}
