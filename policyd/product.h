/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The automaton of paths beside itself: each state together with the state that the same components lead to
 * from one state of reference. It says what a name refuses more, and what less, than the same name under the
 * reference.
 */
#ifndef POLICYD_PRODUCT_H
#define POLICYD_PRODUCT_H

#include "model.h"

/* The other state where nothing is compared. */
#define PRODUCT_ALONE UINT32_MAX

struct product_node {
	uint32_t state;
	uint32_t other; /* PRODUCT_ALONE: not compared */
	uint32_t count; /* successors */
	size_t first;	/* the first of them */
};

/* Pairs of labels that a component can give two states of the byte automaton. */
struct product_labels {
	uint32_t base, other;
	uint32_t count;
	size_t first;
};

/* Pairs of states or labels of the byte automaton. */
struct product_pairs {
	uint64_t *items;
	size_t count, allocated;
};

/* Start with a zeroed struct. */
struct product {
	const struct model *model;
	uint32_t reference;
	struct product_node *nodes; /* node s is state s beside the reference, for every state */
	size_t count, allocated;
	uint32_t *successors; /* numbers of nodes */
	size_t successor_count, successors_allocated;
	struct index index; /* nodes beside other states than the reference */
	struct product_labels *labels;
	size_t label_count, labels_allocated;
	struct index label_index;
	struct product_pairs label_pairs;
	struct product_pairs bytes; /* states, while their product is walked */
	uint64_t steps, steps_max;
};

/*
 * Builds all nodes that every state beside `reference` leads to; with PRODUCT_ALONE just the states. Returns
 * 0, -ENOMEM, or -E2BIG when the pairs are many times more than the states; PRODUCT_ALONE never is.
 */
int product_build(struct product *product, const struct model *model, uint32_t reference);

void product_clear(struct product *product);

#endif
