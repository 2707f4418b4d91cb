/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The byte automaton for components with wildcards. For a list of globs it gives the state to begin in;
 * after a name's bytes a state's label is the set of globs of the list that match.
 */
#ifndef POLICYD_GLOB_H
#define POLICYD_GLOB_H

#include "dfa.h"
#include "idset.h"

#define GLOB_STATES_MAX DFA_LIMIT(1000000)   /* states of the byte automaton before it is minimised */
#define GLOB_EDGES_MAX	DFA_LIMIT(5000000)   /* edges, at most 256 a state */
#define GLOB_IDS_MAX	DFA_LIMIT(50000000)  /* numbers in all its sets */
#define GLOB_STEPS_MAX	DFA_LIMIT(100000000) /* additions to sets: the time of it all */

struct glob_pair {
	uint32_t symbol;
	uint32_t target;
};

/* Start with a zeroed struct. */
struct globs {
	unsigned char *code; /* the tokens of all globs, each glob ended by GLOB_END and its number */
	size_t code_size, code_allocated;
	uint32_t *starts; /* where a glob's code begins */
	size_t starts_allocated;
	struct idset_table positions; /* a state's number is that of its set of positions in the code */
	struct idset_table matches;   /* labels: sets of globs */
	struct idset_table reach;     /* sets of labels */
	uint32_t *reach_of;	      /* of start states: number in `reach` + 1 */
	size_t reach_allocated;
	struct dfa dfa;
	struct gather gather;
	struct glob_pair *pairs;
	size_t pair_count, pairs_allocated;
	uint32_t *scratch;
	size_t scratch_allocated;
};

/* Takes over the tokens of all globs. Returns 0 or -ENOMEM. */
int globs_load(struct globs *globs, const struct text_table *texts);

/*
 * Builds the automaton for a list of globs (ascending numbers). *ret_state is the state to begin in;
 * *ret_reach the set in `reach` of all labels but 0 that can be met. Returns 0, -ENOMEM, or -E2BIG beyond
 * the limits.
 */
int globs_build(struct globs *globs, const uint32_t *list, size_t count, uint32_t *ret_state,
		uint32_t *ret_reach);

/* The label after reading a name from a state. */
uint32_t globs_run(const struct globs *globs, uint32_t state, const char *name, size_t length);

void globs_clear(struct globs *globs);

#endif
