/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Decision code about processes: sets of terms, the subject class of a set, rows of processes as objects. See
 * <policyd/decide.h>.
 */
#ifndef POLICYD_SUBJECT_H
#define POLICYD_SUBJECT_H

#include <policyd/decide.h>

/*
 * Binary search in a table of ranges: the one wanted is in [low, high). A step at a time, since the kernel
 * runs the steps as a loop of callbacks (the verifier would follow every path through 20 of them).
 */
struct policyd_search {
	__u32 low;
	__u32 high;
};

#define POLICYD_SEARCH_STEPS 20 /* enough for POLICYD_LINES_MAX lines of ranges */

/* 1: found, it is search->low; 0: go on; -1: the image is broken. */
policyd_inline int policyd_search_step(policyd_image_t image, __u32 base, __u32 id,
				       struct policyd_search *search)
{
	__u32 middle = (search->low + search->high) >> 1;
	const struct policyd_line *line;

	if (search->low + 1 >= search->high)
		return 1;
	line = policyd_line_at(image, base + (middle >> 3));
	if (!line)
		return -1;
	if (((const struct policyd_range *)line)[middle & 7].first <= id)
		search->low = middle;
	else
		search->high = middle;
	return 0;
}

/* The line of terms of range number i, 0 if broken. */
policyd_inline __u32 policyd_range_line(policyd_image_t image, __u32 base, __u32 i)
{
	const struct policyd_line *line = policyd_line_at(image, base + (i >> 3));

	return line ? ((const struct policyd_range *)line)[i & 7].terms : 0;
}

#ifndef __bpf__
/* The set of terms of an id in a table of `count` ranges at `base`: its line number, or 0 if broken. */
policyd_inline __u32 policyd_range_terms(policyd_image_t image, __u32 base, __u32 count, __u32 id)
{
	struct policyd_search search = {.high = count};
	int r = 0;

	for (int i = 0; i <= POLICYD_SEARCH_STEPS && !r; i++)
		r = policyd_search_step(image, base, id, &search);
	return r == 1 ? policyd_range_line(image, base, search.low) : 0;
}
#endif

/* The key under which a set of terms is looked up. */
policyd_inline __u64 policyd_terms_hash(const struct policyd_line *terms)
{
	__u64 hash = 0x9e3779b97f4a7c15ULL;

	for (int i = 0; i < 8; i++) {
		hash = (hash ^ terms->q[i]) * 0xbf58476d1ce4e5b9ULL;
		hash ^= hash >> 31;
	}
	return hash & ~POLICYD_EDGE_GLOB;
}

/* Subject class of a set of terms: 0 and *ret_subject; -1 if the compiler did not foresee the set. */
policyd_inline int policyd_subject_find(policyd_image_t image, const struct policyd_header *header,
					const struct policyd_line *terms, __u32 *ret_subject)
{
	const struct policyd_line *known;
	__u32 subject = 0;

	if (policyd_edge_find(image, header, POLICYD_EDGE_SUBJECT, policyd_terms_hash(terms), &subject) != 1)
		return -1;
	known = policyd_line_at(image, header->subjects + subject);
	if (!known)
		return -1;
	for (int i = 0; i < 8; i++)
		if (known->q[i] != terms->q[i])
			return -1;
	*ret_subject = subject;
	return 0;
}

/* What is known of processes as objects, NULL if the image is broken. */
policyd_inline const struct policyd_process *policyd_process_at(policyd_image_t image,
								const struct policyd_header *header)
{
	const struct policyd_fixed *fixed =
		(const struct policyd_fixed *)policyd_line_at(image, header->fixed);

	return fixed ? (const struct policyd_process *)policyd_line_at(image, fixed->pseudo + 1) : NULL;
}

/*
 * Verdict row of a process of subject class `target`, process->targets where that is not known; signal is 1
 * to 64, anything for other operations.
 */
policyd_inline int policyd_process_row(policyd_image_t image, const struct policyd_process *process,
				       __u32 target, __u32 signal, __u32 *ret_row)
{
	const struct policyd_line *line = policyd_line_at(image, process->signal);

	if (!line)
		return -1;
	return policyd_word_at(
		image, process->rows,
		line->b[(signal - 1) & (POLICYD_SIGNALS - 1)] * (process->targets + 1) + target, ret_row);
}

#endif
