/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Sequences of system calls: which runs of POLICYD_NGRAM_LENGTH calls each executable makes.
 *
 * A sequence is one word that says all of it, so nothing is taken for something else. The set of an
 * executable is a hash table without removal over several pages: a sequence is at its place in the first page
 * or one of the PROBES places from there, else in the next page. Who finds a free place on that way knows
 * that it is not there. What differs from the learning counts by how much of it there is in a window.
 */
#ifndef POLICYD_NGRAM_H
#define POLICYD_NGRAM_H

#include <policyd/types.h>

#define POLICYD_NGRAM_LENGTH 6
#define POLICYD_NGRAM_BITS   9			/* of one call: its number + 1 */
#define POLICYD_NGRAM_OTHER  511		/* another way into the kernel, or a larger number */
#define POLICYD_NGRAM_MASK   ((1ULL << 54) - 1) /* of a whole sequence */
#define POLICYD_NGRAM_LATE   (1ULL << 63)	/* of a place: was new in the last part of learning */
#define POLICYD_NGRAM_WINDOW 32			/* sequences of a thread that are judged together */

#define POLICYD_NGRAM_PAGES	2048 /* of all executables */
#define POLICYD_NGRAM_PAGES_OF	8    /* of one */
#define POLICYD_NGRAM_SLOTS	496  /* sequences in a page */
#define POLICYD_NGRAM_PROBES	62
#define POLICYD_NGRAM_TRIED_MIN 1024 /* calls in the last part of learning, without which it goes on */

struct policyd_ngram_key {
	__u64 executable;
	__u32 page;
	__u32 reserved;
};

struct policyd_ngrams {
	__u64 slots[POLICYD_NGRAM_SLOTS]; /* 0: free */
};
policyd_static_assert(sizeof(struct policyd_ngrams) + sizeof(struct policyd_ngram_key) <= 4096 - 48,
		      "with the kernel's own part an entry fits into a page of memory");

/* What the kernel finds out about an executable's sequences. */
struct policyd_ngram_state {
	__u64 told;	/* boot time of the last report */
	__u32 peak;	/* most that were new in a window of the last part of learning */
	__u32 tried;	/* calls in that part, about */
	__u32 lost;	/* sequences without room */
	__u32 exceeded; /* windows with too many, since the last report */
};
policyd_static_assert(sizeof(struct policyd_ngram_state) == 24, "no padding");

/* What is to be done with an executable's sequences; 0: nothing. */
#define POLICYD_NGRAM_LEARN 1U /* what is new is put in */
#define POLICYD_NGRAM_TRIAL 2U /* with the mark LATE, and what has it still counts as new */
#define POLICYD_NGRAM_WATCH 4U /* too much that is new is told */

policyd_inline __u64 policyd_ngram_call(__u64 number, __u32 own)
{
	return own && number < POLICYD_NGRAM_OTHER - 1 ? number + 1 : POLICYD_NGRAM_OTHER;
}

policyd_inline __u64 policyd_ngram_add(__u64 ngram, __u64 call)
{
	return (ngram << POLICYD_NGRAM_BITS | call) & POLICYD_NGRAM_MASK;
}

/* Where the search in a page begins. */
policyd_inline __u32 policyd_ngram_place(__u64 ngram)
{
	return (__u32)(((ngram ^ ngram >> 29) * 0x9e3779b97f4a7c15ULL >> 32) * POLICYD_NGRAM_SLOTS >> 32);
}

#endif
