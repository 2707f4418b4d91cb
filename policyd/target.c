// SPDX-License-Identifier: Apache-2.0
#include "target.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "terms.h"
#include "util.h"

int target_terms(struct model *model, struct model_rule *rule)
{
	const struct object *object = &rule->rule->object;
	int r;

	if (!object->has_target)
		return 0;
	r = terms_add(model, &object->target.match, object->target.at, &rule->target_match);
	if (r == 0 && object->target.has_except)
		r = terms_add(model, &object->target.except, object->target.at, &rule->target_except);
	return r;
}

static bool term_holds(const struct model *model, uint32_t subject, uint32_t term)
{
	struct policyd_line line;
	size_t length;

	memcpy(&line, text_bytes(&model->term_lines, model->subjects[subject].terms, &length), sizeof(line));
	return line.q[term / 64] >> (term % 64) & 1;
}

static bool target_matches(const struct model *model, const struct model_rule *rule, uint32_t subject)
{
	if (rule->target_match != TERM_NONE && !term_holds(model, subject, rule->target_match))
		return false;
	return rule->target_except == TERM_NONE || !term_holds(model, subject, rule->target_except);
}

static bool rule_names_signal(const struct rule *rule, uint32_t number)
{
	const struct number_list *signals = &rule->object.signal;

	for (size_t i = 0; i < signals->count; i++)
		if (signals->items[i].first <= number && number <= signals->items[i].last)
			return true;
	return !signals->count;
}

/* A process that may be the target of a rule that refuses is taken for it. */
static bool unknown_matches(const struct rule *rule)
{
	return !rule->object.has_target || rule->verdict == POLICY_DENY || rule->verdict == POLICY_KILL;
}

uint32_t target_unknown(const struct model *model)
{
	return (uint32_t)model->subject_count;
}

uint32_t target_ops(const struct model *model, const struct model_rule *rule, uint32_t target,
		    uint32_t signal)
{
	uint32_t ops = rule->ops;
	bool unknown = target == target_unknown(model);

	if (rule->rule->section != POLICYD_SECTION_PROCESS ||
	    !(unknown ? unknown_matches(rule->rule) : target_matches(model, rule, target)))
		return 0;
	if (!rule_names_signal(rule->rule, model->targets.first[signal]))
		ops &= ~(uint32_t)POLICYD_OP_PROCESS_SIGNAL;
	return ops;
}

static bool signals_equal(const struct model *model, uint32_t a, uint32_t b)
{
	for (uint32_t i = 0; i < model->rule_count; i++) {
		const struct rule *rule = model->rules[i].rule;

		if (rule->section == POLICYD_SECTION_PROCESS &&
		    rule_names_signal(rule, a) != rule_names_signal(rule, b))
			return false;
	}
	return true;
}

static void signals_classify(struct model *model)
{
	struct target_classes *targets = &model->targets;

	for (uint32_t number = 1; number <= POLICYD_SIGNALS; number++) {
		uint32_t class = 0;

		while (class < targets->signal_count && !signals_equal(model, targets->first[class], number))
			class ++;
		if (class == targets->signal_count)
			targets->first[targets->signal_count++] = (uint8_t)number;
		targets->signal[number - 1] = (uint8_t) class;
	}
}

static int row_build(struct model *model, struct row_builder *rows, struct rule_match *matches,
		     uint32_t signal, uint32_t target)
{
	uint32_t unknown = target_unknown(model);
	size_t count = 0;

	for (uint32_t i = 0; i < model->rule_count; i++) {
		uint32_t ops = target_ops(model, &model->rules[i], target, signal);

		if (ops)
			matches[count++] = (struct rule_match){.rule = i, .ops = ops};
	}
	return row_find(rows, target == unknown ? ROW_UNKNOWN : ROW_PROCESS, matches, count,
			&model->targets.rows[signal * (unknown + 1) + target]);
}

int target_build(struct model *model, struct row_builder *rows)
{
	CLEANUP_FREE struct rule_match *matches = calloc(model->rule_count + 1, sizeof(*matches));
	struct target_classes *targets = &model->targets;
	uint32_t unknown = target_unknown(model);
	int r = 0;

	if (!matches)
		return -ENOMEM;
	for (uint32_t i = 0; i < model->rule_count; i++)
		targets->used = targets->used || model->rules[i].rule->section == POLICYD_SECTION_PROCESS;
	if (!targets->used)
		return 0;
	signals_classify(model);
	targets->rows = calloc((size_t)targets->signal_count * (unknown + 1), sizeof(*targets->rows));
	if (!targets->rows)
		return -ENOMEM;
	for (uint32_t signal = 0; signal < targets->signal_count; signal++)
		for (uint32_t target = 0; target <= unknown && r == 0; target++)
			r = row_build(model, rows, matches, signal, target);
	return r;
}
