/* SPDX-License-Identifier: Apache-2.0 */
#include "subset.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"

int subset_begin(struct subset *subset)
{
	int r = globs_load(&subset->globs, &subset->nfa->globs);

	return r < 0 ? r : dfa_state_add(&subset->dfa, (struct dfa_state){0});
}

static const struct nfa_node *node_of(const struct subset *subset, uint32_t position)
{
	return &subset->nfa->nodes[position % subset->nfa->node_count];
}

static int positions_start(struct subset *subset)
{
	return gather_start(&subset->gather, subset->nfa->node_count * subset->nfa->names);
}

/* Adds a position and everything that reading nothing leads to. */
static int node_add(struct subset *subset, uint32_t node)
{
	struct gather *gather = &subset->gather;
	size_t done = gather->count;
	int r = gather_add(gather, node);

	for (; r >= 0 && done < gather->count; done++) {
		const struct nfa_edge *edge;
		uint32_t next = node_of(subset, gather->items[done])->edges;

		for (; r >= 0 && next; next = edge->next) {
			edge = &subset->nfa->edges[next - 1];
			if (nfa_edge_is_empty(edge))
				r = gather_add(gather, nfa_follow(subset->nfa, gather->items[done], edge));
		}
	}
	return r < 0 ? r : 0;
}

static int state_intern(struct subset *subset, uint32_t *ret_state)
{
	struct gather *gather = &subset->gather;

	gather->count = array_sort_unique(gather->items, gather->count);
	if (subset->sets.count >= SUBSET_STATES_MAX || subset->sets.used >= SUBSET_IDS_MAX ||
	    gather->steps >= SUBSET_STEPS_MAX)
		return -E2BIG;
	return idset_intern(&subset->sets, gather->items, gather->count, ret_state);
}

int subset_start(struct subset *subset, uint32_t node, uint32_t *ret_state)
{
	int r = positions_start(subset);

	if (r == 0)
		r = node_add(subset, node);
	return r < 0 ? r : state_intern(subset, ret_state);
}

static int pair_add(struct subset *subset, uint32_t symbol, uint32_t node)
{
	int r = ARRAY_RESERVE(subset->pairs, subset->pairs_allocated, subset->pair_count + 1);

	if (r < 0)
		return r;
	subset->pairs[subset->pair_count++] = (struct glob_pair){.symbol = symbol, .target = node};
	return 0;
}

static int pair_compare(const void *a, const void *b)
{
	const struct glob_pair *x = a;
	const struct glob_pair *y = b;

	if (x->symbol != y->symbol)
		return x->symbol < y->symbol ? -1 : 1;
	return x->target < y->target ? -1 : x->target > y->target;
}

static int nodes_copy(struct subset *subset, uint32_t state)
{
	const uint32_t *ids;
	int r;

	ids = idset_ids(&subset->sets, state, &subset->node_count);
	r = ARRAY_RESERVE(subset->nodes, subset->nodes_allocated, subset->node_count);
	if (r < 0)
		return r;
	if (subset->node_count)
		memcpy(subset->nodes, ids, subset->node_count * sizeof(*ids));
	return 0;
}

/* Sorts what leads out of the state into pairs and, for any component, the base. */
static int state_scan(struct subset *subset)
{
	const struct nfa *nfa = subset->nfa;
	int r = positions_start(subset);

	subset->pair_count = 0;
	for (size_t i = 0; i < subset->node_count && r == 0; i++) {
		const struct nfa_node *node = node_of(subset, subset->nodes[i]);

		if (node->loop)
			r = node_add(subset, subset->nodes[i]);
		for (uint32_t e = node->edges; e && r == 0; e = nfa->edges[e - 1].next) {
			const struct nfa_edge *edge = &nfa->edges[e - 1];

			if (edge->symbol == NFA_ANY)
				r = node_add(subset, nfa_follow(nfa, subset->nodes[i], edge));
			else if (!nfa_edge_is_empty(edge))
				r = pair_add(subset, edge->symbol, nfa_follow(nfa, subset->nodes[i], edge));
		}
	}
	if (r < 0)
		return r;
	if (subset->pair_count)
		qsort(subset->pairs, subset->pair_count, sizeof(*subset->pairs), pair_compare);
	r = ARRAY_RESERVE(subset->base, subset->base_allocated, subset->gather.count + 1);
	if (r < 0)
		return r;
	subset->base_count = subset->gather.count;
	if (subset->base_count)
		memcpy(subset->base, subset->gather.items, subset->base_count * sizeof(*subset->base));
	return 0;
}

static int base_gather(struct subset *subset)
{
	int r = positions_start(subset);

	for (size_t i = 0; i < subset->base_count && r >= 0; i++)
		r = gather_add(&subset->gather, subset->base[i]);
	return r < 0 ? r : 0;
}

/* Index of the first pair of a symbol or, where there is none, of a greater one. */
static size_t pair_find(const struct subset *subset, uint32_t symbol)
{
	size_t low = 0;
	size_t high = subset->pair_count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (subset->pairs[middle].symbol < symbol)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int symbol_gather(struct subset *subset, uint32_t symbol)
{
	int r = 0;

	for (size_t i = pair_find(subset, symbol);
	     r == 0 && i < subset->pair_count && subset->pairs[i].symbol == symbol; i++)
		r = node_add(subset, subset->pairs[i].target);
	return r;
}

static int match_gather(struct subset *subset, uint32_t match)
{
	size_t count;
	const uint32_t *globs = idset_ids(&subset->globs.matches, match, &count);
	int r = 0;

	for (size_t i = 0; i < count && r == 0; i++)
		r = symbol_gather(subset, NFA_GLOB | globs[i]);
	return r;
}

static int edge_add(struct subset *subset, struct dfa_edge edge)
{
	if (edge.target == edge.otherwise)
		return 0;
	if (subset->dfa.edge_count >= SUBSET_EDGES_MAX)
		return -E2BIG;
	return dfa_edge_add(&subset->dfa, edge);
}

/* Builds the byte automaton of the state's globs. */
static int state_globs(struct subset *subset, uint32_t *ret_glob, uint32_t *ret_reach)
{
	size_t used = 0;

	*ret_glob = *ret_reach = 0;
	for (size_t i = pair_find(subset, NFA_GLOB); i < subset->pair_count; i++) {
		uint32_t glob = subset->pairs[i].symbol & ~NFA_KIND;
		int r = ARRAY_RESERVE(subset->scratch, subset->scratch_allocated, used + 1);

		if (r < 0)
			return r;
		if (!used || subset->scratch[used - 1] != glob)
			subset->scratch[used++] = glob;
	}
	return used ? globs_build(&subset->globs, subset->scratch, used, ret_glob, ret_reach) : 0;
}

/* The states that the sets of globs lead to. */
static int reach_states(struct subset *subset, uint32_t reach)
{
	size_t count;
	const uint32_t *matches = idset_ids(&subset->globs.reach, reach, &count);
	int r = ARRAY_RESERVE(subset->reach_states, subset->reach_allocated, count + 1);

	for (size_t i = 0; i < count && r == 0; i++) {
		r = base_gather(subset);
		if (r == 0)
			r = match_gather(subset, matches[i]);
		if (r == 0)
			r = state_intern(subset, &subset->reach_states[i]);
	}
	return r;
}

static uint32_t reach_find(const struct subset *subset, uint32_t reach, uint32_t match)
{
	size_t count;
	const uint32_t *matches = idset_ids(&subset->globs.reach, reach, &count);
	size_t low = 0;

	while (low + 1 < count) {
		size_t middle = (low + count) / 2;

		if (matches[middle] <= match)
			low = middle;
		else
			count = middle;
	}
	return subset->reach_states[low];
}

static int literal_edges(struct subset *subset, const struct dfa_state *state, uint32_t reach)
{
	size_t i = 0;

	while (i < subset->pair_count && subset->pairs[i].symbol < NFA_GLOB) {
		struct dfa_edge edge = {.symbol = subset->pairs[i].symbol, .otherwise = state->fallback};
		size_t length;
		const char *name = text_bytes(&subset->nfa->literals, edge.symbol, &length);
		uint32_t match = state->glob ? globs_run(&subset->globs, state->glob, name, length) : 0;
		int r = base_gather(subset);

		if (match)
			edge.otherwise = reach_find(subset, reach, match);
		if (r == 0 && match)
			r = match_gather(subset, match);
		for (; r == 0 && i < subset->pair_count && subset->pairs[i].symbol == edge.symbol; i++)
			r = node_add(subset, subset->pairs[i].target);
		if (r == 0)
			r = state_intern(subset, &edge.target);
		if (r == 0)
			r = edge_add(subset, edge);
		if (r < 0)
			return r;
	}
	return 0;
}

static int glob_edges(struct subset *subset, const struct dfa_state *state, uint32_t reach)
{
	size_t count;
	const uint32_t *matches = idset_ids(&subset->globs.reach, reach, &count);

	for (size_t i = 0; i < count; i++) {
		int r = edge_add(subset, (struct dfa_edge){
						 .symbol = DFA_GLOB | matches[i],
						 .target = subset->reach_states[i],
						 .otherwise = state->fallback,
					 });

		if (r < 0)
			return r;
	}
	return 0;
}

/* The lists that accept by one name; its positions are side by side, from *at on. */
static int name_lists(struct subset *subset, size_t *at, uint32_t *ret_set)
{
	const struct nfa *nfa = subset->nfa;
	uint32_t name = subset->nodes[*at] / (uint32_t)nfa->node_count;
	size_t used = 0;

	for (; *at < subset->node_count && subset->nodes[*at] / nfa->node_count == name; ++*at) {
		uint32_t next = node_of(subset, subset->nodes[*at])->accepts;

		for (; next; next = nfa->accepts[next - 1].next) {
			int r = ARRAY_RESERVE(subset->scratch, subset->scratch_allocated, used + 1);

			if (r < 0)
				return r;
			subset->scratch[used++] = nfa->accepts[next - 1].list;
		}
	}
	if (subset->lists.used + used >= SUBSET_IDS_MAX)
		return -E2BIG;
	return idset_intern(&subset->lists, subset->scratch, array_sort_unique(subset->scratch, used),
			    ret_set);
}

static int state_label(struct subset *subset, uint32_t *ret_label)
{
	size_t used = 0;
	size_t at = 0;

	while (at < subset->node_count) {
		uint32_t set;
		int r = name_lists(subset, &at, &set);

		if (r == 0 && set)
			r = ARRAY_RESERVE(subset->sets_of_names, subset->sets_of_names_allocated, used + 1);
		if (r < 0)
			return r;
		if (set)
			subset->sets_of_names[used++] = set;
	}
	return idset_intern(&subset->labels, subset->sets_of_names,
			    array_sort_unique(subset->sets_of_names, used), ret_label);
}

static int state_build(struct subset *subset, uint32_t number)
{
	struct dfa_state state = {0};
	uint32_t reach = 0;
	int r;

	r = nodes_copy(subset, number);
	if (r == 0)
		r = state_label(subset, &state.label);
	if (r == 0)
		r = state_scan(subset);
	if (r == 0)
		r = state_intern(subset, &state.fallback);
	if (r == 0)
		r = state_globs(subset, &state.glob, &reach);
	if (r == 0)
		r = reach_states(subset, reach);
	if (r == 0)
		r = dfa_state_add(&subset->dfa, state);
	if (r == 0)
		r = literal_edges(subset, &state, reach);
	return r < 0 ? r : glob_edges(subset, &state, reach);
}

int subset_run(struct subset *subset)
{

	while (subset->dfa.count <= subset->sets.count) {
		int r = state_build(subset, (uint32_t)subset->dfa.count);

		if (r < 0)
			return r;
	}
	return 0;
}

void subset_clear(struct subset *subset)
{
	globs_clear(&subset->globs);
	idset_clear(&subset->sets);
	idset_clear(&subset->lists);
	idset_clear(&subset->labels);
	dfa_clear(&subset->dfa);
	gather_clear(&subset->gather);
	free(subset->pairs);
	free(subset->base);
	free(subset->nodes);
	free(subset->reach_states);
	free(subset->scratch);
	free(subset->sets_of_names);
	*subset = (struct subset){0};
}
