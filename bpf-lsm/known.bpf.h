/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The fast path of decisions: what a cache has of an object is enough to let most operations pass. Everything
 * else (what is refused, reported, not remembered) is decided from the beginning.
 */
#ifndef BPF_LSM_KNOWN_H
#define BPF_LSM_KNOWN_H

#include "subject.bpf.h"

#include <policyd/decide.h>

/* What is remembered of an object, in the generation that it is remembered from. */
struct known {
	__u64 generation;
	__u32 quiet; /* operations that every subject passes in silence */
	__u32 cells; /* line of the row's first cells, 0 where the row has conditions */
};

static __always_inline bool cell_is_silent(const struct policyd_cell *cell, __u32 ops)
{
	return cell && !((cell->refuse | cell->report) & ops);
}

/* Whether the subject passes in silence by its cell. Not inlined, for the hook's stack. */
static __noinline bool cells_pass(__u64 generation, __u32 cells, __u32 ops)
{
	__u64 subject = subject_at_hand(generation);
	void *image = image_of(generation);

	if (!image || !cells || subject > SUBJECT_MASK)
		return false;
	return cell_is_silent(policyd_cell_in(image, cells, (__u32)subject), ops);
}

/* Whether the current task does all of `ops` in silence. */
static __always_inline bool known_passes(const struct known *known, __u32 ops)
{
	return !(ops & ~known->quiet) || cells_pass(known->generation, known->cells, ops);
}

#endif
