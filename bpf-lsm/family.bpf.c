/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Sockets of other families than the internet's and unix (vsock, netlink, packet, alg, can, tipc, …): by the
 * family alone, whatever the address.
 *
 *   socket_connect      connect in every form
 *   socket_bind, socket_listen, socket_accept
 *
 * A destination in a message is decided in route.bpf.c. Families whose sockets take addresses of the internet
 * (smc, rds) are decided by those as well, in network.bpf.c.
 */
#include "flow.bpf.h"

static __always_inline int decide_family(struct socket *sock, __u32 op)
{
	struct sock *sk = sock->sk;
	struct flow flow = {};
	__u32 family;

	if (!sk)
		return 0;
	family = sk->__sk_common.skc_family;
	if (family == AF_INET || family == AF_INET6 || family == AF_UNIX)
		return 0;
	flow.endpoint.family = family;
	flow.type = sk->sk_type;
	flow.protocol = sk->sk_protocol;
	return decide_socket(&flow, flow.protocol, op);
}

SEC("lsm/socket_connect")
int BPF_PROG(family_connect, struct socket *sock, struct sockaddr *address, int size, int ret)
{
	return ret ? ret : decide_family(sock, POLICYD_OP_NETWORK_CONNECT);
}

SEC("lsm/socket_bind")
int BPF_PROG(family_bind, struct socket *sock, struct sockaddr *address, int size, int ret)
{
	return ret ? ret : decide_family(sock, POLICYD_OP_NETWORK_BIND);
}

SEC("lsm/socket_listen")
int BPF_PROG(family_listen, struct socket *sock, int backlog, int ret)
{
	return ret ? ret : decide_family(sock, POLICYD_OP_NETWORK_LISTEN);
}

SEC("lsm/socket_accept")
int BPF_PROG(family_accept, struct socket *sock, struct socket *new, int ret)
{
	return ret ? ret : decide_family(sock, POLICYD_OP_NETWORK_ACCEPT);
}
