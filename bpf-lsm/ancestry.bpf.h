/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The terms that fit a lineage. In two steps, since the stack does not take both at once: lineage_refresh()
 * reads the names in the generation's automaton, what follows looks up what that came to.
 */
#ifndef BPF_LSM_ANCESTRY_H
#define BPF_LSM_ANCESTRY_H

#include "lineage.bpf.h"

/*
 * Makes the names of the lineage at an address known in a generation, so that their terms are at hand: 0,
 * also where no policy asks for them, or -1 where the lineage is not known. A step before the class is
 * computed, since both together are more than the stack takes.
 */
__noinline __weak int lineage_refresh(__u64 address, __u64 generation)
{
	struct policyd_lineage *lineage = (void *)address;
	const struct policyd_fixed *fixed = lineage_fixed(generation);
	__u32 flags = 0, count = 0;
	__u64 key = 0;

	if (!fixed)
		return -1;
	if (!lineage_asked(fixed))
		return 0;
	if (bpf_probe_read_kernel(&flags, sizeof(flags), &lineage->flags) ||
	    bpf_probe_read_kernel(&count, sizeof(count), &lineage->count) ||
	    bpf_probe_read_kernel(&key, sizeof(key), &lineage->script))
		return -1;
	if (!(flags & POLICYD_LINEAGE_KNOWN))
		return -1;
	if (fixed->no_script != fixed->all &&
	    (flags & POLICYD_LINEAGE_LOST_SCRIPT || (key && program_state(key, generation) & NAME_FAILED)))
		return -1;
	if (fixed->no_ancestor == fixed->all)
		return 0;
	if (flags & POLICYD_LINEAGE_LOST_ANCESTOR)
		return -1;
	for (__u32 i = 0; i < POLICYD_ANCESTORS_MAX; i++) {
		if (i >= count)
			break;
		if (bpf_probe_read_kernel(&key, sizeof(key), &lineage->ancestors[i]) ||
		    program_state(key, generation) & NAME_FAILED)
			return -1;
	}
	return 0;
}

/* The class of a name that lineage_refresh() has made known, NULL where that does not hold any more. */
static __always_inline const struct policyd_class *
lineage_class(void *image, const struct policyd_header *header, __u64 key)
{
	const struct policyd_program *program = bpf_map_lookup_elem(&programs, &key);
	const struct policyd_state *record;
	__u64 state;

	if (!program)
		return NULL;
	state = program_recall(program, header->generation);
	if (state & NAME_FAILED)
		return NULL;
	record = policyd_state_at(image, header, (__u32)state);
	return record ? policyd_class_at(image, header, record->class) : NULL;
}

/* Keeps the terms that fit the script of the lineage at an address; 0: of nobody. -1: it is not known. */
static __noinline int terms_keep_script(const struct decision *decision, const struct policyd_fixed *fixed,
					__u64 address, struct policyd_line *terms)
{
	struct policyd_lineage *lineage = (void *)address;
	const struct policyd_class *class;
	const struct policyd_line *set;
	__u32 line = fixed->no_script;
	__u64 key = 0;

	if (line == fixed->all)
		return 0;
	/* Of nobody nothing can be read. Read first: the verifier then knows no address apart from others. */
	if (bpf_probe_read_kernel(&key, sizeof(key), &lineage->script) && address)
		return -1;
	if (key) {
		class = lineage_class(decision->image, decision->header, key);
		if (!class)
			return -1;
		line = class->script;
	}
	set = policyd_line_at(decision->image, line);
	if (!set)
		return -1;
	for (int k = 0; k < 8; k++)
		terms->q[k] &= set->q[k];
	return 0;
}

/* Adds the terms of one ancestor; -1 where they are not known. Global, so that it is verified once. */
__noinline __weak int lineage_join(struct policyd_line *join, __u64 key, __u64 generation)
{
	const struct policyd_header *header;
	const struct policyd_class *class;
	const struct policyd_line *set;
	void *image = image_of(generation);

	if (!join || !image)
		return -1;
	header = policyd_header_at(image);
	if (!header || header->generation != generation)
		return -1;
	class = lineage_class(image, header, key);
	if (!class)
		return -1;
	set = policyd_line_at(image, class->ancestor);
	if (!set)
		return -1;
	for (int k = 0; k < 8; k++)
		join->q[k] |= set->q[k];
	return 0;
}

/* The union over the ancestors, for the loop's callback: a loop would be verified once for each of them. */
struct lineage_union {
	struct policyd_line terms;
	__u64 at; /* address of the next one's key, 0: what it is is not known */
	__u64 generation;
};

static long lineage_join_one(__u32 i, struct lineage_union *join)
{
	__u64 key = 0;

	(void)i;
	if (bpf_probe_read_kernel(&key, sizeof(key), (void *)join->at) ||
	    lineage_join(&join->terms, key, join->generation)) {
		join->at = opaque_zero;
		return 1;
	}
	join->at += sizeof(key);
	return 0;
}

/* The same for the ancestors, whose terms add up. */
static __noinline int terms_keep_ancestors(const struct decision *decision, const struct policyd_fixed *fixed,
					   __u64 address, struct policyd_line *terms)
{
	struct policyd_lineage *lineage = (void *)address;
	struct lineage_union join = {
		.at = (__u64)lineage->ancestors,
		.generation = decision->header->generation,
	};
	const struct policyd_line *none;
	__u32 count = 0;

	if (fixed->no_ancestor == fixed->all)
		return 0;
	none = policyd_line_at(decision->image, fixed->no_ancestor);
	if (!none || (bpf_probe_read_kernel(&count, sizeof(count), &lineage->count) && address) ||
	    count > POLICYD_ANCESTORS_MAX)
		return -1;
	join.terms = *none;
	bpf_loop(count, lineage_join_one, &join, 0);
	if (!join.at)
		return -1;
	for (int k = 0; k < 8; k++)
		terms->q[k] &= join.terms.q[k];
	return 0;
}

#endif
