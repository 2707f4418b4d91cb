/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Deterministic automata, of path components and of bytes. State 0 is dead: label 0, no edges, fallback 0.
 *
 * An edge says where a symbol leads; every symbol without an edge leads to `fallback`. In the automaton of
 * components a symbol is a literal's number or DFA_GLOB with a glob set's number; a component that is no
 * literal of the state is read by the byte automaton that begins at `glob`.
 */
#ifndef POLICYD_DFA_H
#define POLICYD_DFA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a fuzzer finds to be slow under sanitizers it need not wait for. */
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
#define DFA_LIMIT(count) ((count) / 50)
#else
#define DFA_LIMIT(count) (count)
#endif

#define DFA_GLOB (1u << 31)

struct dfa_edge {
	uint32_t symbol; /* ascending within a state */
	uint32_t target;
	uint32_t otherwise; /* where the symbol would lead without this edge */
};

struct dfa_state {
	uint32_t label;
	uint32_t fallback;
	uint32_t glob; /* state of the byte automaton, 0: none */
	uint32_t edge_count;
	size_t edges; /* its first edge */
};

struct dfa {
	struct dfa_state *states;
	size_t count, allocated;
	struct dfa_edge *edges;
	size_t edge_count, edges_allocated;
};

/* Both return 0 or -ENOMEM. The edge is one of the last state's. */
int dfa_state_add(struct dfa *dfa, struct dfa_state state);
int dfa_edge_add(struct dfa *dfa, struct dfa_edge edge);

void dfa_clear(struct dfa *dfa);

/*
 * A set that is being put together from 0 to `limit` - 1, without doubles.
 */
struct gather {
	uint32_t *items;
	size_t count, allocated;
	uint32_t *stamps;
	size_t stamps_allocated;
	uint32_t round;
	uint64_t steps; /* numbers that were added, new or not: the work that was done */
};

/* Begins a new set of numbers below `limit`. Returns 0 or -ENOMEM. */
int gather_start(struct gather *gather, size_t limit);

/* Adds a number. Returns 1 if it is new, 0 if not, -ENOMEM. */
int gather_add(struct gather *gather, uint32_t number);

/* Whether two sets of numbers below the same limit are the same. */
bool gather_equal(const struct gather *a, const struct gather *b);

void gather_clear(struct gather *gather);

#endif
