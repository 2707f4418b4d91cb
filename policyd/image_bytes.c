/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "image.h"
#include "util.h"

#define TRIES_MAX 128 /* places tried for a row before gaps are given up */

/* Cells that are being filled; rows of states lie over one another where they leave gaps. */
struct placing {
	struct policyd_byte *cells;
	size_t allocated;
	bool *taken; /* bases in use: a base names its state */
	size_t taken_allocated;
	size_t first_free; /* cells before it are taken or given up */
	size_t end;	   /* cells in use, gaps included */
};

static void placing_done(struct placing *placing)
{
	free(placing->cells);
	free(placing->taken);
}

static int placing_reserve(struct placing *placing, size_t base)
{
	int r = ARRAY_RESERVE(placing->cells, placing->allocated, base + POLICYD_BYTE_SPAN);

	return r < 0 ? r : ARRAY_RESERVE(placing->taken, placing->taken_allocated, base + 1);
}

/* The offsets that a state needs, ascending. */
static size_t state_offsets(const struct dfa *bytes, const struct dfa_state *state, uint32_t *offsets)
{
	size_t count = 0;

	for (size_t e = 0; e < state->edge_count; e++)
		offsets[count++] = bytes->edges[state->edges + e].symbol;
	if (state->label)
		offsets[count++] = POLICYD_BYTE_END;
	if (state->fallback)
		offsets[count++] = POLICYD_BYTE_OTHER;
	return count;
}

static bool base_fits(const struct placing *placing, size_t base, const uint32_t *offsets, size_t count)
{
	if (placing->taken[base])
		return false;
	for (size_t i = 0; i < count; i++)
		if (placing->cells[base + offsets[i]].check)
			return false;
	return true;
}

static int base_find(struct placing *placing, const uint32_t *offsets, size_t count, uint32_t *ret_base)
{
	size_t lowest = count ? offsets[0] : 0;
	size_t base = placing->first_free > lowest ? placing->first_free - lowest : 1;
	int r;

	for (size_t tries = 0;; tries++, base++) {
		r = placing_reserve(placing, base);
		if (r < 0)
			return r;
		if (base_fits(placing, base, offsets, count))
			break;
		/* What so many rows did not fit into is given up, so that placing takes linear time. */
		if (tries >= TRIES_MAX && base + lowest > placing->first_free + TRIES_MAX)
			placing->first_free++;
	}
	placing->taken[base] = true;
	*ret_base = (uint32_t)base;
	return 0;
}

static void base_claim(struct placing *placing, uint32_t base, const uint32_t *offsets, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		placing->cells[base + offsets[i]].check = base;
		if (base + offsets[i] >= placing->end)
			placing->end = base + offsets[i] + 1;
	}
	while (placing->first_free < placing->end && placing->cells[placing->first_free].check)
		placing->first_free++;
}

static void state_fill(const struct placing *placing, const struct dfa *bytes, uint32_t s,
		       const uint32_t *bases)
{
	const struct dfa_state *state = &bytes->states[s];
	struct policyd_byte *row = placing->cells + bases[s];

	for (size_t e = 0; e < state->edge_count; e++) {
		const struct dfa_edge *edge = &bytes->edges[state->edges + e];

		row[edge->symbol].next = bases[edge->target];
	}
	if (state->label)
		row[POLICYD_BYTE_END].next = state->label;
	if (state->fallback)
		row[POLICYD_BYTE_OTHER].next = bases[state->fallback];
}

int image_bytes(struct image *image, const struct dfa *bytes, uint32_t *ret_base, uint32_t **ret_bases)
{
	CLEANUP(placing_done) struct placing placing = {.first_free = 1};
	CLEANUP_FREE uint32_t *bases = calloc(bytes->count + 1, sizeof(*bases));
	uint32_t offsets[POLICYD_BYTE_SPAN];
	size_t most = 0;
	int r = bases ? placing_reserve(&placing, 0) : -ENOMEM;

	for (uint32_t s = 1; s < bytes->count && r == 0; s++) {
		size_t count = state_offsets(bytes, &bytes->states[s], offsets);

		r = base_find(&placing, offsets, count, &bases[s]);
		if (r == 0)
			base_claim(&placing, bases[s], offsets, count);
		if (bases[s] > most)
			most = bases[s];
	}
	if (r < 0)
		return r;
	for (uint32_t s = 1; s < bytes->count; s++)
		state_fill(&placing, bytes, s, bases);
	r = image_add(image, (most + POLICYD_BYTE_SPAN + 7) / 8, ret_base);
	if (r < 0)
		return r;
	memcpy(&image->lines[*ret_base], placing.cells, (most + POLICYD_BYTE_SPAN) * sizeof(*placing.cells));
	*ret_bases = TAKE_PTR(bases);
	return 0;
}
