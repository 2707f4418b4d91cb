/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who decided: from the numbers of a decision back to policies and rules, and their places in the files.
 */
#ifndef POLICYD_ATTRIBUTE_H
#define POLICYD_ATTRIBUTE_H

#include "decision.h"

/* What became of an operation, from the weakest to the strongest. */
enum attribute_kind {
	ATTRIBUTE_ALLOWED,
	ATTRIBUTE_AUDITED,
	ATTRIBUTE_WOULD_DENY,
	ATTRIBUTE_DENIED,
	ATTRIBUTE_KILLED,
	ATTRIBUTE_KIND_COUNT
};

/* A policy that applies to the subject, and what it says about the operation. */
struct attribute_policy {
	const struct policy *policy;
	enum attribute_kind kind;
	const struct rule *rule; /* the one that decides; NULL: the section's default, or nothing */
	bool by_default;	 /* the section's default decides */
};

/* A rule of an applying policy that matches the object and the operation. */
struct attribute_rule {
	const struct policy *policy;
	const struct rule *rule;
	bool decides; /* in its policy */
};

struct attribution {
	enum attribute_kind kind;
	bool quiet;		     /* refused, and nobody asked for an event */
	const struct policy *policy; /* the one behind `kind`, NULL when no policy has a say */
	const struct rule *rule;     /* NULL: its default */
	struct location at;	     /* of the rule or the default */
	struct attribute_policy *policies;
	size_t policy_count;
	struct attribute_rule *rules;
	size_t rule_count;
};

/*
 * Attributes an operation (`bit`, enum policyd_bit) of a subject class on an object. Returns 0 and an
 * attribution to be freed with attribution_free(), -EINVAL for numbers that the set does not have, -ENOMEM.
 */
int attribute(const struct compiled *compiled, uint32_t subject, const struct decision_object *object,
	      unsigned int bit, struct attribution **ret_attribution);

void attribution_free(struct attribution *attribution);

/* "allowed", "audited", "would-deny", "denied", "killed". */
const char *attribute_kind_name(enum attribute_kind kind);

/* The section of an operation on a path, an endpoint or a pseudo-object. */
enum policyd_section attribute_section(unsigned int bit);

#endif
