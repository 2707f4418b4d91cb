/* SPDX-License-Identifier: Apache-2.0 */
#include "dfa.h"

#include <stdlib.h>

#include "array.h"

int dfa_state_add(struct dfa *dfa, struct dfa_state state)
{
	int r = ARRAY_RESERVE(dfa->states, dfa->allocated, dfa->count + 1);

	if (r < 0)
		return r;
	state.edges = dfa->edge_count;
	state.edge_count = 0;
	dfa->states[dfa->count++] = state;
	return 0;
}

int dfa_edge_add(struct dfa *dfa, struct dfa_edge edge)
{
	int r = ARRAY_RESERVE(dfa->edges, dfa->edges_allocated, dfa->edge_count + 1);

	if (r < 0)
		return r;
	dfa->edges[dfa->edge_count++] = edge;
	dfa->states[dfa->count - 1].edge_count++;
	return 0;
}

void dfa_clear(struct dfa *dfa)
{
	free(dfa->states);
	free(dfa->edges);
	*dfa = (struct dfa){0};
}

int gather_start(struct gather *gather, size_t limit)
{
	int r = ARRAY_RESERVE(gather->stamps, gather->stamps_allocated, limit);

	if (r < 0)
		return r;
	gather->count = 0;
	if (!++gather->round) {
		memset(gather->stamps, 0, gather->stamps_allocated * sizeof(*gather->stamps));
		gather->round = 1;
	}
	return 0;
}

bool gather_equal(const struct gather *a, const struct gather *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (b->stamps[a->items[i]] != b->round)
			return false;
	return true;
}

int gather_add(struct gather *gather, uint32_t number)
{
	int r;

	gather->steps++;
	if (gather->stamps[number] == gather->round)
		return 0;
	r = ARRAY_RESERVE(gather->items, gather->allocated, gather->count + 1);
	if (r < 0)
		return r;
	gather->stamps[number] = gather->round;
	gather->items[gather->count++] = number;
	return 1;
}

void gather_clear(struct gather *gather)
{
	free(gather->items);
	free(gather->stamps);
	*gather = (struct gather){0};
}
