/* SPDX-License-Identifier: Apache-2.0 */
#include "decode_socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include <policyd/op.h>

#include "family.h"

struct number_name {
	unsigned int number;
	const char *name;
};

static const struct number_name families[] = {
	{AF_UNIX, "unix"},	 {AF_INET, "inet"},	{AF_INET6, "inet6"}, {AF_VSOCK, "vsock"},
	{AF_NETLINK, "netlink"}, {AF_PACKET, "packet"}, {AF_ALG, "alg"},     {AF_BLUETOOTH, "bluetooth"},
	{AF_TIPC, "tipc"},	 {AF_XDP, "xdp"},	{AF_SMC, "smc"},     {AF_RDS, "rds"},
	{AF_RXRPC, "rxrpc"},	 {AF_PPPOX, "pppox"},	{AF_KEY, "key"},
};

static const struct number_name protocols[] = {
	{IPPROTO_ICMP, "icmp"},	      {IPPROTO_TCP, "tcp"},	 {IPPROTO_UDP, "udp"},
	{IPPROTO_DCCP, "dccp"},	      {IPPROTO_ICMPV6, "icmp6"}, {IPPROTO_SCTP, "sctp"},
	{IPPROTO_UDPLITE, "udplite"}, {IPPROTO_RAW, "raw"},	 {262, "mptcp"},
};

static const struct number_name types[] = {
	{SOCK_STREAM, "stream"}, {SOCK_DGRAM, "dgram"},		{SOCK_RAW, "raw"},
	{SOCK_RDM, "rdm"},	 {SOCK_SEQPACKET, "seqpacket"}, {SOCK_PACKET, "packet"},
};

/* The number's name, or the number in decimal. */
static int number_set(struct event *event, struct event_text *text, const struct number_name *names,
		      size_t count, unsigned int number)
{
	char buffer[16];

	for (size_t i = 0; i < count; i++) {
		if (names[i].number != number)
			continue;
		*text = event_text(names[i].name);
		return 0;
	}

	(void)snprintf(buffer, sizeof(buffer), "%u", number);
	return event_set(event, text, buffer, strlen(buffer));
}

static int address_set(struct event *event, struct event_text *text, uint64_t *ret_port, const uint8_t *bytes,
		       uint16_t port)
{
	static const uint8_t zero[16];
	char buffer[INET6_ADDRSTRLEN];
	bool is_ipv4 = family_is_mapped(bytes);

	if (port == 0 && (memcmp(bytes, zero, 16) == 0 || (is_ipv4 && memcmp(bytes + 12, zero, 4) == 0)))
		return 0;

	*ret_port = port;
	if (!inet_ntop(is_ipv4 ? AF_INET : AF_INET6, is_ipv4 ? bytes + 12 : bytes, buffer, sizeof(buffer)))
		return -errno;
	return event_set(event, text, buffer, strlen(buffer));
}

int decode_socket(const struct policyd_event_inet *inet, struct event *event)
{
	bool is_local =
		inet->head.op == POLICYD_BIT_NETWORK_BIND || inet->head.op == POLICYD_BIT_NETWORK_LISTEN;
	int r;

	event->origin.row = inet->row;
	event->origin.protocol = inet->protocol;
	event->origin.family = inet->family;
	event->origin.socket_type = inet->socket_type;
	event->origin.port = is_local || inet->head.op == POLICYD_BIT_NETWORK_ACCEPT ? inet->local_port
										     : inet->remote_port;
	memcpy(event->origin.address, is_local ? inet->local : inet->remote, sizeof(inet->remote));
	memcpy(event->origin.local, inet->local, sizeof(inet->local));

	if (inet->head.flags & POLICYD_EVENT_SOURCE_ROUTE)
		event->reason = event_text("source-route");
	if (inet->head.flags & POLICYD_EVENT_RECEIVED)
		event->reason = event_text("received");
	r = number_set(event, &event->family, families, ARRAY_SIZE(families), inet->family);
	if (r < 0)
		return r;
	if (inet->socket_type != 0)
		r = number_set(event, &event->socket_type, types, ARRAY_SIZE(types), inet->socket_type);
	if (r < 0)
		return r;
	/* Other families number their protocols themselves. */
	if (inet->protocol != 0)
		r = number_set(event, &event->protocol, protocols,
			       family_is_inet(inet->family) ? ARRAY_SIZE(protocols) : 0, inet->protocol);
	if (r < 0)
		return r;

	r = address_set(event, &event->local_address, &event->local_port, inet->local, inet->local_port);
	if (r < 0)
		return r;
	return address_set(event, &event->remote_address, &event->remote_port, inet->remote,
			   inet->remote_port);
}
