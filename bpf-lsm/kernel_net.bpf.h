/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What of the kernel's sockets the programs use, like kernel.bpf.h.
 */
#ifndef BPF_LSM_KERNEL_NET_H
#define BPF_LSM_KERNEL_NET_H

#include "kernel.bpf.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct in6_addr {
	union {
		__u8 u6_addr8[16];
		__be32 u6_addr32[4];
	} in6_u;
};

struct sockaddr {
	__u16 sa_family;
};

struct sock_common {
	__be32 skc_daddr;
	__be32 skc_rcv_saddr;
	__be16 skc_dport;
	__u16 skc_num;
	__u16 skc_family;
	unsigned char skc_state;
	struct in6_addr skc_v6_daddr;
	struct in6_addr skc_v6_rcv_saddr;
};

struct sock {
	struct sock_common __sk_common;
	__u16 sk_type;
	__u16 sk_protocol;
	__u8 sk_userlocks : 4;
	__u32 sk_max_ack_backlog;
	struct socket *sk_socket;
};

struct inet_sock {
	__be32 inet_saddr;
};

struct socket {
	short type;
	struct file *file;
	struct sock *sk;
};

struct request_sock {
	struct sock_common __req_common;
};

struct sk_buff {
	__be16 protocol;
};

struct unix_address {
	int len; /* of the whole sockaddr_un */
	struct sockaddr name[0];
};

struct unix_sock {
	struct unix_address *addr;
	struct path path;
};

struct msghdr {
	void *msg_name;
	int msg_namelen;
	unsigned int msg_flags;
	void *msg_control;
	unsigned long msg_controllen;
};

#pragma clang attribute pop

/* socket.h, in.h and the like: numbers that the kernel does not change. */
#define ETH_P_IP     0x0800
#define AF_UNSPEC    0
#define AF_UNIX	     1
#define AF_INET	     2
#define AF_INET6     10
#define AF_SMC	     43
#define SOCK_STREAM  1
#define SOCK_DGRAM   2
#define SOCK_RAW     3
#define IPPROTO_IP   0
#define IPPROTO_TCP  6
#define IPPROTO_UDP  17
#define IPPROTO_IPV6 41
#define IPPROTO_SCTP 132
#define IPPROTO_RAW  255
#define MSG_FASTOPEN 0x20000000

/* States of all sockets. */
#define TCP_ESTABLISHED 1
#define TCP_CLOSE	7
#define TCP_LISTEN	10

#endif
