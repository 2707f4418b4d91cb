/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Decision code about sockets: classes of addresses, ports, protocols and families, and rows of endpoints and
 * of making sockets. See <policyd/decide.h>.
 */
#ifndef POLICYD_ENDPOINT_H
#define POLICYD_ENDPOINT_H

#include <policyd/decide.h>

/* Class of an IPv4 address in host byte order. */
policyd_inline int policyd_addr4_class(policyd_image_t image, const struct policyd_net *net, __u32 address,
				       __u32 *ret_class)
{
	__u32 entry = net->addr4_default;

	if (net->addr4 && policyd_word_at(image, net->addr4, address >> 16, &entry))
		return -1;
	if (entry & POLICYD_NET_MORE &&
	    policyd_word_at(image, entry & ~POLICYD_NET_MORE, (address >> 8) & 0xff, &entry))
		return -1;
	if (entry & POLICYD_NET_MORE &&
	    policyd_word_at(image, entry & ~POLICYD_NET_MORE, address & 0xff, &entry))
		return -1;
	if (entry & POLICYD_NET_MORE)
		return -1;
	*ret_class = entry;
	return 0;
}

/*
 * The edge key of an IPv6 prefix: both halves in host byte order, bits beyond the length zero. Keyed like
 * names, because a peer or a program may choose addresses freely.
 */
policyd_inline __u64 policyd_addr6_hash(const volatile struct policyd_hash_key *key, __u64 high, __u64 low)
{
	struct policyd_hash hash = policyd_hash_start(key, 16);

	policyd_hash_word(key, &hash, 0, high);
	policyd_hash_word(key, &hash, 1, low);
	return policyd_hash_end(&hash);
}

/* Masks of a prefix length up to 128. Without branches: the verifier follows each of them for each length. */
policyd_inline __u64 policyd_mask_high(__u32 length)
{
	__u64 whole = ~(__u64)((__s64)((__u64)length - 64) >> 63);

	return ~1ULL << ((63 - length) & 63) | whole;
}

policyd_inline __u64 policyd_mask_low(__u32 length)
{
	__u64 any = (__u64)((__s64)(64 - (__u64)length) >> 63);

	return ~0ULL << ((128 - length) & 63) & any;
}

#define POLICYD_PREFIXES_MAX 64 /* lengths of IPv6 prefixes: one line of them */

/* Whether an address, halves in host byte order, is an IPv4 one (::ffff:a.b.c.d). */
policyd_inline int policyd_addr_is_v4(__u64 high, __u64 low)
{
	return !high && low >> 32 == 0xffff;
}

/*
 * Class of an IPv6 address by the prefixes of one length: 1 and *ret_class; 0: it is in none; -1: the image
 * is broken. A length at a time, since the kernel runs them as a loop of callbacks (the verifier would follow
 * every path through 64 of them).
 */
policyd_inline int policyd_prefix_class(policyd_image_t image, const struct policyd_header *header,
					const volatile struct policyd_hash_key *key, __u32 length, __u64 high,
					__u64 low, __u32 *ret_class)
{
	return policyd_edge_find(
		image, header, POLICYD_EDGE_ADDR6 + length,
		policyd_addr6_hash(key, high & policyd_mask_high(length), low & policyd_mask_low(length)),
		ret_class);
}

#ifndef __bpf__
/* Class of an IPv6 address, halves in host byte order; ::ffff:a.b.c.d is classified as IPv4. */
policyd_inline int policyd_addr6_class(policyd_image_t image, const struct policyd_header *header,
				       const volatile struct policyd_hash_key *key,
				       const struct policyd_net *net, __u64 high, __u64 low, __u32 *ret_class)
{
	const struct policyd_line *lengths;

	if (policyd_addr_is_v4(high, low))
		return policyd_addr4_class(image, net, (__u32)low, ret_class);
	*ret_class = net->addr6_default;
	if (!net->addr6_count)
		return 0;
	lengths = policyd_line_at(image, net->addr6_lengths);
	if (!lengths)
		return -1;
	for (__u32 i = 0; i < POLICYD_PREFIXES_MAX && i < net->addr6_count; i++) {
		int r = policyd_prefix_class(image, header, key, lengths->b[i], high, low, ret_class);

		if (r)
			return r < 0 ? -1 : 0;
	}
	return 0;
}
#endif

/* Class of a port in host byte order. */
policyd_inline int policyd_port_class(policyd_image_t image, const struct policyd_net *net, __u32 port,
				      __u32 *ret_class)
{
	const struct policyd_line *line;
	__u32 block;

	if (policyd_word_at(image, net->port, (port >> 8) & 0xff, &block))
		return -1;
	line = policyd_line_at(image, block + ((port & 0xff) >> 5));
	if (!line)
		return -1;
	*ret_class = line->h[port & 31];
	return 0;
}

/* Class of a protocol (IPPROTO_*). */
policyd_inline int policyd_protocol_class(policyd_image_t image, const struct policyd_net *net,
					  __u32 protocol, __u32 *ret_class)
{
	__u32 i = protocol > 511 ? 511 : protocol;
	const struct policyd_line *line = policyd_line_at(image, net->protocol + (i >> 6));

	if (!line)
		return -1;
	*ret_class = line->b[i & 63];
	return 0;
}

/* Local class of an address class: what rules with `at` ask of where a connection comes to or is made from.
 */
policyd_inline int policyd_local_class(policyd_image_t image, __u32 addr_class, __u32 *ret_class)
{
	const struct policyd_tables *tables = policyd_tables_at(image);

	*ret_class = 0;
	if (!tables)
		return -1;
	return tables->locals ? policyd_word_at(image, tables->locals, addr_class, ret_class) : 0;
}

/*
 * Verdict row of an endpoint; `local_class` is 0 but where a connection is accepted, or made from a socket
 * that is bound to an address.
 */
policyd_inline int policyd_net_row(policyd_image_t image, const struct policyd_net *net, __u32 local_class,
				   __u32 addr_class, __u32 port_class, __u32 protocol_class, __u32 *ret_row)
{
	__u32 protocol = local_class * net->protocol_classes + protocol_class;
	__u32 i = (protocol * net->port_classes + port_class) * net->addr_classes + addr_class;

	return policyd_word_at(image, net->rows, i, ret_row);
}

/* Numbers of the kernel's ABI, under names of our own: <sys/socket.h> has them as enumerations. */
#define POLICYD_AF_INET	       2
#define POLICYD_AF_INET6       10
#define POLICYD_SOCK_STREAM    1
#define POLICYD_SOCK_DGRAM     2
#define POLICYD_SOCK_RAW       3
#define POLICYD_SOCK_SEQPACKET 5
#define POLICYD_SOCK_DCCP      6
#define POLICYD_PROTOCOL_RAW   255

/*
 * The protocol by which making a socket is decided: on the internet families 0 is the default of the type,
 * and every raw socket has the protocol `raw`, since it can send any packet whatever its number.
 */
policyd_inline __u32 policyd_socket_protocol(__u32 family, __u32 type, __u32 protocol)
{
	if (family != POLICYD_AF_INET && family != POLICYD_AF_INET6)
		return protocol;
	if (type == POLICYD_SOCK_RAW)
		return POLICYD_PROTOCOL_RAW;
	if (protocol)
		return protocol;
	switch (type) {
	case POLICYD_SOCK_STREAM:
		return 6; /* TCP */
	case POLICYD_SOCK_DGRAM:
		return 17; /* UDP */
	case POLICYD_SOCK_SEQPACKET:
		return 132; /* SCTP */
	case POLICYD_SOCK_DCCP:
		return 33; /* DCCP */
	}
	return 0;
}

/* Class of a family (AF_*). */
policyd_inline int policyd_family_class(policyd_image_t image, const struct policyd_net *net, __u32 family,
					__u32 *ret_class)
{
	__u32 i = family & 255;
	const struct policyd_line *line = policyd_line_at(image, net->family + (i >> 6));

	if (!line)
		return -1;
	*ret_class = line->b[i & 63];
	return 0;
}

/* Verdict row of making a socket. */
policyd_inline int policyd_socket_row(policyd_image_t image, const struct policyd_net *net,
				      __u32 family_class, __u32 protocol_class, __u32 *ret_row)
{
	return policyd_word_at(image, net->sockets, protocol_class * net->family_classes + family_class,
			       ret_row);
}

#endif
