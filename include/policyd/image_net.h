/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Of the image: addresses and sockets. Included by <policyd/image.h>.
 */
#ifndef POLICYD_IMAGE_NET_H
#define POLICYD_IMAGE_NET_H

#include <policyd/image.h>

/*
 * Network: address, port and protocol map to classes, and those to a row.
 *
 * IPv4: three levels of 16, 8 and 8 bits. The entry of a level is a class, or, with POLICYD_NET_MORE set,
 * the line number of a block of the next level (256 entries of 32 bits, 16 lines). `addr4` is the base of
 * 65,536 entries (4,096 lines). IPv6: for each prefix length that is in use, longest first, one edge
 * look-up (POLICYD_EDGE_ADDR6 + length, policyd_addr6_hash of the masked address). IPv4-mapped IPv6 is IPv4.
 * Ports: `port` is the base of 256 entries of 32 bits by the port's high byte (16 lines), each the line
 * number of a block of 256 classes of 16 bits (8 lines). Protocols: `protocol` is the base of 512 classes of
 * 8 bits (8 lines) by IPPROTO number; larger numbers have the class of number 511.
 *
 * Row = w[] entry at `rows` + (((local class * protocol classes + protocol class) * port classes + port
 * class)
 * * address classes + address class), 16 to a line. The local class is that of policyd_local_class() for the
 * address that a connection to accept comes to, or that one is made from, and 0 for all else. Rules about
 * connecting that refuse or audit some local address are about class 0, too: the socket may come to have it.
 *
 * Making a socket: `family` is the base of 256 classes of 8 bits (4 lines) by AF number; the row is w[] entry
 * at `sockets` + (protocol class * family classes + family class). The protocol is policyd_socket_protocol().
 */
#define POLICYD_NET_MORE 0x80000000u

struct policyd_net {
	__u32 addr4;
	__u32 addr4_default; /* class where addr4 is 0 */
	__u32 addr6_default; /* class of an IPv6 address that no prefix holds */
	__u32 addr6_lengths; /* line: b[i] = i-th prefix length in use, longest first */
	__u32 addr6_count;   /* number of lengths in use, at most 64 */
	__u32 addr_classes;
	__u32 port;
	__u32 port_classes;
	__u32 protocol;
	__u32 protocol_classes;
	__u32 rows;
	__u32 family;
	__u32 family_classes;
	__u32 sockets;
	__u32 anyone; /* class of a subject of whom nothing is known, UINT32_MAX: there is none */
	__u32 quiet; /* the verdict row in which every subject passes in silence, UINT32_MAX: there is none */
};
policyd_static_assert(sizeof(struct policyd_net) == POLICYD_LINE_SIZE, "one line");

#endif
