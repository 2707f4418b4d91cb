/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Counting over a sliding time without locks: eight spans, each with a number of its own, which are used in
 * turn. The sum is of the span now and the seven before it. So what happened longer ago than the time never
 * counts, and what happened within seven eighths of it always does.
 *
 * The same lines count in the kernel and in user space. Times are of a clock that never goes back.
 */
#ifndef POLICYD_COUNT_H
#define POLICYD_COUNT_H

#include <policyd/types.h>

#define POLICYD_SPANS	     8
#define POLICYD_SPAN_FULL    0x7fffffffULL /* happenings in one span; more are not added */
#define POLICYD_EXAMPLE_COMM 16
#define POLICYD_COUNTS_MAX   16384 /* counts at the same time: rates, and processes of rates per process */
#define POLICYD_SEEN_MAX     65536 /* objects of rates of distinct ones at the same time */

/* The first that was counted in a span. */
struct policyd_example {
	__u64 time;
	__u32 pid;
	__u32 uid;
	char comm[POLICYD_EXAMPLE_COMM];
};

/* Each word is the number of the span in the upper half, how many in the lower. */
struct policyd_count {
	__u64 words[POLICYD_SPANS];
	__u64 told; /* when the limit was last reported, 0: never */
	__u64 used; /* when something was last counted, and */
	__u64 span; /* the length of a span: an entry that is idle for eight of them says nothing */
	struct policyd_example examples[POLICYD_SPANS];
};

/* Whose a count is: `start` and `pid` are 0 where all processes of the policy's subject have one. */
struct policyd_count_key {
	__u64 id;    /* of the rate */
	__u64 start; /* of the process, and its number */
	__u32 pid;
	__u32 reserved;
};
policyd_static_assert(sizeof(struct policyd_count_key) == 24, "no padding");

/* An object that a rate of distinct ones has counted: a file or an address and port. */
struct policyd_seen_key {
	struct policyd_count_key count;
	__u64 object[2];
	__u64 port;
};
policyd_static_assert(sizeof(struct policyd_seen_key) == 48, "no padding");

struct policyd_seen {
	__u64 time; /* when it was counted */
	__u64 span;
};

/* Span numbers are never 0, as the words of a new count are. */
policyd_inline __u32 policyd_span_of(__u64 now, __u64 span)
{
	return (__u32)(now / span) | 1U << 31;
}

/* How many spans ago. */
policyd_inline __u32 policyd_span_age(__u32 current, __u64 word)
{
	return word ? (current - (__u32)(word >> 32)) & ~(1U << 31) : POLICYD_SPANS;
}

/* Counts one. Returns the place of the span where it is its first, whose example is the caller's to write, or
 * -1. */
policyd_inline int policyd_count_add(struct policyd_count *count, __u64 now, __u64 span)
{
	__u32 number = policyd_span_of(now, span);
	__u32 place = number % POLICYD_SPANS;
	__u64 word = count->words[place];

	count->used = now;
	count->span = span;
	if (word >> 32 != number &&
	    __sync_val_compare_and_swap(&count->words[place], word, (__u64)number << 32 | 1) == word)
		return (int)place;
	if ((word & 0xffffffff) < POLICYD_SPAN_FULL)
		__sync_fetch_and_add(&count->words[place], 1);
	return -1;
}

/* How many within the time that ends now; *ret_first is the place of the oldest span that has some. */
policyd_inline __u64 policyd_count_sum(const struct policyd_count *count, __u64 now, __u64 span,
				       __u32 *ret_first)
{
	__u32 number = policyd_span_of(now, span), oldest = 0;
	__u64 sum = 0;

	for (__u32 i = 0; i < POLICYD_SPANS; i++) {
		__u64 word = count->words[i];
		__u32 age = policyd_span_age(number, word);

		if (age >= POLICYD_SPANS)
			continue;
		sum += word & 0xffffffff;
		if (age >= oldest) {
			oldest = age;
			*ret_first = i;
		}
	}
	return sum;
}

/* Whether nothing that the count holds is within its time any more. */
policyd_inline int policyd_count_idle(const struct policyd_count *count, __u64 now)
{
	return count->used < now && now - count->used > count->span * POLICYD_SPANS;
}

/* Whether the object would be counted again. */
policyd_inline int policyd_seen_over(const struct policyd_seen *seen, __u64 now)
{
	return seen->time < now && now - seen->time > seen->span * POLICYD_SPANS;
}

/* Whether it is time to report: once, and again when the time is over. */
policyd_inline int policyd_count_tell(struct policyd_count *count, __u64 now, __u64 span)
{
	__u64 told = count->told;

	/* Another processor may have told later than `now` was read here. */
	if (told && now < told + span * POLICYD_SPANS)
		return 0;
	return __sync_val_compare_and_swap(&count->told, told, now) == told;
}

#endif
