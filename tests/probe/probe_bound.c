// SPDX-License-Identifier: Apache-2.0
/*
 * Connecting and sending from an address: one that bind gave the socket, and one that a message says.
 */
#include "probe.h"
#include "probe_address.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

/* A socket that is bound to the address, of its family, or `-`: of that of the second one and not bound. */
static int bound_socket(char *local, char **arguments, int type, struct address *ret_remote)
{
	char *source[] = {local, "0"};
	struct address address;
	int fd, error;

	if (address_parse(arguments, ret_remote) < 0)
		return -EINVAL;
	fd = address_socket(strcmp(local, "-") ? source : arguments, type, &address);
	if (fd < 0 || !strcmp(local, "-"))
		return fd;
	if (bind(fd, (struct sockaddr *)&address.sockaddr, address.size) == 0)
		return fd;
	error = errno;
	(void)close(fd);
	return -error;
}

static enum probe_outcome connect_from(char **arguments)
{
	struct address remote;
	int type = strcmp(arguments[0], "udp") ? SOCK_STREAM : SOCK_DGRAM;
	_cleanup_close_ int fd = bound_socket(arguments[1], arguments + 2, type, &remote);

	if (fd < 0)
		return probe_not_tried("socket", -fd);
	return probe_verdict(
		connect(fd, (struct sockaddr *)&remote.sockaddr, remote.size) < 0 ? address_error(errno) : 0);
}

static enum probe_outcome sendto_from(char **arguments)
{
	struct address remote;
	_cleanup_close_ int fd = bound_socket(arguments[0], arguments + 1, SOCK_DGRAM, &remote);

	if (fd < 0)
		return probe_not_tried("socket", -fd);
	return probe_verdict(sendto(fd, "probe", 5, 0, (struct sockaddr *)&remote.sockaddr, remote.size) < 0
				     ? address_error(errno)
				     : 0);
}

/* Control data that says `source`. */
static void source_set(struct msghdr *message, const struct address *source)
{
	struct cmsghdr *header = message->msg_control;
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)&source->sockaddr;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&source->sockaddr;
	struct in6_pktinfo six = {};
	struct in_pktinfo four = {};
	size_t size = sizeof(four);

	header->cmsg_level = IPPROTO_IP;
	header->cmsg_type = IP_PKTINFO;
	if (source->sockaddr.ss_family == AF_INET) {
		four.ipi_spec_dst = v4->sin_addr;
		memcpy(CMSG_DATA(header), &four, sizeof(four));
	} else {
		header->cmsg_level = IPPROTO_IPV6;
		header->cmsg_type = IPV6_PKTINFO;
		six.ipi6_addr = v6->sin6_addr;
		size = sizeof(six);
		memcpy(CMSG_DATA(header), &six, sizeof(six));
	}
	header->cmsg_len = CMSG_LEN(size);
	message->msg_controllen = CMSG_SPACE(size);
}

/* Says the same by setsockopt, and no longer in the message. */
static int option_set(int fd, struct msghdr *message)
{
	struct cmsghdr *header = message->msg_control;

	message->msg_controllen = 0;
	return setsockopt(fd, header->cmsg_level, header->cmsg_type, CMSG_DATA(header),
			  header->cmsg_len - CMSG_LEN(0));
}

/* Whether what the peer hears is from that address. */
static bool is_heard(int peer, const struct address *source)
{
	struct sockaddr_storage from = {};
	socklen_t size = sizeof(from);
	char bytes[8];

	if (recvfrom(peer, bytes, sizeof(bytes), 0, (struct sockaddr *)&from, &size) != 5)
		return false;
	if (from.ss_family == AF_INET)
		return ((struct sockaddr_in *)&from)->sin_addr.s_addr ==
		       ((const struct sockaddr_in *)&source->sockaddr)->sin_addr.s_addr;
	return !memcmp(&((struct sockaddr_in6 *)&from)->sin6_addr,
		       &((const struct sockaddr_in6 *)&source->sockaddr)->sin6_addr, sizeof(struct in6_addr));
}

/* What was let pass has to have come from there: else the probe tries nothing. */
static enum probe_outcome send_as(char **arguments)
{
	static _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(struct in6_pktinfo))];
	char *as[] = {arguments[1], "0"};
	struct iovec bytes = {.iov_base = "probe", .iov_len = 5};
	struct msghdr message = {.msg_iov = &bytes, .msg_iovlen = 1, .msg_control = control};
	struct address remote, source, address;
	_cleanup_close_ int peer = address_socket(arguments + 2, SOCK_DGRAM, &address);
	_cleanup_close_ int fd = bound_socket(arguments[0], arguments + 2, SOCK_DGRAM, &remote);
	bool connected = !strcmp(arguments[4], "connected");
	bool option = !strcmp(arguments[4], "option");

	if (fd < 0 || peer < 0 || address_parse(as, &source) < 0 ||
	    bind(peer, (struct sockaddr *)&address.sockaddr, address.size) < 0)
		return probe_not_tried("socket", errno);
	if (connected && connect(fd, (struct sockaddr *)&remote.sockaddr, remote.size) < 0)
		return probe_not_tried("connect", errno);
	if (!connected) {
		message.msg_name = &remote.sockaddr;
		message.msg_namelen = remote.size;
	}
	source_set(&message, &source);
	if (option && option_set(fd, &message) < 0)
		return probe_not_tried("setsockopt", errno);
	if (sendmsg(fd, &message, 0) < 0)
		return probe_verdict(address_error(errno));
	return is_heard(peer, &source) ? probe_verdict(0)
				       : probe_not_tried("the peer hears another", EADDRNOTAVAIL);
}

const struct probe probe_bound_table[] = {
	{"connect-from", "tcp|udp LOCAL ADDRESS PORT: LOCAL may be -, not bound", 4, connect_from},
	{"sendto-from", "LOCAL ADDRESS PORT: by UDP", 3, sendto_from},
	{"send-as",
	 "LOCAL SOURCE ADDRESS PORT connected|named|option: a message that says SOURCE; listens at ADDRESS",
	 5, send_as},
	{0},
};
