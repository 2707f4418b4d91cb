/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Subset construction over path components: the nondeterministic automaton becomes a deterministic one
 * whose labels are sets of sets of pattern lists.
 */
#ifndef POLICYD_SUBSET_H
#define POLICYD_SUBSET_H

#include "dfa.h"
#include "glob.h"
#include "nfa.h"

#define SUBSET_STATES_MAX DFA_LIMIT(4000000)   /* states before the automaton is minimised */
#define SUBSET_EDGES_MAX  DFA_LIMIT(5000000)   /* edges before that; an image holds 3,300,000 */
#define SUBSET_IDS_MAX	  DFA_LIMIT(60000000)  /* numbers in all sets of positions */
#define SUBSET_STEPS_MAX  DFA_LIMIT(100000000) /* additions to sets: the time of it all */

/* Start with a zeroed struct whose `nfa` is set. */
struct subset {
	const struct nfa *nfa;
	struct globs globs;
	struct idset_table sets;   /* a state's number is that of its set of positions */
	struct idset_table lists;  /* sets of lists: what one name matches */
	struct idset_table labels; /* sets of numbers in `lists`: what all names of a file match */
	struct dfa dfa;
	struct gather gather;
	struct glob_pair *pairs; /* (symbol, position) of the state under construction */
	size_t pair_count, pairs_allocated;
	uint32_t *base; /* positions that every component leads to */
	size_t base_count, base_allocated;
	uint32_t *nodes; /* copy of the state's positions */
	size_t node_count, nodes_allocated;
	uint32_t *reach_states; /* of the labels that the state's globs can give: where they lead */
	size_t reach_allocated;
	uint32_t *scratch;
	size_t scratch_allocated;
	uint32_t *sets_of_names;
	size_t sets_of_names_allocated;
};

/* Takes over the globs; before the first state. Returns 0 or -ENOMEM. */
int subset_begin(struct subset *subset);

/* The state of a node before anything is read. Returns 0, -ENOMEM, -E2BIG. */
int subset_start(struct subset *subset, uint32_t node, uint32_t *ret_state);

/*
 * Builds all states that the starts lead to. Returns 0, -ENOMEM, or -E2BIG beyond the limits; then `nodes`
 * are those of the state that was too much.
 */
int subset_run(struct subset *subset);

void subset_clear(struct subset *subset);

#endif
