/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Classes of local addresses: where a connection is accepted, and from where one is made. An address class
 * has one beside its own, and most have the same, since few rules ask for it.
 *
 * Class 0 is that of a socket which is not bound to an address: the kernel chooses one later, and it may be
 * any. Each rule that refuses or audits is about it, and none that allows. No address has it, but where no
 * rule is about it: it means the same then as the class of an address that no rule asks for.
 */
#include <errno.h>
#include <stdlib.h>

#include "netclass.h"
#include "util.h"

bool net_rule_asks_source(const struct rule *rule)
{
	const struct object *object = &rule->object;

	return net_rule_is_inet(rule) && object->at.count && rule->ops & POLICYD_OP_NETWORK_CONNECT &&
	       (object->to.count || object->from.count || rule->ops != op_all(POLICYD_SECTION_NETWORK));
}

bool net_rule_is_local(const struct rule *rule)
{
	return net_rule_asks_source(rule) ||
	       (net_rule_is_inet(rule) && rule->object.at.count && rule->ops & POLICYD_OP_NETWORK_ACCEPT);
}

/* The rules that are about a socket which is not bound, into `rules`. Returns how many. */
static size_t unbound_rules(const struct model *model, uint32_t *rules)
{
	size_t used = 0;

	for (uint32_t i = 0; i < model->rule_count; i++) {
		const struct rule *rule = model->rules[i].rule;

		if (net_rule_asks_source(rule) && rule->verdict != POLICY_ALLOW)
			rules[used++] = i;
	}
	return used;
}

/* The rules that ask for it of which the address class meets `at`, into `rules`. Returns how many. */
static size_t local_rules(const struct model *model, uint32_t addr_class, uint32_t *rules)
{
	size_t count, used = 0;
	const uint32_t *ids = idset_ids(&model->sets, model->net.addr_sets[addr_class], &count);

	for (size_t i = 0; i < count; i++)
		if (ids[i] % NET_SLOT_COUNT == NET_AT &&
		    net_rule_is_local(model->rules[ids[i] / NET_SLOT_COUNT].rule))
			rules[used++] = ids[i] / NET_SLOT_COUNT;
	return used;
}

/* The local class that has the set, `first` or a later one, made where there is none yet. */
static uint32_t local_class(struct net_classes *net, uint32_t set, uint32_t first)
{
	for (uint32_t i = first; i < net->local_count; i++)
		if (net->local_sets[i] == set)
			return i;
	net->local_sets[net->local_count] = set;
	return net->local_count++;
}

static size_t weigh_local(const struct rule *rule)
{
	return net_rule_is_local(rule) ? rule->object.at.count : 0;
}

static bool some_rule(const struct model *model, bool (*is)(const struct rule *rule))
{
	for (uint32_t i = 0; i < model->rule_count; i++)
		if (is(model->rules[i].rule))
			return true;
	return false;
}

int net_locals(struct model *model)
{
	struct net_classes *net = &model->net;
	CLEANUP_FREE uint32_t *rules = calloc(model->rule_count + 1, sizeof(*rules));
	bool needed = some_rule(model, net_rule_is_local);
	size_t unbound;
	uint32_t set;
	int r;

	net->local_of = calloc(net->addr_count + 1, sizeof(*net->local_of));
	net->local_sets = calloc(NET_LOCALS_MAX + 1, sizeof(*net->local_sets));
	if (!rules || !net->local_of || !net->local_sets)
		return -ENOMEM;
	net->asks_source = some_rule(model, net_rule_asks_source);
	unbound = unbound_rules(model, rules);
	r = idset_intern(&model->sets, rules, unbound, &net->local_sets[0]);
	if (r < 0)
		return r;
	net->local_count = 1;
	for (uint32_t i = 0; needed && i < net->addr_count; i++) {
		r = idset_intern(&model->sets, rules, local_rules(model, i, rules), &set);
		if (r < 0)
			return r;
		net->local_of[i] = local_class(net, set, unbound > 0);
		if (net->local_count > NET_LOCALS_MAX)
			return model_fail(model, model_heaviest(model, weigh_local),
					  "rules tell more than %u kinds of local addresses ('at') apart",
					  NET_LOCALS_MAX - 1);
	}
	return 0;
}
