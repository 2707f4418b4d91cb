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

/* What runs over TCP counts as tcp, too. */
static bool protocol_in(const struct number_list *list, uint32_t protocol)
{
	return number_in(list, protocol) ||
	       ((protocol == 256 || protocol == 262) && number_in(list, IPPROTO_TCP));
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

/* An address as rules see it: one that is mapped is an IPv4 address. */
static const uint8_t *address_plain(enum addr_family *family, const uint8_t *address)
{
	if (*family == ADDR_IPV4 || !is_mapped(address))
		return address;
	*family = ADDR_IPV4;
	return address + 12;
}

static bool has_family(const struct rule *rule, enum addr_family family)
{
	return reference_family(rule, family == ADDR_IPV4 ? AF_INET : AF_INET6);
}

/* Whether the local address is one that the rule says, in a family that it is about. */
static bool is_at(const struct rule *rule, const struct decision_endpoint *endpoint)
{
	enum addr_family family = endpoint->local_family;
	const uint8_t *address = address_plain(&family, endpoint->local);

	return endpoint->has_local && has_family(rule, family) &&
	       cidrs_hold(&rule->object.at, family, address);
}

/* `all`, which without remote addresses is about sockets that have a local one. */
static bool names_all(const struct rule *rule)
{
	uint32_t network = POLICYD_OP_NETWORK_CREATE | POLICYD_OP_NETWORK_BIND | POLICYD_OP_NETWORK_LISTEN |
			   POLICYD_OP_NETWORK_ACCEPT | POLICYD_OP_NETWORK_CONNECT;

	return rule->ops == network;
}

bool reference_names_endpoint(const struct rule *rule, const struct decision_endpoint *endpoint,
			      unsigned int bit)
{
	const struct object *object = &rule->object;
	const struct cidr_list *list = &object->at;
	enum addr_family family = endpoint->family;
	const uint8_t *address = address_plain(&family, endpoint->address);

	if (object->unix_path.count || !has_family(rule, family) ||
	    !protocol_in(&object->protocol, endpoint->protocol) || !number_in(&object->port, endpoint->port))
		return false;
	if (bit == POLICYD_BIT_NETWORK_CREATE)
		return false;
	if (bit == POLICYD_BIT_NETWORK_CONNECT)
		list = object->to.count ? &object->to : &object->from;
	if (bit == POLICYD_BIT_NETWORK_ACCEPT)
		list = object->from.count ? &object->from : &object->to;
	if (list->count && !cidrs_hold(list, family, address))
		return false;
	if (bit == POLICYD_BIT_NETWORK_ACCEPT && object->at.count)
		return is_at(rule, endpoint);
	if (bit == POLICYD_BIT_NETWORK_CONNECT && object->at.count)
		return (list->count || !names_all(rule)) &&
		       (endpoint->has_local ? is_at(rule, endpoint) : rule->verdict != POLICY_ALLOW);
	return list->count || (!object->to.count && !object->from.count && !object->at.count);
}

/* What a socket's protocol counts as. */
static uint32_t protocol_of(const struct decision_socket *socket)
{
	if (socket->family != AF_INET && socket->family != AF_INET6)
		return socket->protocol;
	if (socket->type == SOCK_RAW)
		return IPPROTO_RAW;
	if (socket->protocol)
		return socket->protocol;
	return socket->type == SOCK_STREAM	? IPPROTO_TCP
	       : socket->type == SOCK_DGRAM	? IPPROTO_UDP
	       : socket->type == SOCK_SEQPACKET ? IPPROTO_SCTP
	       : socket->type == SOCK_DCCP	? IPPROTO_DCCP
						: 0;
}

/* Whether more than making such a socket is decided by its family. */
static bool is_used_by_family(const struct decision_socket *socket)
{
	return socket->family != AF_INET && socket->family != AF_INET6 && socket->family != AF_UNIX;
}

bool reference_names_socket(const struct rule *rule, const struct decision_socket *socket, unsigned int bit)
{
	const struct object *object = &rule->object;
	bool inet = socket->family == AF_INET || socket->family == AF_INET6;

	if (bit != POLICYD_BIT_NETWORK_CREATE && (!is_used_by_family(socket) || object->protocol.count ||
						  (socket->family == AF_NETLINK && !object->family.count)))
		return false;

	if (object->unix_path.count || object->port.count || object->to.count || object->from.count ||
	    object->at.count || !reference_family(rule, socket->family))
		return false;
	if (!object->family.count && object->protocol.count && !inet)
		return false;
	return protocol_in(&object->protocol, protocol_of(socket));
}

/* A policy that refuses some internet address refuses raw sockets too, and those of SCTP. */
static bool restricts_inet(const struct policy *policy)
{
	for (size_t i = 0; i < policy->rule_count; i++) {
		const struct rule *rule = &policy->rules[i];

		if (rule->section == POLICYD_SECTION_NETWORK && !rule->object.unix_path.count &&
		    (reference_family(rule, AF_INET) || reference_family(rule, AF_INET6)) &&
		    (rule->verdict == POLICY_DENY || rule->verdict == POLICY_KILL) && rule->ops & 0x1e0000)
			return true;
	}
	return policy->default_deny[POLICYD_SECTION_NETWORK];
}

bool reference_socket_refused(const struct policy *policy, const struct decision_socket *socket,
			      unsigned int bit)
{
	if (bit != POLICYD_BIT_NETWORK_CREATE)
		return is_used_by_family(socket) && socket->family != AF_NETLINK &&
		       policy->default_deny[POLICYD_SECTION_NETWORK];
	switch (socket->family) {
	case AF_UNIX:
	case AF_NETLINK:
		return false;
	case AF_INET:
	case AF_INET6:
		return (protocol_of(socket) == IPPROTO_RAW || protocol_of(socket) == IPPROTO_SCTP) &&
		       restricts_inet(policy);
	case AF_PACKET:
	case AF_XDP:
	case 43: /* SMC */
	case AF_RDS:
	case AF_RXRPC:
	case AF_TIPC:
	case AF_PPPOX:
		return restricts_inet(policy);
	default:
		return policy->default_deny[POLICYD_SECTION_NETWORK];
	}
}
