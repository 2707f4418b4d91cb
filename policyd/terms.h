/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Subjects: the conjunctions that policies ask for become terms, attribute values become sets of terms,
 * and the sets that a task can have become subject classes.
 */
#ifndef POLICYD_TERMS_H
#define POLICYD_TERMS_H

#include "model.h"

#define SUBJECT_CLASSES_MAX 4096    /* distinct sets of terms */
#define SUBJECT_TRIES_MAX   2000000 /* combinations of attribute values tried */

/* The term of a subject's keys, shared by equal keys; TERM_NONE for no keys. */
int terms_add(struct model *model, const struct subject_keys *keys, struct location at, uint32_t *ret_term);

/* The list of patterns that a term asks for. */
const struct pattern_list *term_patterns(const struct term *term, enum path_key key);

/* Sets of terms for ids and for what is not known; after all terms are there. */
int terms_resolve(struct model *model);

/* The line of a path class for a key, from the class's lists. */
int terms_of_class(struct model *model, const struct path_class *class, enum path_key key,
		   uint32_t *ret_line);

/* Enumerates the subject classes; after all path classes are there. */
int subjects_enumerate(struct model *model);

#endif
