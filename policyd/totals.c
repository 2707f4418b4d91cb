// SPDX-License-Identifier: Apache-2.0
#include "totals.h"

#include <stdlib.h>
#include <string.h>

#include "json_text.h"
#include "util.h"

void totals_clear(struct totals *totals)
{
	for (size_t i = 0; i < totals->count; i++) {
		free(totals->items[i].policy);
		free(totals->items[i].rule);
	}
	free(totals->items);
	*totals = (struct totals){};
}

/* NULL: there are too many, or there is no memory. */
static struct total *total_find(struct totals *totals, const char *policy, const char *rule)
{
	struct total *items, *item;

	for (size_t i = 0; i < totals->count; i++)
		if (strcmp(totals->items[i].policy, policy) == 0 && strcmp(totals->items[i].rule, rule) == 0)
			return &totals->items[i];
	if (totals->count == TOTALS_MAX)
		return NULL;
	items = reallocarray(totals->items, totals->count + 1, sizeof(*items));
	if (!items)
		return NULL;
	totals->items = items;
	item = &items[totals->count];
	*item = (struct total){.policy = strdup(policy), .rule = strdup(rule)};
	if (item->policy && item->rule) {
		totals->count++;
		return item;
	}
	free(item->policy);
	free(item->rule);
	return NULL;
}

void totals_add(struct totals *totals, const char *policy, const char *rule, uint64_t dropped,
		uint64_t passed)
{
	struct total *total = total_find(totals, policy, rule);

	if (!total)
		total = &totals->others;
	total->dropped += dropped;
	total->passed += passed;
}

void totals_sum(struct totals *totals, const struct totals *other)
{
	for (size_t i = 0; i < other->count; i++)
		totals_add(totals, other->items[i].policy, other->items[i].rule, other->items[i].dropped,
			   other->items[i].passed);
	totals->others.dropped += other->others.dropped;
	totals->others.passed += other->others.passed;
}

json_t *totals_json(const struct totals *totals)
{
	json_t *list = json_array();

	for (size_t i = 0; i < totals->count && list; i++) {
		const struct total *total = &totals->items[i];

		(void)json_array_append_new(
			list, json_pack("{s:o,s:o,s:I,s:I}", "policy", json_text(total->policy), "rule",
					json_text(total->rule), "dropped", (json_int_t)total->dropped,
					"would_drop", (json_int_t)total->passed));
	}
	return list;
}

json_t *totals_others_json(const struct totals *totals)
{
	return json_pack("{s:I,s:I}", "dropped", (json_int_t)totals->others.dropped, "would_drop",
			 (json_int_t)totals->others.passed);
}
