/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Unix sockets, by the name that the other side is bound to: the path of its node, which the automaton of
 * files classifies, or its abstract name. A socket without a name (either end of a pair, or one that nobody
 * bound) passes: only who was given it can reach it.
 *
 *   unix_stream_connect   connect of streams and sequenced packets
 *   unix_may_send         a datagram, connected or with a destination, and connect of datagram sockets
 *   socket_bind           an abstract name; a path is decided where its node is made (path_mknod). The kernel
 *                         chooses a name where none is given: that is nobody's to name, and passes
 *   socket_listen, socket_accept
 *                         the socket's own name
 */
#include "decide.bpf.h"
#include "kernel_net.bpf.h"

#define UNIX_NAME_MAX  107 /* bytes of an abstract name */
#define UNIX_PATH_FROM 2   /* sun_path in sockaddr_un */

/* An abstract name: bytes in the kernel's memory. */
struct abstract {
	__u64 address;
	__u32 length;
};

/* State after an abstract name, or NAME_FAILED | reason. Global, so that it is verified once. */
__noinline __weak __u64 abstract_state(__u64 address, __u32 length, __u64 generation)
{
	const struct policyd_header *header;
	void *image = image_of(generation);
	__u64 state;

	if (!image)
		return NAME_FAILED | POLICYD_REASON_IMAGE;
	header = policyd_header_at(image);
	if (!header || header->generation != generation)
		return NAME_FAILED | POLICYD_REASON_GENERATION;
	if (length > UNIX_NAME_MAX)
		return NAME_FAILED | POLICYD_REASON_READ;
	state = name_root(image, header, POLICYD_ROOT_ABSTRACT, 0);
	return state & NAME_FAILED ? state : component_at(address, length, (__u32)state, generation);
}

/* A record with the abstract name and the executable's. */
static __noinline int event_abstract(const struct report *report, const struct abstract *abstract,
				     __u64 generation)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct policyd_event_path *event;
	__u64 offset = sizeof(*event), length = abstract->length;

	event = event_reserve(report->error);
	if (!event)
		return 0;
	__builtin_memset(event, 0, sizeof(*event) + UNIX_NAME_MAX + 1);
	event_start(&event->head, POLICYD_EVENT_PATH, report, generation);
	event_who(&event->head, task);
	event->reason = report->reason;
	event->object.root = POLICYD_ROOT_ABSTRACT;
	event->object.object = report->class;
	event->object.offset = (__u32)offset;
	asm volatile("%0 &= 0x7f" : "+r"(length));
	bpf_probe_read_kernel((char *)event + sizeof(*event), length, (void *)abstract->address);
	event->object.length = (__u32)length + 1;
	offset += length + 1;
	event_close(event, &event->head, &event->exe, task, offset);
	return 0;
}

/* Verdict on an operation at an abstract name. */
static __always_inline int decide_abstract(const struct abstract *abstract, __u32 op)
{
	struct decision decision;
	struct report report = {};
	struct name name = {};
	int say;

	if (!decision_open(&decision))
		return 0;
	name_resolve(&name, abstract_state(abstract->address, abstract->length, decision.header->generation),
		     &decision);
	if (name.reason &&
	    decide_pseudo(decision.image, decision.header, POLICYD_PSEUDO_UNRESOLVED, &name.row, &name.quiet))
		return -EPERM;
	if (!(op & ~name.quiet))
		return 0;
	subject_current(&decision);
	report.subject = decision.subject;
	report.class = name.class;
	report.reason = decision.subject_reason ? decision.subject_reason : name.reason;
	if (report.reason) {
		report.flags = POLICYD_EVENT_UNRESOLVED;
		counter_add(POLICYD_COUNT_UNRESOLVED + (report.reason & 7));
	}
	if (decision.subject_reason) {
		counter_add(POLICYD_COUNT_REFUSED);
		report.error = EPERM;
		report.op = decide_first_bit(op);
		say = 1;
	} else {
		say = decide_cell(decision.image, decision.header, name.row, op, &report);
	}
	if (say == 1)
		event_abstract(&report, abstract, decision.header->generation);
	return say ? decide_return(report.error) : 0;
}

/* Verdict on an operation at the name that a socket is bound to. */
static __always_inline int decide_unix(struct sock *sk, __u32 op)
{
	struct unix_sock *unix_sock = sk ? bpf_skc_to_unix_sock(sk) : NULL;
	struct abstract abstract = {};
	struct unix_address *address;
	struct dentry *dentry;

	if (!unix_sock)
		return 0;
	dentry = unix_sock->path.dentry;
	if (dentry)
		return decide_dentry(dentry, op, NULL);
	address = unix_sock->addr;
	if (!address || address->len <= UNIX_PATH_FROM)
		return 0;
	abstract.length = (__u32)address->len - UNIX_PATH_FROM - 1;
	abstract.address =
		address_of((void *)address) + bpf_core_field_offset(address->name) + UNIX_PATH_FROM + 1;
	return decide_abstract(&abstract, op);
}

static __always_inline bool unix_nameless(struct sock *sk)
{
	struct unix_sock *unix_sock = bpf_skc_to_unix_sock(sk);

	return unix_sock && !unix_sock->addr;
}

SEC("lsm/unix_stream_connect")
int BPF_PROG(unix_stream_connect, struct sock *sock, struct sock *other, struct sock *new, int ret)
{
	if (ret)
		return ret;
	return decide_unix(other, POLICYD_OP_NETWORK_CONNECT);
}

SEC("lsm/unix_may_send")
int BPF_PROG(unix_may_send, struct socket *sock, struct socket *other, int ret)
{
	if (ret)
		return ret;
	return decide_unix(other->sk, POLICYD_OP_NETWORK_CONNECT);
}

SEC("lsm/socket_bind")
int BPF_PROG(unix_bind, struct socket *sock, struct sockaddr *address, int size, int ret)
{
	struct abstract abstract = {};
	struct sock *sk = sock->sk;
	__u16 start = 1;

	if (ret)
		return ret;
	if (!sk || sk->__sk_common.skc_family != AF_UNIX || size <= UNIX_PATH_FROM ||
	    size > UNIX_PATH_FROM + 1 + UNIX_NAME_MAX)
		return 0; /* the kernel refuses longer ones with EINVAL */
	abstract.address = address_of((void *)address) + UNIX_PATH_FROM + 1;
	abstract.length = (__u32)size - UNIX_PATH_FROM - 1;
	bpf_probe_read_kernel(&start, 1, (void *)(abstract.address - 1));
	if (start & 0xff)
		return 0; /* a path */
	return decide_abstract(&abstract, POLICYD_OP_NETWORK_BIND);
}

SEC("lsm/socket_listen")
int BPF_PROG(unix_listen, struct socket *sock, int backlog, int ret)
{
	struct sock *sk = sock->sk;

	if (ret)
		return ret;
	if (!sk || sk->__sk_common.skc_family != AF_UNIX)
		return 0;
	/* The kernel's own answer, before another thread binds the socket. */
	return unix_nameless(sk) ? -EINVAL : decide_unix(sk, POLICYD_OP_NETWORK_LISTEN);
}

SEC("lsm/socket_accept")
int BPF_PROG(unix_accept, struct socket *sock, struct socket *new, int ret)
{
	struct sock *sk = sock->sk;

	if (ret)
		return ret;
	return sk && sk->__sk_common.skc_family == AF_UNIX ? decide_unix(sk, POLICYD_OP_NETWORK_ACCEPT) : 0;
}
