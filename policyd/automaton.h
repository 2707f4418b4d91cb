/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From pattern lists to the minimal automaton and the path classes.
 */
#ifndef POLICYD_AUTOMATON_H
#define POLICYD_AUTOMATON_H

#include "model.h"

/*
 * The pattern texts that are in the automaton so far, by the number that its nodes have as origin.
 */
struct origins {
	const struct pattern_text **items;
	size_t count, allocated;
};

/*
 * Adds every pattern of the model's rules and terms to `model->nfa`, and the roots to `model->roots`.
 * Returns 0, -EINVAL with all bad patterns in the diagnostics, or -ENOMEM.
 */
int lists_add(struct model *model, struct origins *origins);

/*
 * Fills `paths`, `bytes`, `literals`, `classes` and the roots' states; frees what it no longer needs.
 * Returns 0, -EINVAL or -ENOMEM.
 */
int automaton_build(struct model *model, const struct origins *origins);

/*
 * Path classes. A class is put together from what each name of a file matches: class_begin(), then
 * class_add_name() for each name with its lists in ascending order, then class_end(). They
 * return 0 or -ENOMEM.
 */
struct class_builder {
	struct model *model;
	struct idset_table keys; /* (rules, terms, nameless) of each class */
	uint32_t *rules;	 /* of the class that is being put together */
	size_t rule_count, rules_allocated;
	uint32_t *terms;
	size_t term_count, terms_allocated;
	bool nameless;
};
void class_begin(struct class_builder *builder);
int class_add_name(struct class_builder *builder, const uint32_t *lists, size_t count);
int class_end(struct class_builder *builder, uint32_t *ret_class);

/* Fills `model->classes`. */
int classes_finish(struct class_builder *builder);

void class_builder_done(struct class_builder *builder);

#endif
