// SPDX-License-Identifier: Apache-2.0
#include "interfaces.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "util.h"

#define BUFFER_SIZE 32768 /* what the kernel makes one part of a list of */

struct interfaces {
	int socket;
	sd_event_source *source;
	interfaces_fn *tell;
	void *data;
	bool listing; /* a list was asked for and has not ended */
	bool again;   /* messages were lost: another list is due */
};

static void interfaces_cleanup(struct interfaces **interfaces)
{
	interfaces_free(*interfaces);
}

/* Asks for all interfaces; the answers come like news. The kernel makes one list at a time. */
static int list_ask(struct interfaces *interfaces)
{
	struct {
		struct nlmsghdr head;
		struct ifinfomsg body;
	} request = {
		.head = {.nlmsg_len = sizeof(request),
			 .nlmsg_type = RTM_GETLINK,
			 .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
		.body = {.ifi_family = AF_UNSPEC},
	};

	if (interfaces->listing) {
		interfaces->again = true;
		return 0;
	}
	if (send(interfaces->socket, &request, sizeof(request), 0) < 0)
		return -errno;
	interfaces->listing = true;
	interfaces->again = false;
	return 0;
}

static void link_take(const struct interfaces *interfaces, struct nlmsghdr *message)
{
	const struct ifinfomsg *body = NLMSG_DATA(message);
	int left = (int)IFLA_PAYLOAD(message);

	if (message->nlmsg_len < NLMSG_LENGTH(sizeof(*body)) || body->ifi_index <= 0)
		return;
	for (struct rtattr *at = IFLA_RTA(body); RTA_OK(at, left); at = RTA_NEXT(at, left)) {
		const char *name = RTA_DATA(at);

		if (at->rta_type == IFLA_IFNAME && memchr(name, '\0', RTA_PAYLOAD(at)))
			interfaces->tell(interfaces->data, (unsigned int)body->ifi_index, name,
					 message->nlmsg_type == RTM_DELLINK);
	}
}

static void messages_take(struct interfaces *interfaces, void *buffer, size_t length)
{
	unsigned int left = (unsigned int)length;

	for (struct nlmsghdr *at = buffer; NLMSG_OK(at, left); at = NLMSG_NEXT(at, left)) {
		if (at->nlmsg_type == RTM_NEWLINK || at->nlmsg_type == RTM_DELLINK)
			link_take(interfaces, at);
		else if (at->nlmsg_type == NLMSG_DONE || at->nlmsg_type == NLMSG_ERROR)
			interfaces->listing = false;
		if (at->nlmsg_flags & NLM_F_DUMP_INTR)
			interfaces->again = true;
	}
}

/* Takes what waits. Only the kernel's messages count. */
static int messages_read(struct interfaces *interfaces)
{
	CLEANUP_FREE char *buffer = malloc(BUFFER_SIZE);
	struct sockaddr_nl from = {};
	ssize_t length = 0;

	if (!buffer)
		return -ENOMEM;
	while (length >= 0) {
		socklen_t size = sizeof(from);

		length =
			recvfrom(interfaces->socket, buffer, BUFFER_SIZE, 0, (struct sockaddr *)&from, &size);
		if (length < 0 && errno == ENOBUFS) {
			interfaces->again = true;
			length = 0;
		} else if (length > 0 && from.nl_pid == 0) {
			messages_take(interfaces, buffer, (size_t)length);
		}
	}
	return errno == EAGAIN || errno == EINTR ? 0 : -errno;
}

static int on_news(sd_event_source *source, int fd, uint32_t events, void *data)
{
	struct interfaces *interfaces = data;

	(void)source;
	(void)fd;
	(void)events;
	(void)messages_read(interfaces);
	if (interfaces->again && !interfaces->listing)
		(void)list_ask(interfaces);
	return 0;
}

int interfaces_new(sd_event *loop, interfaces_fn *tell, void *data, struct interfaces **ret_interfaces)
{
	CLEANUP(interfaces_cleanup) struct interfaces *interfaces = calloc(1, sizeof(*interfaces));
	const struct sockaddr_nl all = {.nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK};
	int r;

	if (!interfaces)
		return -ENOMEM;
	interfaces->socket = -1;
	interfaces->tell = tell;
	interfaces->data = data;
	interfaces->socket = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	if (interfaces->socket < 0 ||
	    bind(interfaces->socket, (const struct sockaddr *)&all, sizeof(all)) < 0)
		return -errno;
	r = sd_event_add_io(loop, &interfaces->source, interfaces->socket, EPOLLIN, on_news, interfaces);
	if (r >= 0)
		r = list_ask(interfaces);
	if (r == 0)
		r = messages_read(interfaces);
	if (r < 0)
		return r;
	*ret_interfaces = TAKE_PTR(interfaces);
	return 0;
}

void interfaces_free(struct interfaces *interfaces)
{
	if (!interfaces)
		return;
	(void)sd_event_source_disable_unref(interfaces->source);
	util_close(&interfaces->socket);
	free(interfaces);
}
