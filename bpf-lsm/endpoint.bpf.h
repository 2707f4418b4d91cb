/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Internet endpoints: reading them out of socket addresses and sockets, their verdict rows.
 *
 * Addresses are read by their own family, not by the socket's, but on raw sockets: an IPv4 address may be
 * given to an IPv6 socket, and AF_SMC sockets take internet addresses. They are kernel copies by now, so
 * nobody rewrites them.
 */
#ifndef BPF_LSM_ENDPOINT_H
#define BPF_LSM_ENDPOINT_H

#include "address.bpf.h"
#include "decide.bpf.h"
#include "kernel_net.bpf.h"

#define SOCKADDR_IN_SIZE  16
#define SOCKADDR_IN6_SIZE 24

struct sockaddr_in_bytes {
	__u16 family;
	__be16 port;
	__be32 address;
};

struct sockaddr_in6_bytes {
	__u16 family;
	__be16 port;
	__be32 flow;
	__be64 address[2];
};

/* An address and port in host byte order; IPv4 stands as ::ffff:a.b.c.d. */
struct endpoint {
	__u64 high;
	__u64 low;
	__u32 port;
	__u32 family; /* of the sockaddr; 0: not an internet address */
};

static __always_inline void endpoint_v4(struct endpoint *endpoint, __be32 address, __be16 port)
{
	endpoint->high = 0;
	endpoint->low = 0xffff00000000ULL | __builtin_bswap32(address);
	endpoint->port = __builtin_bswap16(port);
	endpoint->family = AF_INET;
}

/* The address of a socket or request; the port is the caller's. */
static __always_inline void endpoint_v6(struct endpoint *endpoint, const __be32 *word)
{
	endpoint->high = (__u64)__builtin_bswap32(word[0]) << 32 | __builtin_bswap32(word[1]);
	endpoint->low = (__u64)__builtin_bswap32(word[2]) << 32 | __builtin_bswap32(word[3]);
	endpoint->family = AF_INET6;
}

/* The addresses of a socket of the internet, with its ports; another's family stays 0. */
static __always_inline void endpoint_local(struct endpoint *endpoint, const struct sock *sk)
{
	const struct sock_common *ends = &sk->__sk_common;

	if (ends->skc_family == AF_INET)
		endpoint_v4(endpoint, ends->skc_rcv_saddr, 0);
	else if (ends->skc_family == AF_INET6)
		endpoint_v6(endpoint, ends->skc_v6_rcv_saddr.in6_u.u6_addr32);
	endpoint->port = ends->skc_num;
}

static __always_inline void endpoint_remote(struct endpoint *endpoint, const struct sock *sk)
{
	const struct sock_common *ends = &sk->__sk_common;

	if (ends->skc_family == AF_INET)
		endpoint_v4(endpoint, ends->skc_daddr, 0);
	else if (ends->skc_family == AF_INET6)
		endpoint_v6(endpoint, ends->skc_v6_daddr.in6_u.u6_addr32);
	endpoint->port = __builtin_bswap16(ends->skc_dport);
}

/*
 * The family that bind and sendmsg take an address for: raw sockets look at none (binding IPv4) or let
 * AF_UNSPEC be their own, as other IPv4 sockets do.
 */
static __always_inline __u32 endpoint_family(const struct sock *sk, __u32 family)
{
	if (sk->sk_type == SOCK_RAW || (family == AF_UNSPEC && sk->__sk_common.skc_family == AF_INET))
		return sk->__sk_common.skc_family;
	return family;
}

/* Reads a sockaddr; `sk` is NULL for connect, where an address has the family that it says. */
static __always_inline void endpoint_read(struct endpoint *endpoint, const void *address, int size,
					  const struct sock *sk)
{
	__u32 family;
	struct sockaddr_in6_bytes v6 = {};
	struct sockaddr_in_bytes v4 = {};

	__builtin_memset(endpoint, 0, sizeof(*endpoint));
	if (size < SOCKADDR_IN_SIZE || bpf_probe_read_kernel(&v4, sizeof(v4), address))
		return; /* the kernel refuses shorter ones with EINVAL */
	family = sk ? endpoint_family(sk, v4.family) : v4.family;
	if (family == AF_INET) {
		endpoint_v4(endpoint, v4.address, v4.port);
		return;
	}
	if (family != AF_INET6 || size < SOCKADDR_IN6_SIZE || bpf_probe_read_kernel(&v6, sizeof(v6), address))
		return;
	endpoint->high = __builtin_bswap64(v6.address[0]);
	endpoint->low = __builtin_bswap64(v6.address[1]);
	endpoint->port = __builtin_bswap16(v6.port);
	endpoint->family = AF_INET6;
}

#define ROW_QUIET (1ULL << 34) /* nobody is refused or reported there */

#define ENDPOINT_LOCAL_SHIFT 16 /* of a local class above a protocol */

/*
 * Verdict row of an endpoint, or-ed with ROW_QUIET; or NAME_FAILED. Where a connection is accepted, the local
 * class of where it comes to stands above the protocol, and where one is made that of where it comes from.
 * Global, so that it is verified once.
 */
__noinline __weak __u64 endpoint_row(__u64 high, __u64 low, __u32 port, __u32 protocol, __u64 generation)
{
	__u32 addr_class = 0, port_class = 0, protocol_class = 0, row = 0;
	const struct policyd_header *header;
	void *image = image_of(generation);
	const struct policyd_net *net;

	if (!image)
		return NAME_FAILED | POLICYD_REASON_IMAGE;
	header = policyd_header_at(image);
	if (!header || header->generation != generation)
		return NAME_FAILED | POLICYD_REASON_GENERATION;
	net = (void *)policyd_line_at(image, header->net);
	if (!net || address_class(image, header, net, high, low, &addr_class) ||
	    policyd_port_class(image, net, port, &port_class) ||
	    policyd_protocol_class(image, net, protocol & 0xffff, &protocol_class) ||
	    policyd_net_row(image, net, protocol >> ENDPOINT_LOCAL_SHIFT, addr_class, port_class,
			    protocol_class, &row))
		return NAME_FAILED | POLICYD_REASON_IMAGE;
	return row == net->quiet ? row | ROW_QUIET : row;
}

/* Local class of an address, or NAME_FAILED. Global, so that it is verified once. */
__noinline __weak __u64 endpoint_local_class(__u64 high, __u64 low, __u64 generation)
{
	const struct policyd_tables *tables;
	const struct policyd_header *header;
	void *image = image_of(generation);
	const struct policyd_net *net;
	__u32 addr = 0, local = 0;

	if (!image)
		return NAME_FAILED | POLICYD_REASON_IMAGE;
	header = policyd_header_at(image);
	if (!header || header->generation != generation)
		return NAME_FAILED | POLICYD_REASON_GENERATION;
	tables = policyd_tables_at(image);
	if (tables && !tables->locals)
		return 0;
	net = (void *)policyd_line_at(image, header->net);
	if (!net || address_class(image, header, net, high, low, &addr) ||
	    policyd_local_class(image, addr, &local))
		return NAME_FAILED | POLICYD_REASON_IMAGE;
	return local;
}

static __always_inline void event_address(__u8 *to, const struct endpoint *endpoint)
{
	__u64 high = __builtin_bswap64(endpoint->high), low = __builtin_bswap64(endpoint->low);

	__builtin_memcpy(to, &high, sizeof(high));
	__builtin_memcpy(to + 8, &low, sizeof(low));
}

#endif
