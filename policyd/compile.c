/* SPDX-License-Identifier: Apache-2.0 */
#include "builtin.h"
#include "compile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "anomalies.h"
#include "automaton.h"
#include "condition.h"
#include "below.h"
#include "image.h"
#include "likeness.h"
#include "model.h"
#include "moved.h"
#include "netclass.h"
#include "support.h"
#include "syscalls.h"
#include "target.h"
#include "terms.h"
#include "util.h"
#include "verdict.h"

static void model_cleanup(struct model **model)
{
	model_free(*model);
}

static void origins_done(struct origins *origins)
{
	free(origins->items);
}

static bool section_compiles(enum policyd_section section)
{
	return section == POLICYD_SECTION_FILE || section == POLICYD_SECTION_EXEC ||
	       section == POLICYD_SECTION_NETWORK || section == POLICYD_SECTION_KERNEL ||
	       section == POLICYD_SECTION_CAPABILITY || section == POLICYD_SECTION_PROCESS ||
	       section == POLICYD_SECTION_SYSCALL;
}

static void rule_add(struct model *model, struct model_policy *policy, const struct rule *rule)
{
	bool refuses = rule->verdict == POLICY_DENY || rule->verdict == POLICY_KILL;

	model->rules[model->rule_count++] = (struct model_rule){
		.rule = rule,
		.policy = model->policy_count,
		.ops = verdict_ops(rule),
		.target_match = TERM_NONE,
		.target_except = TERM_NONE,
	};
	policy->rule_count++;
	if (rule->section == POLICYD_SECTION_KERNEL || rule->section == POLICYD_SECTION_CAPABILITY ||
	    rule->section == POLICYD_SECTION_PROCESS || rule->section == POLICYD_SECTION_SYSCALL)
		return; /* no name decides */
	/* policyd's own policy is about one name that always resolves. */
	if (rule->section != POLICYD_SECTION_NETWORK && !builtin_is(policy->policy))
		policy->restricts_names = true;
	else if (net_rule_is_unix(rule))
		policy->restricts_unix = true;
	if (net_rule_is_inet(rule) && refuses && rule->ops & VERDICT_NETWORK_OPS)
		policy->restricts_inet = true;
}

static int policy_add(struct model *model, const struct policy *policy)
{
	struct model_policy *added = &model->policies[model->policy_count];
	int r = 0;

	*added = (struct model_policy){
		.policy = policy,
		.match_term = TERM_NONE,
		.except_term = TERM_NONE,
		.first_rule = model->rule_count,
		.restricts_names = policy->default_deny[POLICYD_SECTION_FILE] ||
				   policy->default_deny[POLICYD_SECTION_EXEC],
		.restricts_unix = policy->default_deny[POLICYD_SECTION_NETWORK],
		.restricts_inet = policy->default_deny[POLICYD_SECTION_NETWORK],
	};
	if (policy->has_subject) {
		r = terms_add(model, &policy->subject.match, policy->subject.at, &added->match_term);
		if (r == 0 && policy->subject.has_except)
			r = terms_add(model, &policy->subject.except, policy->subject.at,
				      &added->except_term);
		if (r < 0)
			return r;
	}
	for (size_t i = 0; i < policy->rule_count; i++)
		if (section_compiles(policy->rules[i].section))
			rule_add(model, added, &policy->rules[i]);
	model->policy_count++;
	for (uint32_t i = added->first_rule; i < model->rule_count && r == 0; i++)
		r = target_terms(model, &model->rules[i]);
	return r;
}

static int policies_add(struct model *model, const struct policy_set *set)
{
	size_t rules = 0;
	int r = 0;

	for (size_t p = 0; p < set->count; p++)
		rules += set->policies[p].rule_count;
	if (rules > LIST_INDEX / NET_SLOT_COUNT)
		return model_fail(model, set->policies[0].at, "more than %u rules",
				  LIST_INDEX / NET_SLOT_COUNT);
	model->policies = calloc(set->count + 1, sizeof(*model->policies));
	model->rules = calloc(rules + 1, sizeof(*model->rules));
	if (!model->policies || !model->rules)
		return -ENOMEM;
	for (size_t p = 0; p < set->count && r == 0; p++)
		if (set->policies[p].mode != POLICY_DISABLED)
			r = policy_add(model, &set->policies[p]);
	return r;
}

/* Rules that name no path are about every path; a file rule of that kind is not about nameless files. */
static bool rule_is_pathless(const struct rule *rule, bool nameless)
{
	switch (rule->section) {
	case POLICYD_SECTION_FILE:
		return !nameless && !rule->object.path.count;
	case POLICYD_SECTION_EXEC:
		return !rule->object.path.count;
	default:
		return !nameless && !rule->object.unix_path.count && net_rule_is_unix(rule);
	}
}

static int pathless_find(struct model *model, bool nameless, uint32_t *ret_set)
{
	CLEANUP_FREE uint32_t *rules = calloc(model->rule_count + 1, sizeof(*rules));
	size_t count = 0;

	if (!rules)
		return -ENOMEM;
	for (uint32_t i = 0; i < model->rule_count; i++)
		if (rule_is_pathless(model->rules[i].rule, nameless))
			rules[count++] = i;
	return idset_intern(&model->sets, rules, count, ret_set);
}

/* The row of a path class for files of a condition class. `matches` has room for all rules. */
static int condition_row(struct model *model, struct row_builder *rows, const struct path_class *class,
			 uint32_t condition, struct rule_match *matches, uint32_t *ret_row)
{
	size_t used = condition_matches(model, class, condition, matches);

	return row_find(rows, class->nameless ? ROW_NAMELESS : ROW_NAMED, matches, used, ret_row);
}

static bool class_has_conditions(const struct model *model, const struct path_class *class)
{
	size_t count;
	const uint32_t *rules = idset_ids(&model->sets, class->rules, &count);

	for (size_t i = 0; i < count; i++)
		if (model->rules[rules[i]].condition)
			return true;
	return false;
}

/* A table of rows where files of the path class differ. `table` has room for all condition classes. */
static int class_table(struct model *model, struct row_builder *rows, struct path_class *class,
		       struct rule_match *matches, uint32_t *table)
{
	uint32_t count = model->conditions.class_count;
	bool differs = false;
	uint32_t text;
	int r = 0;

	for (uint32_t c = 0; c < count && r == 0; c++) {
		r = condition_row(model, rows, class, c, matches, &table[c]);
		differs = differs || table[c] != table[0];
	}
	if (r < 0 || !differs)
		return r;
	r = text_intern(&model->conditions.tables, table, count * sizeof(*table), &text);
	if (r == 0)
		class->table = text + 1;
	return r;
}

/* The rows of the path classes. Row 0 is that of class 0. */
static int class_rows(struct model *model, struct row_builder *rows)
{
	CLEANUP_FREE struct rule_match *matches = calloc(model->rule_count + 1, sizeof(*matches));
	CLEANUP_FREE uint32_t *table = calloc(model->conditions.class_count + 1, sizeof(*table));
	int r = matches && table ? 0 : -ENOMEM;

	for (uint32_t c = 0; c < model->class_count && r == 0; c++) {
		struct path_class *class = &model->classes[c];

		r = condition_row(model, rows, class, 0, matches, &class->row);
		if (r == 0 && class_has_conditions(model, class))
			r = class_table(model, rows, class, matches, table);
	}
	return r;
}

/* The row of an object without a name, from the rules about it. */
static int pseudo_row(struct model *model, struct row_builder *rows, enum row_domain domain,
		      enum policyd_pseudo pseudo)
{
	CLEANUP_FREE struct rule_match *matches = calloc(model->rule_count + 1, sizeof(*matches));
	size_t count = 0;

	if (!matches)
		return -ENOMEM;
	for (uint32_t i = 0; i < model->rule_count; i++) {
		uint32_t ops = verdict_pseudo_ops(&model->rules[i], pseudo);

		if (ops)
			matches[count++] = (struct rule_match){.rule = i, .ops = ops};
	}
	return row_find(rows, domain, matches, count, &model->pseudo[pseudo]);
}

static int pseudo_rows(struct model *model, struct row_builder *rows)
{
	int r = 0;

	for (unsigned int i = 0; i < POLICYD_PSEUDO_COUNT && r == 0; i++)
		r = pseudo_row(model, rows, verdict_pseudo_domains[i], (enum policyd_pseudo)i);
	return r;
}

static int rows_build(struct model *model)
{
	CLEANUP(row_done) struct row_builder rows = {0};
	int r;

	r = row_begin(&rows, model);
	if (r == 0)
		r = class_rows(model, &rows);
	if (r == 0)
		r = pseudo_rows(model, &rows);
	if (r == 0)
		r = target_build(model, &rows);
	if (r == 0)
		r = netclass_build(model, &rows);
	return r < 0 ? r : syscalls_build(model, &rows);
}

static int model_build(struct model *model, const struct policy_set *set)
{
	CLEANUP(origins_done) struct origins origins = {0};
	int r;

	likeness_begin(model);
	r = policies_add(model, set);
	if (r == 0)
		r = conditions_build(model);
	if (r == 0)
		r = terms_resolve(model);
	if (r == 0)
		r = pathless_find(model, false, &model->pathless);
	if (r == 0)
		r = pathless_find(model, true, &model->pathless_nameless);
	if (r == 0)
		r = lists_add(model, &origins);
	if (r < 0)
		return r;
	if (model->diagnostics->errors)
		return -EINVAL;
	r = automaton_build(model, &origins);
	if (r == 0)
		r = subjects_enumerate(model);
	if (r == 0)
		likeness_end(model);
	if (r == 0)
		r = rows_build(model);
	if (r == 0)
		r = anomalies_build(model);
	return r < 0 ? r : below_build(model);
}

static struct policyd_tables *tables_of(const struct compiled *compiled)
{
	return (struct policyd_tables *)&compiled->lines[POLICYD_TABLES];
}

int compile(const struct policy_set *set, const struct host *host, const struct compile_options *options,
	    struct diagnostics *diagnostics, struct compiled **ret_compiled)
{
	CLEANUP(model_cleanup) struct model *model = calloc(1, sizeof(*model));
	CLEANUP_FREE struct compiled *compiled = calloc(1, sizeof(*compiled));
	int r;

	if (!model || !compiled)
		return -ENOMEM;
	model->key = *options->key;
	model->diagnostics = diagnostics;
	model->host = host;
	model->audit_unresolved = options->audit_unresolved;
	if (!options->unsupported)
		support_check(set, diagnostics);
	r = model_build(model, set);
	if (r == 0)
		r = image_write(model, options->generation, &compiled->lines, &compiled->count);
	if (r < 0)
		return r;
	tables_of(compiled)->source = options->source;
	tables_of(compiled)->subjects = model->subjects_likeness;
	model->diagnostics = NULL;
	model->host = NULL;
	compiled->set = set;
	compiled->model = TAKE_PTR(model);
	r = moved_fill(compiled, host);
	if (r < 0) {
		compiled_free(TAKE_PTR(compiled));
		return r;
	}
	*ret_compiled = TAKE_PTR(compiled);
	return 0;
}

uint64_t compiled_source(const struct compiled *compiled)
{
	return tables_of(compiled)->source;
}

bool compiled_equal(const struct compiled *a, const struct compiled *b)
{
	struct policyd_header first, second;

	if (a->count != b->count)
		return false;
	memcpy(&first, a->lines, sizeof(first));
	memcpy(&second, b->lines, sizeof(second));
	first.generation = second.generation;
	return memcmp(&first, &second, sizeof(first)) == 0 &&
	       memcmp(a->lines + 1, b->lines + 1, (a->count - 1) * sizeof(*a->lines)) == 0;
}

void compiled_free(struct compiled *compiled)
{
	if (!compiled)
		return;
	free(compiled->lines);
	model_free(compiled->model);
	free(compiled);
}
