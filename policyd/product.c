/* SPDX-License-Identifier: Apache-2.0 */
#include "product.h"

#include <errno.h>
#include <stdlib.h>

#include "array.h"

/* Work that is worth it: a multiple of the automaton's size, and enough for any small one. */
#define STEPS_FACTOR 16
#define STEPS_MIN    4000000

/* What an other state that is not compared does. */
static const struct dfa_state alone = {.fallback = PRODUCT_ALONE};

static const struct dfa_state *state_of(const struct product *product, uint32_t state)
{
	return state == PRODUCT_ALONE ? &alone : &product->model->paths.states[state];
}

static int work(struct product *product, uint64_t steps)
{
	product->steps += steps;
	return product->reference != PRODUCT_ALONE && product->steps > product->steps_max ? -E2BIG : 0;
}

static int node_find(struct product *product, uint32_t state, uint32_t other, uint32_t *ret_node)
{
	uint64_t hash = index_hash_word(index_hash_word(0, state), other);
	size_t cursor = 0;
	uint32_t node;
	int r;

	if (other == product->reference) {
		*ret_node = state;
		return 0;
	}
	while (index_next(&product->index, hash, &cursor, &node))
		if (product->nodes[node].state == state && product->nodes[node].other == other) {
			*ret_node = node;
			return 0;
		}
	r = ARRAY_RESERVE(product->nodes, product->allocated, product->count + 1);
	if (r == 0)
		r = index_add(&product->index, hash, (uint32_t)product->count);
	if (r < 0)
		return r;
	product->nodes[product->count] = (struct product_node){.state = state, .other = other};
	*ret_node = (uint32_t)product->count++;
	return 0;
}

/* One more successor of the node that is being expanded, the last one that has any. */
static int successor_add(struct product *product, uint32_t state, uint32_t other)
{
	uint32_t node = 0;
	int r = work(product, 1);

	if (r == 0)
		r = node_find(product, state, other, &node);
	if (r == 0)
		r = ARRAY_RESERVE(product->successors, product->successors_allocated,
				  product->successor_count + 1);
	if (r < 0)
		return r;
	product->successors[product->successor_count++] = node;
	return 0;
}

/* The target of the edge with a symbol, which ascend; the fallback where there is none. */
static uint32_t edge_target(const struct dfa *dfa, const struct dfa_state *state, uint32_t symbol)
{
	size_t low = state->edges;
	size_t high = state->edges + state->edge_count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (dfa->edges[middle].symbol == symbol)
			return dfa->edges[middle].target;
		if (dfa->edges[middle].symbol < symbol)
			low = middle + 1;
		else
			high = middle;
	}
	return state->fallback;
}

static uint32_t label_target(const struct product *product, const struct dfa_state *state, uint32_t label)
{
	return label ? edge_target(&product->model->paths, state, DFA_GLOB | label) : state->fallback;
}

/* Where a literal leads that is none of the state's own. */
static uint32_t literal_target(struct product *product, const struct dfa_state *state, uint32_t literal)
{
	const struct dfa *bytes = &product->model->bytes;
	uint32_t at = state->glob;
	size_t length;
	const char *name;

	if (!at)
		return state->fallback;
	name = text_bytes(&product->model->literals, literal, &length);
	for (size_t i = 0; i < length && at; i++)
		at = edge_target(bytes, &bytes->states[at], (unsigned char)name[i]);
	product->steps += length;
	return label_target(product, state, bytes->states[at].label);
}

/* The literals of a state, one after the other. */
struct literals {
	const struct dfa_edge *edge;
	const struct dfa_edge *end;
};

static struct literals literals_of(const struct product *product, const struct dfa_state *state)
{
	const struct dfa_edge *edge = product->model->paths.edges;

	if (!state->edge_count)
		return (struct literals){0};
	edge += state->edges;
	return (struct literals){.edge = edge, .end = edge + state->edge_count};
}

static uint32_t literal_peek(const struct literals *literals)
{
	return literals->edge == literals->end ? DFA_GLOB : literals->edge->symbol; /* globs come last */
}

static uint32_t literal_take(struct product *product, struct literals *literals,
			     const struct dfa_state *state, uint32_t symbol)
{
	return literal_peek(literals) == symbol ? literals->edge++->target
						: literal_target(product, state, symbol);
}

/* The names that either state has an edge for. */
static int literals_expand(struct product *product, const struct dfa_state *state,
			   const struct dfa_state *other)
{
	struct literals mine = literals_of(product, state);
	struct literals theirs = literals_of(product, other);

	for (;;) {
		uint32_t a = literal_peek(&mine);
		uint32_t b = literal_peek(&theirs);
		uint32_t symbol = a < b ? a : b;
		uint32_t next;
		int r;

		if (symbol & DFA_GLOB)
			return 0;
		next = literal_take(product, &mine, state, symbol);
		r = successor_add(product, next, literal_take(product, &theirs, other, symbol));
		if (r < 0)
			return r;
	}
}

/* Adds a pair; `index` knows those that are there. */
static int pair_add(struct product_pairs *pairs, struct index *index, uint32_t a, uint32_t b)
{
	uint64_t pair = (uint64_t)a << 32 | b;
	uint64_t hash = index_hash_word(0, pair);
	size_t cursor = 0;
	uint32_t at;
	int r;

	while (index_next(index, hash, &cursor, &at))
		if (pairs->items[at] == pair)
			return 0;
	r = ARRAY_RESERVE(pairs->items, pairs->allocated, pairs->count + 1);
	if (r == 0)
		r = index_add(index, hash, (uint32_t)pairs->count);
	if (r < 0)
		return r;
	pairs->items[pairs->count++] = pair;
	return 0;
}

/* The pairs that a pair of states of the byte automaton leads to. */
static int bytes_expand(struct product *product, uint64_t pair, struct index *index)
{
	const struct dfa *bytes = &product->model->bytes;
	const struct dfa_state *a = &bytes->states[pair >> 32];
	const struct dfa_state *b = &bytes->states[(uint32_t)pair];
	size_t i = 0;
	size_t k = 0;
	int r = pair_add(&product->bytes, index, a->fallback, b->fallback);

	while (r == 0 && (i < a->edge_count || k < b->edge_count)) {
		const struct dfa_edge *x = i < a->edge_count ? &bytes->edges[a->edges + i] : NULL;
		const struct dfa_edge *y = k < b->edge_count ? &bytes->edges[b->edges + k] : NULL;
		bool mine = x && (!y || x->symbol <= y->symbol);
		bool theirs = y && (!x || y->symbol <= x->symbol);

		r = work(product, 1);
		if (r == 0)
			r = pair_add(&product->bytes, index, mine ? x->target : a->fallback,
				     theirs ? y->target : b->fallback);
		i += mine;
		k += theirs;
	}
	return r;
}

static int labels_walk(struct product *product, struct product_labels *labels, struct index *seen,
		       struct index *met)
{
	const struct dfa_state *states = product->model->bytes.states;
	int r;

	product->bytes.count = 0;
	labels->first = product->label_pairs.count;
	r = pair_add(&product->bytes, seen, labels->base, labels->other);
	for (size_t i = 0; i < product->bytes.count && r == 0; i++) {
		uint64_t pair = product->bytes.items[i];

		r = pair_add(&product->label_pairs, met, states[pair >> 32].label,
			     states[(uint32_t)pair].label);
		if (r == 0)
			r = bytes_expand(product, pair, seen);
	}
	labels->count = (uint32_t)(product->label_pairs.count - labels->first);
	return r;
}

/* The pairs of labels for two bases, walked once; *ret_labels is a number in `labels`. */
static int labels_find(struct product *product, uint32_t base, uint32_t other, uint32_t *ret_labels)
{
	uint64_t hash = index_hash_word(index_hash_word(0, base), other);
	struct product_labels labels = {.base = base, .other = other};
	struct index seen = {0};
	struct index met = {0};
	size_t cursor = 0;
	uint32_t at;
	int r;

	while (index_next(&product->label_index, hash, &cursor, &at))
		if (product->labels[at].base == base && product->labels[at].other == other) {
			*ret_labels = at;
			return 0;
		}
	r = labels_walk(product, &labels, &seen, &met);
	index_clear(&seen);
	index_clear(&met);
	if (r == 0)
		r = ARRAY_RESERVE(product->labels, product->labels_allocated, product->label_count + 1);
	if (r == 0)
		r = index_add(&product->label_index, hash, (uint32_t)product->label_count);
	if (r < 0)
		return r;
	*ret_labels = (uint32_t)product->label_count;
	product->labels[product->label_count++] = labels;
	return 0;
}

/* The names that no literal of either state is. */
static int globs_expand(struct product *product, const struct dfa_state *state, const struct dfa_state *other)
{
	const struct dfa *paths = &product->model->paths;
	uint32_t number = 0;
	int r = successor_add(product, state->fallback, other->fallback);

	if (r == 0 && state->glob && other->glob) {
		r = labels_find(product, state->glob, other->glob, &number);
		for (size_t i = 0; r == 0 && i < product->labels[number].count; i++) {
			uint64_t pair = product->label_pairs.items[product->labels[number].first + i];

			r = successor_add(product, label_target(product, state, (uint32_t)(pair >> 32)),
					  label_target(product, other, (uint32_t)pair));
		}
		return r;
	}
	for (size_t e = 0; e < state->edge_count && r == 0; e++)
		if (paths->edges[state->edges + e].symbol & DFA_GLOB)
			r = successor_add(product, paths->edges[state->edges + e].target, other->fallback);
	for (size_t e = 0; e < other->edge_count && r == 0; e++)
		if (paths->edges[other->edges + e].symbol & DFA_GLOB)
			r = successor_add(product, state->fallback, paths->edges[other->edges + e].target);
	return r;
}

static int node_expand(struct product *product, size_t i)
{
	const struct dfa_state *state = state_of(product, product->nodes[i].state);
	const struct dfa_state *other = state_of(product, product->nodes[i].other);
	size_t first = product->successor_count;
	int r;

	r = literals_expand(product, state, other);
	if (r == 0)
		r = globs_expand(product, state, other);
	product->nodes[i].first = first;
	product->nodes[i].count = (uint32_t)(product->successor_count - first);
	return r;
}

int product_build(struct product *product, const struct model *model, uint32_t reference)
{
	const struct dfa *paths = &model->paths;
	int r;

	product->model = model;
	product->reference = reference;
	product->steps_max = STEPS_FACTOR * (paths->count + paths->edge_count) + STEPS_MIN;
	r = ARRAY_RESERVE(product->nodes, product->allocated, paths->count);
	if (r < 0)
		return r;
	product->count = paths->count;
	for (size_t s = 0; s < paths->count; s++)
		product->nodes[s] = (struct product_node){.state = (uint32_t)s, .other = reference};
	for (size_t i = 0; i < product->count && r == 0; i++)
		r = node_expand(product, i);
	return r;
}

void product_clear(struct product *product)
{
	free(product->nodes);
	free(product->successors);
	index_clear(&product->index);
	free(product->labels);
	index_clear(&product->label_index);
	free(product->label_pairs.items);
	free(product->bytes.items);
	*product = (struct product){0};
}
