/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Minimisation: states that no continuation can tell apart become one.
 *
 * Partition refinement. States begin grouped by label; a state whose successor changed its group is looked
 * at again, and of the groups that a group falls into the largest keeps its number, so that a state changes
 * its number at most log2(states) times.
 */
#ifndef POLICYD_PARTITION_H
#define POLICYD_PARTITION_H

#include "dfa.h"

/*
 * Fills the zeroed *ret_small with the minimal automaton of `dfa`, without edges that lead where the symbol
 * leads anyway, and *ret_map (malloc'ed) with the new number of each state. State 0 stays 0; the others are
 * numbered in the order of their first state. Returns 0 or -ENOMEM.
 */
int partition_minimise(const struct dfa *dfa, struct dfa *ret_small, uint32_t **ret_map);

#endif
