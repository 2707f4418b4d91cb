/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Sockets of the internet, and making sockets of any family.
 *
 *   socket_create      the family and protocol; both ends of socketpair. Sockets that the kernel makes for
 *                      itself are none of a policy's.
 *   socket_connect     connect in every form (system call, 32-bit socketcall, io_uring)
 *   socket_sendmsg     a destination in the message: datagrams, TCP fast open
 *   socket_bind        the local address and port
 *   socket_listen      the same, as they are when the socket starts to listen
 */
#include "flow.bpf.h"

SEC("lsm/socket_create")
int BPF_PROG(socket_create, int family, int type, int protocol, int kern, int ret)
{
	struct flow flow = {.type = (__u16)type, .protocol = (__u16)protocol};

	if (ret)
		return ret;
	if (kern)
		return 0;
	flow.endpoint.family = (__u32)family;
	return decide_socket(&flow, policyd_socket_protocol((__u32)family, (__u32)type, (__u32)protocol),
			     POLICYD_OP_NETWORK_CREATE);
}

SEC("lsm/socket_connect")
int BPF_PROG(socket_connect, struct socket *sock, struct sockaddr *address, int size, int ret)
{
	struct flow flow = {};

	if (ret)
		return ret;
	endpoint_read(&flow.endpoint, address, size, NULL);
	return decide_endpoint(sock, &flow, POLICYD_OP_NETWORK_CONNECT);
}

SEC("lsm/socket_sendmsg")
int BPF_PROG(socket_sendmsg, struct socket *sock, struct msghdr *msg, int size, int ret)
{
	struct sock *sk = sock->sk;
	struct flow flow = {};

	if (ret)
		return ret;
	if (!msg->msg_name || !sk)
		return 0;
	endpoint_read(&flow.endpoint, msg->msg_name, msg->msg_namelen, sk);
	return decide_endpoint(sock, &flow, POLICYD_OP_NETWORK_CONNECT);
}

SEC("lsm/socket_bind")
int BPF_PROG(socket_bind, struct socket *sock, struct sockaddr *address, int size, int ret)
{
	struct sock *sk = sock->sk;
	struct flow flow = {.end = FLOW_LOCAL};

	if (ret)
		return ret;
	if (!sk)
		return 0;
	endpoint_read(&flow.endpoint, address, size, sk);
	return decide_endpoint(sock, &flow, POLICYD_OP_NETWORK_BIND);
}

SEC("lsm/socket_listen")
int BPF_PROG(socket_listen, struct socket *sock, int backlog, int ret)
{
	struct sock *sk = sock->sk;
	struct flow flow = {.end = FLOW_LOCAL};

	if (ret)
		return ret;
	if (!sk)
		return 0;
	endpoint_local(&flow.endpoint, sk);
	return decide_endpoint(sock, &flow, POLICYD_OP_NETWORK_LISTEN);
}
