/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * System calls: the ways into the kernel, and the table of verdict rows by way and number.
 */
#ifndef POLICYD_SYSCALL_H
#define POLICYD_SYSCALL_H

#include <policyd/types.h>

/* How a process entered the kernel; numbers mean different calls on each. */
enum policyd_arch {
	POLICYD_ARCH_X86_64,
	POLICYD_ARCH_I386,
	POLICYD_ARCH_X32, /* numbers without bit 30 */
	POLICYD_ARCH_AARCH64,
	POLICYD_ARCH_ARM,
	POLICYD_ARCH_IO_URING, /* submitted to a ring: numbers are IORING_OP_* */
	POLICYD_ARCH_COUNT
};

/*
 * Entries for each way: one for each number below the last; the last entry is for that number and all above,
 * about which only a rule about every call can say something.
 */
#define POLICYD_SYSCALLS      1024
#define POLICYD_SYSCALL_OTHER (POLICYD_SYSCALLS - 1)

#define POLICYD_CALLS_SUBJECTS 4096 /* subject classes, at most */

/*
 * The calls that some row is about, whatever the way into the kernel: 1 for each number. Numbers from
 * POLICYD_SYSCALL_OTHER on are not asked here. And the subject classes to which no row says anything: a bit
 * for each, of that generation; 0: of none.
 */
struct policyd_calls {
	__u8 heeded[POLICYD_SYSCALLS];
	__u8 silent[POLICYD_CALLS_SUBJECTS / 8];
	__u64 generation;
};

/* The one operation of a system call's row. */
#define POLICYD_OP_SYSCALL 1U

#endif
