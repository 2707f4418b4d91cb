/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Connections that rules refuse to everybody, refused at the interface: before the kernel has made anything
 * of the packet (XDP).
 *
 *   ingress    requests for TCP connections (SYN without ACK and RST) from the addresses of `deny: accept`
 * rules of policies that name no subject. Everything else passes: other packets of TCP, other protocols.
 *
 * packet.bpf.h says what is read. What is unreadable is dropped, and counted: nobody sends such packets but
 * to get past filters. Tunnels are looked at on the interface where they come out.
 */
#include "address.bpf.h"
#include "packet.bpf.h"

#include <policyd/ingress.h>

#define XDP_DROP 1
#define XDP_PASS 2

/* What was counted: of which classes of which generation, and whether it was dropped. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, POLICYD_INGRESS_MAX);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct policyd_ingress_key);
	__type(value, __u64);
} ingress_counts SEC(".maps");

/* Counts a request under its classes. Where there is no room for another count it is lost, and that is told.
 */
static __always_inline void ingress_count(const struct policyd_ingress_key *key)
{
	__u64 one = 1, *count = bpf_map_lookup_elem(&ingress_counts, key);

	if (count)
		(*count)++; /* each processor has its own, and does not come here twice at a time */
	else if (bpf_map_update_elem(&ingress_counts, key, &one, BPF_NOEXIST))
		counter_add(POLICYD_COUNT_LOST_COUNT);
}

/* Local class of where a request goes to. By itself: most sets have no rule that asks for it. */
static __noinline int ingress_local(void *image, const struct policyd_header *header,
				    const struct policyd_net *net, const struct request *request,
				    __u32 *local)
{
	__u32 addr = 0;

	if (address_class(image, header, net, request->local_high, request->local_low, &addr))
		return -1;
	return policyd_local_class(image, addr, local);
}

/* Whether some rule asks for local addresses of connections. */
static __always_inline bool ingress_asks_local(void *image)
{
	const struct policyd_tables *tables = policyd_tables_at(image);

	return tables && tables->locals;
}

/* Verdict row of a request and its classes; 0, or -1: the image refers outside itself. */
static __always_inline int ingress_look(void *image, const struct policyd_header *header,
					const struct policyd_net *net, const struct request *request,
					struct policyd_ingress_key *key, __u32 *row)
{
	__u32 local = 0;

	if (ingress_asks_local(image) && ingress_local(image, header, net, request, &local))
		return -1;
	key->local = (__u16)local;
	if (address_class(image, header, net, request->high, request->low, &key->address) ||
	    (net->port_classes > 1 && policyd_port_class(image, net, request->port, &key->port)) ||
	    policyd_protocol_class(image, net, NEXT_TCP, &key->protocol) ||
	    policyd_net_row(image, net, local, key->address, key->port, key->protocol, row))
		return -1;
	return 0;
}

/* The class of those whom only policies about everybody are about; POLICYD_INGRESS_NONE: nothing is refused.
 */
static __always_inline __u32 ingress_subject(void *image, const struct policyd_header *header)
{
	const struct policyd_tables *tables = policyd_tables_at(image);

	return tables && header->net ? tables->ingress : POLICYD_INGRESS_NONE;
}

/* What an image that refers outside itself means: it passes here, and the hooks behind refuse. */
static __always_inline int ingress_broken(void)
{
	counter_add(POLICYD_COUNT_UNRESOLVED + POLICYD_REASON_IMAGE);
	return XDP_PASS;
}

static __noinline int ingress_decide(const struct request *request)
{
	struct policyd_ingress_key key = {};
	const struct policyd_header *header;
	const struct policyd_cell *cell;
	const struct policyd_net *net;
	void *image = image_live();
	__u32 subject, row = 0;

	header = image ? policyd_header_at(image) : NULL;
	if (!header)
		return XDP_PASS;
	subject = ingress_subject(image, header);
	if (subject == POLICYD_INGRESS_NONE)
		return XDP_PASS;
	net = (void *)policyd_line_at(image, header->net);
	if (!net || ingress_look(image, header, net, request, &key, &row))
		return ingress_broken();
	if (row == net->quiet)
		return XDP_PASS;
	cell = policyd_cell_at(image, header, row, subject);
	if (!cell)
		return ingress_broken();
	key.generation = header->generation;
	key.dropped = !!(cell->refuse & POLICYD_OP_NETWORK_ACCEPT);
	if (key.dropped || cell->report & POLICYD_OP_NETWORK_ACCEPT)
		ingress_count(&key);
	return key.dropped ? XDP_DROP : XDP_PASS;
}

/* Where nothing is refused to anybody, unreadable packets are none of ours. */
static __noinline int ingress_unreadable(void)
{
	const struct policyd_header *header;
	void *image = image_live();

	header = image ? policyd_header_at(image) : NULL;
	if (!header || ingress_subject(image, header) == POLICYD_INGRESS_NONE)
		return XDP_PASS;
	counter_add(POLICYD_COUNT_UNREADABLE);
	return XDP_DROP;
}

SEC("xdp.frags")
int ingress(struct xdp_md *packet)
{
	struct request request = {};

	switch (packet_read(packet, &request)) {
	case FOUND_REQUEST:
		return ingress_decide(&request);
	case FOUND_UNREADABLE:
		return ingress_unreadable();
	default:
		return XDP_PASS;
	}
}
