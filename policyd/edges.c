/* SPDX-License-Identifier: Apache-2.0 */
#include "edges.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <policyd/decide.h>

#include "array.h"
#include "util.h"

#define SALTS_MAX 64
#define KICKS_MAX 2000

int edges_add(struct edge_list *list, uint32_t state, uint64_t hash, uint32_t next)
{
	int r = ARRAY_RESERVE(list->items, list->allocated, list->count + 1);

	if (r < 0)
		return r;
	list->items[list->count++] = (struct policyd_edge){.hash = hash, .state = state, .next = next};
	return 0;
}

/* Four in five places are taken: two choices of four places work up to 97 in a hundred. */
uint32_t edges_buckets(const struct edge_list *list)
{
	return (uint32_t)(list->count * 5 / 16 + 2);
}

static struct policyd_edge *edge_free(struct policyd_line *line)
{
	struct policyd_edge *edge = (struct policyd_edge *)line;

	for (int i = 0; i < 4; i++)
		if (!edge[i].state)
			return &edge[i];
	return NULL;
}

static void edge_buckets(uint32_t salt, const struct policyd_edge *edge, uint32_t buckets, uint32_t pair[2])
{
	uint64_t mix = policyd_edge_mix(salt, edge->state, edge->hash);

	pair[0] = policyd_edge_bucket((uint32_t)(mix >> 32), buckets);
	pair[1] = policyd_edge_bucket((uint32_t)mix, buckets);
}

/* Places one edge, moving others to their second bucket where both of its own are full. */
static bool edge_place(struct policyd_line *lines, uint32_t buckets, uint32_t salt, struct policyd_edge edge,
		       uint32_t *seed)
{
	uint32_t pair[2];
	uint32_t from = UINT32_MAX;

	for (int kick = 0; kick < KICKS_MAX; kick++) {
		struct policyd_edge *place;
		struct policyd_edge evicted;
		uint32_t bucket;

		edge_buckets(salt, &edge, buckets, pair);
		place = edge_free(&lines[pair[0]]);
		if (!place)
			place = edge_free(&lines[pair[1]]);
		if (place) {
			*place = edge;
			return true;
		}
		*seed = *seed * 1664525 + 1013904223;
		bucket = pair[0] == from || (pair[1] != from && *seed >> 31) ? pair[1] : pair[0];
		place = (struct policyd_edge *)&lines[bucket] + (*seed >> 20 & 3);
		evicted = *place;
		*place = edge;
		edge = evicted;
		from = bucket;
	}
	return false;
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

int edges_place(const struct edge_list *list, struct policyd_line *lines, uint32_t buckets,
		uint32_t *ret_salt)
{
	int r = edges_check(list);

	if (r < 0)
		return r;
	for (uint32_t salt = 1; salt <= SALTS_MAX; salt++) {
		uint32_t seed = salt;
		size_t i = 0;

		while (i < list->count && edge_place(lines, buckets, salt, list->items[i], &seed))
			i++;
		if (i == list->count) {
			*ret_salt = salt;
			return 0;
		}
		memset(lines, 0, (size_t)buckets * sizeof(*lines));
	}
	return -ENOSPC;
}

void edges_clear(struct edge_list *list)
{
	free(list->items);
	*list = (struct edge_list){0};
}
