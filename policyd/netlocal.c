/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Classes of local addresses: where a connection is accepted. An address class has one beside its own, and
 * most have the same, since few rules about accepting ask for it.
 */
#include <errno.h>
#include <stdlib.h>

#include "netclass.h"
#include "util.h"

bool net_rule_is_local(const struct rule *rule)
{
	return net_rule_is_inet(rule) && rule->object.at.count && rule->ops & POLICYD_OP_NETWORK_ACCEPT;
}

/* The rules about accepting of which the address class meets `at`, into `rules`. Returns how many. */
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

/* The local class that has the set, made where there is none yet. */
static uint32_t local_class(struct net_classes *net, uint32_t set)
{
	for (uint32_t i = 0; i < net->local_count; i++)
		if (net->local_sets[i] == set)
			return i;
	net->local_sets[net->local_count] = set;
	return net->local_count++;
}

static size_t weigh_local(const struct rule *rule)
{
	return net_rule_is_local(rule) ? rule->object.at.count : 0;
}

static bool locals_needed(const struct model *model)
{
	for (uint32_t i = 0; i < model->rule_count; i++)
		if (net_rule_is_local(model->rules[i].rule))
			return true;
	return false;
}

int net_locals(struct model *model)
{
	struct net_classes *net = &model->net;
	CLEANUP_FREE uint32_t *rules = calloc(model->rule_count + 1, sizeof(*rules));
	bool needed = locals_needed(model);
	uint32_t set;
	int r;

	net->local_of = calloc(net->addr_count + 1, sizeof(*net->local_of));
	net->local_sets = calloc(NET_LOCALS_MAX + 1, sizeof(*net->local_sets));
	if (!rules || !net->local_of || !net->local_sets)
		return -ENOMEM;
	net->local_count = 1;
	for (uint32_t i = 0; needed && i < net->addr_count; i++) {
		r = idset_intern(&model->sets, rules, local_rules(model, i, rules), &set);
		if (r < 0)
			return r;
		net->local_of[i] = local_class(net, set);
		if (net->local_count > NET_LOCALS_MAX)
			return model_fail(
				model, model_heaviest(model, weigh_local),
				"rules about accepting tell more than %u kinds of local addresses apart",
				NET_LOCALS_MAX - 1);
	}
	return 0;
}
