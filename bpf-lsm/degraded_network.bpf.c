/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Internet sockets on hosts without BPF LSM, for policies that accept that (`degraded: audit`). Programs of a
 * cgroup: the one that the settings name, by default the root. They are called by the cgroup that a socket
 * was made in; whom a policy is about is the current task, as ever.
 *
 *   degraded_connect4, degraded_connect6     connect, and TCP fast open
 *   degraded_sendmsg4, degraded_sendmsg6     a destination in a datagram
 *   degraded_bind4, degraded_bind6           the local address and port
 *   degraded_create                          making a socket of the internet
 *
 * The kernel asks nothing here for listening, for accepted connections, for destinations in messages of raw
 * and ICMP sockets, for SCTP, and for families other than IPv4 and IPv6.
 */
#define LANE LANE_CGROUP
#include "flow.bpf.h"

/* As the kernel hands them to programs; not relocated. */
struct bpf_sock {
	__u32 bound_dev_if;
	__u32 family;
	__u32 type;
	__u32 protocol;
	__u32 mark;
	__u32 priority;
	__u32 src_ip4;
	__u32 src_ip6[4];
	__u32 src_port; /* host order */
};

struct bpf_sock_addr {
	__u32 user_family;
	__u32 user_ip4;
	__u32 user_ip6[4];
	__u32 user_port;
	__u32 family;
	__u32 type;
	__u32 protocol;
	__u32 msg_src_ip4;
	__u32 msg_src_ip6[4];
	struct bpf_sock *sk;
};

#define REFUSE 0
#define PASS   1

/* What a program of a cgroup returns; the errno goes beside it. */
static __always_inline int cgroup_return(int decided)
{
	if (!decided)
		return PASS;
	bpf_set_retval(decided);
	return REFUSE;
}

/* Verdict at the flow's endpoint. No function of its own: the chain below it takes the rest of the stack. */
static __always_inline int degraded_decide(struct flow *flow, __u32 op)
{
	const struct endpoint *endpoint = &flow->endpoint;
	struct decision decision;
	__u64 row;

	if (!decision_open(&decision) || !decision.header->net)
		return 0;
	row = endpoint_row(endpoint->high, endpoint->low, endpoint->port, flow->protocol,
			   decision.header->generation);
	return decide_row(&decision, row, op, flow, NULL);
}

static __always_inline int degraded_endpoint(struct bpf_sock_addr *context, struct flow *flow, __u32 op)
{
	struct bpf_sock *sk = context->sk;

	flow->endpoint.port = __builtin_bswap16((__u16)context->user_port);
	flow->protocol = (__u16)context->protocol;
	flow->type = (__u16)context->type;
	if (sk)
		flow->local_port = (__u16)sk->src_port;
	return cgroup_return(degraded_decide(flow, op));
}

static __always_inline int degraded_v4(struct bpf_sock_addr *context, __u16 end, __u32 op)
{
	struct flow flow = {.end = end};

	endpoint_v4(&flow.endpoint, context->user_ip4, 0);
	return degraded_endpoint(context, &flow, op);
}

static __always_inline int degraded_v6(struct bpf_sock_addr *context, __u16 end, __u32 op)
{
	struct flow flow = {.end = end};
	__be32 word[4];

	/* Word by word: the kernel takes loads from its context that are as wide as the field. */
	word[0] = context->user_ip6[0];
	word[1] = context->user_ip6[1];
	word[2] = context->user_ip6[2];
	word[3] = context->user_ip6[3];
	endpoint_v6(&flow.endpoint, word);
	return degraded_endpoint(context, &flow, op);
}

SEC("cgroup/connect4")
int degraded_connect4(struct bpf_sock_addr *context)
{
	return degraded_v4(context, FLOW_REMOTE, POLICYD_OP_NETWORK_CONNECT);
}

SEC("cgroup/connect6")
int degraded_connect6(struct bpf_sock_addr *context)
{
	return degraded_v6(context, FLOW_REMOTE, POLICYD_OP_NETWORK_CONNECT);
}

SEC("cgroup/sendmsg4")
int degraded_sendmsg4(struct bpf_sock_addr *context)
{
	return degraded_v4(context, FLOW_REMOTE, POLICYD_OP_NETWORK_CONNECT);
}

SEC("cgroup/sendmsg6")
int degraded_sendmsg6(struct bpf_sock_addr *context)
{
	return degraded_v6(context, FLOW_REMOTE, POLICYD_OP_NETWORK_CONNECT);
}

SEC("cgroup/bind4")
int degraded_bind4(struct bpf_sock_addr *context)
{
	return degraded_v4(context, FLOW_LOCAL, POLICYD_OP_NETWORK_BIND);
}

SEC("cgroup/bind6")
int degraded_bind6(struct bpf_sock_addr *context)
{
	return degraded_v6(context, FLOW_LOCAL, POLICYD_OP_NETWORK_BIND);
}

static __always_inline int degraded_decide_create(__u32 family, __u32 type, __u32 protocol)
{
	struct flow flow = {.type = (__u16)type, .protocol = (__u16)protocol};

	flow.endpoint.family = family;
	return decide_socket(&flow, policyd_socket_protocol(family, type, protocol),
			     POLICYD_OP_NETWORK_CREATE);
}

SEC("cgroup/sock_create")
int degraded_create(struct bpf_sock *sk)
{
	return cgroup_return(degraded_decide_create(sk->family, sk->type, sk->protocol));
}
