/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Datagrams that say which address they are from, in their control data (IP_PKTINFO, IPV6_PKTINFO): their
 * socket may be bound or connected to another one. Each is decided as one from a socket that is not bound.
 *
 *   socket_sendmsg      to an address, or to where the socket is connected. Only the first of the messages
 *                       that sendmmsg() sends to one address comes by here.
 *
 * Where a rule asks from where somebody connects.
 */
#include "control.bpf.h"
#include "flow.bpf.h"

#define IP_PKTINFO	 8
#define IPV6_2292PKTINFO 2
#define IPV6_PKTINFO	 50

static __always_inline bool is_source(const struct control_header *header)
{
	if (header->level == IPPROTO_IP)
		return header->type == IP_PKTINFO;
	return header->level == IPPROTO_IPV6 &&
	       (header->type == IPV6_PKTINFO || header->type == IPV6_2292PKTINFO);
}

static long source_step(__u32 i, struct control_walk *walk)
{
	struct control_header header = {};

	if (!control_take(walk, &header))
		return 1;
	walk->found = is_source(&header);
	return control_pass(walk, &header);
}

static __noinline bool message_has_source(const struct msghdr *msg)
{
	struct control_walk walk = {.next = (__u64)msg->msg_control, .left = msg->msg_controllen};

	bpf_loop(CONTROL_HEADERS_MAX + 1, source_step, &walk, 0);
	return walk.found || !walk.ended;
}

/*
 * Where a datagram that says where it is from goes to; none for others, and for what network.bpf.c decides
 * the same way already. By itself, for the stack.
 */
static __noinline int source_endpoint(struct endpoint *endpoint, struct sock *sk, const struct msghdr *msg)
{
	if (sk->sk_type != SOCK_DGRAM || !message_has_source(msg))
		return 0;
	if (msg->msg_name && socket_is_bound(sk))
		endpoint_read(endpoint, msg->msg_name, msg->msg_namelen, sk);
	else if (!msg->msg_name && sk->__sk_common.skc_state == TCP_ESTABLISHED)
		endpoint_remote(endpoint, sk);
	return 0;
}

SEC("lsm/socket_sendmsg")
int BPF_PROG(socket_source, struct socket *sock, struct msghdr *msg, int size, int ret)
{
	struct flow flow = {.end = FLOW_FREE};
	struct sock *sk = sock->sk;

	if (ret)
		return ret;
	if (!msg->msg_controllen || !sk)
		return 0;
	source_endpoint(&flow.endpoint, sk, msg);
	return decide_endpoint(sock, &flow, POLICYD_OP_NETWORK_CONNECT);
}
