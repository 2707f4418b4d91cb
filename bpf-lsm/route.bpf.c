/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Source routes: options with which a socket sends its packets by other addresses than the one that connect
 * or sendmsg was asked about. IPv4's options (LSRR, SSRR) and IPv6's routing headers need no privilege.
 *
 *   socket_setsockopt   IP_OPTIONS, IPV6_RTHDR, IPV6_2292PKTOPTIONS; IPV6_FLOWLABEL_MGR, since a flow label
 *                       can have a routing header behind it. What they are set to has not been read yet, so
 *                       taking them away again counts as well. IPV6_2292RTHDR only asks for what arrives.
 *   socket_sendmsg      the same in the control data of one message. Only the first of the messages that
 *                       sendmmsg() sends to one address comes by here. And what else of a message counts
 *                       without an address: the family of a socket of another family, as in family.bpf.c.
 * Both in one program, since to call one costs as much as it does.
 *
 * Who may make raw sockets builds headers as he likes. So each of these is decided as making a raw socket of
 * that version of IP is. Sockets that were accepted answer by the route that the request came by, if the host
 * is set up to take it (accept_source_route): that is nobody's choice here.
 */
#include "control.bpf.h"
#include "flow.bpf.h"

#define IP_OPTIONS	    4
#define IP_RETOPTS	    7
#define IPV6_2292RTHDR	    5
#define IPV6_2292PKTOPTIONS 6
#define IPV6_FLOWLABEL_MGR  32
#define IPV6_RTHDR	    57

/* The family of which raw packets stand for the route, AF_UNSPEC: it is about something else. */
static __always_inline __u32 route_option_family(int level, int option)
{
	if (level == IPPROTO_IP && option == IP_OPTIONS)
		return AF_INET;
	if (level == IPPROTO_IPV6 &&
	    (option == IPV6_RTHDR || option == IPV6_2292PKTOPTIONS || option == IPV6_FLOWLABEL_MGR))
		return AF_INET6;
	return AF_UNSPEC;
}

static __always_inline __u32 route_control_family(const struct control_header *header)
{
	if (header->level == IPPROTO_IP && header->type == IP_RETOPTS)
		return AF_INET;
	if (header->level == IPPROTO_IPV6 && (header->type == IPV6_RTHDR || header->type == IPV6_2292RTHDR))
		return AF_INET6;
	return AF_UNSPEC;
}

static long control_step(__u32 i, struct control_walk *walk)
{
	struct control_header header = {};

	if (!control_take(walk, &header))
		return 1;
	walk->found = route_control_family(&header);
	return control_pass(walk, &header);
}

/* The same for a message; `family`, the socket's, where its control data cannot be read to the end. */
static __always_inline __u32 route_message_family(const struct msghdr *msg, __u32 family)
{
	struct control_walk walk = {.next = (__u64)msg->msg_control, .left = msg->msg_controllen};

	if (!walk.left)
		return AF_UNSPEC;
	bpf_loop(CONTROL_HEADERS_MAX + 1, control_step, &walk, 0);
	return walk.ended ? walk.found : family;
}

SEC("lsm/socket_setsockopt")
int BPF_PROG(route_option, struct socket *sock, int level, int option, int ret)
{
	struct flow flow = {.protocol = IPPROTO_RAW, .end = FLOW_ROUTE};
	struct sock *sk = sock->sk;

	if (ret)
		return ret;
	flow.endpoint.family = route_option_family(level, option);
	if (!sk || !flow.endpoint.family)
		return 0;
	flow.type = sk->sk_type;
	return decide_socket(&flow, flow.protocol, POLICYD_OP_NETWORK_CREATE);
}

SEC("lsm/socket_sendmsg")
int BPF_PROG(socket_message, struct socket *sock, struct msghdr *msg, int size, int ret)
{
	struct sock *sk = sock->sk;
	struct flow flow = {};
	__u32 op, family;

	if (ret)
		return ret;
	if (!sk)
		return 0;
	family = sk->__sk_common.skc_family;
	if (family == AF_INET || family == AF_INET6) {
		if (!msg->msg_controllen)
			return 0;
		family = route_message_family(msg, family);
		flow.protocol = IPPROTO_RAW;
		flow.end = FLOW_ROUTE;
		op = POLICYD_OP_NETWORK_CREATE;
	} else {
		if (family == AF_UNIX || !msg->msg_name)
			return 0;
		flow.protocol = sk->sk_protocol;
		op = POLICYD_OP_NETWORK_CONNECT;
	}
	flow.endpoint.family = family;
	flow.type = sk->sk_type;
	return family ? decide_socket(&flow, flow.protocol, op) : 0;
}
