/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Targets of process rules: which processes an operation may be done to.
 *
 * A rule's `target` is a conjunction of subject keys like a policy's `subject`, hence two more terms; the
 * subject class of the process that it is done to says whether they hold. Signals that no rule tells apart
 * are one class. A row is looked up by (signal class, subject class of the target). A target whose class
 * cannot be established may be any process: what refuses somebody something refuses it then, too, but ends
 * nobody.
 */
#ifndef POLICYD_TARGET_H
#define POLICYD_TARGET_H

#include "model.h"
#include "verdict.h"

/* Adds the terms of the rule's target. Returns 0, -EINVAL with the reason in the diagnostics, -ENOMEM. */
int target_terms(struct model *model, struct model_rule *rule);

/* Stands for the subject class of a target where that is not known: one more than there are classes. */
uint32_t target_unknown(const struct model *model);

/* Fills `model->targets`; subjects are enumerated. Returns as row_find() does. */
int target_build(struct model *model, struct row_builder *rows);

/* The operations of a rule that are about the target's subject class and the signal class; 0: none. */
uint32_t target_ops(const struct model *model, const struct model_rule *rule, uint32_t target,
		    uint32_t signal);

#endif
