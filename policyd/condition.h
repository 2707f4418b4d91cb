/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conditions: what rules ask of a file beyond its name (type, device, file system, deleted, setuid,
 * writable), and the classes of files that no such rule tells apart.
 */
#ifndef POLICYD_CONDITION_H
#define POLICYD_CONDITION_H

#include "model.h"
#include "verdict.h"

#define CONDITION_TABLE_MAX  (1u << 20) /* combinations of attributes */
#define CONDITION_FSTYPE_MAX 31		/* bytes of a file system type's name */

/* Whether the rule has a condition. */
bool condition_is(const struct object *object);

/*
 * Numbers the conditions of all rules and enumerates the classes; after all rules are there. Returns 0,
 * -ENOMEM, or -EINVAL after an error in the diagnostics.
 */
int conditions_build(struct model *model);

/* Whether files of the class fulfil the rule's condition; a rule without one is always fulfilled. */
bool condition_holds(const struct model *model, uint32_t rule, uint32_t class);

/*
 * The rules that match files of a path class and a condition class, into `matches`, which has room for all
 * rules. Returns their number.
 */
size_t condition_matches(const struct model *model, const struct path_class *class, uint32_t condition,
			 struct rule_match *matches);

void conditions_clear(struct condition_model *conditions);

#endif
