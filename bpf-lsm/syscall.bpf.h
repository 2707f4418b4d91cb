/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * How a process entered the kernel.
 */
#ifndef BPF_LSM_SYSCALL_H
#define BPF_LSM_SYSCALL_H

#include "kernel.bpf.h"

#include <policyd/syscall.h>

#define TS_COMPAT     0x2u	    /* thread_info.status of x86 */
#define TIF_32BIT_ARM (1UL << 22)   /* thread_info.flags of arm64 */
#define X32_BIT	      0x40000000ULL /* of the number */

/* The registers that a process entered the kernel with. */
struct pt_regs___x86 {
	unsigned long cx;
	unsigned long dx;
	unsigned long si;
	unsigned long orig_ax;
} __attribute__((preserve_access_index));

struct pt_regs___arm64 {
	__u64 regs[31];
	int syscallno;
} __attribute__((preserve_access_index));

/* The number of the call, as the process gave it. */
static __always_inline __u64 syscall_number(const void *registers)
{
	const struct pt_regs___arm64 *arm = registers;
	const struct pt_regs___x86 *x86 = registers;
	unsigned long number = ~0UL;
	int on_arm = -1;

	if (bpf_core_field_exists(x86->orig_ax)) {
		bpf_core_read(&number, sizeof(number), &x86->orig_ax);
		return number;
	}
	bpf_core_read(&on_arm, sizeof(on_arm), &arm->syscallno);
	return (__u64)on_arm;
}

static __always_inline __u32 syscall_arch(struct task_struct *task, __u64 *number)
{
	if (!bpf_core_field_exists(task->thread_info.status))
		return task->thread_info.flags & TIF_32BIT_ARM ? POLICYD_ARCH_ARM : POLICYD_ARCH_AARCH64;
	if (task->thread_info.status & TS_COMPAT)
		return POLICYD_ARCH_I386;
	if (*number & X32_BIT) {
		*number &= ~X32_BIT;
		return POLICYD_ARCH_X32;
	}
	return POLICYD_ARCH_X86_64;
}

#endif
