// SPDX-License-Identifier: Apache-2.0
/*
 * Network objects: networks, ports, families.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "parse_internal.h"

#define MAPPED_BITS 96

/* A network as text for messages. */
struct network_text {
	char text[INET6_ADDRSTRLEN + sizeof("/128")];
};

static struct network_text network_format(const struct cidr *network)
{
	struct network_text out = {""};
	size_t used;

	(void)inet_ntop(network->family == ADDR_IPV4 ? AF_INET : AF_INET6, network->address, out.text,
			sizeof(out.text));
	used = strlen(out.text);
	(void)snprintf(out.text + used, sizeof(out.text) - used, "/%u", network->length);
	return out;
}

/* Clears the bits beyond the prefix; whether any was set. */
static bool host_bits_clear(struct cidr *network)
{
	size_t size = network->family == ADDR_IPV4 ? 4 : 16;
	bool cleared = false;

	for (size_t i = 0; i < size; i++) {
		unsigned int bits = network->length > 8 * i ? network->length - 8 * (unsigned int)i : 0;
		uint8_t mask = bits >= 8 ? 0xff : (uint8_t)(0xff00U >> bits);

		cleared |= (network->address[i] & ~mask) != 0;
		network->address[i] &= mask;
	}
	return cleared;
}

/* ::ffff:a.b.c.d with a prefix of 96 or longer is the IPv4 network: the rule holds for both spellings. */
static void mapped_normalise(struct cidr *network)
{
	static const uint8_t prefix[MAPPED_BITS / 8] = {[10] = 0xff, [11] = 0xff};

	if (network->family != ADDR_IPV6 || network->length < MAPPED_BITS ||
	    memcmp(network->address, prefix, sizeof(prefix)) != 0)
		return;
	memmove(network->address, network->address + sizeof(prefix), 4);
	memset(network->address + 4, 0, sizeof(network->address) - 4);
	network->family = ADDR_IPV4;
	network->length -= MAPPED_BITS;
}

/* The address before '/'; its full length goes to network->length. */
static int address_read(struct parser *parser, const struct parse_key *key, const struct node *item,
			size_t length, struct cidr *network)
{
	char address[INET6_ADDRSTRLEN] = "";

	if (memchr(item->text, '%', length))
		return parse_error(
			parser, item->at,
			"'%s': '%s' has a scope, which is not part of an address: leave out '%%' and "
			"what follows",
			key->name, parse_show(parser, item));
	if (length < sizeof(address)) {
		memcpy(address, item->text, length);
		if (inet_pton(AF_INET, address, network->address) == 1) {
			network->family = ADDR_IPV4;
			network->length = 32;
			return 0;
		}
		if (inet_pton(AF_INET6, address, network->address) == 1) {
			network->family = ADDR_IPV6;
			network->length = 128;
			return 0;
		}
	}
	return parse_error(parser, item->at, "'%s': '%s' is not an address or a network like 10.0.0.0/8",
			   key->name, parse_show(parser, item));
}

static int network_item(struct parser *parser, const struct parse_key *key, const struct node *item,
			void *ret)
{
	struct cidr network = {.at = item->at};
	uint64_t prefix = 0;
	const char *text;
	size_t length;
	int r;

	r = parse_scalar(parser, key, item, &text);
	if (r < 0)
		return r;
	length = strcspn(text, "/");
	r = address_read(parser, key, item, length, &network);
	if (r < 0)
		return r;
	if (text[length] == '/') {
		r = parse_decimal(text + length + 1, strlen(text + length + 1), network.length, &prefix);
		if (r < 0)
			return parse_error(parser, item->at,
					   "'%s': the prefix length in '%s' must be 0 to %u", key->name,
					   parse_show(parser, item), network.length);
		network.length = (uint8_t)prefix;
	}
	if (host_bits_clear(&network))
		return parse_error(parser, item->at,
				   "'%s': %s has bits set beyond its prefix: the network is %s", key->name,
				   parse_show(parser, item), network_format(&network).text);
	mapped_normalise(&network);
	*(struct cidr *)ret = network;
	return 0;
}

int parse_networks(struct parser *parser, const struct parse_key *key, const struct node *value, void *ret)
{
	struct cidr_list *list = ret;
	void *items;
	size_t count;
	int r;

	r = parse_list(parser, key, value, sizeof(*list->items), network_item, &items, &count);
	if (r < 0)
		return r;
	*list = (struct cidr_list){.items = items, .count = count};
	return 0;
}

static int port_item(struct parser *parser, const struct parse_key *key, const struct node *item, void *ret)
{
	return parse_range(parser, key, item, 1, 65535, ret);
}

int parse_ports(struct parser *parser, const struct parse_key *key, const struct node *value, void *ret)
{
	struct number_list *list = ret;
	void *items;
	size_t count;
	int r;

	r = parse_list(parser, key, value, sizeof(*list->items), port_item, &items, &count);
	if (r < 0)
		return r;
	*list = (struct number_list){.items = items, .count = count};
	return 0;
}

/* `inet` becomes both of its families. */
int parse_family(struct parser *parser, const struct parse_key *key, const struct node *value, void *ret)
{
	struct number_list list = {0};
	struct number_range *items;
	size_t count = 0;
	int r;

	r = parse_words_or_numbers(parser, key, value, &list);
	if (r < 0)
		return r;
	items = arena_array(&parser->set->allocations, 2 * list.count, sizeof(*items));
	if (!items)
		return -ENOMEM;
	for (size_t i = 0; i < list.count; i++) {
		items[count] = list.items[i];
		if (items[count].first == AF_UNSPEC) {
			items[count].first = items[count].last = AF_INET;
			items[++count] = (struct number_range){AF_INET6, AF_INET6, list.items[i].at};
		}
		count++;
	}
	*(struct number_list *)ret = (struct number_list){.items = items, .count = count};
	return 0;
}
