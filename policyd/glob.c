/* SPDX-License-Identifier: Apache-2.0 */
#include "glob.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "pattern.h"
#include "util.h"

#define GLOB_END 0xff

int globs_load(struct globs *globs, const struct text_table *texts)
{
	int r;

	r = ARRAY_RESERVE(globs->starts, globs->starts_allocated, texts->count + 1);
	if (r < 0)
		return r;
	r = ARRAY_RESERVE(globs->code, globs->code_allocated, texts->used + 5 * texts->count + 1);
	if (r < 0)
		return r;
	for (uint32_t i = 0; i < texts->count; i++) {
		size_t length;
		const char *bytes = text_bytes(texts, i, &length);

		globs->starts[i] = (uint32_t)globs->code_size;
		memcpy(globs->code + globs->code_size, bytes, length);
		globs->code_size += length;
		globs->code[globs->code_size++] = GLOB_END;
		memcpy(globs->code + globs->code_size, &i, sizeof(i));
		globs->code_size += sizeof(i);
	}
	return dfa_state_add(&globs->dfa, (struct dfa_state){0});
}

/* Adds a position and, since a star may be empty, what follows a star. */
static int position_add(struct globs *globs, uint32_t position)
{
	int r = gather_add(&globs->gather, position);

	while (r > 0 && globs->code[position] == GLOB_STAR)
		r = gather_add(&globs->gather, ++position);
	return r < 0 ? r : 0;
}

static int state_intern(struct globs *globs, uint32_t *ret_state)
{
	struct gather *gather = &globs->gather;

	gather->count = array_sort_unique(gather->items, gather->count);
	if (globs->positions.count >= GLOB_STATES_MAX || globs->positions.used >= GLOB_IDS_MAX ||
	    globs->dfa.edge_count >= GLOB_EDGES_MAX || gather->steps >= GLOB_STEPS_MAX)
		return -E2BIG;
	return idset_intern(&globs->positions, gather->items, gather->count, ret_state);
}

static int pair_add(struct globs *globs, uint32_t byte, uint32_t position)
{
	int r = ARRAY_RESERVE(globs->pairs, globs->pairs_allocated, globs->pair_count + 1);

	if (r < 0)
		return r;
	globs->pairs[globs->pair_count++] = (struct glob_pair){.symbol = byte, .target = position};
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

/* What single bytes lead to from a position; stars and single wildcards are the fallback's. */
static int position_pairs(struct globs *globs, uint32_t position)
{
	const unsigned char *token = globs->code + position;
	int r = 0;

	if (*token == GLOB_BYTE)
		return pair_add(globs, token[1], position + 2);
	if (*token != GLOB_SET)
		return 0;
	for (uint32_t byte = 0; byte < 256 && r == 0; byte++)
		if (token[1 + byte / 8] & 1U << (byte % 8))
			r = pair_add(globs, byte, position + 1 + GLOB_SET_SIZE);
	return r;
}

/* Begins a set with what every byte leads to. */
static int fallback_gather(struct globs *globs, const uint32_t *positions, size_t count)
{
	int r = gather_start(&globs->gather, globs->code_size);

	for (size_t i = 0; i < count && r == 0; i++) {
		if (globs->code[positions[i]] == GLOB_STAR)
			r = position_add(globs, positions[i]);
		else if (globs->code[positions[i]] == GLOB_ANY)
			r = position_add(globs, positions[i] + 1);
	}
	return r;
}

static int state_edges(struct globs *globs, const uint32_t *positions, size_t count, uint32_t fallback)
{
	size_t i = 0;

	while (i < globs->pair_count) {
		struct dfa_edge edge = {.symbol = globs->pairs[i].symbol, .otherwise = fallback};
		int r = fallback_gather(globs, positions, count);

		for (; r == 0 && i < globs->pair_count && globs->pairs[i].symbol == edge.symbol; i++)
			r = position_add(globs, globs->pairs[i].target);
		if (r < 0)
			return r;
		r = state_intern(globs, &edge.target);
		if (r < 0)
			return r;
		if (edge.target == fallback)
			continue;
		r = dfa_edge_add(&globs->dfa, edge);
		if (r < 0)
			return r;
	}
	return 0;
}

static int state_label(struct globs *globs, const uint32_t *positions, size_t count, uint32_t *ret_label)
{
	size_t used = 0;

	for (size_t i = 0; i < count; i++)
		if (globs->code[positions[i]] == GLOB_END) {
			int r = ARRAY_RESERVE(globs->scratch, globs->scratch_allocated, used + 1);

			if (r < 0)
				return r;
			memcpy(&globs->scratch[used++], globs->code + positions[i] + 1, sizeof(uint32_t));
		}
	return idset_intern(&globs->matches, globs->scratch, array_sort_unique(globs->scratch, used),
			    ret_label);
}

static int state_build(struct globs *globs, uint32_t state)
{
	CLEANUP_FREE uint32_t *positions = NULL;
	struct dfa_state built = {0};
	size_t count;
	const uint32_t *ids = idset_ids(&globs->positions, state, &count);
	int r;

	positions = malloc((count + 1) * sizeof(*positions));
	if (!positions)
		return -ENOMEM;
	memcpy(positions, ids, count * sizeof(*positions));
	r = state_label(globs, positions, count, &built.label);
	if (r < 0)
		return r;
	globs->pair_count = 0;
	for (size_t i = 0; i < count && r == 0; i++)
		r = position_pairs(globs, positions[i]);
	if (r < 0)
		return r;
	if (globs->pair_count)
		qsort(globs->pairs, globs->pair_count, sizeof(*globs->pairs), pair_compare);
	r = fallback_gather(globs, positions, count);
	if (r < 0)
		return r;
	r = state_intern(globs, &built.fallback);
	if (r < 0)
		return r;
	r = dfa_state_add(&globs->dfa, built);
	return r < 0 ? r : state_edges(globs, positions, count, built.fallback);
}

/* All labels that can be met from a state, by walking the automaton. */
static int labels_reach(struct globs *globs, uint32_t state, uint32_t *ret_reach)
{
	struct gather *gather = &globs->gather;
	size_t used = 0;
	int r = gather_start(gather, globs->dfa.count);

	if (r == 0)
		r = gather_add(gather, state);
	for (size_t i = 0; r >= 0 && i < gather->count; i++) {
		const struct dfa_state *at = &globs->dfa.states[gather->items[i]];

		r = gather_add(gather, at->fallback);
		for (size_t e = 0; r >= 0 && e < at->edge_count; e++)
			r = gather_add(gather, globs->dfa.edges[at->edges + e].target);
	}
	if (r < 0)
		return r;
	r = ARRAY_RESERVE(globs->scratch, globs->scratch_allocated, gather->count);
	if (r < 0)
		return r;
	for (size_t i = 0; i < gather->count; i++)
		if (globs->dfa.states[gather->items[i]].label)
			globs->scratch[used++] = globs->dfa.states[gather->items[i]].label;
	return idset_intern(&globs->reach, globs->scratch, array_sort_unique(globs->scratch, used),
			    ret_reach);
}

int globs_build(struct globs *globs, const uint32_t *list, size_t count, uint32_t *ret_state,
		uint32_t *ret_reach)
{
	uint32_t state;
	uint32_t reach;
	int r = gather_start(&globs->gather, globs->code_size);

	for (size_t i = 0; i < count && r == 0; i++)
		r = position_add(globs, globs->starts[list[i]]);
	if (r < 0)
		return r;
	r = state_intern(globs, &state);
	if (r < 0)
		return r;
	while (globs->dfa.count <= globs->positions.count) {
		r = state_build(globs, (uint32_t)globs->dfa.count);
		if (r < 0)
			return r;
	}
	r = ARRAY_RESERVE(globs->reach_of, globs->reach_allocated, state + 1);
	if (r < 0)
		return r;
	if (!globs->reach_of[state]) {
		r = labels_reach(globs, state, &reach);
		if (r < 0)
			return r;
		globs->reach_of[state] = reach + 1;
	}
	*ret_state = state;
	*ret_reach = globs->reach_of[state] - 1;
	return 0;
}

/* Where a byte leads from a state. */
static uint32_t byte_step(const struct dfa *dfa, uint32_t state, unsigned char byte)
{
	const struct dfa_state *at = &dfa->states[state];
	size_t low = at->edges;
	size_t high = at->edges + at->edge_count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (dfa->edges[middle].symbol == byte)
			return dfa->edges[middle].target;
		if (dfa->edges[middle].symbol < byte)
			low = middle + 1;
		else
			high = middle;
	}
	return at->fallback;
}

uint32_t globs_run(const struct globs *globs, uint32_t state, const char *name, size_t length)
{
	for (size_t i = 0; i < length && state; i++)
		state = byte_step(&globs->dfa, state, (unsigned char)name[i]);
	return globs->dfa.states[state].label;
}

void globs_clear(struct globs *globs)
{
	free(globs->code);
	free(globs->starts);
	free(globs->reach_of);
	free(globs->pairs);
	free(globs->scratch);
	idset_clear(&globs->positions);
	idset_clear(&globs->matches);
	idset_clear(&globs->reach);
	dfa_clear(&globs->dfa);
	gather_clear(&globs->gather);
	*globs = (struct globs){0};
}
