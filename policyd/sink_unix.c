/* SPDX-License-Identifier: Apache-2.0 */
/* The local syslog socket. */
#include <string.h>
#include <sys/un.h>

#include "sink_transport.h"

static int connect_type(const char *path, int type, int *ret_fd)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	CLEANUP_CLOSE int fd = -1;

	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	memcpy(address.sun_path, path, strlen(path));

	fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return -errno;

	*ret_fd = TAKE_FD(fd);
	return 0;
}

/* A stream socket whose backlog is full refuses with EAGAIN and has to be asked again later. */
static int unix_open(struct sink *sink)
{
	int r;

	sink->socket_type = SOCK_DGRAM;
	r = connect_type(sink->path, SOCK_DGRAM, &sink->fd);
	if (r != -EPROTOTYPE)
		return r;

	sink->socket_type = SOCK_STREAM;
	r = connect_type(sink->path, SOCK_STREAM, &sink->fd);
	return r == -EAGAIN ? -ECONNREFUSED : r;
}

static int unix_send(struct sink *sink)
{
	return sink->socket_type == SOCK_DGRAM ? sink_send_datagrams(sink) : sink_send_stream(sink);
}

const struct sink_transport sink_unix = {
	.format = "rfc5424",
	.line_max = 8192,
	.framing = SINK_NUL,
	.is_syslog = true,
	.open = unix_open,
	.send = unix_send,
};
