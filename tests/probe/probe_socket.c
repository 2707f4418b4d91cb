// SPDX-License-Identifier: Apache-2.0
/*
 * Making sockets of any family, and unix sockets. A NAME that begins with '@' is abstract. TYPE is stream,
 * dgram or seqpacket, or a number.
 */
#include "probe.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

static int type_of(const char *name)
{
	if (!strcmp(name, "stream"))
		return SOCK_STREAM;
	if (!strcmp(name, "dgram"))
		return SOCK_DGRAM;
	return strcmp(name, "seqpacket") ? atoi(name) : SOCK_SEQPACKET;
}

/* What the kernel says after its security checks counts as allowed. */
static int create_error(int error)
{
	return error == EAFNOSUPPORT || error == EPROTONOSUPPORT || error == ESOCKTNOSUPPORT ||
			       error == EPROTOTYPE || error == EINVAL || error == ENOENT
		       ? 0
		       : error;
}

static enum probe_outcome try_socket(char **arguments)
{
	_cleanup_close_ int fd = socket(atoi(arguments[0]), type_of(arguments[1]) | SOCK_CLOEXEC,
					(int)strtol(arguments[2], NULL, 0));

	return probe_verdict(fd < 0 ? create_error(errno) : 0);
}

static enum probe_outcome try_socketpair(char **arguments)
{
	int fds[2];

	if (socketpair(AF_UNIX, type_of(arguments[0]) | SOCK_CLOEXEC, 0, fds) < 0)
		return probe_verdict(errno);
	if (send(fds[0], "x", 1, 0) < 0)
		return probe_verdict(errno);
	(void)close(fds[0]);
	(void)close(fds[1]);
	return PROBE_ALLOWED;
}

/* Length of the address, 0 where the name does not fit. */
static socklen_t unix_address(const char *name, struct sockaddr_un *address)
{
	size_t length = strlen(name);

	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (length >= sizeof(address->sun_path))
		return 0;
	memcpy(address->sun_path, name, length);
	if (name[0] == '@')
		address->sun_path[0] = '\0';
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + (name[0] != '@'));
}

static int unix_socket(char **arguments, struct sockaddr_un *address, socklen_t *size)
{
	*size = unix_address(arguments[0], address);
	if (!*size) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return socket(AF_UNIX, type_of(arguments[1]) | SOCK_CLOEXEC, 0);
}

static enum probe_outcome connect_unix(char **arguments)
{
	struct sockaddr_un address;
	socklen_t size;
	_cleanup_close_ int fd = unix_socket(arguments, &address, &size);

	if (fd < 0)
		return probe_not_tried("socket", errno);
	return probe_verdict(connect(fd, (struct sockaddr *)&address, size) < 0 ? errno : 0);
}

static enum probe_outcome send_unix(char **arguments)
{
	struct sockaddr_un address;
	socklen_t size;
	_cleanup_close_ int fd = unix_socket(arguments, &address, &size);

	if (fd < 0)
		return probe_not_tried("socket", errno);
	return probe_verdict(sendto(fd, "probe", 5, 0, (struct sockaddr *)&address, size) < 0 ? errno : 0);
}

static enum probe_outcome bind_unix(char **arguments)
{
	struct sockaddr_un address;
	socklen_t size;
	_cleanup_close_ int fd = unix_socket(arguments, &address, &size);

	if (fd < 0)
		return probe_not_tried("socket", errno);
	return probe_verdict(bind(fd, (struct sockaddr *)&address, size) < 0 ? errno : 0);
}

static enum probe_outcome mknod_socket(char **arguments)
{
	return probe_verdict(mknod(arguments[0], S_IFSOCK | 0600, 0) < 0 ? errno : 0);
}

/* The kernel chooses an abstract name. */
static enum probe_outcome autobind_unix(char **arguments)
{
	_cleanup_close_ int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	(void)arguments;
	if (fd < 0)
		return probe_not_tried("socket", errno);
	return probe_verdict(bind(fd, (struct sockaddr *)&address, sizeof(address.sun_family)) < 0 ? errno
												   : 0);
}

static enum probe_outcome listen_unix(char **arguments)
{
	struct sockaddr_un address;
	socklen_t size;
	_cleanup_close_ int fd = unix_socket(arguments, &address, &size);

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) < 0)
		return probe_not_tried("bind", errno);
	return probe_verdict(listen(fd, 4) < 0 ? errno : 0);
}

/* Prints "listening", then takes connections or datagrams until killed; a refused accept ends it. */
static enum probe_outcome serve_unix(char **arguments)
{
	struct sockaddr_un address;
	socklen_t size;
	_cleanup_close_ int fd = unix_socket(arguments, &address, &size);
	int type = type_of(arguments[1]);
	char byte;

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) < 0)
		return probe_not_tried("bind", errno);
	if (type != SOCK_DGRAM && listen(fd, 16) < 0)
		return probe_not_tried("listen", errno);
	puts("listening");
	(void)fflush(stdout);
	for (;;) {
		int peer = type == SOCK_DGRAM ? (int)recv(fd, &byte, 1, 0)
					      : accept4(fd, NULL, NULL, SOCK_CLOEXEC);

		if (peer < 0 && errno != EINTR)
			return probe_verdict(errno);
		if (peer >= 0 && type != SOCK_DGRAM)
			(void)close(peer);
	}
}

/* One connection to itself: only the accept is asked about. */
static enum probe_outcome accept_unix(char **arguments)
{
	struct sockaddr_un address;
	socklen_t size;
	_cleanup_close_ int fd = unix_socket(arguments, &address, &size);
	_cleanup_close_ int client = socket(AF_UNIX, type_of(arguments[1]) | SOCK_CLOEXEC, 0);
	_cleanup_close_ int peer = -1;

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) < 0 || listen(fd, 4) < 0 ||
	    connect(client, (struct sockaddr *)&address, size) < 0)
		return probe_not_tried("connect", errno);
	peer = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
	return probe_verdict(peer < 0 ? errno : 0);
}

const struct probe probe_socket_table[] = {
	{"socket", "FAMILY TYPE PROTOCOL: numbers", 3, try_socket},
	{"socketpair", "TYPE: of family unix, and one byte through it", 1, try_socketpair},
	{"connect-unix", "NAME TYPE", 2, connect_unix},
	{"send-unix", "NAME TYPE: a datagram to it", 2, send_unix},
	{"bind-unix", "NAME TYPE", 2, bind_unix},
	{"mknod-socket", "PATH: a node without a socket behind it", 1, mknod_socket},
	{"autobind-unix", "bind without a name", 0, autobind_unix},
	{"listen-unix", "NAME TYPE: bind must work", 2, listen_unix},
	{"serve-unix", "NAME TYPE: prints \"listening\", then serves until killed", 2, serve_unix},
	{"accept-unix", "NAME TYPE: bind, listen and connect must work", 2, accept_unix},
	{0},
};
