/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What belongs to an operation of section kernel and comes by no hook, so that nothing can refuse it: it is
 * told where a rule would refuse, end or audit it, with the reason "no-hook". Programs on the functions that
 * do it, so that nothing else costs more.
 *
 *   mount     mount_setattr; trees that stay detached: open_tree and open_tree_attr, where they copy, and
 *             fsmount (attaching one has a hook)
 *   settime   the clock is adjusted: adjtimex, and clock_adjtime of the machine's own
 *
 * A tracing program is skipped where it is already active on that processor.
 */
#include "pseudo.bpf.h"
#include "syscall.bpf.h"

#define OPEN_TREE_CLONE 1

#define ADJ_ADJTIME	    0x8000u /* adjtime(), in which */
#define ADJ_OFFSET_READONLY 0x2000u /* nothing is set */

struct __kernel_timex {
	unsigned int modes;
} __attribute__((preserve_access_index));

/* Writes the event where a rule asks for one. By itself, for the stack. */
static __noinline int unhooked_tell(__u32 op, enum policyd_unhooked call)
{
	struct report report = {.flags = POLICYD_EVENT_OF_KERNEL | POLICYD_EVENT_NO_HOOK, .reason = call};
	const struct policyd_cell *cell;
	struct decision decision;
	__u32 row = 0, quiet = 0;

	if (!decision_open(&decision) ||
	    decide_pseudo(decision.image, decision.header, POLICYD_PSEUDO_KERNEL, &row, &quiet) ||
	    !(op & ~quiet))
		return 0;
	subject_current(&decision);
	cell = policyd_cell_at(decision.image, decision.header, row, decision.subject);
	if (decision.subject_reason || !cell) {
		report.flags |= POLICYD_EVENT_UNRESOLVED;
		report.reason = decision.subject_reason ? decision.subject_reason : POLICYD_REASON_IMAGE;
		counter_add(POLICYD_COUNT_UNRESOLVED + (report.reason & 7));
	} else if (!(cell->report & op)) {
		return 0;
	}
	report.subject = decision.subject;
	report.op = decide_first_bit(op);
	event_path(&report, 0, 0, decision.header->generation);
	return 0;
}

/* The flags of open_tree, the third argument of either way into the kernel. */
static __always_inline int unhooked_tree_at(const void *registers, enum policyd_unhooked call)
{
	const struct pt_regs___x86 *x86 = registers;
	unsigned long flags = OPEN_TREE_CLONE;

	if (bpf_core_field_exists(x86->dx))
		bpf_core_read(&flags, sizeof(flags), &x86->dx);
	return flags & OPEN_TREE_CLONE ? unhooked_tell(POLICYD_OP_KERNEL_MOUNT, call) : 0;
}

SEC("?fentry/__x64_sys_mount_setattr")
int BPF_PROG(unhooked_setattr)
{
	return unhooked_tell(POLICYD_OP_KERNEL_MOUNT, POLICYD_UNHOOKED_MOUNT_SETATTR);
}

SEC("?fentry/__ia32_sys_mount_setattr")
int BPF_PROG(unhooked_setattr_compat)
{
	return unhooked_tell(POLICYD_OP_KERNEL_MOUNT, POLICYD_UNHOOKED_MOUNT_SETATTR);
}

SEC("?fentry/__x64_sys_open_tree")
int BPF_PROG(unhooked_tree, const void *registers)
{
	return unhooked_tree_at(registers, POLICYD_UNHOOKED_OPEN_TREE);
}

SEC("?fentry/__ia32_sys_open_tree")
int BPF_PROG(unhooked_tree_compat, const void *registers)
{
	return unhooked_tree_at(registers, POLICYD_UNHOOKED_OPEN_TREE);
}

SEC("?fentry/__x64_sys_open_tree_attr")
int BPF_PROG(unhooked_tree_attr, const void *registers)
{
	return unhooked_tree_at(registers, POLICYD_UNHOOKED_OPEN_TREE_ATTR);
}

SEC("?fentry/__ia32_sys_open_tree_attr")
int BPF_PROG(unhooked_tree_attr_compat, const void *registers)
{
	return unhooked_tree_at(registers, POLICYD_UNHOOKED_OPEN_TREE_ATTR);
}

SEC("?fentry/__x64_sys_fsmount")
int BPF_PROG(unhooked_fsmount)
{
	return unhooked_tell(POLICYD_OP_KERNEL_MOUNT, POLICYD_UNHOOKED_FSMOUNT);
}

SEC("?fentry/__ia32_sys_fsmount")
int BPF_PROG(unhooked_fsmount_compat)
{
	return unhooked_tell(POLICYD_OP_KERNEL_MOUNT, POLICYD_UNHOOKED_FSMOUNT);
}

SEC("?fentry/do_adjtimex")
int BPF_PROG(unhooked_adjust, struct __kernel_timex *timex)
{
	unsigned int modes = 0;

	bpf_core_read(&modes, sizeof(modes), &timex->modes);
	if (!modes || (modes & ADJ_ADJTIME && modes & ADJ_OFFSET_READONLY))
		return 0;
	return unhooked_tell(POLICYD_OP_KERNEL_SETTIME, POLICYD_UNHOOKED_ADJTIMEX);
}
