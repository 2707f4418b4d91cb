/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Verdicts on objects that are not reached through a name: one look-up by (subject, pseudo-object).
 */
#ifndef BPF_LSM_PSEUDO_H
#define BPF_LSM_PSEUDO_H

#include "decide.bpf.h"

/* What is asked of a pseudo-object. */
struct pseudo {
	enum policyd_pseudo kind;
	__u32 op;    /* mask */
	__u32 flags; /* of the event */
	__u32 first; /* number of the operation that bit 0 of the cell is */
	bool silent; /* the kernel only wants to know: refused without an event, and nobody is killed */
};

/* The answer without what a verdict does besides: no event, no signal. */
static __always_inline int pseudo_ask(const struct decision *decision, __u32 row, __u32 op)
{
	const struct policyd_cell *cell =
		policyd_cell_at(decision->image, decision->header, row, decision->subject);

	if (cell && !decision->subject_reason && !(cell->refuse & op))
		return 0;
	counter_add(POLICYD_COUNT_REFUSED);
	return cell && !decision->subject_reason
		       ? decide_return(decide_errno(decision->image, cell, decide_first_bit(op)))
		       : -EPERM;
}

/* Verdict on one operation; `object` is for the event, NULL for none. */
static __always_inline int decide_pseudo_object(const struct pseudo *pseudo, struct dentry *object)
{
	struct decision decision;
	struct report report = {};
	__u32 row = 0, quiet = 0;
	int say;

	if (!pseudo->op || !decision_open(&decision))
		return 0;
	if (decide_pseudo(decision.image, decision.header, pseudo->kind, &row, &quiet))
		return -EPERM;
	if (!(pseudo->op & ~quiet))
		return 0;
	subject_current(&decision);
	if (pseudo->silent)
		return pseudo_ask(&decision, row, pseudo->op);
	report.subject = decision.subject;
	report.flags = pseudo->flags;
	if (decision.subject_reason) {
		report.flags |= POLICYD_EVENT_UNRESOLVED;
		report.reason = decision.subject_reason;
		report.error = EPERM;
		report.op = decide_first_bit(pseudo->op);
		counter_add(POLICYD_COUNT_REFUSED);
		counter_add(POLICYD_COUNT_UNRESOLVED + (report.reason & 7));
		say = 1;
	} else {
		say = decide_cell(decision.image, decision.header, row, pseudo->op, &report);
	}
	report.op += pseudo->first;
	if (say == 1)
		event_path(&report, address_or_none(object), 0, decision.header->generation);
	return say ? decide_return(report.error) : 0;
}

#endif
