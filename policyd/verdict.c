/* SPDX-License-Identifier: Apache-2.0 */
#include "verdict.h"

#include <errno.h>

/* A rule with a key of files is not about memory that no file backs, whatever `all` stands for. */
static bool rule_asks_for_files(const struct object *object)
{
	return object->path.count || object->except.count || object->fstype.count || object->sha256_count ||
	       object->deleted || object->setuid || object->writable;
}
const enum row_domain verdict_pseudo_domains[POLICYD_PSEUDO_COUNT] = {
	[POLICYD_PSEUDO_UNRESOLVED] = ROW_UNRESOLVED,
	[POLICYD_PSEUDO_ANONYMOUS] = ROW_MEMORY,
	[POLICYD_PSEUDO_KERNEL] = ROW_KERNEL,
	[POLICYD_PSEUDO_CAPABILITY_LOW] = ROW_CAPABILITY,
	[POLICYD_PSEUDO_CAPABILITY_HIGH] = ROW_CAPABILITY,
};

uint32_t verdict_ops(const struct rule *rule)
{
	uint32_t ops = rule->ops;

	if (rule->section == POLICYD_SECTION_FILE && ops & POLICYD_OP_FILE_WRITE)
		ops |= POLICYD_OP_FILE_APPEND;
	/* Running maps the file executable; refusing to run it must not leave `ld.so FILE`. */
	if (rule->section == POLICYD_SECTION_EXEC && ops & POLICYD_OP_EXEC_RUN &&
	    rule->verdict != POLICY_AUDIT_ONLY)
		ops |= POLICYD_OP_EXEC_LOAD;
	if (rule->section == POLICYD_SECTION_EXEC && rule_asks_for_files(&rule->object))
		ops &= ~(uint32_t)POLICYD_OP_EXEC_ANONYMOUS;
	return ops;
}

uint32_t verdict_pseudo_ops(const struct model_rule *rule, enum policyd_pseudo pseudo)
{
	switch (pseudo) {
	case POLICYD_PSEUDO_ANONYMOUS:
		return rule->rule->section == POLICYD_SECTION_EXEC ? rule->ops & POLICYD_OP_EXEC_ANONYMOUS
								   : 0;
	case POLICYD_PSEUDO_KERNEL:
		return rule->rule->section == POLICYD_SECTION_KERNEL ? rule->ops : 0;
	case POLICYD_PSEUDO_CAPABILITY_LOW:
		return (uint32_t)rule->rule->caps;
	case POLICYD_PSEUDO_CAPABILITY_HIGH:
		return (uint32_t)(rule->rule->caps >> 32);
	default:
		return 0;
	}
}

uint32_t verdict_default(const struct model_policy *policy, enum row_domain domain)
{
	const bool *deny = policy->policy->default_deny;
	uint32_t file = deny[POLICYD_SECTION_FILE] ? VERDICT_FILE_OPS : 0;
	uint32_t exec = deny[POLICYD_SECTION_EXEC] ? VERDICT_EXEC_OPS : 0;
	uint32_t network = deny[POLICYD_SECTION_NETWORK] ? VERDICT_NETWORK_OPS : 0;

	switch (domain) {
	case ROW_NAMED:
		return file | exec | network;
	case ROW_NAMELESS:
		return exec;
	case ROW_INET:
		return network;
	case ROW_CARRIER:
		/* It would be a way round what the policy says about addresses. */
		return policy->restricts_inet ? POLICYD_OP_NETWORK_CREATE : 0;
	case ROW_STRANGER:
		return network | (policy->restricts_inet ? POLICYD_OP_NETWORK_CREATE : 0);
	case ROW_FOREIGN:
		return network | (network ? POLICYD_OP_NETWORK_CREATE : 0);
	case ROW_MEMORY:
		return deny[POLICYD_SECTION_EXEC] ? POLICYD_OP_EXEC_ANONYMOUS : 0;
	case ROW_UNRESOLVED:
		return (policy->restricts_names ? VERDICT_FILE_OPS | VERDICT_EXEC_OPS : 0) |
		       (policy->restricts_unix ? VERDICT_NETWORK_OPS : 0);
	default:
		return 0;
	}
}

bool verdict_is_enforced(const struct model *model, const struct model_policy *policy, enum row_domain domain)
{
	return policy->policy->mode == POLICY_ENFORCE &&
	       !(domain == ROW_UNRESOLVED && model->audit_unresolved);
}

/* Masks of the operations for which some matching rule has each verdict. */
struct tally {
	uint32_t allow, audit, kill;
	uint32_t loud, quiet; /* denied or killed, asking for an event or not */
};

static void tally_add(struct tally *tally, const struct rule *rule, uint32_t ops)
{
	if (rule->verdict == POLICY_ALLOW)
		tally->allow |= ops;
	else if (rule->verdict == POLICY_AUDIT_ONLY)
		tally->audit |= ops;
	else if (rule->quiet)
		tally->quiet |= ops;
	else
		tally->loud |= ops;
	if (rule->verdict == POLICY_KILL)
		tally->kill |= ops;
}

/* Of several errnos the smallest is returned, so that the order of rules has no meaning. */
static void errnos_merge(uint8_t *errnos, uint32_t ops, int value)
{
	for (uint32_t bit = 0; bit < 32; bit++)
		if (ops & 1U << bit && (!errnos[bit] || value < errnos[bit]))
			errnos[bit] = (uint8_t)value;
}

/* What a policy with `revalidate` says of opening, it says of descriptors that are open. */
static void fence_revalidate(struct fence *fence, enum row_domain domain)
{
	if (domain != ROW_NAMED && domain != ROW_NAMELESS && domain != ROW_UNRESOLVED)
		return;
	fence->refuse |= (fence->refuse & POLICYD_REVALIDATE_OPS) << POLICYD_REVALIDATE_SHIFT;
	fence->report |= (fence->report & POLICYD_REVALIDATE_OPS) << POLICYD_REVALIDATE_SHIFT;
	fence->kill |= (fence->kill & POLICYD_REVALIDATE_OPS) << POLICYD_REVALIDATE_SHIFT;
	for (uint32_t bit = 0; POLICYD_REVALIDATE_OPS >> bit; bit++)
		fence->errnos[POLICYD_REVALIDATE_SHIFT + bit] = fence->errnos[bit];
}

struct fence verdict_fence(const struct model *model, const struct model_policy *policy,
			   enum row_domain domain, const struct rule_match *matches, size_t count)
{
	struct tally tally = {0};
	struct fence fence = {0};
	uint32_t rest = verdict_default(policy, domain);

	for (size_t i = 0; i < count; i++) {
		const struct rule *rule = model->rules[matches[i].rule].rule;

		tally_add(&tally, rule, matches[i].ops);
		if (policy->policy->mode == POLICY_ENFORCE &&
		    (rule->verdict == POLICY_DENY || rule->verdict == POLICY_KILL))
			errnos_merge(fence.errnos, matches[i].ops,
				     rule->errno_value > 0 && rule->errno_value < 256 ? rule->errno_value
										      : EPERM);
	}
	rest &= ~(tally.allow | tally.loud | tally.quiet);
	fence.report = tally.loud | tally.audit | rest;
	if (verdict_is_enforced(model, policy, domain)) {
		fence.refuse = tally.loud | tally.quiet | rest;
		/* Nobody is ended for what may be no target of the rule. */
		fence.kill = domain == ROW_UNKNOWN ? 0 : tally.kill;
		errnos_merge(fence.errnos, rest, EPERM);
	}
	if (policy->policy->revalidate)
		fence_revalidate(&fence, domain);
	return fence;
}
