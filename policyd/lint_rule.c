// SPDX-License-Identifier: Apache-2.0
/*
 * Rules that never apply. Every object that the compiler tells apart is looked at once: which of the rules
 * that match it decides is known from their verdicts.
 */
#include "condition.h"
#include "lint_internal.h"
#include "netclass.h"
#include "util.h"
#include "verdict.h"

/* Rules times endpoints beyond which network rules are not compared; a second or so. */
#define COMPARISONS_MAX 50000000U

/* Verdicts in the order in which they decide; the first of equal rules does. */
enum weight { WEIGHT_AUDIT, WEIGHT_ALLOW, WEIGHT_QUIET, WEIGHT_DENY, WEIGHT_KILL, WEIGHT_COUNT };

static enum weight rule_weight(const struct rule *rule)
{
	switch (rule->verdict) {
	case POLICY_KILL:
		return WEIGHT_KILL;
	case POLICY_DENY:
		return rule->quiet ? WEIGHT_QUIET : WEIGHT_DENY;
	case POLICY_ALLOW:
		return WEIGHT_ALLOW;
	default:
		return WEIGHT_AUDIT;
	}
}

static enum weight match_weight(const struct lint *lint, const struct rule_match *match)
{
	return rule_weight(lint->model->rules[match->rule].rule);
}

static bool policy_is_everybody(const struct model_policy *policy)
{
	return policy->match_term == TERM_NONE && policy->except_term == TERM_NONE &&
	       policy->policy->mode == POLICY_ENFORCE;
}

static void cover(struct lint_finding *finding, uint32_t by)
{
	finding->by_others |= finding->covered && finding->by != by;
	finding->covered = true;
	finding->by = by;
}

/* Names a rule of the same policy that decides before the match `which`. Returns whether there is one. */
static bool cover_own(struct lint *lint, const struct rule_match *matches, size_t count, size_t which)
{
	enum weight weight = match_weight(lint, &matches[which]);

	for (size_t i = 0; i < count; i++) {
		enum weight other = match_weight(lint, &matches[i]);

		if (i == which || !(matches[i].ops & matches[which].ops))
			continue;
		if (other > weight || (other == weight && i < which)) {
			cover(&lint->findings[matches[which].rule], matches[i].rule);
			return true;
		}
	}
	return false;
}

/* Names a rule of another policy, for every process, that denies what the match allows. */
static void cover_foreign(struct lint *lint, const struct rule_match *matches, size_t count,
			  const struct rule_match *which)
{
	for (size_t i = 0; i < count; i++) {
		const struct model_rule *rule = &lint->model->rules[matches[i].rule];

		if (rule->policy != lint->model->rules[which->rule].policy &&
		    policy_is_everybody(&lint->model->policies[rule->policy]) &&
		    rule_weight(rule->rule) > WEIGHT_ALLOW && matches[i].ops & which->ops) {
			cover(&lint->findings[which->rule], matches[i].rule);
			return;
		}
	}
}

/* The operations that policies for every process deny. */
static uint32_t denied_ops(const struct lint *lint, const struct rule_match *matches, size_t count)
{
	uint32_t ops = 0;

	for (size_t i = 0; i < count; i++) {
		const struct model_rule *rule = &lint->model->rules[matches[i].rule];

		if (rule_weight(rule->rule) > WEIGHT_ALLOW &&
		    policy_is_everybody(&lint->model->policies[rule->policy]))
			ops |= matches[i].ops;
	}
	return ops;
}

/* The matches [first, end) are those of one policy. */
static void policy_examine(struct lint *lint, const struct rule_match *matches, size_t count, size_t first,
			   size_t end, uint32_t denied)
{
	uint32_t taken = 0;

	for (int weight = WEIGHT_KILL; weight >= WEIGHT_AUDIT; weight--)
		for (size_t i = first; i < end; i++) {
			const struct rule_match *match = &matches[i];
			struct lint_finding *finding = &lint->findings[match->rule];
			uint32_t left = match->ops & ~taken;

			if (match_weight(lint, match) != (enum weight)weight || !match->ops)
				continue;
			finding->seen = true;
			if (weight == WEIGHT_ALLOW)
				left &= ~denied;
			if (weight == WEIGHT_AUDIT || left)
				finding->decides = true;
			else if (!cover_own(lint, matches + first, end - first, i - first))
				cover_foreign(lint, matches, count, match);
			taken |= match->ops;
		}
}

static void object_examine(struct lint *lint, const struct rule_match *matches, size_t count)
{
	uint32_t denied = denied_ops(lint, matches, count);
	size_t end;

	for (size_t first = 0; first < count; first = end) {
		uint32_t policy = lint->model->rules[matches[first].rule].policy;

		for (end = first + 1; end < count; end++)
			if (lint->model->rules[matches[end].rule].policy != policy)
				break;
		policy_examine(lint, matches, count, first, end, denied);
	}
}

/* The files of a path class that are of one condition class. */
static void class_examine(struct lint *lint, const struct path_class *class, uint32_t condition,
			  struct rule_match *matches)
{
	object_examine(lint, matches, condition_matches(lint->model, class, condition, matches));
}

static void classes_examine(struct lint *lint, struct rule_match *matches)
{
	const struct model *model = lint->model;

	for (uint32_t c = 0; c < model->class_count; c++)
		for (uint32_t i = 0; i == 0 || i < model->conditions.class_count; i++)
			class_examine(lint, &model->classes[c], i, matches);
}

static void memory_examine(struct lint *lint, struct rule_match *matches)
{
	size_t count = 0;

	for (uint32_t i = 0; i < lint->model->rule_count; i++)
		if (lint->model->rules[i].rule->section == POLICYD_SECTION_EXEC &&
		    lint->model->rules[i].ops & POLICYD_OP_EXEC_ANONYMOUS)
			matches[count++] = (struct rule_match){i, POLICYD_OP_EXEC_ANONYMOUS};
	object_examine(lint, matches, count);
}

static void endpoint_examine(struct lint *lint, const uint32_t *rules, size_t rule_count,
			     struct rule_match *matches, const struct net_point *point)
{
	size_t count = 0;

	for (size_t i = 0; i < rule_count; i++) {
		uint32_t ops = net_rule_matches(lint->model, rules[i], point);

		if (ops)
			matches[count++] = (struct rule_match){rules[i], ops};
	}
	object_examine(lint, matches, count);
}

static void sockets_examine(struct lint *lint, struct rule_match *matches)
{
	const struct model *model = lint->model;

	for (uint32_t family = 0; model->net.used && family < model->net.family_count; family++)
		for (uint32_t protocol = 0; protocol < model->net.protocol_count; protocol++) {
			size_t count = 0;

			for (uint32_t i = 0; i < model->rule_count; i++) {
				uint32_t ops = net_socket_matches(model, i, family, protocol);

				if (ops)
					matches[count++] = (struct rule_match){i, ops};
			}
			object_examine(lint, matches, count);
		}
}

static int network_examine(struct lint *lint, struct rule_match *matches)
{
	const struct model *model = lint->model;
	const struct net_classes *net = &model->net;
	CLEANUP_FREE uint32_t *rules = calloc(model->rule_count + 1, sizeof(*rules));
	uint64_t endpoints =
		(uint64_t)net->local_count * net->addr_count * net->port_count * net->protocol_count;
	size_t count = 0;

	if (!rules)
		return -ENOMEM;
	for (uint32_t i = 0; net->used && i < model->rule_count; i++)
		if (net_rule_is_inet(model->rules[i].rule))
			rules[count++] = i;
	if (count && endpoints > COMPARISONS_MAX / count) {
		for (size_t i = 0; i < count; i++)
			lint->findings[rules[i]].unknown = true;
		return 0;
	}
	for (uint64_t i = 0; count && i < endpoints; i++) {
		struct net_point point = net_point_at(net, (size_t)i);

		endpoint_examine(lint, rules, count, matches, &point);
	}
	return 0;
}

int lint_rules_examine(struct lint *lint)
{
	CLEANUP_FREE struct rule_match *matches = calloc(lint->model->rule_count + 1, sizeof(*matches));

	if (!matches)
		return -ENOMEM;
	classes_examine(lint, matches);
	memory_examine(lint, matches);
	sockets_examine(lint, matches);
	return network_examine(lint, matches);
}

static void warn_covered(struct lint *lint, const struct model_policy *policy, const struct rule *rule,
			 const struct lint_finding *finding)
{
	const struct model_rule *by = &lint->model->rules[finding->by];
	const struct policy *other = lint->model->policies[by->policy].policy;
	bool denies = rule->verdict == POLICY_ALLOW && by->rule->verdict != POLICY_ALLOW;
	const char *verb = denies ? (finding->by_others ? " and others deny" : " denies")
				  : (finding->by_others ? " and others decide" : " decides");

	if (other == policy->policy)
		diagnostic_add(lint->diagnostics, DIAGNOSTIC_WARNING, rule->at,
			       "rule '%s' never applies: rule '%s' (line %u)%s all that it is about",
			       rule->name, by->rule->name, by->rule->at.line, verb);
	else
		diagnostic_add(lint->diagnostics, DIAGNOSTIC_WARNING, rule->at,
			       "rule '%s' never applies: rule '%s' of policy '%s' (%s:%u)%s all that it is "
			       "about to every process",
			       rule->name, by->rule->name, other->name, by->rule->at.file, by->rule->at.line,
			       verb);
}

/* A raw socket can be refused without a default, and allowed. */
static bool rule_needs_default(const struct rule *rule, const struct policy *policy)
{
	return rule->verdict == POLICY_ALLOW && !policy->default_deny[rule->section] &&
	       !(rule->section == POLICYD_SECTION_NETWORK && rule->ops & POLICYD_OP_NETWORK_CREATE);
}

void lint_rules_report(struct lint *lint, const struct model_policy *policy)
{
	for (uint32_t i = policy->first_rule; i < policy->first_rule + policy->rule_count; i++) {
		const struct lint_finding *finding = &lint->findings[i];
		const struct rule *rule = lint->model->rules[i].rule;
		const char *section = section_name(rule->section);

		if (rule_needs_default(rule, policy->policy))
			diagnostic_add(
				lint->diagnostics, DIAGNOSTIC_WARNING, rule->at,
				"rule '%s' has no effect: without 'default: {%s: deny}' all is allowed "
				"that no rule denies",
				rule->name, section);
		else if (!finding->seen && !finding->unknown)
			diagnostic_add(lint->diagnostics, DIAGNOSTIC_WARNING, rule->at,
				       "rule '%s' can match nothing", rule->name);
		else if (finding->covered && !finding->decides && !finding->unknown)
			warn_covered(lint, policy, rule, finding);
	}
}
