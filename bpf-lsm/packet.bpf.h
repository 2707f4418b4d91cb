/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Requests for connections in packets as an interface gets them.
 *
 * What is read: Ethernet with up to INGRESS_TAGS VLAN tags, IPv4 with options, IPv6 with up to
 * INGRESS_HEADERS extension headers, TCP. A fragment but the first one has no ports and is none; without the
 * first, nothing comes of it. A packet that may be such a request and whose header cannot be reached (more
 * tags or headers, a first fragment that ends before the flags) is unreadable.
 */
#ifndef BPF_LSM_PACKET_H
#define BPF_LSM_PACKET_H

#include "kernel_net.bpf.h"

#define INGRESS_TAGS	4
#define INGRESS_HEADERS 8

#define ETH_P_IPV6   0x86dd
#define ETH_P_8021Q  0x8100
#define ETH_P_8021AD 0x88a8
#define ETH_P_QINQ1  0x9100

#define NEXT_HOP      0
#define NEXT_TCP      6
#define NEXT_ROUTING  43
#define NEXT_FRAGMENT 44
#define NEXT_AUTH     51
#define NEXT_OPTIONS  60
#define NEXT_MOBILITY 135
#define NEXT_HOST     139
#define NEXT_SHIM     140

#define IP_OFFSET 0x1fff
#define TCP_FLAGS 13
#define TCP_SYN	  0x02
#define TCP_RST	  0x04
#define TCP_ACK	  0x10

struct xdp_md {
	__u32 data;
	__u32 data_end;
	__u32 data_meta;
	__u32 ingress_ifindex;
	__u32 rx_queue_index;
	__u32 egress_ifindex;
};

enum found {
	FOUND_NOTHING, /* not a request for a connection */
	FOUND_REQUEST,
	FOUND_UNREADABLE,
};

struct request {
	__u64 high; /* the source address in host order; IPv4 stands as ::ffff:a.b.c.d */
	__u64 low;
	__u64 local_high; /* the destination, likewise, as it is on the wire */
	__u64 local_low;
	__u32 port; /* of the destination */
};

/* A place in the packet. */
struct cursor {
	struct xdp_md *packet;
	__u32 at;
};

/* Copies `size` bytes, a constant, from the cursor on; the cursor stays. 0, or an error: they are not there.
 */
#define cursor_read(cursor, to, size) bpf_xdp_load_bytes((cursor)->packet, (cursor)->at, to, size)

static __always_inline enum found tcp_read(struct cursor *cursor, struct request *request)
{
	__u8 header[TCP_FLAGS + 1];

	if (cursor_read(cursor, header, sizeof(header)))
		return FOUND_UNREADABLE;
	if ((header[TCP_FLAGS] & (TCP_SYN | TCP_ACK | TCP_RST)) != TCP_SYN)
		return FOUND_NOTHING;
	request->port = (__u32)header[2] << 8 | header[3];
	return FOUND_REQUEST;
}

static __always_inline enum found ipv4_read(struct cursor *cursor, struct request *request)
{
	__u8 header[20];
	__u32 length;

	if (cursor_read(cursor, header, sizeof(header)) || header[0] >> 4 != 4)
		return FOUND_NOTHING; /* the kernel takes none that is shorter */
	length = (header[0] & 0xfU) * 4;
	if (length < sizeof(header) || header[9] != NEXT_TCP)
		return FOUND_NOTHING;
	if (((__u32)header[6] << 8 | header[7]) & IP_OFFSET)
		return FOUND_NOTHING; /* not the first fragment */
	request->high = 0;
	request->low = 0xffff00000000ULL | (__u32)header[12] << 24 | (__u32)header[13] << 16 |
		       (__u32)header[14] << 8 | header[15];
	request->local_high = 0;
	request->local_low = 0xffff00000000ULL | (__u32)header[16] << 24 | (__u32)header[17] << 16 |
			     (__u32)header[18] << 8 | header[19];
	cursor->at += length;
	return tcp_read(cursor, request);
}

/* Goes over one extension header: the number of the next one, or -1 where there is none that matters, -2
 * where it cannot be read. */
static __always_inline int extension_skip(struct cursor *cursor, __u32 next)
{
	__u8 header[4];

	if (cursor_read(cursor, header, sizeof(header)))
		return -2;
	switch (next) {
	case NEXT_HOP:
	case NEXT_ROUTING:
	case NEXT_OPTIONS:
	case NEXT_MOBILITY:
	case NEXT_HOST:
	case NEXT_SHIM:
		cursor->at += (header[1] + 1U) * 8;
		return header[0];
	case NEXT_AUTH:
		cursor->at += (header[1] + 2U) * 4;
		return header[0];
	case NEXT_FRAGMENT:
		if (((__u32)header[2] << 8 | header[3]) & 0xfff8)
			return -1; /* not the first fragment */
		cursor->at += 8;
		return header[0];
	default:
		return -1;
	}
}

static __always_inline enum found ipv6_read(struct cursor *cursor, struct request *request)
{
	struct {
		__be32 flow;
		__be16 length;
		__u8 next;
		__u8 hops;
		__be64 source[2];
		__be64 destination[2];
	} header;
	int next;

	if (cursor_read(cursor, &header, sizeof(header)))
		return FOUND_NOTHING;
	request->high = __builtin_bswap64(header.source[0]);
	request->low = __builtin_bswap64(header.source[1]);
	request->local_high = __builtin_bswap64(header.destination[0]);
	request->local_low = __builtin_bswap64(header.destination[1]);
	next = header.next;
	cursor->at += sizeof(header);
	for (int i = 0; i < INGRESS_HEADERS && next != NEXT_TCP; i++) {
		next = extension_skip(cursor, (__u32)next);
		if (next < 0)
			return next == -1 ? FOUND_NOTHING : FOUND_UNREADABLE;
	}
	return next == NEXT_TCP ? tcp_read(cursor, request) : FOUND_UNREADABLE;
}

/* What nearly all requests are: IPv4 without tags and options, up to the flags. */
struct plain {
	__u8 addresses[12];
	__be16 type;
	__u8 version; /* and length */
	__u8 service;
	__be16 length;
	__be16 number;
	__be16 fragment;
	__u8 hops;
	__u8 protocol;
	__be16 sum;
	__be32 source;
	__be32 destination;
	__be16 source_port;
	__be16 port;
	__be32 sequence;
	__be32 acknowledged;
	__u8 offset;
	__u8 flags;
} __attribute__((packed));
_Static_assert(sizeof(struct plain) == 48, "as on the wire");

/* Reads such a packet where it lies, without the copies that cost half of all. False: it is another one. */
static __always_inline bool plain_read(struct xdp_md *packet, struct request *request, enum found *found)
{
	const struct plain *plain = (void *)(long)packet->data;

	if ((const void *)(plain + 1) > (void *)(long)packet->data_end ||
	    plain->type != __builtin_bswap16(ETH_P_IP) || plain->version != 0x45)
		return false;
	*found = FOUND_NOTHING;
	if (plain->protocol != NEXT_TCP || __builtin_bswap16(plain->fragment) & IP_OFFSET ||
	    (plain->flags & (TCP_SYN | TCP_ACK | TCP_RST)) != TCP_SYN)
		return true;
	request->low = 0xffff00000000ULL | __builtin_bswap32(plain->source);
	request->local_low = 0xffff00000000ULL | __builtin_bswap32(plain->destination);
	request->port = __builtin_bswap16(plain->port);
	*found = FOUND_REQUEST;
	return true;
}

static __noinline enum found packet_walk(struct xdp_md *packet, struct request *request)
{
	struct cursor cursor = {.packet = packet, .at = 12};
	__be16 type = 0;

	for (int i = 0; i <= INGRESS_TAGS; i++) {
		if (cursor_read(&cursor, &type, sizeof(type)))
			return FOUND_NOTHING;
		type = __builtin_bswap16(type);
		cursor.at += 2;
		if (type == ETH_P_IP)
			return ipv4_read(&cursor, request);
		if (type == ETH_P_IPV6)
			return ipv6_read(&cursor, request);
		if (type != ETH_P_8021Q && type != ETH_P_8021AD && type != ETH_P_QINQ1)
			return FOUND_NOTHING;
		cursor.at += 2;
	}
	return FOUND_UNREADABLE;
}

/* The request is all zero before. */
static __always_inline enum found packet_read(struct xdp_md *packet, struct request *request)
{
	enum found found;

	return plain_read(packet, request, &found) ? found : packet_walk(packet, request);
}

#endif
