// SPDX-License-Identifier: Apache-2.0
#include "inventory.h"

#include <string.h>

#include "anomalies.h"
#include "builtin.h"
#include "inventory_table.h"
#include "json_text.h"
#include "model.h"
#include "modes.h"
#include "util.h"
#include "word.h"

static const char *const verdict_names[] = {
	[POLICY_ALLOW] = "allow",      [POLICY_DENY] = "deny",	   [POLICY_KILL] = "kill",
	[POLICY_AUDIT_ONLY] = "audit", [POLICY_FREEZE] = "freeze",
};

/* Appends; a list that cannot be made whole is dropped. Returns 0 or -ENOMEM. */
static int append(json_t **list, json_t *entry)
{
	if (json_array_append_new(*list, entry) == 0)
		return 0;
	json_decref(*list);
	*list = NULL;
	return -ENOMEM;
}

static json_t *capabilities(uint64_t caps)
{
	json_t *list = json_array();

	for (uint32_t number = 0; number < 64; number++)
		if (caps >> number & 1 && append(&list, json_string(word_capability(number))) < 0)
			return NULL;
	return list;
}

/* What a rule is about, in the words of its section. */
static json_t *operations(const struct rule *rule)
{
	json_t *list;

	if (rule->section == POLICYD_SECTION_CAPABILITY)
		return capabilities(rule->caps);
	list = json_array();
	for (unsigned int bit = 0; bit < 32; bit++)
		if (rule->ops >> bit & 1 && append(&list, json_string(op_name(rule->section, bit))) < 0)
			return NULL;
	for (size_t i = 0; i < rule->syscalls.count; i++)
		if (append(&list, json_text(rule->syscalls.items[i].text)) < 0)
			return NULL;
	return list;
}

static json_t *rule_json(const struct policy *policy, const struct rule *rule)
{
	return json_pack("{s:o,s:o,s:s,s:s,s:s,s:o,s:b,s:o,s:i}", "policy", json_text(policy->name), "rule",
			 json_text(rule->name), "mode", modes_name(policy->mode), "section",
			 section_name(rule->section), "verdict", verdict_names[rule->verdict], "operations",
			 operations(rule), "quiet", (int)rule->quiet, "file", json_text(rule->at.file),
			 "line", (int)rule->at.line);
}

/* Rates that do no more count; otherwise the verdict is the action. */
static json_t *anomaly_json(const struct policy *policy, int kind, const char *verdict,
			    const struct anomaly_about *about)
{
	return json_pack("{s:o,s:o,s:s,s:s,s:s,s:[s],s:b,s:o,s:i}", "policy", json_text(policy->name), "rule",
			 json_text(about->name), "mode", modes_name(policy->mode), "section",
			 section_name(POLICYD_SECTION_ANOMALY), "verdict", verdict, "operations",
			 anomaly_name((uint32_t)kind), "quiet", 0, "file", json_text(about->at.file), "line",
			 (int)about->at.line);
}

static size_t entries_count(const struct policy *policy)
{
	if (builtin_is(policy))
		return 0;
	return policy->rule_count + policy->anomaly.rate_count + policy->anomaly.detect_count;
}

/* Rules, then rates, then detectors. */
static json_t *entry_json(const struct policy *policy, size_t i)
{
	const struct anomaly *anomaly = &policy->anomaly;

	if (i < policy->rule_count)
		return rule_json(policy, &policy->rules[i]);
	i -= policy->rule_count;
	if (i < anomaly->rate_count)
		return anomaly_json(policy, anomaly->rates[i].kind,
				    anomaly->rates[i].action == POLICY_AUDIT_ONLY
					    ? "count"
					    : verdict_names[anomaly->rates[i].action],
				    &anomaly->rates[i].about);
	i -= anomaly->rate_count;
	return anomaly_json(policy, anomaly->detects[i].kind, verdict_names[anomaly->detects[i].action],
			    &anomaly->detects[i].about);
}

/* Those of disabled policies too: they are loaded, and their mode is told. */
static json_t *rules_list(const struct compiled *compiled, size_t from)
{
	const struct policy_set *set = compiled->set;
	json_t *list = json_array();
	size_t left = INVENTORY_PAGE;
	size_t all = 0;

	for (size_t p = 0; p < set->count; p++) {
		const struct policy *policy = &set->policies[p];
		size_t count = entries_count(policy);

		for (size_t i = from < all ? 0 : from - all; i < count && left; i++, left--)
			if (append(&list, entry_json(policy, i)) < 0)
				return NULL;
		all += count;
	}
	return json_pack("{s:I,s:o}", "count", (json_int_t)all, "rules", list);
}

static json_t *subject_json(const struct model *model, uint32_t class)
{
	json_t *list = json_array();
	size_t count;
	const uint32_t *ids = idset_ids(&model->sets, model->subjects[class].policies, &count);

	for (size_t i = 0; i < count; i++) {
		const struct policy *policy = model->policies[ids[i]].policy;

		if (!builtin_is(policy) && append(&list, json_text(policy->name)) < 0)
			return NULL;
	}
	return json_pack("{s:I,s:o,s:b}", "class", (json_int_t) class, "policies", list, "own",
			 class == model_own(model));
}

static json_t *subjects_list(const struct compiled *compiled, size_t from)
{
	const struct model *model = compiled->model;
	json_t *list = json_array();

	for (size_t i = from; i < model->subject_count && i - from < INVENTORY_PAGE; i++)
		if (append(&list, subject_json(model, (uint32_t)i)) < 0)
			return NULL;
	return json_pack("{s:I,s:o}", "count", (json_int_t)model->subject_count, "subjects", list);
}

/* There are few, so they are always whole. */
static json_t *tables_list(const struct compiled *compiled, size_t from)
{
	struct inventory_table tables[INVENTORY_TABLES_MAX];
	size_t count = inventory_tables(compiled, tables);
	json_t *list = json_array();

	for (size_t i = from; i < count; i++) {
		const struct inventory_table *table = &tables[i];

		if (append(&list, json_pack("{s:s,s:s,s:I,s:I,s:o}", "table", table->name, "what",
					    table->what, "entries", (json_int_t)table->entries, "bytes",
					    (json_int_t)table->lines * POLICYD_LINE_SIZE, "limit",
					    table->limit ? json_integer((json_int_t)table->limit)
							 : json_null())) < 0)
			return NULL;
	}
	return json_pack("{s:I,s:I,s:I,s:o}", "count", (json_int_t)count, "bytes",
			 (json_int_t)compiled->count * POLICYD_LINE_SIZE, "limit",
			 (json_int_t)POLICYD_LINES_MAX * POLICYD_LINE_SIZE, "tables", list);
}

const struct inventory inventories[] = {
	{"tables", tables_list},
	{"rules", rules_list},
	{"subjects", subjects_list},
	{0},
};

const struct inventory *inventory_find(const char *name)
{
	for (const struct inventory *at = inventories; at->name; at++)
		if (strcmp(at->name, name) == 0)
			return at;
	return NULL;
}
