/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/socket.h>

#include "netclass.h"

static bool family_named(const struct rule *rule, uint32_t family)
{
	const struct number_list *families = &rule->object.family;

	for (size_t i = 0; i < families->count; i++)
		if (families->items[i].first <= family && family <= families->items[i].last)
			return true;
	return !families->count;
}

bool net_rule_is_inet(const struct rule *rule)
{
	return rule->section == POLICYD_SECTION_NETWORK && !rule->object.unix_path.count &&
	       (family_named(rule, AF_INET) || family_named(rule, AF_INET6));
}

static bool has_addresses(const struct rule *rule)
{
	return rule->object.to.count || rule->object.from.count || rule->object.at.count;
}

bool net_rule_is_unix(const struct rule *rule)
{
	if (rule->section != POLICYD_SECTION_NETWORK)
		return false;
	if (rule->object.unix_path.count)
		return true;
	return family_named(rule, AF_UNIX) && !has_addresses(rule) && !rule->object.port.count &&
	       !rule->object.protocol.count;
}

bool net_rule_has_conditions(const struct rule *rule)
{
	return has_addresses(rule) || !net_rule_family(rule, ADDR_IPV4) || !net_rule_family(rule, ADDR_IPV6);
}

bool net_rule_family(const struct rule *rule, enum addr_family family)
{
	return family_named(rule, family == ADDR_IPV4 ? AF_INET : AF_INET6);
}

const struct cidr_list *net_rule_list(const struct rule *rule, enum net_slot slot)
{
	const struct object *object = &rule->object;
	const struct cidr_list *list = slot == NET_TO	  ? &object->to
				       : slot == NET_FROM ? &object->from
							  : &object->at;

	if (!list->count && slot == NET_TO)
		list = &object->from;
	else if (!list->count && slot == NET_FROM)
		list = &object->to;
	return list->count ? list : NULL;
}

uint32_t net_rule_ops(const struct rule *rule)
{
	bool any = !has_addresses(rule);
	uint32_t covered = 0;

	if (net_rule_asks_source(rule))
		covered |= POLICYD_OP_NETWORK_CONNECT;
	if (any || net_rule_list(rule, NET_TO))
		covered |= POLICYD_OP_NETWORK_CONNECT | POLICYD_OP_NETWORK_ACCEPT;
	if (any || net_rule_list(rule, NET_AT))
		covered |= POLICYD_OP_NETWORK_BIND | POLICYD_OP_NETWORK_LISTEN;
	if (net_rule_list(rule, NET_AT))
		covered |= POLICYD_OP_NETWORK_ACCEPT;
	return rule->ops & covered;
}

/* A rule has a condition where it has a list, or where it is about one family only. */
static bool rule_has_condition(const struct rule *rule, enum net_slot slot)
{
	return net_rule_list(rule, slot) || !net_rule_family(rule, ADDR_IPV4) ||
	       !net_rule_family(rule, ADDR_IPV6);
}

bool net_condition_holds(const struct model *model, uint32_t rule, enum net_slot slot, uint32_t addr_class)
{
	if (!rule_has_condition(model->rules[rule].rule, slot))
		return true;
	return idset_has(&model->sets, model->net.addr_sets[addr_class],
			 rule * NET_SLOT_COUNT + (uint32_t)slot);
}

static bool local_holds(const struct model *model, uint32_t rule, const struct net_point *point)
{
	return idset_has(&model->sets, model->net.local_sets[point->local], rule);
}

/* Whether a connection from there to there is one that the rule is about. It has come to some address. */
static bool accept_holds(const struct model *model, uint32_t rule, const struct net_point *point)
{
	if (!net_condition_holds(model, rule, NET_FROM, point->addr))
		return false;
	return !net_rule_is_local(model->rules[rule].rule) ||
	       (point->local && local_holds(model, rule, point));
}

static bool connect_holds(const struct model *model, uint32_t rule, const struct net_point *point)
{
	if (!net_condition_holds(model, rule, NET_TO, point->addr))
		return false;
	return !net_rule_asks_source(model->rules[rule].rule) || local_holds(model, rule, point);
}

uint32_t net_rule_matches(const struct model *model, uint32_t rule, const struct net_point *point)
{
	const struct rule *text = model->rules[rule].rule;
	const struct net_classes *net = &model->net;
	uint32_t ops = net_rule_ops(text);

	if (text->object.port.count && !idset_has(&model->sets, net->port_sets[point->port], rule))
		return 0;
	if (text->object.protocol.count &&
	    !idset_has(&model->sets, net->protocol_sets[point->protocol], rule))
		return 0;
	if (!connect_holds(model, rule, point))
		ops &= ~(uint32_t)POLICYD_OP_NETWORK_CONNECT;
	if (!accept_holds(model, rule, point))
		ops &= ~(uint32_t)POLICYD_OP_NETWORK_ACCEPT;
	if (!net_condition_holds(model, rule, NET_AT, point->addr))
		ops &= ~(uint32_t)(POLICYD_OP_NETWORK_BIND | POLICYD_OP_NETWORK_LISTEN);
	return ops;
}
