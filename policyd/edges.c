/* SPDX-License-Identifier: Apache-2.0 */
#include "edges.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <policyd/decide.h>

#include "array.h"
#include "util.h"

#define SALTS_MAX     64
#define DISPLACEMENTS (UINT16_MAX + 1u)
#define NONE	      UINT32_MAX

/* What is known while a list is placed. */
struct placing {
	const struct edge_list *list;
	struct policyd_line *lines;
	uint32_t edge_lines;
	uint64_t *mixes; /* of each item */
	uint32_t *nexts; /* the next item of the same group, NONE: the last */
	uint32_t *heads; /* of each group: its first item, NONE: it is empty */
	uint32_t *sizes; /* of each group */
	uint32_t largest;
};

int edges_add(struct edge_list *list, uint32_t state, uint64_t hash, uint32_t next)
{
	int r = ARRAY_RESERVE(list->items, list->allocated, list->count + 1);

	if (r < 0)
		return r;
	list->items[list->count++] = (struct policyd_edge){.hash = hash, .state = state, .next = next};
	return 0;
}

/* Four in five slots are taken: with 3 keys to a group, a few tries find a displacement for each. */
uint32_t edges_lines(const struct edge_list *list)
{
	return (uint32_t)(list->count * 5 / 16 + 2);
}

uint32_t edges_size(uint32_t edge_lines)
{
	return edge_lines + (edge_lines + 31) / 32;
}

static void placing_done(struct placing *placing)
{
	free(placing->mixes);
	free(placing->nexts);
	free(placing->heads);
	free(placing->sizes);
}

static int placing_start(struct placing *placing)
{
	size_t count = placing->list->count;

	placing->mixes = calloc(count + 1, sizeof(*placing->mixes));
	placing->nexts = calloc(count + 1, sizeof(*placing->nexts));
	placing->heads = calloc(placing->edge_lines, sizeof(*placing->heads));
	placing->sizes = calloc(placing->edge_lines, sizeof(*placing->sizes));
	return placing->mixes && placing->nexts && placing->heads && placing->sizes ? 0 : -ENOMEM;
}

/* Sorts the items into groups. */
static void groups_fill(struct placing *placing, uint32_t salt)
{
	for (uint32_t group = 0; group < placing->edge_lines; group++) {
		placing->heads[group] = NONE;
		placing->sizes[group] = 0;
	}
	placing->largest = 0;
	for (uint32_t i = 0; i < placing->list->count; i++) {
		const struct policyd_edge *edge = &placing->list->items[i];
		uint32_t group;

		placing->mixes[i] = policyd_edge_mix(salt, edge->state, edge->hash);
		group = policyd_edge_group(placing->mixes[i], placing->edge_lines);
		placing->nexts[i] = placing->heads[group];
		placing->heads[group] = i;
		placing->sizes[group]++;
		if (placing->sizes[group] > placing->largest)
			placing->largest = placing->sizes[group];
	}
}

static struct policyd_edge *slot_of(const struct placing *placing, uint32_t item, uint32_t displacement)
{
	struct policyd_edge *slots = (struct policyd_edge *)placing->lines;

	return &slots[policyd_edge_slot(placing->mixes[item], displacement, placing->edge_lines)];
}

/* Places the items of a group, or none of them. */
static bool group_try(struct placing *placing, uint32_t group, uint32_t displacement)
{
	uint32_t item = placing->heads[group];

	while (item != NONE) {
		struct policyd_edge *slot = slot_of(placing, item, displacement);

		if (slot->state)
			break;
		*slot = placing->list->items[item];
		item = placing->nexts[item];
	}
	if (item == NONE)
		return true;
	for (uint32_t placed = placing->heads[group]; placed != item; placed = placing->nexts[placed])
		*slot_of(placing, placed, displacement) = (struct policyd_edge){0};
	return false;
}

static bool group_place(struct placing *placing, uint32_t group)
{
	for (uint32_t displacement = 0; displacement < DISPLACEMENTS; displacement++)
		if (group_try(placing, group, displacement)) {
			placing->lines[placing->edge_lines + (group >> 5)].h[group & 31] =
				(uint16_t)displacement;
			return true;
		}
	return false;
}

/* Large groups first, while there is room for them. */
static bool groups_place(struct placing *placing)
{
	for (uint32_t size = placing->largest; size; size--)
		for (uint32_t group = 0; group < placing->edge_lines; group++)
			if (placing->sizes[group] == size && !group_place(placing, group))
				return false;
	return true;
}

static int edge_compare(const void *a, const void *b)
{
	const struct policyd_edge *x = a;
	const struct policyd_edge *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return x->state < y->state ? -1 : x->state > y->state;
}

static int edges_check(const struct edge_list *list)
{
	CLEANUP_FREE struct policyd_edge *sorted = calloc(list->count + 1, sizeof(*sorted));

	if (!sorted)
		return -ENOMEM;
	if (!list->count)
		return 0;
	memcpy(sorted, list->items, list->count * sizeof(*sorted));
	qsort(sorted, list->count, sizeof(*sorted), edge_compare);
	for (size_t i = 1; i < list->count; i++)
		if (!edge_compare(&sorted[i - 1], &sorted[i]))
			return -EEXIST;
	return 0;
}

int edges_place(const struct edge_list *list, struct policyd_line *lines, uint32_t edge_lines,
		uint32_t *ret_salt)
{
	CLEANUP(placing_done)
	struct placing placing = {.list = list, .lines = lines, .edge_lines = edge_lines};
	int r = edges_check(list);

	if (r < 0)
		return r;
	if (list->count > 4 * (size_t)edge_lines)
		return -ENOSPC;
	r = placing_start(&placing);
	if (r < 0)
		return r;
	for (uint32_t salt = 1; salt <= SALTS_MAX; salt++) {
		groups_fill(&placing, salt);
		if (groups_place(&placing)) {
			*ret_salt = salt;
			return 0;
		}
		memset(lines, 0, (size_t)edges_size(edge_lines) * sizeof(*lines));
	}
	return -ENOSPC;
}

void edges_clear(struct edge_list *list)
{
	free(list->items);
	*list = (struct edge_list){0};
}
