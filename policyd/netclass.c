/* SPDX-License-Identifier: Apache-2.0 */
#include "netclass.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "util.h"

static size_t weigh_all(const struct rule *rule)
{
	const struct object *object = &rule->object;

	return object->to.count + object->from.count + object->at.count + object->port.count +
	       object->protocol.count;
}

/* Rules that may match an endpoint, and those of them that do. */
struct net_candidates {
	uint32_t *any; /* rules that ask for neither an address nor a port */
	size_t any_count;
	uint32_t *open; /* rules that ask for no address and admit the port at hand */
	size_t open_count;
	uint32_t *rules;
	struct rule_match *matches;
};

static void net_candidates_done(struct net_candidates *candidates)
{
	free(candidates->any);
	free(candidates->open);
	free(candidates->rules);
	free(candidates->matches);
}

static int candidates_begin(const struct model *model, struct net_candidates *candidates)
{
	size_t room = 4 * (size_t)model->rule_count + 4;

	candidates->any = calloc(room, sizeof(*candidates->any));
	candidates->open = calloc(room, sizeof(*candidates->open));
	candidates->rules = calloc(room, sizeof(*candidates->rules));
	candidates->matches = calloc(room, sizeof(*candidates->matches));
	if (!candidates->any || !candidates->open || !candidates->rules || !candidates->matches)
		return -ENOMEM;
	for (uint32_t i = 0; i < model->rule_count; i++) {
		const struct rule *rule = model->rules[i].rule;

		if (net_rule_is_inet(rule) && !rule->object.port.count && !net_rule_has_conditions(rule))
			candidates->any[candidates->any_count++] = i;
	}
	return 0;
}

/*
 * A rule that asks for an address stands in the sets of the addresses that it admits, so those of the port
 * need not be gone through for each address: thousands of rules may share a port.
 */
static void candidates_port(const struct model *model, struct net_candidates *candidates, uint32_t port)
{
	size_t count;
	const uint32_t *ids = idset_ids(&model->sets, model->net.port_sets[port], &count);

	memcpy(candidates->open, candidates->any, candidates->any_count * sizeof(*candidates->open));
	candidates->open_count = candidates->any_count;
	for (size_t i = 0; i < count; i++)
		if (!net_rule_has_conditions(model->rules[ids[i]].rule))
			candidates->open[candidates->open_count++] = ids[i];
}

/* Adds the rules that the address and the local address stand for. Returns how many there are then. */
static size_t candidates_addresses(const struct model *model, struct net_candidates *candidates,
				   const struct net_point *point)
{
	size_t count;
	size_t used = 0;
	const uint32_t *ids = idset_ids(&model->sets, model->net.addr_sets[point->addr], &count);

	for (size_t i = 0; i < count; i++)
		if (!used || candidates->rules[used - 1] != ids[i] / NET_SLOT_COUNT)
			candidates->rules[used++] = ids[i] / NET_SLOT_COUNT;
	ids = idset_ids(&model->sets, model->net.local_sets[point->local], &count);
	for (size_t i = 0; i < count; i++)
		candidates->rules[used++] = ids[i];
	return used;
}

static size_t candidates_match(const struct model *model, struct net_candidates *candidates,
			       const struct net_point *point)
{
	size_t used = candidates_addresses(model, candidates, point);
	size_t matched = 0;

	memcpy(candidates->rules + used, candidates->open,
	       candidates->open_count * sizeof(*candidates->rules));
	used = array_sort_unique(candidates->rules, used + candidates->open_count);
	for (size_t i = 0; i < used; i++) {
		uint32_t ops = net_rule_matches(model, candidates->rules[i], point);

		if (ops)
			candidates->matches[matched++] =
				(struct rule_match){.rule = candidates->rules[i], .ops = ops};
	}
	return matched;
}

/* The rows of all addresses with one local class, one port class and one protocol class. */
static int net_row_run(struct model *model, struct row_builder *rows, struct net_candidates *candidates,
		       struct net_point point)
{
	struct net_classes *net = &model->net;
	int r = 0;

	candidates_port(model, candidates, point.port);
	for (point.addr = 0; point.addr < net->addr_count && r == 0; point.addr++)
		r = row_find(rows, ROW_INET, candidates->matches, candidates_match(model, candidates, &point),
			     &net->rows[net_row_index(net, &point)]);
	return r;
}

static int net_rows(struct model *model, struct row_builder *rows)
{
	CLEANUP(net_candidates_done) struct net_candidates candidates = {0};
	struct net_classes *net = &model->net;
	uint64_t total = (uint64_t)net->addr_count * net->port_count * net->protocol_count;
	struct net_point point = {0};
	int r;

	if (total > NET_ROWS_MAX / net->local_count)
		return model_fail(
			model, model_heaviest(model, weigh_all),
			"%u address classes, %u port classes, %u protocol classes and %u classes of local "
			"addresses combine in more than %u ways",
			net->addr_count, net->port_count, net->protocol_count, net->local_count,
			NET_ROWS_MAX);
	net->rows = calloc(total * net->local_count + 1, sizeof(*net->rows));
	if (!net->rows)
		return -ENOMEM;
	r = candidates_begin(model, &candidates);
	for (; point.local < net->local_count; point.local++)
		for (point.protocol = 0; point.protocol < net->protocol_count; point.protocol++)
			for (point.port = 0; point.port < net->port_count && r == 0; point.port++)
				r = net_row_run(model, rows, &candidates, point);
	return r;
}

int netclass_build(struct model *model, struct row_builder *rows)
{
	int r;

	for (uint32_t i = 0; i < model->rule_count; i++)
		model->net.used = model->net.used || net_rule_is_inet(model->rules[i].rule) ||
				  net_rule_is_socket(model->rules[i].rule);
	for (uint32_t p = 0; p < model->policy_count; p++)
		model->net.used =
			model->net.used || model->policies[p].policy->default_deny[POLICYD_SECTION_NETWORK];
	if (!model->net.used)
		return 0;
	r = net_addresses(model);
	if (r == 0)
		r = net_locals(model);
	if (r == 0)
		r = net_ports(model);
	if (r == 0)
		r = net_protocols(model);
	if (r == 0)
		r = net_rows(model, rows);
	model->net.anyone = net_anyone(model);
	model->net.ingress = net_ingress(model);
	return r < 0 ? r : net_sockets(model, rows);
}

void netclass_clear(struct net_classes *net)
{
	free(net->prefixes[ADDR_IPV4]);
	free(net->prefixes[ADDR_IPV6]);
	free(net->addr_sets);
	free(net->local_of);
	free(net->local_sets);
	free(net->port);
	free(net->port_sets);
	free(net->protocol_sets);
	free(net->rows);
	free(net->sockets);
	*net = (struct net_classes){0};
}
