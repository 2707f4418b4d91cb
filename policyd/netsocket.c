/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Making sockets, and using those of families whose addresses are not decided on: classes of families, and a
 * verdict row for each combination with a protocol class.
 */
#include <errno.h>
#include <stdlib.h>

#include "family.h"
#include "netclass.h"
#include "util.h"

#define FAMILIES 256

/*
 * Families that carry internet traffic without naming its destination where connect is decided: whole
 * packets, or addresses in a form of their own. KCM is none, since it wraps TCP sockets that were connected
 * before.
 */
static bool is_carrier(uint32_t family)
{
	static const uint32_t carriers[] = {AF_PACKET, AF_XDP, AF_SMC, AF_RDS, AF_RXRPC, AF_TIPC, AF_PPPOX};

	for (size_t i = 0; i < ARRAY_SIZE(carriers); i++)
		if (carriers[i] == family)
			return true;
	return false;
}

/* Of sockets of a family whatever their protocol. */
static enum row_domain family_domain(uint32_t family)
{
	if (is_carrier(family))
		return ROW_STRANGER;
	/* Programs ask the kernel about users, names and interfaces through unix and netlink. */
	return family_is_inet(family) || family == AF_UNIX || family == AF_NETLINK ? ROW_SOCKET : ROW_FOREIGN;
}

enum row_domain net_socket_domain(const struct model *model, uint32_t family, uint32_t protocol)
{
	if (family_is_inet(family) &&
	    idset_has(&model->sets, model->net.protocol_sets[protocol], model->rule_count))
		return ROW_CARRIER;
	return family_domain(family);
}

/*
 * The operations by which a rule may be about sockets of a family. What a protocol is to a family is known
 * where a socket is made. Programs ask the kernel through netlink: to rules that do not name it, that is no
 * network.
 */
static uint32_t socket_ops(const struct rule *rule, uint32_t family)
{
	bool named = rule->object.family.count;

	if (!family_is_foreign(family) || rule->object.protocol.count || (family == AF_NETLINK && !named))
		return rule->ops & POLICYD_OP_NETWORK_CREATE;
	return rule->ops & (POLICYD_OP_NETWORK_CREATE | VERDICT_NETWORK_OPS);
}

bool net_rule_is_socket(const struct rule *rule)
{
	const struct object *object = &rule->object;

	if (rule->section != POLICYD_SECTION_NETWORK || object->unix_path.count || object->to.count ||
	    object->from.count || object->at.count || object->port.count)
		return false;
	return rule->ops & POLICYD_OP_NETWORK_CREATE ||
	       (!object->protocol.count &&
		(!object->family.count || family_find_foreign(&rule->object.family)));
}

bool net_rule_socket_family(const struct rule *rule, uint32_t family)
{
	const struct number_list *families = &rule->object.family;

	if (!families->count)
		return !rule->object.protocol.count || family_is_inet(family);
	for (size_t i = 0; i < families->count; i++)
		if (families->items[i].first <= family && family <= families->items[i].last)
			return true;
	return false;
}

uint32_t net_socket_matches(const struct model *model, uint32_t rule, uint32_t family, uint32_t protocol)
{
	const struct rule *text = model->rules[rule].rule;
	const struct net_classes *net = &model->net;

	if (!net_rule_is_socket(text) || !net_rule_socket_family(text, net->family_of[family]))
		return 0;
	if (text->object.protocol.count && !idset_has(&model->sets, net->protocol_sets[protocol], rule))
		return 0;
	return socket_ops(text, net->family_of[family]);
}

/* The rules about making sockets, or about families. */
struct socket_rules {
	uint32_t *items;
	size_t count;
};

static void socket_rules_done(struct socket_rules *rules)
{
	free(rules->items);
}

static int socket_rules_find(const struct model *model, struct socket_rules *rules)
{
	rules->items = calloc(model->rule_count + 1, sizeof(*rules->items));
	if (!rules->items)
		return -ENOMEM;
	for (uint32_t i = 0; i < model->rule_count; i++)
		if (net_rule_is_socket(model->rules[i].rule))
			rules->items[rules->count++] = i;
	return 0;
}

/* Families are of one class when the same rules are about them and they are of one domain. */
static bool family_equals(const struct model *model, const struct socket_rules *rules, uint32_t a, uint32_t b)
{
	if (family_is_inet(a) != family_is_inet(b) || family_is_foreign(a) != family_is_foreign(b) ||
	    family_domain(a) != family_domain(b))
		return false;
	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = model->rules[rules->items[i]].rule;

		if (net_rule_socket_family(rule, a) != net_rule_socket_family(rule, b))
			return false;
	}
	return true;
}

static void net_families(struct model *model, const struct socket_rules *rules)
{
	struct net_classes *net = &model->net;

	for (uint32_t family = 0; family < FAMILIES; family++) {
		uint32_t class = 0;

		while (class < net->family_count &&
		       !family_equals(model, rules, net->family_of[class], family))
			class ++;
		if (class == net->family_count)
			net->family_of[net->family_count++] = family;
		net->family[family] = (uint8_t) class;
	}
}

static int socket_row(struct model *model, struct row_builder *rows, const struct socket_rules *rules,
		      uint32_t family, uint32_t protocol, struct rule_match *matches)
{
	struct net_classes *net = &model->net;
	enum row_domain domain = net_socket_domain(model, net->family_of[family], protocol);
	size_t count = 0;

	for (size_t i = 0; i < rules->count; i++) {
		uint32_t ops = net_socket_matches(model, rules->items[i], family, protocol);

		if (ops)
			matches[count++] = (struct rule_match){rules->items[i], ops};
	}
	return row_find(rows, domain, matches, count, &net->sockets[protocol * net->family_count + family]);
}

int net_sockets(struct model *model, struct row_builder *rows)
{
	CLEANUP(socket_rules_done) struct socket_rules rules = {0};
	CLEANUP_FREE struct rule_match *matches = calloc(model->rule_count + 1, sizeof(*matches));
	struct net_classes *net = &model->net;
	int r = socket_rules_find(model, &rules);

	if (r < 0 || !matches)
		return -ENOMEM;
	net_families(model, &rules);
	net->sockets = calloc((size_t)net->family_count * net->protocol_count, sizeof(*net->sockets));
	if (!net->sockets)
		return -ENOMEM;
	for (uint32_t protocol = 0; protocol < net->protocol_count; protocol++)
		for (uint32_t family = 0; family < net->family_count && r == 0; family++)
			r = socket_row(model, rows, &rules, family, protocol, matches);
	return r;
}

/* The subject class of just the policies for which `applies` says so, UINT32_MAX: there is none. */
static uint32_t class_of(const struct model *model, bool (*applies)(const struct model_policy *policy))
{
	for (uint32_t s = 0; s < model->subject_count; s++) {
		size_t count, matched = 0;
		const uint32_t *policies = idset_ids(&model->sets, model->subjects[s].policies, &count);
		bool same = true;

		for (uint32_t p = 0; p < model->policy_count && same; p++) {
			bool has = matched < count && policies[matched] == p;

			matched += has;
			same = has == applies(&model->policies[p]);
		}
		if (same)
			return s;
	}
	return UINT32_MAX;
}

static bool names_nobody(const struct model_policy *policy)
{
	return policy->match_term == TERM_NONE;
}

uint32_t net_anyone(const struct model *model)
{
	return class_of(model, names_nobody);
}

static bool is_about_everybody(const struct model_policy *policy)
{
	return policy->match_term == TERM_NONE && policy->except_term == TERM_NONE;
}

/* Whether a policy has a say about accepted connections, be it in audit mode. */
static bool restricts_accept(const struct model *model, const struct model_policy *policy)
{
	bool restricts = policy->policy->default_deny[POLICYD_SECTION_NETWORK];

	for (uint32_t i = 0; i < policy->rule_count && !restricts; i++) {
		const struct rule *rule = model->rules[policy->first_rule + i].rule;

		restricts = net_rule_is_inet(rule) && rule->verdict != POLICY_ALLOW &&
			    net_rule_ops(rule) & POLICYD_OP_NETWORK_ACCEPT;
	}
	return restricts;
}

uint32_t net_ingress(const struct model *model)
{
	for (uint32_t p = 0; p < model->policy_count; p++)
		if (is_about_everybody(&model->policies[p]) && restricts_accept(model, &model->policies[p]))
			return class_of(model, is_about_everybody);
	return UINT32_MAX;
}
