/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What tracepoints see, on hosts without BPF LSM: a file by the address of its dentry. It is told, never
 * refused.
 *
 * Raw tracepoints run with preemption off, and are skipped when one is active on the processor already.
 */
#ifndef BPF_LSM_SEEN_H
#define BPF_LSM_SEEN_H

#define LANE LANE_TRACE
#include "decide.bpf.h"
#include "syscall.bpf.h"

/* What was opened or executed. */
struct seen {
	__u64 dentry;
	__u32 ops;
	__u32 reserved;
};

static __always_inline bool in_scope(void)
{
	return bpf_current_task_under_cgroup(&scope, 0) == 1;
}

/* The row of a name whose class has conditions. */
static __always_inline __u32 seen_row(const struct decision *decision, const struct name *name, __u64 object,
				      struct report *report)
{
	__u32 row = name->row;
	__u64 class;

	if (!(row & POLICYD_ROW_CONDITIONS))
		return row;
	class = condition_class(object, 0, 0, row, decision->header->generation);
	report->condition = (__u32) class;
	if (class & CONDITION_FAILED)
		report->reason = (__u32) class;
	else if (policyd_row_of(decision->image, row, (__u32) class, &row))
		report->reason = POLICYD_REASON_IMAGE;
	return row;
}

/* Tells about the seen, where a rule has a word about it. */
static __noinline int seen_decide(const struct decision *decision, const struct name *name,
				  const struct seen *seen)
{
	struct report report = {.subject = decision->subject, .class = name->class, .reason = name->reason};
	__u32 row = name->row, quiet = 0;

	if (!report.reason)
		row = seen_row(decision, name, seen->dentry, &report);
	if (report.reason) {
		report.flags = POLICYD_EVENT_UNRESOLVED;
		counter_add(POLICYD_COUNT_UNRESOLVED);
		counter_add(POLICYD_COUNT_UNRESOLVED + (report.reason & 15));
		if (decide_pseudo(decision->image, decision->header, POLICYD_PSEUDO_UNRESOLVED, &row, &quiet))
			return 0;
	}
	if (decision->subject_reason) {
		counter_add(POLICYD_COUNT_UNRESOLVED + (decision->subject_reason & 7));
		report.flags = LANE_FLAGS | POLICYD_EVENT_UNRESOLVED;
		report.reason = decision->subject_reason;
		report.op = decide_first_bit(seen->ops);
	} else if (decide_named(decision->image, decision->header, name, row, seen->ops, &report) != 1) {
		return 0;
	}
	event_path(&report, seen->dentry, 0, decision->header->generation);
	return 0;
}

static __noinline int seen_classify(struct name *name, __u64 dentry, const struct decision *decision)
{
	name_resolve(name, name_slow(dentry, decision->header->generation), decision);
	return 0;
}

#endif
