/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Classes of ports and protocols: a sweep over all numbers.
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>

#include "array.h"
#include "netclass.h"
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

int net_ports(struct model *model)
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
int net_protocols(struct model *model)
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
