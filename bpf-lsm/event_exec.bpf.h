/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What records say of programs that are more than names: the script that an interpreter was started for, what
 * is in a file that is about to be executed, and the arguments that execve() was called with.
 */
#ifndef BPF_LSM_EVENT_EXEC_H
#define BPF_LSM_EVENT_EXEC_H

#include "content.bpf.h"
#include "event_name.bpf.h"
#include "lane.bpf.h"
#include "syscall.bpf.h"

#define STARTED_COUNT 64
#define STARTED_ROOM  (POLICYD_ARGV_MAX + 1)

/* What the task was started for, as lineage.bpf.c keeps it. Nothing does on hosts without BPF LSM. */
static __always_inline void event_script(struct policyd_event_head *head, struct task_struct *task)
{
	struct task_entry *entry = LANE == LANE_LSM ? bpf_task_storage_get(&tasks, task, NULL, 0) : NULL;

	if (entry)
		head->script = entry->lineage.script;
}

/*
 * Which of its arguments has the addresses of the new program's, in a system call that executes: 0 where it
 * is none.
 */
static __always_inline __u32 started_at(__u32 arch, __u64 number)
{
	switch (arch) {
	case POLICYD_ARCH_X86_64:
		return number == 59 ? 1 : number == 322 ? 2 : 0;
	case POLICYD_ARCH_X32:
		return number == 520 ? 1 : number == 545 ? 2 : 0;
	case POLICYD_ARCH_I386:
		return number == 11 ? 1 : number == 358 ? 2 : 0;
	case POLICYD_ARCH_AARCH64:
		return number == 221 ? 1 : number == 281 ? 2 : 0;
	case POLICYD_ARCH_ARM:
		return number == 11 ? 1 : number == 387 ? 2 : 0;
	}
	return 0;
}

/* Address of the new program's arguments and the size of each address in it; 0 outside of execve(). */
static __always_inline __u64 started_arguments(__u32 *ret_width)
{
	struct task_struct *task = bpf_get_current_task_btf();
	const void *registers = (void *)bpf_task_pt_regs(task);
	const struct pt_regs___arm64 *arm = registers;
	const struct pt_regs___x86 *x86 = registers;
	__u64 number = syscall_number(registers), value = 0;
	__u32 arch = syscall_arch(task, &number), at;

	at = started_at(arch, number);
	if (!at)
		return 0;
	*ret_width = arch == POLICYD_ARCH_X86_64 || arch == POLICYD_ARCH_AARCH64 ? 8 : 4;
	if (bpf_core_field_exists(arm->syscallno))
		bpf_core_read(&value, sizeof(value), at == 1 ? &arm->regs[1] : &arm->regs[2]);
	else if (arch == POLICYD_ARCH_I386 && at == 1)
		bpf_core_read(&value, sizeof(value), &x86->cx);
	else
		bpf_core_read(&value, sizeof(value),
			      at == 1 && arch != POLICYD_ARCH_I386 ? &x86->si : &x86->dx);
	return value;
}

/* Where the writing of a new program's arguments stands, for the loop's callback. */
struct started_walk {
	char *record;
	__u64 argv;   /* address of the next argument's address */
	__u64 offset; /* of the arguments in the record */
	__u64 length; /* of what is written */
	__u32 width;
	__u32 whole; /* the last one has been written */
};

/* Writes one argument; 1: there are no more, or there is no room. */
static __always_inline long started_one(struct started_walk *walk, const __u64 size, __u32 i)
{
	__u64 address = 0, at = walk->length, offset = walk->offset;
	long length;

	if (bpf_probe_read_user(&address, walk->width == 4 ? 4 : 8, (void *)walk->argv))
		return 1;
	walk->whole = policyd_opaque(!address);
	if (!address || at >= POLICYD_ARGV_MAX || i == STARTED_COUNT)
		return 1;
	asm volatile("%0 &= 0xff" : "+r"(at));
	asm volatile("%0 &= %1" : "+r"(offset) : "i"(size - 1));
	if (offset >= size - 2 * STARTED_ROOM)
		return 1;
	length = bpf_probe_read_user_str(walk->record + offset + at, STARTED_ROOM - at, (void *)address);
	if (length < 0)
		return 1;
	walk->length = at + (__u64)length;
	walk->argv += walk->width;
	return walk->length >= STARTED_ROOM;
}

static long started_one_small(__u32 i, struct started_walk *walk)
{
	return started_one(walk, POLICYD_EVENT_SMALL, i);
}

static long started_one_medium(__u32 i, struct started_walk *walk)
{
	return started_one(walk, POLICYD_EVENT_MEDIUM, i);
}

/*
 * Writes the arguments of the program that the current task is about to execute, from its own memory: what
 * the kernel has copied a moment before, unless another thread has changed it since. The offset behind them,
 * or-ed with EVENT_CUT where this record is too small.
 */
static __always_inline __u64 event_started(struct policyd_event_path *event, const __u64 size, __u64 offset)
{
	struct started_walk walk = {
		.record = (char *)event,
		.offset = offset,
		.length = opaque_zero,
		.width = policyd_opaque(8),
		.whole = (__u32)opaque_zero,
	};

	walk.argv = started_arguments(&walk.width);
	if (!walk.argv)
		return offset;
	if (offset >= size - 2 * STARTED_ROOM)
		return offset | EVENT_CUT;
	if (size == POLICYD_EVENT_SMALL)
		bpf_loop(STARTED_COUNT + 1, started_one_small, &walk, 0);
	else
		bpf_loop(STARTED_COUNT + 1, started_one_medium, &walk, 0);
	if (!walk.whole)
		event->head.flags |= POLICYD_EVENT_STARTED_CUT;
	event->started = (__u32)offset;
	event->started_length = (__u32)walk.length;
	return offset + walk.length;
}

/* What was read of the file for this decision. */
static __always_inline void event_digest(struct policyd_event_path *event, __u64 dentry, __u64 generation)
{
	struct policyd_reading *reading =
		bpf_task_storage_get(&readings, bpf_get_current_task_btf(), NULL, 0);

	if (!reading || reading->state != POLICYD_CONTENT_USED || reading->dentry != dentry ||
	    reading->generation != generation)
		return;
	__builtin_memcpy(event->digest, reading->digest, sizeof(event->digest));
	event->digest_known = 1;
}

static __always_inline __u64 event_exec(struct policyd_event_path *event, const __u64 size, __u64 dentry,
					__u64 offset, __u64 generation)
{
	event_digest(event, dentry, generation);
	return event->head.op == POLICYD_BIT_EXEC_RUN ? event_started(event, size, offset) : offset;
}

__noinline __weak __u64 event_exec_small(struct event_small *record, __u64 dentry, __u64 offset,
					 __u64 generation)
{
	return record ? event_exec((void *)record, POLICYD_EVENT_SMALL, dentry, offset, generation)
		      : EVENT_CUT;
}

__noinline __weak __u64 event_exec_medium(struct event_medium *record, __u64 dentry, __u64 offset,
					  __u64 generation)
{
	return record ? event_exec((void *)record, POLICYD_EVENT_MEDIUM, dentry, offset, generation)
		      : EVENT_CUT;
}

#endif
