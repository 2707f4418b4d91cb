/* SPDX-License-Identifier: Apache-2.0 */
#include "reference.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

bool reference_family(const struct rule *rule, uint32_t family)
{
	for (size_t i = 0; i < rule->object.family.count; i++)
		if (rule->object.family.items[i].first == family)
			return true;
	return !rule->object.family.count;
}

static bool number_in(const struct number_list *list, uint32_t number)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].first <= number && number <= list->items[i].last)
			return true;
	return !list->count;
}

static bool is_mapped(const uint8_t *address)
{
	for (int i = 0; i < 12; i++)
		if (address[i] != (i < 10 ? 0 : 0xff))
			return false;
	return true;
}

static bool cidr_holds(const struct cidr *cidr, enum addr_family family, const uint8_t *address)
{
	const uint8_t *prefix = cidr->address;
	unsigned int length = cidr->length;

	if (cidr->family == ADDR_IPV6 && length >= 96 && is_mapped(prefix)) {
		prefix += 12;
		length -= 96;
		if (family != ADDR_IPV4)
			return false;
	} else if (cidr->family != family) {
		return false;
	}
	for (unsigned int i = 0; i < length; i++)
		if ((prefix[i / 8] ^ address[i / 8]) >> (7 - i % 8) & 1)
			return false;
	return true;
}

static bool cidrs_hold(const struct cidr_list *list, enum addr_family family, const uint8_t *address)
{
	for (size_t i = 0; i < list->count; i++)
		if (cidr_holds(&list->items[i], family, address))
			return true;
	return false;
}

bool reference_names_endpoint(const struct rule *rule, const struct decision_endpoint *endpoint,
			      unsigned int bit)
{
	const struct object *object = &rule->object;
	const struct cidr_list *list = &object->at;
	enum addr_family family = endpoint->family;
	const uint8_t *address = endpoint->address;

	if (family == ADDR_IPV6 && is_mapped(address)) {
		family = ADDR_IPV4;
		address += 12;
	}
	if (object->unix_path.count || !reference_family(rule, family == ADDR_IPV4 ? AF_INET : AF_INET6) ||
	    !number_in(&object->protocol, endpoint->protocol) || !number_in(&object->port, endpoint->port))
		return false;
	if (bit == POLICYD_BIT_NETWORK_CREATE)
		return !object->port.count && !object->to.count && !object->from.count && !object->at.count;
	if (bit == POLICYD_BIT_NETWORK_CONNECT)
		list = object->to.count ? &object->to : &object->from;
	if (bit == POLICYD_BIT_NETWORK_ACCEPT)
		list = object->from.count ? &object->from : &object->to;
	if (list->count)
		return cidrs_hold(list, family, address);
	return !object->to.count && !object->from.count && !object->at.count;
}
