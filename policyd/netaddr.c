/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "family.h"
#include "netclass.h"
#include "util.h"

/* All prefixes of one family, with the condition that each belongs to. */
struct prefix_list {
	struct net_prefix *items;
	size_t count, allocated;
};

/* The prefixes that hold the current one, and their sets of conditions. */
struct nesting {
	const struct net_prefix *prefix;
	uint32_t set;
};

static void prefix_list_done(struct prefix_list *list)
{
	free(list->items);
}

static bool cidr_is_mapped(const struct cidr *cidr)
{
	return cidr->family == ADDR_IPV6 && cidr->length >= 96 && family_is_mapped(cidr->address);
}

static int prefix_add(struct prefix_list lists[2], const struct cidr *cidr, uint32_t condition)
{
	bool is_mapped = cidr_is_mapped(cidr);
	struct prefix_list *list = &lists[is_mapped ? ADDR_IPV4 : cidr->family];
	struct net_prefix prefix = {.length = cidr->length, .condition = condition};
	int r;

	memcpy(prefix.address, cidr->address, cidr->family == ADDR_IPV4 ? 4 : 16);
	if (is_mapped) {
		memset(prefix.address, 0, sizeof(prefix.address));
		memcpy(prefix.address, cidr->address + 12, 4);
		prefix.length = (uint8_t)(cidr->length - 96);
	}
	r = ARRAY_RESERVE(list->items, list->allocated, list->count + 1);
	if (r < 0)
		return r;
	list->items[list->count++] = prefix;
	return 0;
}

static int condition_add(struct prefix_list lists[2], const struct rule *rule, enum net_slot slot,
			 uint32_t condition)
{
	const struct cidr_list *cidrs = net_rule_list(rule, slot);
	int r = 0;

	if (!cidrs && net_rule_family(rule, ADDR_IPV4) && net_rule_family(rule, ADDR_IPV6))
		return 0;
	for (size_t i = 0; cidrs && i < cidrs->count && r == 0; i++) {
		const struct cidr *cidr = &cidrs->items[i];

		if (net_rule_family(rule, cidr_is_mapped(cidr) ? ADDR_IPV4 : cidr->family))
			r = prefix_add(lists, cidr, condition);
	}
	for (enum addr_family family = ADDR_IPV4; !cidrs && family <= ADDR_IPV6 && r == 0; family++)
		if (net_rule_family(rule, family))
			r = prefix_add(lists, &(struct cidr){.family = family}, condition);
	return r;
}

static int prefix_compare(const void *a, const void *b)
{
	const struct net_prefix *x = a;
	const struct net_prefix *y = b;
	int order = memcmp(x->address, y->address, sizeof(x->address));

	if (order)
		return order;
	if (x->length != y->length)
		return x->length < y->length ? -1 : 1;
	return x->condition < y->condition ? -1 : x->condition > y->condition;
}

static bool prefix_holds(const struct net_prefix *outer, const struct net_prefix *inner)
{
	size_t bytes = outer->length / 8;
	unsigned int rest = outer->length % 8;

	if (outer->length > inner->length || memcmp(outer->address, inner->address, bytes) != 0)
		return false;
	return !rest || !((outer->address[bytes] ^ inner->address[bytes]) >> (8 - rest));
}

static int class_of_set(struct model *model, uint32_t set, struct index *index, uint32_t *ret_class)
{
	struct net_classes *net = &model->net;
	size_t cursor = 0;
	uint32_t class;
	int r;

	while (index_next(index, set, &cursor, &class))
		if (net->addr_sets[class] == set) {
			*ret_class = class;
			return 0;
		}
	r = index_add(index, set, net->addr_count);
	if (r < 0)
		return r;
	net->addr_sets[net->addr_count] = set;
	*ret_class = net->addr_count++;
	return 0;
}

/* The conditions of equal prefixes from `at` on, whose end is returned. */
static int prefix_conditions(struct model *model, const struct prefix_list *list, size_t at, size_t *ret_end,
			     uint32_t *ret_set)
{
	CLEANUP_FREE uint32_t *conditions = NULL;
	const struct net_prefix *prefix = &list->items[at];
	size_t end = at;

	while (end < list->count && list->items[end].length == prefix->length &&
	       !memcmp(list->items[end].address, prefix->address, sizeof(prefix->address)))
		end++;
	conditions = calloc(end - at, sizeof(*conditions));
	if (!conditions)
		return -ENOMEM;
	for (size_t i = at; i < end; i++)
		conditions[i - at] = list->items[i].condition;
	*ret_end = end;
	return idset_intern(&model->sets, conditions, array_sort_unique(conditions, end - at), ret_set);
}

/* Classes of the sorted prefixes of a family, each prefix once. */
static int family_classes(struct model *model, struct prefix_list *list, enum addr_family family,
			  struct index *index)
{
	struct net_classes *net = &model->net;
	struct nesting stack[130];
	size_t depth = 0;
	int r = 0;

	net->prefixes[family] = calloc(list->count + 1, sizeof(*list->items));
	if (!net->prefixes[family])
		return -ENOMEM;
	for (size_t i = 0; i < list->count && r == 0;) {
		struct net_prefix *prefix = &net->prefixes[family][net->prefix_count[family]++];
		uint32_t set;

		*prefix = list->items[i];
		r = prefix_conditions(model, list, i, &i, &set);
		while (depth && !prefix_holds(stack[depth - 1].prefix, prefix))
			depth--;
		if (r == 0 && depth)
			r = idset_union(&model->sets, set, stack[depth - 1].set, &set);
		if (r == 0)
			r = class_of_set(model, set, index, &prefix->class);
		if (r == 0 && !prefix->length)
			net->addr_default[family] = prefix->class;
		stack[depth++] = (struct nesting){.prefix = prefix, .set = set};
	}
	return r;
}

int net_addresses(struct model *model)
{
	CLEANUP(prefix_list_done) struct prefix_list ipv4 = {0};
	CLEANUP(prefix_list_done) struct prefix_list ipv6 = {0};
	struct prefix_list lists[2] = {{0}, {0}};
	struct index index = {0};
	uint32_t class;
	int r = 0;

	for (uint32_t i = 0; i < model->rule_count && r == 0; i++)
		for (enum net_slot slot = NET_TO; slot < NET_SLOT_COUNT && r == 0; slot++)
			if (net_rule_is_inet(model->rules[i].rule))
				r = condition_add(lists, model->rules[i].rule, slot,
						  i * NET_SLOT_COUNT + (uint32_t)slot);
	ipv4 = lists[ADDR_IPV4];
	ipv6 = lists[ADDR_IPV6];
	if (r < 0)
		return r;
	model->net.addr_sets = calloc(ipv4.count + ipv6.count + 1, sizeof(*model->net.addr_sets));
	if (!model->net.addr_sets)
		return -ENOMEM;
	if (ipv4.count)
		qsort(ipv4.items, ipv4.count, sizeof(*ipv4.items), prefix_compare);
	if (ipv6.count)
		qsort(ipv6.items, ipv6.count, sizeof(*ipv6.items), prefix_compare);
	r = class_of_set(model, 0, &index, &class);
	if (r == 0)
		r = family_classes(model, &ipv4, ADDR_IPV4, &index);
	if (r == 0)
		r = family_classes(model, &ipv6, ADDR_IPV6, &index);
	index_clear(&index);
	return r;
}
