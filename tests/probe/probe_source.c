// SPDX-License-Identifier: Apache-2.0
/*
 * Source routes, by options of a socket and by control data of a message: IPv4's loose route and IPv6's
 * routing header of type 2, both by way of the loopback address.
 */
#include "probe.h"
#include "probe_address.h"

#include <errno.h>
#include <linux/in6.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#ifndef IPV6_2292PKTOPTIONS
#define IPV6_2292PKTOPTIONS 6
#endif
#define IPV6_OLD_RTHDR 5 /* IPV6_2292RTHDR, which <netinet/in.h> calls IPV6_RXSRCRT or not at all */

#define HEADERS_MAX 400
#define CONTROL_MAX (HEADERS_MAX * CMSG_SPACE(sizeof(int)) + CMSG_SPACE(64))

static const unsigned char loose_route[] = {131, 7, 4, 127, 0, 0, 1, 1};
static const unsigned char routing_header[24] = {[1] = 2, [2] = 2, [3] = 1, [23] = 1};

/* A way to set a route, or `harmless`, which sets none. */
struct way {
	const char *name;
	int family; /* of the socket */
	int level;
	int option;
	const void *value;
	socklen_t size;
};

/* IPV6_2292PKTOPTIONS takes control data. */
static const struct {
	struct cmsghdr header;
	unsigned char value[sizeof(routing_header)];
} packet_options = {
	.header = {.cmsg_len = CMSG_LEN(sizeof(routing_header)),
		   .cmsg_level = IPPROTO_IPV6,
		   .cmsg_type = IPV6_RTHDR},
	.value = {[1] = 2, [2] = 2, [3] = 1, [23] = 1},
};

/* A flow label that the socket makes, with the same options behind it: packets with the label take them. */
static const struct {
	struct in6_flowlabel_req request;
	struct cmsghdr header;
	unsigned char value[sizeof(routing_header)];
} flow_label = {
	.request = {.flr_dst.s6_addr = {[15] = 1},
		    .flr_action = IPV6_FL_A_GET,
		    .flr_share = IPV6_FL_S_EXCL,
		    .flr_flags = IPV6_FL_F_CREATE},
	.header = {.cmsg_len = CMSG_LEN(sizeof(routing_header)),
		   .cmsg_level = IPPROTO_IPV6,
		   .cmsg_type = IPV6_RTHDR},
	.value = {[1] = 2, [2] = 2, [3] = 1, [23] = 1},
};

static const int hops = 9;

static const struct way options[] = {
	{"ip-options", AF_INET, IPPROTO_IP, IP_OPTIONS, loose_route, sizeof(loose_route)},
	{"ip-options-6", AF_INET6, IPPROTO_IP, IP_OPTIONS, loose_route, sizeof(loose_route)},
	{"ip-options-none", AF_INET, IPPROTO_IP, IP_OPTIONS, NULL, 0},
	{"rthdr", AF_INET6, IPPROTO_IPV6, IPV6_RTHDR, routing_header, sizeof(routing_header)},
	{"2292rthdr", AF_INET6, IPPROTO_IPV6, IPV6_OLD_RTHDR, &hops, sizeof(hops)},
	{"2292pktoptions", AF_INET6, IPPROTO_IPV6, IPV6_2292PKTOPTIONS, &packet_options,
	 sizeof(packet_options)},
	{"flow-label", AF_INET6, IPPROTO_IPV6, IPV6_FLOWLABEL_MGR, &flow_label, sizeof(flow_label)},
	{"ttl", AF_INET, IPPROTO_IP, IP_TTL, &hops, sizeof(hops)},
	{"hops", AF_INET6, IPPROTO_IPV6, IPV6_UNICAST_HOPS, &hops, sizeof(hops)},
	{0},
};

static const struct way messages[] = {
	{"retopts", AF_INET, IPPROTO_IP, IP_RETOPTS, loose_route, sizeof(loose_route)},
	{"rthdr", AF_INET6, IPPROTO_IPV6, IPV6_RTHDR, routing_header, sizeof(routing_header)},
	{"2292rthdr", AF_INET6, IPPROTO_IPV6, IPV6_OLD_RTHDR, routing_header, sizeof(routing_header)},
	{"ttl", AF_INET, IPPROTO_IP, IP_TTL, &hops, sizeof(hops)},
	{"hoplimit", AF_INET6, IPPROTO_IPV6, IPV6_HOPLIMIT, &hops, sizeof(hops)},
	{0},
};

static const struct way *way_find(const struct way *ways, const char *name)
{
	for (size_t i = 0; ways[i].name; i++)
		if (!strcmp(ways[i].name, name))
			return &ways[i];
	return NULL;
}

static enum probe_outcome route_option(char **arguments)
{
	const struct way *way = way_find(options, arguments[0]);
	_cleanup_close_ int fd = -1;

	if (!way)
		return probe_not_tried(arguments[0], EINVAL);
	fd = socket(way->family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return probe_not_tried("socket", errno);
	return probe_verdict(setsockopt(fd, way->level, way->option, way->value, way->size) < 0 ? errno : 0);
}

static struct cmsghdr *control_add(struct msghdr *message, struct cmsghdr *at, const struct way *way)
{
	at->cmsg_level = way->level;
	at->cmsg_type = way->option;
	at->cmsg_len = CMSG_LEN(way->size);
	memcpy(CMSG_DATA(at), way->value, way->size);
	message->msg_controllen += CMSG_SPACE(way->size);
	return (struct cmsghdr *)((char *)at + CMSG_SPACE(way->size));
}

/* Behind as many harmless headers as asked for. */
static enum probe_outcome route_message(char **arguments)
{
	static _Alignas(struct cmsghdr) char control[CONTROL_MAX];
	const struct way *way = way_find(messages, arguments[0]);
	struct address address;
	_cleanup_close_ int fd = address_socket(arguments + 1, SOCK_DGRAM, &address);
	struct iovec bytes = {.iov_base = "probe", .iov_len = 5};
	struct msghdr message = {.msg_name = &address.sockaddr,
				 .msg_namelen = address.size,
				 .msg_iov = &bytes,
				 .msg_iovlen = 1,
				 .msg_control = control};
	struct cmsghdr *at = (struct cmsghdr *)control;
	int before = atoi(arguments[3]);

	if (fd < 0 || !way || before > HEADERS_MAX)
		return probe_not_tried(arguments[0], EINVAL);
	for (int i = 0; i < before; i++)
		at = control_add(&message, at,
				 way_find(messages, way->family == AF_INET ? "ttl" : "hoplimit"));
	(void)control_add(&message, at, way);
	return probe_verdict(sendmsg(fd, &message, 0) < 0 ? address_error(errno) : 0);
}

const struct probe probe_source_table[] = {
	{"route-option",
	 "NAME: ip-options, ip-options-6, ip-options-none, rthdr, 2292pktoptions, flow-label; 2292rthdr, "
	 "ttl, hops",
	 1, route_option},
	{"route-message", "NAME ADDRESS PORT BEFORE: retopts, rthdr, 2292rthdr; ttl, hoplimit", 4,
	 route_message},
	{0},
};
