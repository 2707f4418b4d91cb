/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What rules refused, added up rule by rule.
 */
#ifndef POLICYD_TOTALS_H
#define POLICYD_TOTALS_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#define TOTALS_MAX 4096U /* rules that are told apart; those that come later share one sum */

/* What a rule refused, or would have. */
struct total {
	char *policy;
	char *rule;
	uint64_t dropped;
	uint64_t passed;
};

/* Zeroed to begin with; needs totals_clear. */
struct totals {
	struct total *items;
	size_t count;
	struct total others; /* without names: rules for which there was no room, or no memory */
};

void totals_clear(struct totals *totals);

void totals_add(struct totals *totals, const char *policy, const char *rule, uint64_t dropped,
		uint64_t passed);

/* Adds all of `other`. */
void totals_sum(struct totals *totals, const struct totals *other);

/* `policy`, `rule`, `dropped`, `would_drop` of each; NULL: no memory. */
json_t *totals_json(const struct totals *totals);

/* `dropped` and `would_drop` of the others; NULL: no memory. */
json_t *totals_others_json(const struct totals *totals);

#endif
