// SPDX-License-Identifier: Apache-2.0
/*
 * Sockets for somebody else: each is made here and given to who connects to the unix socket SOCKET.
 */
#include "probe.h"
#include "probe_address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sys/socket.h>

static enum probe_outcome give_connected(char **arguments, int type)
{
	struct address address;
	_cleanup_close_ int fd = address_socket(arguments, type, &address);

	if (fd < 0)
		return probe_not_tried("socket", -fd);
	if (connect(fd, (struct sockaddr *)&address.sockaddr, address.size) < 0)
		return probe_not_tried("connect", errno);
	return probe_give(fd, arguments[2]);
}

static enum probe_outcome give_tcp(char **arguments)
{
	return give_connected(arguments, SOCK_STREAM);
}

static enum probe_outcome give_udp(char **arguments)
{
	return give_connected(arguments, SOCK_DGRAM);
}

/* A socket that is bound, and listens where it can: the descriptor, or -errno. */
static int bound_socket(char **arguments, int type)
{
	struct address address;
	int fd = address_socket(arguments, type, &address);

	if (fd < 0)
		return fd;
	if (bind(fd, (struct sockaddr *)&address.sockaddr, address.size) < 0 ||
	    (type == SOCK_STREAM && listen(fd, 4) < 0)) {
		int error = errno;

		probe_closep(&fd);
		return -error;
	}
	return fd;
}

static enum probe_outcome give_bound(char **arguments, int type)
{
	_cleanup_close_ int fd = bound_socket(arguments, type);

	return fd < 0 ? probe_not_tried("bind", -fd) : probe_give(fd, arguments[2]);
}

static enum probe_outcome give_listener(char **arguments)
{
	return give_bound(arguments, SOCK_STREAM);
}

static enum probe_outcome give_bound_udp(char **arguments)
{
	return give_bound(arguments, SOCK_DGRAM);
}

/* Waits for a connection first. */
static enum probe_outcome give_accepted(char **arguments)
{
	_cleanup_close_ int listener = bound_socket(arguments, SOCK_STREAM);
	_cleanup_close_ int fd = listener < 0 ? -1 : accept4(listener, NULL, NULL, SOCK_CLOEXEC);

	return fd < 0 ? probe_not_tried("accept", errno) : probe_give(fd, arguments[2]);
}

static enum probe_outcome give_packet(char **arguments)
{
	_cleanup_close_ int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	return fd < 0 ? probe_not_tried("socket", errno) : probe_give(fd, arguments[0]);
}

const struct probe probe_given_table[] = {
	{"give-tcp", "ADDRESS PORT SOCKET: a connection", 3, give_tcp},
	{"give-udp", "ADDRESS PORT SOCKET: connected", 3, give_udp},
	{"give-listener", "ADDRESS PORT SOCKET: one that listens", 3, give_listener},
	{"give-bound", "ADDRESS PORT SOCKET: of datagrams", 3, give_bound_udp},
	{"give-accepted", "ADDRESS PORT SOCKET: a connection that came there", 3, give_accepted},
	{"give-packet", "SOCKET: of family packet", 1, give_packet},
	{0},
};
