/* SPDX-License-Identifier: Apache-2.0 */
#include "netclass.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "util.h"

#define PORTS	  65536
#define PROTOCOLS 512

#ifndef IPPROTO_SMC
#define IPPROTO_SMC 256
#endif

/* A rule begins or ceases to match from a number on. */
struct change {
	uint32_t number;
	uint32_t rule;
	bool begins;
};

/* Numbers (ports or protocols) in the order in which rules change, and the rules that match now. */
struct sweep {
	struct change *changes;
	size_t count, allocated;
	uint32_t *depth;   /* of a rule: how many of its ranges hold the number */
	uint32_t *active;  /* in ascending order */
	uint32_t *renewed; /* the next `active` in the making */
	size_t active_count;
	uint32_t *classes; /* class of each number */
	uint32_t *sets;	   /* of each class */
	uint32_t class_count;
	struct index index;
};

static void sweep_done(struct sweep *sweep)
{
	free(sweep->changes);
	free(sweep->depth);
	free(sweep->active);
	free(sweep->renewed);
	free(sweep->classes);
	free(sweep->sets);
	index_clear(&sweep->index);
}

static int change_add(struct sweep *sweep, uint32_t number, uint32_t rule, bool begins)
{
	int r = ARRAY_RESERVE(sweep->changes, sweep->allocated, sweep->count + 1);

	if (r < 0)
		return r;
	sweep->changes[sweep->count++] = (struct change){.number = number, .rule = rule, .begins = begins};
	return 0;
}

static int range_add(struct sweep *sweep, const struct number_range *range, uint32_t rule)
{
	int r = change_add(sweep, range->first, rule, true);

	return r < 0 ? r : change_add(sweep, range->last + 1, rule, false);
}

static int sweep_add(struct sweep *sweep, const struct number_list *numbers, uint32_t rule)
{
	int r = 0;

	for (size_t i = 0; i < numbers->count && r == 0; i++)
		r = range_add(sweep, &numbers->items[i], rule);
	return r;
}

static int change_compare(const void *a, const void *b)
{
	const struct change *x = a;
	const struct change *y = b;

	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return x->rule < y->rule ? -1 : x->rule > y->rule;
}

/*
 * Applies the changes at one number, which are in the order of rules: one pass over both lists, since all
 * rules may begin or cease at the same number.
 */
static void changes_apply(struct sweep *sweep, const struct change *changes, size_t count)
{
	uint32_t *active = sweep->active;
	size_t next = 0, renewed = 0;

	for (size_t i = 0; i < count; i++)
		sweep->depth[changes[i].rule] += changes[i].begins ? 1U : -1U;
	for (size_t i = 0; i < count; i++) {
		uint32_t rule = changes[i].rule;

		if (i && changes[i - 1].rule == rule)
			continue;
		while (next < sweep->active_count && active[next] < rule)
			sweep->renewed[renewed++] = active[next++];
		if (next < sweep->active_count && active[next] == rule)
			next++;
		if (sweep->depth[rule])
			sweep->renewed[renewed++] = rule;
	}
	while (next < sweep->active_count)
		sweep->renewed[renewed++] = active[next++];
	sweep->active = sweep->renewed;
	sweep->renewed = active;
	sweep->active_count = renewed;
}

static int sweep_class(struct model *model, struct sweep *sweep, uint32_t *ret_class)
{
	size_t cursor = 0;
	uint32_t class;
	uint32_t set;
	int r;

	r = idset_intern(&model->sets, sweep->active, sweep->active_count, &set);
	if (r < 0)
		return r;
	while (index_next(&sweep->index, set, &cursor, &class))
		if (sweep->sets[class] == set) {
			*ret_class = class;
			return 0;
		}
	r = index_add(&sweep->index, set, sweep->class_count);
	if (r < 0)
		return r;
	sweep->sets[sweep->class_count] = set;
	*ret_class = sweep->class_count++;
	return 0;
}

/* Gives each number below `limit` its class. */
static int sweep_run(struct model *model, struct sweep *sweep, uint32_t limit)
{
	size_t next = 0;
	uint32_t class = 0;

	sweep->depth = calloc(model->rule_count + 1, sizeof(*sweep->depth));
	sweep->active = calloc(model->rule_count + 1, sizeof(*sweep->active));
	sweep->renewed = calloc(model->rule_count + 1, sizeof(*sweep->renewed));
	sweep->classes = calloc(limit, sizeof(*sweep->classes));
	sweep->sets = calloc(limit + 1, sizeof(*sweep->sets));
	if (!sweep->depth || !sweep->active || !sweep->renewed || !sweep->classes || !sweep->sets)
		return -ENOMEM;
	if (sweep->count)
		qsort(sweep->changes, sweep->count, sizeof(*sweep->changes), change_compare);
	for (uint32_t number = 0; number < limit; number++) {
		size_t first = next;
		int r;

		while (next < sweep->count && sweep->changes[next].number == number)
			next++;
		if (next > first)
			changes_apply(sweep, sweep->changes + first, next - first);
		r = !number || next > first ? sweep_class(model, sweep, &class) : 0;
		if (r < 0)
			return r;
		sweep->classes[number] = class;
	}
	return 0;
}

static int net_ports(struct model *model)
{
	CLEANUP(sweep_done) struct sweep sweep = {0};
	struct net_classes *net = &model->net;
	int r = 0;

	for (uint32_t i = 0; i < model->rule_count && r == 0; i++)
		if (net_rule_is_inet(model->rules[i].rule))
			r = sweep_add(&sweep, &model->rules[i].rule->object.port, i);
	if (r == 0)
		r = sweep_run(model, &sweep, PORTS);
	if (r < 0)
		return r;
	net->port = calloc(PORTS, sizeof(*net->port));
	if (!net->port)
		return -ENOMEM;
	for (size_t i = 0; i < PORTS; i++)
		net->port[i] = (uint16_t)sweep.classes[i];
	net->port_sets = TAKE_PTR(sweep.sets);
	net->port_count = sweep.class_count;
	return 0;
}

static size_t weigh_protocols(const struct rule *rule)
{
	return rule->object.protocol.count;
}

static size_t weigh_all(const struct rule *rule)
{
	const struct object *object = &rule->object;

	return object->to.count + object->from.count + object->at.count + object->port.count +
	       object->protocol.count;
}

/* MPTCP and SMC are TCP on the wire, so a rule about tcp holds for them too. */
static int protocols_add(struct sweep *sweep, const struct number_list *numbers, uint32_t rule)
{
	static const struct number_range same = {.first = IPPROTO_SMC, .last = IPPROTO_SMC};
	static const struct number_range mptcp = {.first = IPPROTO_MPTCP, .last = IPPROTO_MPTCP};
	int r = sweep_add(sweep, numbers, rule);

	for (size_t i = 0; i < numbers->count && r == 0; i++) {
		if (numbers->items[i].first > IPPROTO_TCP || numbers->items[i].last < IPPROTO_TCP)
			continue;
		r = range_add(sweep, &same, rule);
		if (r == 0)
			r = range_add(sweep, &mptcp, rule);
	}
	return r;
}

/*
 * Protocols whose sockets go round what connect decides have classes apart from all others, because their
 * rows also decide about creating such sockets: the set of their rules gets a number that is no rule. Raw
 * sockets send any packet; those of SCTP name peers in socket options (connectx) and in messages' control
 * data.
 */
static int net_protocols(struct model *model)
{
	static const uint32_t carriers[] = {IPPROTO_RAW, IPPROTO_SCTP};
	CLEANUP(sweep_done) struct sweep sweep = {0};
	struct net_classes *net = &model->net;
	int r = 0;

	for (uint32_t i = 0; i < model->rule_count && r == 0; i++)
		if (net_rule_is_inet(model->rules[i].rule) || net_rule_is_socket(model->rules[i].rule))
			r = protocols_add(&sweep, &model->rules[i].rule->object.protocol, i);
	for (size_t i = 0; i < ARRAY_SIZE(carriers) && r == 0; i++)
		r = range_add(&sweep, &(struct number_range){.first = carriers[i], .last = carriers[i]},
			      model->rule_count);
	if (r == 0)
		r = sweep_run(model, &sweep, PROTOCOLS);
	if (r < 0)
		return r;
	if (sweep.class_count > 256)
		return model_fail(model, model_heaviest(model, weigh_protocols),
				  "rules tell more than 256 protocols apart");
	for (size_t i = 0; i < PROTOCOLS; i++)
		net->protocol[i] = (uint8_t)sweep.classes[i];
	net->protocol_sets = TAKE_PTR(sweep.sets);
	net->protocol_count = sweep.class_count;
	return 0;
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

static size_t candidates_match(const struct model *model, struct net_candidates *candidates, uint32_t addr,
			       uint32_t port, uint32_t protocol)
{
	size_t count;
	size_t used = 0;
	size_t matched = 0;
	const uint32_t *ids = idset_ids(&model->sets, model->net.addr_sets[addr], &count);

	for (size_t i = 0; i < count; i++)
		if (!used || candidates->rules[used - 1] != ids[i] / NET_SLOT_COUNT)
			candidates->rules[used++] = ids[i] / NET_SLOT_COUNT;
	memcpy(candidates->rules + used, candidates->open,
	       candidates->open_count * sizeof(*candidates->rules));
	used = array_sort_unique(candidates->rules, used + candidates->open_count);
	for (size_t i = 0; i < used; i++) {
		uint32_t ops = net_rule_matches(model, candidates->rules[i], addr, port, protocol);

		if (ops)
			candidates->matches[matched++] =
				(struct rule_match){.rule = candidates->rules[i], .ops = ops};
	}
	return matched;
}

static int net_rows(struct model *model, struct row_builder *rows)
{
	CLEANUP(net_candidates_done) struct net_candidates candidates = {0};
	struct net_classes *net = &model->net;
	uint64_t total = (uint64_t)net->addr_count * net->port_count * net->protocol_count;
	uint32_t *row;
	int r;

	if (total > NET_ROWS_MAX)
		return model_fail(
			model, model_heaviest(model, weigh_all),
			"%u address classes, %u port classes and %u protocol classes combine in more "
			"than %u ways",
			net->addr_count, net->port_count, net->protocol_count, NET_ROWS_MAX);
	net->rows = calloc(total + 1, sizeof(*net->rows));
	if (!net->rows)
		return -ENOMEM;
	r = candidates_begin(model, &candidates);
	row = net->rows;
	for (uint32_t protocol = 0; protocol < net->protocol_count && r == 0; protocol++)
		for (uint32_t port = 0; port < net->port_count && r == 0; port++) {
			candidates_port(model, &candidates, port);
			for (uint32_t addr = 0; addr < net->addr_count && r == 0; addr++, row++)
				r = row_find(rows, ROW_INET, candidates.matches,
					     candidates_match(model, &candidates, addr, port, protocol), row);
		}
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
	free(net->port);
	free(net->port_sets);
	free(net->protocol_sets);
	free(net->rows);
	free(net->sockets);
	*net = (struct net_classes){0};
}
