/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Sets of terms: what one number of a task (a user, a group) leaves of them.
 */
#ifndef BPF_LSM_TERMS_H
#define BPF_LSM_TERMS_H

#include "name.bpf.h"

#include <policyd/subject.h>

#define SUBJECT_GROUPS_MAX 65536 /* NGROUPS_MAX */

/* Keeps of `terms` what the set at `line` holds too; line 0 rules nothing out. -1: the image is broken. */
static __always_inline int terms_keep(void *image, __u32 line, struct policyd_line *terms)
{
	const struct policyd_line *set;

	if (!line)
		return 0;
	set = policyd_line_at(image, line);
	if (!set)
		return -1;
	for (int i = 0; i < 8; i++)
		terms->q[i] &= set->q[i];
	return 0;
}

/* A search in a table of ranges, for the loop's callback. */
struct range_search {
	struct policyd_search search;
	__u64 generation;
	__u32 base;
	__u32 id;
	__s32 result;
};

static long subject_search_step(__u32 i, struct range_search *range)
{
	const struct policyd_header *header;
	void *image = image_of(range->generation);

	range->result = (__s32)policyd_opaque((__u32)-1);
	if (!image)
		return 1;
	header = policyd_header_at(image);
	if (!header || header->generation != range->generation)
		return 1;
	range->result = (__s32)policyd_opaque(
		(__u32)policyd_search_step(image, range->base, range->id, &range->search));
	return range->result != 0;
}

/*
 * Number of the range that an id is in, -1 where it cannot be had (a new generation has come meanwhile).
 * Global, so that it is verified once.
 */
__noinline __weak int subject_range(__u32 base, __u32 count, __u32 id, __u64 generation)
{
	struct range_search range = {
		.search = {(__u32)opaque_zero, count},
		.base = base,
		.id = id,
		.generation = generation,
		.result = (__s32)opaque_zero,
	};

	bpf_loop(POLICYD_SEARCH_STEPS + 1, subject_search_step, &range, 0);
	return range.result == 1 ? (int)range.search.low : -1;
}

/* Keeps the terms that an id fits, from a table of ranges; no table: no term asks. */
static __always_inline int terms_keep_id(void *image, const struct policyd_header *header, __u32 base,
					 __u32 count, __u32 id, struct policyd_line *terms)
{
	__u32 line;
	int range;

	if (!count)
		return 0;
	range = subject_range(base, count, id, header->generation);
	if (range < 0)
		return -1;
	line = policyd_range_line(image, base, (__u32)range);
	return line ? terms_keep(image, line, terms) : -1;
}

/* The union over a task's groups, for the loop's callback. */
struct group_walk {
	struct policyd_line terms;
	__u64 groups; /* address of gid[0] */
	__u64 generation;
	__u32 base;
	__u32 count;
	__u32 primary;
	__u32 failed;
};

/* Adds the terms of group i: the primary one, then the supplementary ones. */
static long subject_group(__u32 i, struct group_walk *walk)
{
	void *image = image_of(walk->generation);
	const struct policyd_line *set;
	__u32 gid = walk->primary;
	int range;

	walk->failed = 1;
	if (!image)
		return 1;
	if (i && bpf_probe_read_kernel(&gid, sizeof(gid), (void *)(walk->groups + 4ULL * (i - 1))))
		return 1;
	range = subject_range(walk->base, walk->count, gid, walk->generation);
	if (range < 0)
		return 1;
	set = policyd_line_at(image, policyd_range_line(image, walk->base, (__u32)range));
	if (!set)
		return 1;
	for (int k = 0; k < 8; k++)
		walk->terms.q[k] |= set->q[k];
	walk->failed = 0;
	return 0;
}

/*
 * Keeps the terms that the group or one of the supplementary groups fits, of the credentials at an address.
 * What is read goes through the members of `walk`: the stack of the deepest chain of calls has no room for
 * more.
 */
static __noinline int terms_keep_groups(const struct decision *decision, const struct policyd_fixed *fixed,
					__u64 credentials, struct policyd_line *terms)
{
	const struct cred *cred = (void *)credentials;
	const struct policyd_line *none = policyd_line_at(decision->image, fixed->no_group);
	struct group_walk walk;
	struct group_info *info;
	__u32 count;

	if (!none)
		return -1;
	walk.terms = *none;
	walk.generation = decision->header->generation;
	walk.base = fixed->group;
	walk.count = fixed->group_count;
	if (bpf_core_read(&walk.primary, sizeof(walk.primary), &cred->gid.val) ||
	    bpf_core_read(&walk.groups, sizeof(walk.groups), &cred->group_info))
		return -1;
	info = (void *)walk.groups;
	if (bpf_core_read(&walk.failed, sizeof(walk.failed), &info->ngroups))
		return -1;
	count = walk.failed;
	walk.failed = 0;
	walk.groups += bpf_core_field_offset(info->gid);
	bpf_loop(1 + (count > SUBJECT_GROUPS_MAX ? SUBJECT_GROUPS_MAX : count), subject_group, &walk, 0);
	if (walk.failed)
		return -1;
	for (int i = 0; i < 8; i++)
		terms->q[i] &= walk.terms.q[i];
	return 0;
}

#endif
