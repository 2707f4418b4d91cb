/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Looking a verdict up: the cell of a row for a subject, and what becomes of it in a report.
 */
#ifndef BPF_LSM_VERDICT_H
#define BPF_LSM_VERDICT_H

#include "event.bpf.h"

/*
 * Number of the lowest bit set: how many ones are below it, counted in pairs, fours, eights. Without a
 * branch, which would be two ways for the verifier.
 */
static __always_inline __u32 decide_first_bit(__u32 mask)
{
	__u32 below = (mask & -mask) - 1;

	below -= below >> 1 & 0x55555555;
	below = (below & 0x33333333) + (below >> 2 & 0x33333333);
	below = (below + (below >> 4)) & 0x0f0f0f0f;
	return below * 0x01010101 >> 24;
}

/* errno of a refused operation, 1 to 4095. */
static __always_inline __s32 decide_errno(void *image, const struct policyd_cell *cell, __u32 bit)
{
	const struct policyd_line *line;
	__u32 number = 0;

	if (cell->errnos) {
		line = policyd_line_at(image, cell->errnos);
		if (line)
			number = line->b[bit & 31];
	}
	return number ? (__s32)number : EPERM;
}

/*
 * The return value of a hook for an errno of 0 to 255: never positive. A subtraction in assembly, because
 * the verifier of 6.12 wants to see the range and loses it at the negation that clang makes of `0 - x`.
 */
static __always_inline int decide_return(__s32 error)
{
	__u64 value = (__u32)error;
	__s64 result = 0;

	asm volatile("%0 &= 0xff\n\t"
		     "%1 -= %0"
		     : "+r"(value), "+r"(result));
	return (int)result;
}

/* The line of pseudo-objects. */
static __always_inline const struct policyd_line *decide_pseudo_line(void *image,
								     const struct policyd_header *header)
{
	const struct policyd_fixed *fixed = (void *)policyd_line_at(image, header->fixed);

	return fixed ? policyd_line_at(image, fixed->pseudo) : NULL;
}

/* Row of a pseudo-object, and the operations that every subject passes in silence. */
static __always_inline int decide_pseudo(void *image, const struct policyd_header *header,
					 enum policyd_pseudo kind, __u32 *row, __u32 *quiet)
{
	const struct policyd_line *pseudo = decide_pseudo_line(image, header);

	if (!pseudo)
		return -1;
	*row = pseudo->w[kind];
	*quiet = pseudo->w[POLICYD_PSEUDO_QUIET + kind];
	return 0;
}

static __always_inline void decide_kill(struct report *report)
{
	if (LANE != LANE_LSM)
		return; /* cgroup programs cannot send signals, and what is only watched is left alone */
	report->flags |= POLICYD_EVENT_KILLED;
	bpf_send_signal(SIGKILL);
	counter_add(POLICYD_COUNT_KILLED);
}

/* Looks the verdict up: fills `report` where there is something to say. 1: say it; 0: pass in silence. */
static __always_inline int decide_cell(void *image, const struct policyd_header *header, __u32 row, __u32 ops,
				       struct report *report)
{
	const struct policyd_cell *cell = policyd_cell_at(image, header, row, report->subject);
	__u32 refused, said;

	report->flags |= LANE_FLAGS;
	if (!cell) {
		report->reason = POLICYD_REASON_IMAGE;
		report->error = LANE_REFUSES ? EPERM : 0;
		report->op = decide_first_bit(ops);
		return 1;
	}
	refused = cell->refuse & ops;
	said = cell->report & ops;
	if (!(refused | said))
		return 0;
	report->op = decide_first_bit(refused ? refused : said);
	report->error = refused && LANE_REFUSES ? decide_errno(image, cell, report->op) : 0;
	if (cell->kill & refused) {
		report->op = decide_first_bit(cell->kill & refused);
		decide_kill(report);
	}
	if (refused && LANE_REFUSES)
		counter_add(POLICYD_COUNT_REFUSED);
	return said >> report->op & 1 ? 1 : 2;
}

/*
 * The same for a name that is one of many, for the reason `folded`: what is refused under some name below its
 * directory is refused under each. `row` is one of struct policyd_below.
 */
static __always_inline int decide_folded(void *image, const struct policyd_header *header, __u32 folded,
					 __u32 row, __u32 ops, struct report *report)
{
	const struct policyd_below *below = (void *)policyd_cell_at(image, header, row, report->subject);
	__u32 refused = below ? below->any & ops : ops;

	if (!refused)
		return 0;
	report->flags |= LANE_FLAGS | POLICYD_EVENT_UNRESOLVED;
	report->reason = folded;
	report->op = decide_first_bit(refused);
	report->error = LANE_REFUSES ? EPERM : 0;
	counter_add(POLICYD_COUNT_UNRESOLVED);
	counter_add(POLICYD_COUNT_UNRESOLVED + (folded & 15));
	if (LANE_REFUSES)
		counter_add(POLICYD_COUNT_REFUSED);
	return 1;
}

/* The same for a name of either kind; `row` is name->row, or what its conditions make of that. */
static __always_inline int decide_named(void *image, const struct policyd_header *header,
					const struct name *name, __u32 row, __u32 ops, struct report *report)
{
	return name->folded ? decide_folded(image, header, name->folded, row, ops, report)
			    : decide_cell(image, header, row, ops, report);
}

#endif
