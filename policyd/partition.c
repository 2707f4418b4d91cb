/* SPDX-License-Identifier: Apache-2.0 */
#include "partition.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "index.h"
#include "util.h"

/* What a state does, as far as the current groups tell; long enough that chance does not matter. */
struct signature {
	uint64_t a, b;
	uint32_t state;
};

static bool signature_same(const struct signature *x, const struct signature *y)
{
	return x->a == y->a && x->b == y->b;
}

struct partition {
	const struct dfa *dfa;
	uint32_t *group;    /* of a state */
	uint32_t *members;  /* states, a group's side by side */
	uint32_t *position; /* of a state in `members` */
	size_t *first;	    /* of a group in `members`, by group */
	size_t *size;
	uint32_t groups;
	size_t *pred_first; /* predecessors of a state: preds[pred_first[s]] on */
	uint32_t *preds;
	uint32_t *dirty; /* states to look at, and whether a state is in there */
	size_t dirty_count;
	bool *is_dirty;
	uint32_t *next_dirty;
	size_t *dirty_in; /* how many of a group's members, all at its front, are being looked at */
	uint32_t *touched;
	struct signature *signatures;
};

static void partition_done(struct partition *partition)
{
	free(partition->members);
	free(partition->position);
	free(partition->group);
	free(partition->first);
	free(partition->size);
	free(partition->pred_first);
	free(partition->preds);
	free(partition->dirty);
	free(partition->is_dirty);
	free(partition->next_dirty);
	free(partition->dirty_in);
	free(partition->touched);
	free(partition->signatures);
}

static int partition_allocate(struct partition *partition)
{
	size_t count = partition->dfa->count;
	size_t preds = count + partition->dfa->edge_count;

	partition->members = calloc(count, sizeof(*partition->members));
	partition->position = calloc(count, sizeof(*partition->position));
	partition->group = calloc(count, sizeof(*partition->group));
	partition->first = calloc(count, sizeof(*partition->first));
	partition->size = calloc(count, sizeof(*partition->size));
	partition->pred_first = calloc(count + 1, sizeof(*partition->pred_first));
	partition->preds = calloc(preds, sizeof(*partition->preds));
	partition->dirty = calloc(count, sizeof(*partition->dirty));
	partition->is_dirty = calloc(count, sizeof(*partition->is_dirty));
	partition->next_dirty = calloc(count, sizeof(*partition->next_dirty));
	partition->dirty_in = calloc(count, sizeof(*partition->dirty_in));
	partition->touched = calloc(count, sizeof(*partition->touched));
	partition->signatures = calloc(count, sizeof(*partition->signatures));
	if (!partition->members || !partition->position || !partition->group || !partition->first ||
	    !partition->size || !partition->pred_first || !partition->preds || !partition->dirty ||
	    !partition->is_dirty || !partition->next_dirty || !partition->dirty_in || !partition->touched ||
	    !partition->signatures)
		return -ENOMEM;
	return 0;
}

static void preds_fill(struct partition *partition)
{
	const struct dfa *dfa = partition->dfa;
	size_t *first = partition->pred_first;

	for (size_t s = 0; s < dfa->count; s++)
		first[dfa->states[s].fallback + 1]++;
	for (size_t e = 0; e < dfa->edge_count; e++)
		first[dfa->edges[e].target + 1]++;
	for (size_t s = 0; s < dfa->count; s++)
		first[s + 1] += first[s];
	for (size_t s = dfa->count; s-- > 0;) {
		const struct dfa_state *state = &dfa->states[s];

		for (size_t e = 0; e < state->edge_count; e++)
			partition->preds[--first[dfa->edges[state->edges + e].target + 1]] = (uint32_t)s;
		partition->preds[--first[state->fallback + 1]] = (uint32_t)s;
	}
	/* Each first[s + 1] has come down to where the predecessors of s begin. */
	memmove(first, first + 1, dfa->count * sizeof(*first));
	first[dfa->count] = dfa->count + dfa->edge_count;
}

static int groups_by_label(struct partition *partition)
{
	const struct dfa *dfa = partition->dfa;
	uint32_t most = 0;
	CLEANUP_FREE uint32_t *group_of = NULL;
	size_t at = 0;

	for (size_t s = 0; s < dfa->count; s++)
		if (dfa->states[s].label > most)
			most = dfa->states[s].label;
	group_of = calloc((size_t)most + 1, sizeof(*group_of));
	if (!group_of)
		return -ENOMEM;
	for (size_t s = 0; s < dfa->count; s++) {
		uint32_t *group = &group_of[dfa->states[s].label];

		if (!*group)
			*group = ++partition->groups;
		partition->group[s] = *group - 1;
		partition->size[*group - 1]++;
	}
	for (uint32_t g = 0; g < partition->groups; g++) {
		partition->first[g] = at;
		at += partition->size[g];
		partition->size[g] = 0;
	}
	for (size_t s = 0; s < dfa->count; s++) {
		uint32_t g = partition->group[s];

		partition->position[s] = (uint32_t)(partition->first[g] + partition->size[g]++);
		partition->members[partition->position[s]] = (uint32_t)s;
	}
	return 0;
}

static bool edge_counts(const struct partition *partition, const struct dfa_edge *edge)
{
	return partition->group[edge->target] != partition->group[edge->otherwise];
}

static struct signature state_sign(const struct partition *partition, uint32_t s)
{
	const struct dfa_state *state = &partition->dfa->states[s];
	struct signature signature = {.b = 0x6a09e667f3bcc908ULL, .state = s};
	uint64_t fallback = partition->group[state->fallback];
	bool globs = false;

	signature.a = index_hash_word(signature.a, fallback);
	signature.b = index_hash_word(signature.b, fallback);
	for (size_t e = 0; e < state->edge_count; e++) {
		const struct dfa_edge *edge = &partition->dfa->edges[state->edges + e];
		uint64_t word = (uint64_t)edge->symbol << 32 | partition->group[edge->target];

		if (!edge_counts(partition, edge))
			continue;
		globs = globs || edge->symbol & DFA_GLOB;
		signature.a = index_hash_word(signature.a, word);
		signature.b = index_hash_word(signature.b, word);
	}
	if (globs) {
		signature.a = index_hash_word(signature.a, state->glob);
		signature.b = index_hash_word(signature.b, state->glob);
	}
	return signature;
}

static int signature_compare(const void *a, const void *b)
{
	const struct signature *x = a;
	const struct signature *y = b;

	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	if (x->b != y->b)
		return x->b < y->b ? -1 : 1;
	return x->state < y->state ? -1 : x->state > y->state;
}

static void member_swap(struct partition *partition, size_t a, size_t b)
{
	uint32_t x = partition->members[a];
	uint32_t y = partition->members[b];

	partition->members[a] = y;
	partition->members[b] = x;
	partition->position[x] = (uint32_t)b;
	partition->position[y] = (uint32_t)a;
}

/* Moves what is to be looked at to the front of its group; returns the number of groups concerned. */
static size_t dirty_sort(struct partition *partition)
{
	size_t touched = 0;

	for (size_t i = 0; i < partition->dirty_count; i++) {
		uint32_t s = partition->dirty[i];
		uint32_t g = partition->group[s];

		partition->is_dirty[s] = false;
		if (!partition->dirty_in[g])
			partition->touched[touched++] = g;
		member_swap(partition, partition->position[s],
			    partition->first[g] + partition->dirty_in[g]++);
	}
	return touched;
}

static void preds_mark(struct partition *partition, uint32_t s, size_t *next_count)
{
	for (size_t p = partition->pred_first[s]; p < partition->pred_first[s + 1]; p++) {
		uint32_t pred = partition->preds[p];

		if (partition->is_dirty[pred])
			continue;
		partition->is_dirty[pred] = true;
		partition->next_dirty[(*next_count)++] = pred;
	}
}

/* Gives `count` members from `at` on a group of their own. */
static void group_split(struct partition *partition, size_t at, size_t count, size_t *next_count)
{
	uint32_t g = partition->groups++;

	partition->first[g] = at;
	partition->size[g] = count;
	for (size_t i = at; i < at + count; i++) {
		partition->group[partition->members[i]] = g;
		preds_mark(partition, partition->members[i], next_count);
	}
}

/* Equal members, side by side. The clean ones, which were not looked at, are the last run of a group. */
struct run {
	size_t at;
	size_t count;
};

/* Splits group `g`, whose looked-at members stand sorted at its front, into runs of equal signatures. */
static void group_refine(struct partition *partition, uint32_t g, size_t dirty, size_t *next_count)
{
	size_t first = partition->first[g];
	const struct signature *signatures = partition->signatures + first;
	size_t size = partition->size[g];
	struct run best = {.at = first + dirty, .count = size - dirty};

	for (size_t i = 0, end; i < dirty; i = end) {
		for (end = i + 1; end < dirty && signature_same(&signatures[i], &signatures[end]);)
			end++;
		if (end - i > best.count)
			best = (struct run){.at = first + i, .count = end - i};
	}
	for (size_t i = 0, end; i < dirty; i = end) {
		for (end = i + 1; end < dirty && signature_same(&signatures[i], &signatures[end]);)
			end++;
		if (first + i != best.at)
			group_split(partition, first + i, end - i, next_count);
	}
	if (best.at != first + dirty && size > dirty)
		group_split(partition, first + dirty, size - dirty, next_count);
	partition->first[g] = best.at;
	partition->size[g] = best.count;
}

/*
 * Signs the looked-at members of a group and sorts them; those that equal the clean ones join them. All
 * groups of a round are signed before any is split, since a split changes signatures.
 */
static void group_sign(struct partition *partition, uint32_t g)
{
	size_t first = partition->first[g];
	size_t dirty = partition->size[g] > 1 ? partition->dirty_in[g] : 0;
	struct signature *signatures = partition->signatures + first;
	struct signature clean = {0};
	bool has_clean = dirty && dirty < partition->size[g];

	if (has_clean)
		clean = state_sign(partition, partition->members[first + dirty]);
	for (size_t i = 0; i < dirty;) {
		struct signature signature = state_sign(partition, partition->members[first + i]);

		if (has_clean && signature_same(&signature, &clean)) {
			member_swap(partition, first + i, first + --dirty);
			continue;
		}
		signatures[i++] = signature;
	}
	if (dirty > 1)
		qsort(signatures, dirty, sizeof(*signatures), signature_compare);
	for (size_t i = 0; i < dirty; i++) {
		partition->members[first + i] = signatures[i].state;
		partition->position[signatures[i].state] = (uint32_t)(first + i);
	}
	partition->dirty_in[g] = dirty;
}

static void partition_refine(struct partition *partition)
{
	for (size_t s = 0; s < partition->dfa->count; s++)
		partition->dirty[s] = (uint32_t)s;
	partition->dirty_count = partition->dfa->count;
	while (partition->dirty_count) {
		size_t touched = dirty_sort(partition);
		size_t next_count = 0;
		uint32_t *swap = partition->dirty;

		for (size_t i = 0; i < touched; i++)
			group_sign(partition, partition->touched[i]);
		for (size_t i = 0; i < touched; i++) {
			size_t dirty = partition->dirty_in[partition->touched[i]];

			partition->dirty_in[partition->touched[i]] = 0;
			group_refine(partition, partition->touched[i], dirty, &next_count);
		}
		partition->dirty = partition->next_dirty;
		partition->next_dirty = swap;
		partition->dirty_count = next_count;
	}
}

static int small_state_add(const struct partition *partition, const uint32_t *map, uint32_t s,
			   struct dfa *small)
{
	const struct dfa_state *state = &partition->dfa->states[s];
	bool globs = false;
	int r = dfa_state_add(small, (struct dfa_state){
					     .label = state->label,
					     .fallback = map[state->fallback],
				     });

	for (size_t e = 0; e < state->edge_count && r == 0; e++) {
		const struct dfa_edge *edge = &partition->dfa->edges[state->edges + e];

		if (!edge_counts(partition, edge))
			continue;
		globs = globs || edge->symbol & DFA_GLOB;
		r = dfa_edge_add(small, (struct dfa_edge){
						.symbol = edge->symbol,
						.target = map[edge->target],
						.otherwise = map[edge->otherwise],
					});
	}
	if (globs)
		small->states[small->count - 1].glob = state->glob;
	return r;
}

static int partition_emit(const struct partition *partition, struct dfa *small, uint32_t **ret_map)
{
	size_t count = partition->dfa->count;
	CLEANUP_FREE uint32_t *map = calloc(count, sizeof(*map));
	CLEANUP_FREE uint32_t *number = calloc(partition->groups, sizeof(*number));
	CLEANUP_FREE uint32_t *leader = calloc(partition->groups, sizeof(*leader));
	uint32_t used = 0;

	if (!map || !number || !leader)
		return -ENOMEM;
	for (size_t s = 0; s < count; s++) {
		uint32_t g = partition->group[s];

		if (!number[g]) {
			leader[used] = (uint32_t)s;
			number[g] = ++used;
		}
		map[s] = number[g] - 1;
	}
	for (uint32_t i = 0; i < used; i++) {
		int r = small_state_add(partition, map, leader[i], small);

		if (r < 0)
			return r;
	}
	*ret_map = TAKE_PTR(map);
	return 0;
}

int partition_minimise(const struct dfa *dfa, struct dfa *ret_small, uint32_t **ret_map)
{
	CLEANUP(partition_done) struct partition partition = {.dfa = dfa};
	int r = partition_allocate(&partition);

	if (r < 0)
		return r;
	preds_fill(&partition);
	r = groups_by_label(&partition);
	if (r < 0)
		return r;
	partition_refine(&partition);
	r = partition_emit(&partition, ret_small, ret_map);
	if (r < 0)
		dfa_clear(ret_small);
	return r;
}
