/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a socket is used for: verdicts on an operation at an endpoint, or on a socket by its family, and
 * records about them.
 */
#ifndef BPF_LSM_FLOW_H
#define BPF_LSM_FLOW_H

#include "endpoint.bpf.h"

static __always_inline struct endpoint_entry *endpoint_entry(const struct endpoint *endpoint)
{
	__u32 slot = slot_of(endpoint->high ^ endpoint->low ^ endpoint->port, ENDPOINTS_BITS);

	return bpf_map_lookup_elem(&endpoints, &slot);
}

#define SOCK_BINDADDR_LOCK 4

/* Whether bind gave it an address. */
static __always_inline bool socket_is_bound(struct sock *sk)
{
	return BPF_CORE_READ_BITFIELD(sk, sk_userlocks) & SOCK_BINDADDR_LOCK;
}

#define ENDPOINT_FREE (1u << 16) /* beside the protocol: for sockets that are not bound to an address */

/*
 * Whether the current task does that there in silence, by what is remembered of the endpoint; `from`: where
 * the socket is bound to may matter. Not inlined, for the hook's stack.
 */
static __noinline bool endpoint_passes(const struct endpoint *endpoint, __u32 protocol, __u32 op,
				       struct sock *sk, bool from)
{
	const struct endpoint_entry *entry = endpoint_entry(endpoint);
	struct known known = {.generation = generation_live()};
	__u64 version;
	__u32 found;

	if (!entry)
		return false;
	version = slot_version(&entry->version);
	found = entry->protocol;
	if (entry->generation != known.generation || entry->low != endpoint->low ||
	    entry->high != endpoint->high || entry->port != endpoint->port || (__u16)found != protocol)
		return false;
	if (found & ENDPOINT_FREE && from && socket_is_bound(sk))
		return false;
	known.quiet = entry->quiet;
	known.cells = entry->cells;
	return slot_stands(&entry->version, version) && known_passes(&known, op);
}

/* What is decided on, and what an event tells about the socket. Small: it stands on the stack of the hook. */
struct flow {
	struct endpoint endpoint; /* its family is the socket's where one is made */
	__u16 protocol;
	__u16 type;
	__u16 local_port; /* where the endpoint is the remote one */
	__u16 end;	  /* FLOW_* */
};

#define FLOW_REMOTE 0 /* the endpoint is the remote one, */
#define FLOW_LOCAL  1 /* the local one, */
#define FLOW_ROUTE  2 /* none: it is about a way through others */
#define FLOW_END    3

#define FLOW_RECEIVED 4	 /* or-ed: the socket comes from another process, */
#define FLOW_FREE     8	 /* the message says where it is from, */
#define FLOW_BOUND    16 /* or bind did; */
#define FLOW_ASKED    32 /* some rule asks for that */

/*
 * Where the packets of a connection from a bound socket are from: nothing but closing it changes that. No
 * address where that cannot be said. For a remote address of IPv4 it is one of IPv4, whatever the socket's
 * family. Raw sockets can write headers of their own, and SCTP has several addresses.
 */
static __always_inline void endpoint_source(struct endpoint *source, struct sock *sk,
					    const struct endpoint *remote)
{
	const struct inet_sock *inet = (const void *)sk;
	__be32 address = 0;

	if (sk->sk_type == SOCK_RAW || sk->sk_protocol == IPPROTO_SCTP)
		return;
	if (!remote->high && remote->low >> 32 == 0xffff) {
		if (!bpf_probe_read_kernel(&address, sizeof(address), &inet->inet_saddr) && address)
			endpoint_v4(source, address, 0);
		return;
	}
	endpoint_v6(source, sk->__sk_common.skc_v6_rcv_saddr.in6_u.u6_addr32);
	if (source->high >> 56 == 0xff) /* to hear many, not to speak for them */
		source->high = source->low = 0;
}

static __always_inline void event_flow(struct policyd_event_inet *event, const struct flow *flow)
{
	const struct endpoint *endpoint = &flow->endpoint;

	event->family = (__u16)endpoint->family;
	event->protocol = flow->protocol;
	event->socket_type = flow->type;
	event->local_port = flow->local_port;
	if (flow->end & FLOW_RECEIVED)
		event->head.flags |= POLICYD_EVENT_RECEIVED;
	if ((flow->end & FLOW_END) == FLOW_ROUTE)
		event->head.flags |= POLICYD_EVENT_SOURCE_ROUTE;
	if ((flow->end & FLOW_END) == FLOW_LOCAL) {
		event_address(event->local, endpoint);
		event->local_port = (__u16)endpoint->port;
	} else {
		event_address(event->remote, endpoint);
		event->remote_port = (__u16)endpoint->port;
	}
}

/* Where a bound socket connects from, where rules ask for that. */
static __always_inline void event_source(struct policyd_event_inet *event, const struct flow *flow,
					 struct sock *sk)
{
	struct endpoint source = {};

	endpoint_source(&source, sk, &flow->endpoint);
	event_address(event->local, &source);
}

/* Room for the executable's name, which is the only one in such a record. */
static __noinline int event_inet(const struct report *report, const struct flow *flow, struct sock *sk,
				 __u64 generation)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct policyd_event_inet *event;
	__u64 offset = sizeof(*event);

	event = event_reserve(report->error);
	if (!event)
		return 0;
	__builtin_memset(event, 0, sizeof(*event));
	event_start(&event->head, POLICYD_EVENT_INET, report, generation);
	event_who(&event->head, task);
	event_flow(event, flow);
	if (sk && flow->end & FLOW_BOUND)
		event_source(event, flow, sk);
	event->row = report->class;
	event_close(event, &event->head, &event->exe, task, offset);
	return 0;
}

/*
 * Verdict of the current task on an object of the row, or NAME_FAILED | reason. `sk` is the socket where it
 * is about an address, or NULL.
 */
static __always_inline int decide_row(struct decision *decision, __u64 row, __u32 op, const struct flow *flow,
				      struct sock *sk)
{
	struct report report = {};
	int say;

	if (row & ROW_QUIET)
		return 0;
	subject_current(decision);
	report.subject = decision->subject;
	report.class = (__u32)row;
	if (row & NAME_FAILED || decision->subject_reason) {
		report.reason = row & NAME_FAILED ? (__u32)row : decision->subject_reason;
		report.flags = LANE_FLAGS | POLICYD_EVENT_UNRESOLVED;
		report.error = EPERM;
		report.op = decide_first_bit(op);
		counter_add(POLICYD_COUNT_REFUSED);
		counter_add(POLICYD_COUNT_UNRESOLVED + (report.reason & 7));
		say = 1;
	} else {
		say = decide_cell(decision->image, decision->header, (__u32)row, op, &report);
	}
	if (say == 1)
		event_inet(&report, flow, sk, decision->header->generation);
	return say ? decide_return(report.error) : 0;
}

/* The protocol on the wire: AF_SMC numbers its own, and is TCP. */
static __always_inline __u32 endpoint_protocol(const struct sock *sk)
{
	return sk->__sk_common.skc_family == AF_SMC ? IPPROTO_TCP : sk->sk_protocol;
}

/* Remembers the row of an endpoint; `protocol` may have ENDPOINT_FREE. */
static __noinline int endpoint_remember(const struct endpoint *endpoint, __u32 protocol, __u64 row,
					const struct policyd_header *header)
{
	struct endpoint_entry *entry = endpoint_entry(endpoint);
	__u64 claimed;

	if (row & NAME_FAILED || !entry || !slot_claim(&entry->version, &claimed))
		return 0;
	entry->generation = header->generation;
	entry->high = endpoint->high;
	entry->low = endpoint->low;
	entry->port = endpoint->port;
	entry->protocol = protocol;
	entry->quiet = row & ROW_QUIET ? ~0U : 0;
	entry->cells = policyd_cells_of(header, (__u32)row);
	slot_release(&entry->version, claimed);
	return 0;
}

#define SOCKET_PORT (1u << 16) /* no endpoint's: sockets by their family, which stands for the address */

static __noinline bool socket_passes(__u32 family, __u32 protocol, __u32 op)
{
	const struct endpoint key = {.low = family, .port = SOCKET_PORT};

	return endpoint_passes(&key, protocol, op, NULL, false);
}

/*
 * Verdict row of a socket by its family, or-ed with ROW_QUIET; or NAME_FAILED. Remembered. Not inlined, for
 * the hook's stack.
 */
static __noinline __u64 socket_row(const struct decision *decision, __u32 family, __u32 protocol)
{
	const struct endpoint key = {.low = family, .port = SOCKET_PORT};
	__u32 family_class = 0, protocol_class = 0, row = 0;
	const struct policyd_net *net;
	__u64 found;

	net = (void *)policyd_line_at(decision->image, decision->header->net);
	if (!net || policyd_family_class(decision->image, net, family, &family_class) ||
	    policyd_protocol_class(decision->image, net, protocol, &protocol_class) ||
	    policyd_socket_row(decision->image, net, family_class, protocol_class, &row))
		return NAME_FAILED | POLICYD_REASON_IMAGE;
	found = row == net->quiet ? row | ROW_QUIET : row;
	if (protocol < ENDPOINT_FREE)
		endpoint_remember(&key, protocol, found, decision->header);
	return found;
}

/* Verdict on making a socket of the flow's family, or on using one whose addresses are not decided on. */
static __always_inline int decide_socket(const struct flow *flow, __u32 protocol, __u32 op)
{
	__u32 family = flow->endpoint.family;
	struct decision decision;

	if (socket_passes(family, protocol, op) || !decision_open(&decision) || !decision.header->net)
		return 0;
	return decide_row(&decision, socket_row(&decision, family, protocol), op, flow, NULL);
}

/*
 * Row of the flow's endpoint. Where rules ask from where connections are made nothing is remembered of those
 * from bound sockets. Not inlined, for the hook's stack.
 */
static __noinline __u64 flow_row(const struct flow *flow, struct sock *sk, const struct decision *decision)
{
	const struct endpoint *endpoint = &flow->endpoint;
	__u64 generation = decision->header->generation;
	struct endpoint source = {};
	__u32 protocol = flow->protocol;
	__u64 class = 0, row;

	if (flow->end & FLOW_BOUND)
		endpoint_source(&source, sk, endpoint);
	if (source.high || source.low)
		class = endpoint_local_class(source.high, source.low, generation);
	if (class & NAME_FAILED)
		return class;
	row = endpoint_row(endpoint->high, endpoint->low, endpoint->port,
			   protocol | (__u32) class << ENDPOINT_LOCAL_SHIFT, generation);
	if (!(flow->end & FLOW_BOUND))
		endpoint_remember(endpoint, protocol | (flow->end & FLOW_ASKED ? ENDPOINT_FREE : 0), row,
				  decision->header);
	return row;
}

/* Verdict on one operation at the flow's endpoint. */
static __always_inline int decide_endpoint(struct socket *sock, struct flow *flow, __u32 op)
{
	bool from = !(flow->end & (FLOW_END | FLOW_FREE));
	const struct endpoint *endpoint = &flow->endpoint;
	const struct policyd_tables *tables;
	struct decision decision;
	struct sock *sk = sock->sk;

	if (!endpoint->family || !sk)
		return 0;
	flow->protocol = (__u16)endpoint_protocol(sk);
	if (endpoint_passes(endpoint, flow->protocol, op, sk, from) || !decision_open(&decision) ||
	    !decision.header->net)
		return 0;
	flow->type = sk->sk_type;
	flow->local_port = sk->__sk_common.skc_num;
	tables = policyd_tables_at(decision.image);
	if (tables && tables->sources) {
		flow->end |= FLOW_ASKED;
		if (from && socket_is_bound(sk))
			flow->end |= FLOW_BOUND;
	}
	return decide_row(&decision, flow_row(flow, sk, &decision), op, flow, sk);
}

#endif
