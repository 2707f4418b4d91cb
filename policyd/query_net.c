/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "family.h"
#include "model.h"
#include "parse_internal.h"
#include "query_internal.h"
#include "refuse.h"
#include "util.h"

static const struct {
	const char *name;
	uint32_t number;
} protocols[] = {
	{"tcp", IPPROTO_TCP},	  {"udp", IPPROTO_UDP},	      {"icmp", IPPROTO_ICMP}, {"sctp", IPPROTO_SCTP},
	{"mptcp", IPPROTO_MPTCP}, {"icmpv6", IPPROTO_ICMPV6}, {"raw", IPPROTO_RAW},
};

static int number_parse(const char *text, uint32_t maximum, uint32_t *ret_number)
{
	unsigned long number;
	char *end;

	if (*text < '0' || *text > '9')
		return -EINVAL;
	errno = 0;
	number = strtoul(text, &end, 10);
	if (*end || errno || number > maximum)
		return -EINVAL;
	*ret_number = (uint32_t)number;
	return 0;
}

static int protocol_parse(const char *name, uint32_t *ret_protocol)
{
	for (size_t i = 0; i < ARRAY_SIZE(protocols); i++)
		if (strcmp(protocols[i].name, name) == 0) {
			*ret_protocol = protocols[i].number;
			return 0;
		}
	return number_parse(name, 511, ret_protocol);
}

static bool has_ports(uint32_t protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP || protocol == IPPROTO_SCTP ||
	       protocol == IPPROTO_DCCP || protocol == IPPROTO_UDPLITE || protocol == IPPROTO_MPTCP;
}

static int address_parse(const char *text, bool ipv6, enum addr_family *ret_family, uint8_t *ret_address)
{
	*ret_family = ipv6 ? ADDR_IPV6 : ADDR_IPV4;
	return inet_pton(ipv6 ? AF_INET6 : AF_INET, text, ret_address) == 1 ? 0 : -EINVAL;
}

/* "at ADDRESS", where a connection comes to or from where it is made, or nothing. */
static int local_parse(const char *text, unsigned int bit, struct decision_endpoint *endpoint)
{
	char word[WORD_SIZE];

	if (!*text)
		return 0;
	word_take(&text, word);
	if ((bit != POLICYD_BIT_NETWORK_ACCEPT && bit != POLICYD_BIT_NETWORK_CONNECT) ||
	    strcmp(word, "at") != 0)
		return -EINVAL;
	endpoint->has_local = true;
	return address_parse(text, strchr(text, ':') != NULL, &endpoint->local_family, endpoint->local);
}

/*
 * ADDRESS:PORT or [ADDRESS]:PORT; an address alone where the protocol has no ports: with ports, no answer
 * would be right for all of them.
 */
static int endpoint_parse(const char *text, struct decision_endpoint *endpoint)
{
	char address[WORD_SIZE];
	bool bracket = text[0] == '[';
	const char *end = bracket ? strchr(text, ']') : strrchr(text, ':');
	const char *port = bracket && end ? end + 1 : end;
	uint32_t number = 0;
	size_t length;

	if (bracket && !end)
		return -EINVAL;
	length = end ? (size_t)(end - text) - bracket : strlen(text);
	if (length >= sizeof(address))
		return -EINVAL;
	memcpy(address, text + bracket, length);
	address[length] = '\0';
	if (port && *port && (*port != ':' || number_parse(port + 1, 65535, &number) < 0))
		return -EINVAL;
	if ((!port || !*port) && has_ports(endpoint->protocol))
		return -EINVAL;
	endpoint->port = (uint16_t)number;
	return address_parse(address, bracket, &endpoint->family, endpoint->address);
}

int query_socket(const struct compiled *compiled, const char *text, struct decision_object *ret_object,
		 char **ret_error)
{
	const struct parse_word *family;
	struct decision_socket socket = {.type = SOCK_STREAM};
	char word[WORD_SIZE];

	word_take(&text, word);
	family = parse_word_find(&parse_families, word);
	if (!family)
		return refuse(ret_error, -EINVAL, "'%s' is not a family of sockets", word);
	socket.family = family->value ? (uint32_t)family->value : AF_INET;
	if (*text && protocol_parse(text, &socket.protocol) < 0)
		return refuse(ret_error, -EINVAL, "'%s' is not a protocol", text);
	return decision_socket(compiled, &socket, ret_object);
}

/* Whether it is a family of which no address is decided on. */
static bool has_no_addresses(const char *word)
{
	const struct parse_word *family = parse_word_find(&parse_families, word);

	return family && family->value != AF_UNSPEC && !family_is_inet((uint32_t)family->value);
}

/* Whether some rule asks for the local address in such an operation. */
static bool asks_local(const struct model *model, unsigned int bit)
{
	if (bit == POLICYD_BIT_NETWORK_CONNECT)
		return model->net.asks_source;
	return bit == POLICYD_BIT_NETWORK_ACCEPT && model->net.local_count > 1;
}

int query_endpoint(const struct compiled *compiled, const char *text, struct query *query, char **ret_error)
{
	struct decision_endpoint endpoint = {};
	char word[WORD_SIZE];

	word_take(&text, word);
	if (has_no_addresses(word) && !*text)
		return query_socket(compiled, word, &query->object, ret_error);
	if (protocol_parse(word, &endpoint.protocol) < 0)
		return refuse(ret_error, -EINVAL,
			      "'%s' is not a protocol, nor unix or another family without addresses of the "
			      "internet",
			      word);
	word_take(&text, word);
	if (endpoint_parse(word, &endpoint) < 0)
		return refuse(ret_error, -EINVAL, "'%s' is not ADDRESS:PORT (IPv6: [ADDRESS]:PORT)", word);
	if (local_parse(text, query->bit, &endpoint) < 0)
		return refuse(ret_error, -EINVAL,
			      "'%s' is not 'at ADDRESS', the local address of a connection", text);
	query->lacks_local = !endpoint.has_local && asks_local(compiled->model, query->bit);
	return decision_endpoint(compiled, &endpoint, &query->object);
}
