/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Sockets received from another process: through unix sockets, by pidfd_getfd, from a seccomp supervisor. Who
 * receives one could as well have made it, so it is asked for what made it what it is.
 *
 *   received_socket     making one of its family and protocol
 *   received_endpoint   connecting to where it is connected; listening or being bound where it does that
 *
 * A connection that somebody accepted passes: that was decided for who listened.
 */
#include "flow.bpf.h"

SEC("lsm/file_receive")
int BPF_PROG(received_socket, struct file *file, int ret)
{
	struct flow flow = {.end = FLOW_RECEIVED};
	struct socket *socket;
	struct sock *sk;
	__u32 family;

	if (ret)
		return ret;
	socket = bpf_sock_from_file(file);
	sk = socket ? socket->sk : NULL;
	if (!sk)
		return 0;
	family = sk->__sk_common.skc_family;
	flow.endpoint.family = family;
	flow.type = sk->sk_type;
	flow.protocol = sk->sk_protocol;
	return decide_socket(&flow, policyd_socket_protocol(family, sk->sk_type, sk->sk_protocol),
			     POLICYD_OP_NETWORK_CREATE);
}

/* What the socket has done, as an operation at the flow's endpoint; 0: nothing. */
static __always_inline __u32 received_op(struct sock *sk, struct flow *flow)
{
	__u32 state = sk->__sk_common.skc_state;

	if (state != TCP_CLOSE && state != TCP_LISTEN) {
		endpoint_remote(&flow->endpoint, sk);
		/* Sockets of connections that were accepted have what their listener was given. */
		return sk->sk_max_ack_backlog ? 0 : POLICYD_OP_NETWORK_CONNECT;
	}
	if (!sk->__sk_common.skc_num)
		return 0;
	flow->end |= FLOW_LOCAL;
	endpoint_local(&flow->endpoint, sk);
	return state == TCP_LISTEN ? POLICYD_OP_NETWORK_LISTEN : POLICYD_OP_NETWORK_BIND;
}

SEC("lsm/file_receive")
int BPF_PROG(received_endpoint, struct file *file, int ret)
{
	struct flow flow = {.end = FLOW_RECEIVED};
	struct socket *socket;
	__u32 op;

	if (ret)
		return ret;
	socket = bpf_sock_from_file(file);
	if (!socket || !socket->sk)
		return 0;
	op = received_op(socket->sk, &flow);
	return op ? decide_endpoint(socket, &flow, op) : 0;
}
