/* SPDX-License-Identifier: Apache-2.0 */
#include "attribute.h"

#include <errno.h>
#include <stdlib.h>

#include "condition.h"
#include "model.h"
#include "netclass.h"
#include "syscalls.h"
#include "target.h"
#include "util.h"
#include "verdict.h"

static const char *const kind_names[] = {
	[ATTRIBUTE_ALLOWED] = "allowed",       [ATTRIBUTE_AUDITED] = "audited",
	[ATTRIBUTE_WOULD_DENY] = "would-deny", [ATTRIBUTE_DENIED] = "denied",
	[ATTRIBUTE_KILLED] = "killed",
};
static_assert(ARRAY_SIZE(kind_names) == ATTRIBUTE_KIND_COUNT, "a name for each kind");

const char *attribute_kind_name(enum attribute_kind kind)
{
	return kind_names[kind];
}

enum policyd_section attribute_section(unsigned int bit)
{
	return bit < POLICYD_BIT_EXEC_RUN	  ? POLICYD_SECTION_FILE
	       : bit < POLICYD_BIT_NETWORK_CREATE ? POLICYD_SECTION_EXEC
						  : POLICYD_SECTION_NETWORK;
}

void attribution_free(struct attribution *attribution)
{
	if (!attribution)
		return;
	free(attribution->policies);
	free(attribution->rules);
	free(attribution);
}

static void attribution_cleanup(struct attribution **attribution)
{
	attribution_free(*attribution);
}

static enum row_domain object_domain(const struct model *model, const struct decision_object *object)
{
	if (object->kind == DECISION_SYSCALL)
		return ROW_SYSCALL;
	if (object->kind == DECISION_PATH)
		return model->classes[object->class].nameless ? ROW_NAMELESS : ROW_NAMED;
	if (object->kind == DECISION_PROCESS)
		return object->class == target_unknown(model) ? ROW_UNKNOWN : ROW_PROCESS;
	if (object->kind == DECISION_PSEUDO)
		return verdict_pseudo_domains[object->class];
	if (object->kind == DECISION_SOCKET && model->net.used)
		return net_socket_domain(model, model->net.family_of[object->family], object->point.protocol);
	return ROW_INET;
}

/* The operations of a rule that are about the object. */
static uint32_t rule_matches(const struct model *model, uint32_t i, const struct decision_object *object)
{
	const struct model_rule *rule = &model->rules[i];

	switch (object->kind) {
	case DECISION_PATH:
		return idset_has(&model->sets, model->classes[object->class].rules, i) &&
				       condition_holds(model, i, object->condition)
			       ? rule->ops & VERDICT_PATH_OPS
			       : 0;
	case DECISION_INET:
		return net_rule_is_inet(rule->rule) ? net_rule_matches(model, i, &object->point) : 0;
	case DECISION_SOCKET:
		return net_socket_matches(model, i, object->family, object->point.protocol);
	case DECISION_SYSCALL:
		return rule->rule->section == POLICYD_SECTION_SYSCALL &&
				       syscall_rule_matches(model, i, (enum policyd_arch)object->class,
							    object->number)
			       ? POLICYD_OP_SYSCALL
			       : 0;
	case DECISION_PROCESS:
		return target_ops(model, rule, object->class, object->signal);
	default:
		return verdict_pseudo_ops(rule, (enum policyd_pseudo)object->class);
	}
}

/* How much a verdict weighs inside a policy; a loud denial goes before a quiet one. */
static int rule_weight(const struct rule *rule)
{
	switch (rule->verdict) {
	case POLICY_KILL:
		return 5;
	case POLICY_DENY:
		return rule->quiet ? 3 : 4;
	case POLICY_ALLOW:
		return 2;
	default:
		return 1;
	}
}

static int rule_append(struct attribution *attribution, const struct policy *policy, const struct rule *rule)
{
	struct attribute_rule *rules;

	rules = reallocarray(attribution->rules, attribution->rule_count + 1, sizeof(*rules));
	if (!rules)
		return -ENOMEM;
	attribution->rules = rules;
	rules[attribution->rule_count++] = (struct attribute_rule){.policy = policy, .rule = rule};
	return 0;
}

/* What a policy's matching rules, which begin at `first`, come to. */
static void policy_decide(struct attribution *attribution, const struct model *model,
			  const struct model_policy *policy, enum row_domain domain, unsigned int bit,
			  size_t first)
{
	struct attribute_policy *said = &attribution->policies[attribution->policy_count++];
	bool enforced = verdict_is_enforced(model, policy, domain);
	struct attribute_rule *best = NULL;
	bool audited = false;
	int weight;

	*said = (struct attribute_policy){.policy = policy->policy};
	for (size_t i = first; i < attribution->rule_count; i++) {
		struct attribute_rule *rule = &attribution->rules[i];

		audited = audited || rule->rule->verdict == POLICY_AUDIT_ONLY;
		if (!best || rule_weight(rule->rule) > rule_weight(best->rule))
			best = rule;
	}
	weight = best ? rule_weight(best->rule) : 0;
	if (weight < 2 && verdict_default(policy, domain) >> bit & 1) {
		said->by_default = true;
		said->kind = enforced ? ATTRIBUTE_DENIED : ATTRIBUTE_WOULD_DENY;
		return;
	}
	if (!best)
		return;
	best->decides = true;
	said->rule = best->rule;
	said->kind = weight < 3	 ? (audited ? ATTRIBUTE_AUDITED : ATTRIBUTE_ALLOWED)
		     : !enforced ? ATTRIBUTE_WOULD_DENY
		     : weight == 5 && domain != ROW_UNKNOWN ? ATTRIBUTE_KILLED
							    : ATTRIBUTE_DENIED;
}

static int rule_try(const struct model *model, uint32_t i, const struct decision_object *object,
		    unsigned int bit, struct attribution *attribution)
{
	const struct model_rule *rule = &model->rules[i];

	if (!(rule_matches(model, i, object) >> bit & 1))
		return 0;
	return rule_append(attribution, model->policies[rule->policy].policy, rule->rule);
}

/* The rules of a policy that match. A path class lists its rules, so that a large policy costs nothing. */
static int policy_attribute(const struct model *model, uint32_t p, const struct decision_object *object,
			    unsigned int bit, struct attribution *attribution)
{
	const struct model_policy *policy = &model->policies[p];
	size_t first = attribution->rule_count;
	size_t count = policy->rule_count;
	const uint32_t *listed = NULL;
	int r = 0;

	if (object->kind == DECISION_PATH)
		listed = idset_ids(&model->sets, model->classes[object->class].rules, &count);
	for (size_t i = 0; i < count && r == 0; i++) {
		uint32_t rule = listed ? listed[i] : policy->first_rule + (uint32_t)i;

		if (model->rules[rule].policy == p)
			r = rule_try(model, rule, object, bit, attribution);
	}
	if (r < 0)
		return r;
	policy_decide(attribution, model, policy, object_domain(model, object), bit, first);
	return 0;
}

/* The strongest policy, the first of equals; one whose rule decides goes before one that has no say. */
static void attribution_sum(struct attribution *attribution, unsigned int bit)
{
	const struct attribute_policy *best = NULL;

	for (size_t i = 0; i < attribution->policy_count; i++) {
		const struct attribute_policy *said = &attribution->policies[i];

		if (!said->rule && !said->by_default)
			continue;
		if (!best || said->kind > best->kind)
			best = said;
	}
	if (!best)
		return;
	attribution->kind = best->kind;
	attribution->policy = best->policy;
	attribution->rule = best->rule;
	attribution->at = best->rule ? best->rule->at : best->policy->default_at[attribute_section(bit)];
	if (!attribution->at.file)
		attribution->at = best->policy->at;
}

int attribute(const struct compiled *compiled, uint32_t subject, const struct decision_object *object,
	      unsigned int bit, struct attribution **ret_attribution)
{
	CLEANUP(attribution_cleanup) struct attribution *attribution = NULL;
	const struct model *model = compiled->model;
	struct decision_verdict verdict;
	const uint32_t *policies = NULL;
	size_t count;
	int r;

	r = decision_verdict(compiled, subject, object, bit, &verdict);
	if (r < 0)
		return r;
	if ((object->kind == DECISION_PATH && object->class >= model->class_count) ||
	    (object->kind == DECISION_PSEUDO && object->class >= POLICYD_PSEUDO_COUNT))
		return -EINVAL;
	if (((object->kind == DECISION_INET || object->kind == DECISION_SOCKET) && !model->net.used) ||
	    (object->kind == DECISION_PROCESS && !model->targets.used) ||
	    (object->kind == DECISION_SYSCALL && !model->syscalls.set_count))
		count = 0;
	else
		policies = idset_ids(&model->sets, model->subjects[subject].policies, &count);
	attribution = calloc(1, sizeof(*attribution));
	if (!attribution)
		return -ENOMEM;
	attribution->policies = calloc(count + 1, sizeof(*attribution->policies));
	if (!attribution->policies)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		r = policy_attribute(model, policies[i], object, bit, attribution);
		if (r < 0)
			return r;
	}
	attribution_sum(attribution, bit);
	attribution->quiet = verdict.refuse && !verdict.report;
	*ret_attribution = TAKE_PTR(attribution);
	return 0;
}
