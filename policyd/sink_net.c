/* SPDX-License-Identifier: Apache-2.0 */
/* Remote collectors over UDP (RFC 5426) and TCP (RFC 6587, octet counting). */
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#include "sink_transport.h"

#define DEFAULT_PORT "514"
#define TIMEOUT	     30000 /* milliseconds without an acknowledgement until a connection counts as gone */

/* Splits "ADDRESS", "ADDRESS:PORT", "[ADDRESS]" or "[ADDRESS]:PORT" in place. */
static int address_split(char *text, const char **ret_address, const char **ret_port)
{
	char *rest;

	if (text[0] == '[') {
		rest = strchr(text, ']');
		if (!rest)
			return -EINVAL;
		*rest++ = '\0';
		text++;
	} else {
		rest = text + strcspn(text, ":");
	}

	if (*rest != '\0' && (*rest != ':' || rest[1] == '\0'))
		return -EINVAL;
	*ret_port = *rest == ':' ? rest + 1 : DEFAULT_PORT;
	*rest = '\0';
	*ret_address = text;
	return 0;
}

/* getaddrinfo() takes numbers beyond a port's range. */
static bool port_is_valid(const char *port)
{
	return strspn(port, "0123456789") == strlen(port) && strlen(port) <= 5 &&
	       strtoul(port, NULL, 10) > 0 && strtoul(port, NULL, 10) <= UINT16_MAX;
}

int sink_address_parse(struct sink *sink, const char *text)
{
	const struct addrinfo hints = {
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
		.ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
	};
	CLEANUP_FREE char *copy = strdup(text);
	const char *address = NULL, *port = NULL;
	struct addrinfo *info = NULL;
	int r;

	if (!copy)
		return -ENOMEM;

	r = address_split(copy, &address, &port);
	if (r < 0)
		return r;

	if (!port_is_valid(port))
		return -EINVAL;

	r = getaddrinfo(address, port, &hints, &info);
	if (r != 0)
		return r == EAI_MEMORY ? -ENOMEM : -EINVAL;

	memcpy(&sink->address, info->ai_addr, info->ai_addrlen);
	sink->address_length = info->ai_addrlen;
	freeaddrinfo(info);
	return 0;
}

static int connect_address(struct sink *sink, int type)
{
	CLEANUP_CLOSE int fd = -1;
	int r = 0;

	fd = socket(sink->address.ss_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;

	if (type == SOCK_STREAM) {
		int on = 1, timeout = TIMEOUT;

		(void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
		(void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout, sizeof(timeout));
	}

	if (connect(fd, (struct sockaddr *)&sink->address, sink->address_length) < 0)
		r = -errno;
	if (r < 0 && r != -EINPROGRESS)
		return r;

	sink->socket_type = type;
	sink->fd = TAKE_FD(fd);
	return r;
}

static int udp_open(struct sink *sink)
{
	return connect_address(sink, SOCK_DGRAM);
}

static int tcp_open(struct sink *sink)
{
	return connect_address(sink, SOCK_STREAM);
}

/*
 * A collector sends nothing, so that what can be read is its end of file. A send after that would succeed
 * and its lines be gone.
 */
static int tcp_send(struct sink *sink)
{
	char discard[512];
	ssize_t size;

	do {
		size = recv(sink->fd, discard, sizeof(discard), MSG_DONTWAIT);
	} while (size > 0);
	if (size == 0)
		return -ECONNRESET;
	if (errno != EAGAIN && errno != EINTR)
		return -errno;
	return sink_send_stream(sink);
}

const struct sink_transport sink_udp = {
	.format = "rfc5424",
	.line_max = 2048,
	.framing = SINK_BARE,
	.is_syslog = true,
	.open = udp_open,
	.send = sink_send_datagrams,
};

const struct sink_transport sink_tcp = {
	.format = "rfc5424",
	.line_max = 8192,
	.framing = SINK_OCTETS,
	.is_syslog = true,
	.open = tcp_open,
	.send = tcp_send,
};
