// SPDX-License-Identifier: Apache-2.0
/*
 * Rules of all sections.
 */
#include <string.h>

#include "parse_internal.h"

static const struct verdict_key {
	const char *name;
	enum policy_verdict verdict;
} verdict_keys[] = {
	{"allow", POLICY_ALLOW},
	{"deny", POLICY_DENY},
	{"kill", POLICY_KILL},
	{"audit", POLICY_AUDIT_ONLY},
};

static const char *const rule_names[] = {
	[POLICYD_SECTION_FILE] = "file rule",	    [POLICYD_SECTION_EXEC] = "exec rule",
	[POLICYD_SECTION_NETWORK] = "network rule", [POLICYD_SECTION_PROCESS] = "process rule",
	[POLICYD_SECTION_KERNEL] = "kernel rule",   [POLICYD_SECTION_CAPABILITY] = "capability rule",
	[POLICYD_SECTION_SYSCALL] = "syscall rule", [POLICYD_SECTION_ANOMALY] = "anomaly rule",
};
_Static_assert(ARRAY_SIZE(rule_names) == POLICYD_SECTION_COUNT, "every section's rules have a name");

static int verdict_read(struct parser *parser, const struct node *mapping, struct rule *rule)
{
	const struct node_pair *found = NULL;
	struct parse_key key = {0};

	for (size_t i = 0; i < mapping->pair_count; i++) {
		const struct node_pair *pair = &mapping->pairs[i];

		for (size_t j = 0; j < ARRAY_SIZE(verdict_keys); j++) {
			if (strcmp(pair->key->text, verdict_keys[j].name) != 0)
				continue;
			if (found)
				return parse_error(parser, pair->key->at,
						   "a rule has one verdict: '%s' stands at line %u already",
						   found->key->text, found->key->at.line);
			found = pair;
			rule->verdict = verdict_keys[j].verdict;
		}
	}
	if (!found)
		return parse_error(parser, mapping->at, "the %s has no verdict: allow, deny, kill or audit",
				   parser->what);
	rule->at = found->key->at;
	key.name = found->key->text;
	return parse_operations(parser, &key, found->value, rule);
}

/* Keys that go with some verdicts only. */
static int verdict_check(struct parser *parser, const struct rule_draft *draft)
{
	const struct rule *rule = &draft->rule;
	bool refuses = rule->verdict == POLICY_DENY || rule->verdict == POLICY_KILL;
	int r = 0;

	if (draft->errno_given && !refuses)
		r = parse_error(parser, draft->errno_given->at, "'errno' needs deny or kill");
	if (draft->quiet_given && !refuses)
		r = parse_error(parser, draft->quiet_given->at, "'quiet' needs deny or kill");
	if (rule->verdict == POLICY_ALLOW && rule->section > POLICYD_SECTION_NETWORK && r == 0)
		parse_warning(parser, rule->at,
			      "this rule has no effect: a %s section allows what no rule denies",
			      section_name(rule->section));
	return r;
}

static int name_give(struct parser *parser, struct rule *rule)
{
	char name[64];

	if (rule->name)
		return 0;
	(void)snprintf(name, sizeof(name), "%s[%zu]", section_name(rule->section), rule->index);
	rule->name = policy_set_strndup(parser->set, name, strlen(name));
	return rule->name ? 0 : -ENOMEM;
}

static int rule_read(struct parser *parser, const struct node *mapping, size_t index, struct rule *ret_rule)
{
	struct parse_table table = parse_rule_table;
	struct rule_draft draft = {
		.rule = {.section = parser->section, .severity = -1, .errno_value = EPERM, .index = index},
	};
	int r, worst;

	table.what = rule_names[parser->section];
	parser->rule_patterns = 0;
	if (mapping->kind != NODE_MAPPING)
		return parse_mapping(parser, &table, mapping, &draft);
	parser->what = table.what;
	worst = verdict_read(parser, mapping, &draft.rule);
	r = parse_mapping(parser, &table, mapping, &draft);
	worst = parse_worse(worst, r);
	if (worst == 0)
		worst = parse_worse(verdict_check(parser, &draft), parse_object_check(parser, &draft.rule));
	if (worst == 0)
		worst = name_give(parser, &draft.rule);
	if (worst == 0)
		*ret_rule = draft.rule;
	return worst;
}

static int section_read(struct parser *parser, const struct node *list, struct policy *policy)
{
	const char *outer = parser->what;
	int worst = 0;

	for (size_t i = 0; i < list->item_count && worst != -ENOMEM; i++) {
		int r = rule_read(parser, list->items[i], i, &policy->rules[policy->rule_count]);

		if (r == 0)
			policy->rule_count++;
		worst = parse_worse(worst, r);
	}
	parser->what = outer;
	return worst;
}

static int rule_name_compare(const void *a, const void *b)
{
	const struct rule *first = *(const struct rule *const *)a;
	const struct rule *second = *(const struct rule *const *)b;
	int order = strcmp(first->name, second->name);

	return order != 0 ? order : (first > second) - (first < second);
}

/* Rules' names are what events and `explain` call them by: each once in a policy. */
static int names_check(struct parser *parser, const struct policy *policy)
{
	CLEANUP_FREE const struct rule **named = calloc(policy->rule_count + 1, sizeof(*named));
	size_t count = 0;
	int r = 0;

	if (!named)
		return -ENOMEM;
	/* Generated names hold a '[' and cannot be given. */
	for (size_t i = 0; i < policy->rule_count; i++)
		if (!strchr(policy->rules[i].name, '['))
			named[count++] = &policy->rules[i];
	if (count == 0)
		return 0;
	qsort(named, count, sizeof(*named), rule_name_compare);
	for (size_t i = 1; i < count; i++)
		if (strcmp(named[i - 1]->name, named[i]->name) == 0)
			r = parse_error(parser, named[i]->at, "duplicate rule name '%s' (also at line %u)",
					named[i]->name, named[i - 1]->at.line);
	return r;
}

/* How many rules the sections hold; sections that are no lists are reported and taken out. */
static int sections_count(struct parser *parser, const struct node **sections, size_t *ret_total)
{
	int r = 0;

	*ret_total = 0;
	for (unsigned int i = 0; i < POLICYD_SECTION_COUNT; i++) {
		if (!sections[i])
			continue;
		if (sections[i]->kind == NODE_LIST) {
			*ret_total += sections[i]->item_count;
			continue;
		}
		r = parse_error(parser, sections[i]->at, "'%s' must be a list of rules, not %s",
				section_name((enum policyd_section)i), node_describe(sections[i]));
		sections[i] = NULL;
	}
	return r;
}

int parse_sections(struct parser *parser, const struct node **sections, struct policy *policy)
{
	size_t total;
	int worst, r;

	worst = sections_count(parser, sections, &total);
	parser->set->rule_count += total;
	r = parse_limit_check(parser, policy->at, LIMIT_RULES, parser->set->rule_count,
			      "rules in all policies");
	if (r < 0)
		return r;
	policy->rules = arena_array(&parser->set->allocations, total, sizeof(*policy->rules));
	if (!policy->rules)
		return -ENOMEM;
	for (unsigned int i = 0; i < POLICYD_SECTION_COUNT && worst != -ENOMEM; i++) {
		if (!sections[i])
			continue;
		parser->section = (enum policyd_section)i;
		worst = parse_worse(worst, section_read(parser, sections[i], policy));
	}
	parser->section = POLICYD_SECTION_COUNT;
	if (worst == -ENOMEM)
		return worst;
	return parse_worse(worst, names_check(parser, policy));
}
