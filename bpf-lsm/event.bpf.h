/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Ring records. A record is as small as its names allow; where the ring has no room the loss is counted, and
 * records of permitted operations leave a share of the ring to refusals.
 */
#ifndef BPF_LSM_EVENT_H
#define BPF_LSM_EVENT_H

#include "event_exec.bpf.h"

/* What a decision has to say. Lives on the hook's stack. */
struct report {
	__u32 subject;
	__u32 class;	    /* path class of the object */
	__u32 target_class; /* and of the target */
	__u32 op;
	__u32 flags;
	__s32 error;
	__u32 reason;
	__u32 condition; /* condition class of the object */
};

/* A report without anything in it that the verifier does not know of: whether what comes next changes a
 * member or not makes one way for it. */
static __always_inline struct report report_blank(void)
{
	__u32 zero = (__u32)opaque_zero;

	return (struct report){zero, zero, zero, zero, zero, (__s32)zero, zero, zero};
}

/* Whether it is about a file that is executed. */
static __always_inline bool report_is_execution(const struct report *report)
{
	return LANE == LANE_LSM &&
	       (report->op == POLICYD_BIT_EXEC_RUN || report->op == POLICYD_BIT_EXEC_LOAD) &&
	       !(report->flags &
		 (POLICYD_EVENT_TAMPER | POLICYD_EVENT_OF_KERNEL | POLICYD_EVENT_OF_CAPABILITY));
}

static __always_inline void event_start(struct policyd_event_head *head, __u32 kind,
					const struct report *report, __u64 generation)
{
	head->version = POLICYD_EVENT_VERSION;
	head->kind = (__u16)kind;
	head->generation = generation;
	head->time = bpf_ktime_get_boot_ns();
	head->subject = report->subject;
	head->op = report->op;
	head->flags = report->flags;
	head->error = report->error;
}

/*
 * Pointers are followed by reads that the verifier does not look into: between 6.4 and 6.18 it goes through
 * the names of all the kernel's types for each that it does, which was a quarter of the time that a start
 * takes.
 */
static __always_inline void event_who(struct policyd_event_head *head, struct task_struct *task)
{
	head->start_time = BPF_CORE_READ(task, group_leader, start_boottime);
	head->pid = task->tgid;
	head->tid = task->pid;
	head->parent = BPF_CORE_READ(task, real_parent, tgid);
	head->uid = BPF_CORE_READ(task, real_cred, uid.val);
	head->gid = BPF_CORE_READ(task, real_cred, gid.val);
	head->euid = BPF_CORE_READ(task, real_cred, euid.val);
	head->login = task->loginuid.val;
	head->session = task->sessionid;
	head->cgroup = bpf_get_current_cgroup_id();
	head->pid_namespace = BPF_CORE_READ(task, nsproxy, pid_ns_for_children, ns.inum);
	head->mount_namespace = BPF_CORE_READ(task, nsproxy, mnt_ns, ns.inum);
	bpf_get_current_comm(head->comm, sizeof(head->comm));
	event_script(head, task);
}

/* Room in the ring for a record of a permitted operation. */
static __always_inline bool event_admit(__s32 error)
{
	return error || bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA) < audit_share;
}

static __always_inline void event_lost(__s32 error)
{
	counter_add(error ? POLICYD_COUNT_LOST_DENIAL : POLICYD_COUNT_LOST_AUDIT);
}

/* The file that the current task runs, NULL for kernel threads. */
static __always_inline struct dentry *event_exe(struct task_struct *task)
{
	struct mm_struct *mm = task->mm;
	struct file *file;

	if (!mm)
		return NULL;
	file = mm->exe_file;
	return file ? file->f_path.dentry : NULL;
}

/* The same by address, 0 for none, of a task that may end meanwhile: what is read is for the log. */
static __always_inline __u64 event_exe_at(const struct task_struct *task)
{
	return (__u64)BPF_CORE_READ(task, mm, exe_file, f_path.dentry);
}

/*
 * Writes the arguments of the current task: its own memory, as it stands. Where that cannot be read at once,
 * or the record has no room, the record says that they are cut. The offset behind them.
 */
static __always_inline __u64 event_arguments(char *record, const __u64 size, struct policyd_event_head *head,
					     struct task_struct *task, __u64 offset)
{
	__u64 start = BPF_CORE_READ(task, mm, arg_start);
	__u64 length = BPF_CORE_READ(task, mm, arg_end) - start;

	if (!length)
		return offset;
	if (length > POLICYD_ARGV_MAX) {
		length = POLICYD_ARGV_MAX;
		head->flags |= POLICYD_EVENT_ARGV_CUT;
	}
	asm volatile("%0 &= 0xff" : "+r"(length));
	asm volatile("%0 &= %1" : "+r"(offset) : "i"(size - 1));
	if (offset >= size - POLICYD_ARGV_MAX - 1 ||
	    bpf_probe_read_user(record + offset, length, (void *)start)) {
		head->flags |= POLICYD_EVENT_ARGV_CUT;
		return offset;
	}
	head->argv = (__u32)offset;
	head->argv_length = (__u32)length;
	return offset + length;
}

/*
 * Who did it, behind `offset`: the program, the parent's, the arguments. Another task's arguments are not at
 * hand. Returns the offset behind them, or-ed with EVENT_CUT where a name was cut.
 */
static __always_inline __u64 event_program(char *record, const __u64 size, struct policyd_event_head *head,
					   struct policyd_event_name *name, struct task_struct *task,
					   __u64 offset)
{
	__u64 exe = event_exe_at(task), parent = event_exe_at(BPF_CORE_READ(task, real_parent)),
	      cut = opaque_zero & EVENT_CUT;

	if (exe) {
		event_describe(name, exe);
		offset = event_place(record, size, name, exe, offset);
		cut = offset & EVENT_CUT;
		offset &= 0xffff;
	}
	if (parent) {
		event_describe(&head->parent_exe, parent);
		offset = event_place(record, size, &head->parent_exe, parent, offset);
		cut |= offset & EVENT_CUT;
		offset &= 0xffff;
	}
	if (head->tid == (__u32)bpf_get_current_pid_tgid())
		offset = event_arguments(record, size, head, task, offset);
	return offset | cut;
}

/* Room for a small record of a refusal, or of an operation that went on; NULL where there is none, which is
 * counted. */
static __always_inline void *event_reserve(__s32 error)
{
	void *event;

	counter_add(POLICYD_COUNT_DECISION);
	event = event_admit(error) ? bpf_ringbuf_reserve(&events, POLICYD_EVENT_SMALL, 0) : NULL;
	if (!event)
		event_lost(error);
	return event;
}

/* Completes a small record by who did it and sends it. */
static __always_inline void event_close(void *record, struct policyd_event_head *head,
					struct policyd_event_name *exe, struct task_struct *task,
					__u64 offset)
{
	offset = event_program(record, POLICYD_EVENT_SMALL, head, exe, task, offset);
	head->size = (__u32)(offset & 0xffff);
	bpf_ringbuf_submit(record, 0);
}

/* Fills a record of the constant `size`; returns its length, or-ed with EVENT_CUT where names were cut. */
static __always_inline __u64 event_fill(struct policyd_event_path *event, const __u64 size,
					const struct report *report, __u64 object, __u64 target,
					__u64 generation)
{
	struct task_struct *task = bpf_get_current_task_btf();
	/* As if names had been written already: one path for the verifier, whichever are there. */
	__u64 offset = (sizeof(*event) + opaque_zero) & 0xffff, cut = opaque_zero & EVENT_CUT;

	/* Nor does it know, in a second record, which of them were there in the first. */
	object ^= opaque_zero;
	target ^= opaque_zero;
	__builtin_memset(event, 0, sizeof(*event));
	event_start(&event->head, POLICYD_EVENT_PATH, report, generation);
	event->reason = report->reason;
	event->condition = report->condition;
	event_who(&event->head, task);
	if (object) {
		event_describe_object(&event->object, object, report->class);
		offset = event_place((char *)event, size, &event->object, object, offset);
		cut |= offset & EVENT_CUT;
		offset &= 0xffff;
	}
	if (target) {
		event_describe_object(&event->target, target, report->target_class);
		offset = event_place((char *)event, size, &event->target, target, offset);
		cut |= offset & EVENT_CUT;
		offset &= 0xffff;
	}
	if (report_is_execution(report)) {
		offset = size == POLICYD_EVENT_SMALL
				 ? event_exec_small((void *)event, object, offset, generation)
				 : event_exec_medium((void *)event, object, offset, generation);
		cut |= offset & EVENT_CUT;
		offset &= 0xffff;
	}
	offset = event_program((char *)event, size, &event->head, &event->exe, task, offset);
	event->head.size = (__u32)(offset & 0xffff);
	return offset | cut;
}

/*
 * Sends a record about the names at one or two addresses; either may be 0. Loss is counted. Global, so that
 * it is verified once and not for every way to it.
 */
__noinline __weak int event_path(const struct report *report, __u64 object, __u64 target, __u64 generation)
{
	struct policyd_event_path *event;
	__s32 important;

	if (!report)
		return 0;
	/* An attempt on policyd that went on has its share of the ring, too: a flood must not cover it. */
	important = report->error | (report->flags & POLICYD_EVENT_TAMPER);
	event = event_reserve(important);
	if (!event)
		return 0;
	if (!(event_fill(event, POLICYD_EVENT_SMALL, report, object, target, generation) & EVENT_CUT)) {
		bpf_ringbuf_submit(event, 0);
		return 0;
	}
	/* Wakes the reader: a record discarded in silence would keep the next one's wake-up from coming. */
	bpf_ringbuf_discard(event, 0);
	event = bpf_ringbuf_reserve(&events, POLICYD_EVENT_MEDIUM, 0);
	if (!event) {
		event_lost(important);
		return 0;
	}
	event_fill(event, POLICYD_EVENT_MEDIUM, report, object, target, generation);
	bpf_ringbuf_submit(event, 0);
	return 0;
}

#endif
