/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Accepting connections from the internet, decided before they are established.
 *
 *   socket_listen, socket_accept   remember who listens: the process and its class, on the socket
 *   inet_conn_request              a request arrived (TCP, DCCP). A refused one is dropped in silence, as if
 *                                  nobody had heard it.
 *
 * Requests arrive in interrupts: the subject is the process that listens, found on the socket. Where policies
 * or the process have changed since, its class is computed anew from the process, which is read by address
 * and must be the one that it was. A process that has ended keeps the class that it had. Where nobody is
 * known (it listened before there were policies about accepting, or ended before they changed), the request
 * is judged by the policies about every process, until the next accept.
 */
#include "endpoint.bpf.h"
#include "listener.bpf.h"

static __always_inline bool is_inet(struct sock *sk)
{
	return sk && (sk->__sk_common.skc_family == AF_INET || sk->__sk_common.skc_family == AF_INET6);
}

SEC("lsm/socket_listen")
int BPF_PROG(inet_listener, struct socket *sock, int backlog, int ret)
{
	struct sock *sk = sock->sk;

	if (ret)
		return ret;
	return is_inet(sk) ? listener_remember(sk) : 0;
}

SEC("lsm/socket_accept")
int BPF_PROG(socket_accept, struct socket *sock, struct socket *new, int ret)
{
	struct sock *sk = sock->sk;

	if (ret)
		return ret;
	return is_inet(sk) ? listener_remember(sk) : 0;
}

/* The two ends of a request. IPv4 requests come to IPv6 sockets, too: the packet says which it is. */
static __always_inline void request_read(struct request_sock *request, bool ipv4, struct endpoint *remote,
					 struct endpoint *local)
{
	const struct sock_common *ends = &request->__req_common;
	const __be32 *from = ends->skc_v6_daddr.in6_u.u6_addr32;
	const __be32 *to = ends->skc_v6_rcv_saddr.in6_u.u6_addr32;

	if (ipv4) {
		endpoint_v4(remote, ends->skc_daddr, ends->skc_dport);
		endpoint_v4(local, ends->skc_rcv_saddr, 0);
	} else {
		endpoint_v6(remote, from);
		endpoint_v6(local, to);
		remote->port = __builtin_bswap16(ends->skc_dport);
	}
	local->port = ends->skc_num;
}

/* A record about the process that listens. */
static __noinline int event_request(const struct report *report, const struct listener *listener,
				    const struct endpoint *remote, const struct endpoint *local,
				    __u64 generation)
{
	struct policyd_event_inet *event;
	__u64 offset = sizeof(*event), dentry;

	event = event_reserve(report->error);
	if (!event)
		return 0;
	__builtin_memset(event, 0, sizeof(*event));
	if (listener)
		event->head = listener->head;
	event_start(&event->head, POLICYD_EVENT_INET, report, generation);
	event->family = (__u16)remote->family;
	event->protocol = (__u16)report->target_class;
	event->socket_type = SOCK_STREAM;
	event->row = report->class;
	event_address(event->remote, remote);
	event->remote_port = (__u16)remote->port;
	event_address(event->local, local);
	event->local_port = (__u16)local->port;
	dentry = listener ? file_dentry(listener->exe) : 0;
	if (dentry) {
		event_describe(&event->exe, dentry);
		offset = event_place((char *)event, POLICYD_EVENT_SMALL, &event->exe, dentry, offset);
	}
	event->head.size = (__u32)(offset & 0xffff);
	bpf_ringbuf_submit(event, 0);
	return 0;
}

/* Verdict of a cell; nobody can be killed from an interrupt. 1: say it; 2: refuse without; 0: pass. */
static __always_inline int request_cell(const struct decision *decision, __u32 row, struct report *report)
{
	const struct policyd_cell *cell =
		policyd_cell_at(decision->image, decision->header, row, report->subject);

	report->error = EPERM;
	if (!cell)
		return 1;
	if (cell->refuse & POLICYD_OP_NETWORK_ACCEPT)
		report->error = decide_errno(decision->image, cell, POLICYD_BIT_NETWORK_ACCEPT);
	else
		report->error = 0;
	if (cell->report & POLICYD_OP_NETWORK_ACCEPT)
		return 1;
	return report->error ? 2 : 0;
}

/*
 * Who listens on a socket: the process has it by its struct socket. A listener of MPTCP hears on a TCP socket
 * of the kernel's own, which has the struct socket of the one that listen was called for.
 */
static __always_inline struct listener *listener_of(struct sock *sk)
{
	struct sock *called = sk->sk_socket->sk;

	return bpf_sk_storage_get(&listeners, called ? called : sk, NULL, 0);
}

/* The class that a request to a listener is judged by, LISTENER_UNKNOWN where it is none that is known. */
static __always_inline __u32 request_subject(const struct decision *decision, struct listener *listener)
{
	const struct policyd_net *net = (void *)policyd_line_at(decision->image, decision->header->net);
	__u64 subject = listener ? owner_subject(listener, decision->header->generation) : SUBJECT_FAILED;

	if (subject & LISTENER_REFUSED)
		return LISTENER_UNKNOWN;
	if (!(subject & SUBJECT_FAILED))
		return (__u32)subject;
	return net ? net->anyone : LISTENER_UNKNOWN;
}

/* The row of a request, or NAME_FAILED. */
static __always_inline __u64 request_row(const struct endpoint *remote, const struct endpoint *local,
					 __u32 protocol, __u64 generation)
{
	__u64 class = endpoint_local_class(local->high, local->low, generation);

	if (class & NAME_FAILED)
		return class;
	protocol |= (__u32) class << ENDPOINT_LOCAL_SHIFT;
	return endpoint_row(remote->high, remote->low, local->port, protocol, generation);
}

/*
 * Verdict on a request, for the subject class. A function of its own, so that its stack is not under that of
 * computing the class.
 */
static __noinline int request_decide(const struct decision *decision, struct sock *sk,
				     struct request_sock *request, struct listener *listener, bool ipv4)
{
	struct endpoint remote = {}, local = {};
	struct report report = {};
	__u64 row;
	int say = 1;

	request_read(request, ipv4, &remote, &local);
	row = request_row(&remote, &local, sk->sk_protocol, decision->header->generation);
	report.subject = decision->subject;
	report.class = (__u32)row;
	report.target_class = sk->sk_protocol;
	report.op = POLICYD_BIT_NETWORK_ACCEPT;
	if (row & NAME_FAILED || report.subject == LISTENER_UNKNOWN) {
		report.reason = row & NAME_FAILED ? (__u32)row : POLICYD_REASON_SUBJECT;
		report.flags = POLICYD_EVENT_UNRESOLVED;
		report.error = EPERM;
		counter_add(POLICYD_COUNT_UNRESOLVED + (report.reason & 7));
	} else {
		say = request_cell(decision, (__u32)row, &report);
	}
	if (report.error)
		counter_add(POLICYD_COUNT_REFUSED);
	if (say == 1)
		event_request(&report, listener, &remote, &local, decision->header->generation);
	return say ? decide_return(report.error) : 0;
}

SEC("lsm/inet_conn_request")
int BPF_PROG(inet_conn_request, struct sock *sk, struct sk_buff *skb, struct request_sock *request, int ret)
{
	struct listener *listener;
	struct decision decision;

	if (ret)
		return ret;
	if (!decision_open(&decision) || !decision.header->net)
		return 0;
	listener = listener_of(sk);
	decision.subject = request_subject(&decision, listener);
	return request_decide(&decision, sk, request, listener, skb->protocol == __builtin_bswap16(ETH_P_IP));
}
