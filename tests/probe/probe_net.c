// SPDX-License-Identifier: Apache-2.0
/*
 * Addresses are numeric, IPv4 or IPv6; the family follows from the address. The question is always whether
 * the kernel's security checks let the call pass: what the network says afterwards (refused, unreachable, no
 * answer yet) counts as allowed. That is why connects do not block.
 */
#include "probe.h"
#include "probe_address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

static enum probe_outcome try_connect(char **arguments, int type)
{
	struct address address;
	_cleanup_close_ int fd = address_socket(arguments, type | SOCK_NONBLOCK, &address);
	int r;

	if (fd < 0)
		return probe_not_tried("socket", -fd);
	r = connect(fd, (struct sockaddr *)&address.sockaddr, address.size);
	return probe_verdict(r < 0 ? address_error(errno) : 0);
}

static enum probe_outcome connect_tcp(char **arguments)
{
	return try_connect(arguments, SOCK_STREAM);
}

static enum probe_outcome connect_udp(char **arguments)
{
	return try_connect(arguments, SOCK_DGRAM);
}

static enum probe_outcome sendto_udp(char **arguments)
{
	struct address address;
	_cleanup_close_ int fd = address_socket(arguments, SOCK_DGRAM, &address);
	ssize_t r;

	if (fd < 0)
		return probe_not_tried("socket", -fd);
	r = sendto(fd, "probe", 5, 0, (struct sockaddr *)&address.sockaddr, address.size);
	return probe_verdict(r < 0 ? address_error(errno) : 0);
}

static enum probe_outcome sendmsg_udp(char **arguments)
{
	struct address address;
	_cleanup_close_ int fd = address_socket(arguments, SOCK_DGRAM, &address);
	struct iovec bytes = {.iov_base = "probe", .iov_len = 5};
	struct mmsghdr messages[1] = {
		{.msg_hdr = {.msg_name = &address.sockaddr,
			     .msg_namelen = address.size,
			     .msg_iov = &bytes,
			     .msg_iovlen = 1}},
	};

	if (fd < 0)
		return probe_not_tried("socket", -fd);
	return probe_verdict(sendmmsg(fd, messages, 1, 0) < 0 ? address_error(errno) : 0);
}

/* Sent with the SYN. */
static enum probe_outcome fastopen_tcp(char **arguments)
{
	struct address address;
	_cleanup_close_ int fd = address_socket(arguments, SOCK_STREAM | SOCK_NONBLOCK, &address);
	ssize_t r;

	if (fd < 0)
		return probe_not_tried("socket", -fd);
	r = sendto(fd, "probe", 5, MSG_FASTOPEN, (struct sockaddr *)&address.sockaddr, address.size);
	return probe_verdict(r < 0 ? address_error(errno) : 0);
}

static enum probe_outcome connect_mptcp(char **arguments)
{
	struct address address;
	_cleanup_close_ int fd = -1;

	if (address_parse(arguments, &address) < 0)
		return probe_not_tried(arguments[0], EINVAL);
	fd = socket(address.sockaddr.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_MPTCP);
	if (fd < 0)
		return probe_not_tried("socket", errno);
	return probe_verdict(connect(fd, (struct sockaddr *)&address.sockaddr, address.size) < 0
				     ? address_error(errno)
				     : 0);
}

/* An IPv4 address on an IPv6 socket. */
static enum probe_outcome sendto_other(char **arguments)
{
	_cleanup_close_ int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct address address;
	ssize_t r;

	if (fd < 0 || address_parse(arguments, &address) < 0)
		return probe_not_tried("socket", errno);
	r = sendto(fd, "probe", 5, 0, (struct sockaddr *)&address.sockaddr, address.size);
	return probe_verdict(r < 0 ? address_error(errno) : 0);
}

/* Connects, which must work, and dissolves that. */
static enum probe_outcome disconnect_udp(char **arguments)
{
	struct address address;
	_cleanup_close_ int fd = address_socket(arguments, SOCK_DGRAM, &address);
	struct sockaddr nothing = {.sa_family = AF_UNSPEC};

	if (fd < 0 || connect(fd, (struct sockaddr *)&address.sockaddr, address.size) < 0)
		return probe_not_tried("connect", errno);
	return probe_verdict(connect(fd, &nothing, sizeof(nothing)) < 0 ? errno : 0);
}

/* A length that is not the address's. */
static enum probe_outcome connect_size(char **arguments)
{
	struct address address;
	_cleanup_close_ int fd = address_socket(arguments, SOCK_STREAM | SOCK_NONBLOCK, &address);
	int r;

	if (fd < 0)
		return probe_not_tried("socket", -fd);
	r = connect(fd, (struct sockaddr *)&address.sockaddr, (socklen_t)atoi(arguments[2]));
	return probe_verdict(r < 0 ? address_error(errno) : 0);
}

static enum probe_outcome bind_unspec(char **arguments)
{
	_cleanup_close_ int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in any = {.sin_family = AF_UNSPEC, .sin_port = htons((in_port_t)atoi(arguments[0]))};

	if (fd < 0)
		return probe_not_tried("socket", errno);
	return probe_verdict(bind(fd, (struct sockaddr *)&any, sizeof(any)) < 0 ? errno : 0);
}

/* Without a bind: the kernel chooses the port. */
static enum probe_outcome listen_auto(char **arguments)
{
	_cleanup_close_ int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)arguments;
	if (fd < 0)
		return probe_not_tried("socket", errno);
	return probe_verdict(listen(fd, 1) < 0 ? errno : 0);
}

static enum probe_outcome listen_once(char **arguments)
{
	struct address address;
	_cleanup_close_ int fd = address_socket(arguments, SOCK_STREAM, &address);

	if (fd < 0)
		return probe_not_tried("socket", -fd);
	if (bind(fd, (struct sockaddr *)&address.sockaddr, address.size) < 0)
		return probe_not_tried("bind", errno);
	return probe_verdict(listen(fd, 1) < 0 ? errno : 0);
}

static enum probe_outcome bind_tcp(char **arguments)
{
	struct address address;
	_cleanup_close_ int fd = address_socket(arguments, SOCK_STREAM, &address);

	if (fd < 0)
		return probe_not_tried("socket", -fd);
	return probe_verdict(bind(fd, (struct sockaddr *)&address.sockaddr, address.size) < 0 ? errno : 0);
}

/* Connects from an address. No answer within half a second counts as refused. */
static enum probe_outcome reach_tcp(char **arguments)
{
	char *from[] = {arguments[0], "0", NULL};
	struct address remote, local;
	_cleanup_close_ int fd = address_socket(arguments + 1, SOCK_STREAM | SOCK_NONBLOCK, &remote);
	struct pollfd wait = {.events = POLLOUT};
	socklen_t size = sizeof(int);
	int error = 0;

	if (fd < 0 || address_parse(from, &local) < 0 ||
	    bind(fd, (struct sockaddr *)&local.sockaddr, local.size) < 0)
		return probe_not_tried("bind", errno);
	if (connect(fd, (struct sockaddr *)&remote.sockaddr, remote.size) < 0 && errno != EINPROGRESS)
		return probe_not_tried("connect", errno);
	wait.fd = fd;
	if (poll(&wait, 1, 500) < 1)
		return probe_verdict(EPERM);
	(void)getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
	return probe_verdict(error);
}

static int bound_socket(char **arguments, int protocol)
{
	struct address address;
	int fd = -1;

	if (address_parse(arguments, &address) < 0)
		return -1;
	fd = socket(address.sockaddr.ss_family, SOCK_STREAM | SOCK_CLOEXEC, protocol);
	if (fd < 0)
		return -1;
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
	if (bind(fd, (struct sockaddr *)&address.sockaddr, address.size) == 0)
		return fd;
	(void)close(fd);
	return -1;
}

static void say_listening(void)
{
	puts("listening");
	(void)fflush(stdout);
}

/* Prints "listening" once connections are taken, then takes and closes them until it is killed. */
static enum probe_outcome listen_protocol(char **arguments, int protocol)
{
	_cleanup_close_ int fd = bound_socket(arguments, protocol);

	if (fd < 0)
		return probe_not_tried("bind", errno);
	if (listen(fd, 16) < 0)
		return probe_verdict(errno);
	say_listening();

	for (;;) {
		int peer = accept4(fd, NULL, NULL, SOCK_CLOEXEC);

		if (peer < 0 && errno != EINTR && errno != ECONNABORTED)
			return probe_verdict(errno);
		if (peer >= 0)
			(void)close(peer);
	}
}

static enum probe_outcome listen_tcp(char **arguments)
{
	return listen_protocol(arguments, 0);
}

static enum probe_outcome listen_mptcp(char **arguments)
{
	return listen_protocol(arguments, IPPROTO_MPTCP);
}

/* The process that calls listen ends; this one holds the socket until it is killed. */
static enum probe_outcome listen_orphan(char **arguments)
{
	_cleanup_close_ int fd = bound_socket(arguments, 0);
	int status = 1;
	pid_t child;

	if (fd < 0)
		return probe_not_tried("bind", errno);
	child = fork();
	if (child == 0)
		_exit(listen(fd, 16) < 0);
	if (child < 0 || waitpid(child, &status, 0) < 0 || status)
		return probe_not_tried("listen", ECHILD);
	say_listening();
	for (;;)
		(void)pause();
}

static void *listen_thread(void *socket)
{
	(void)usleep(100000);
	if (listen(*(int *)socket, 16) == 0)
		say_listening();
	for (;;)
		(void)pause();
	return NULL;
}

/* The first thread ends before another one listens. */
static enum probe_outcome listen_headless(char **arguments)
{
	static int fd;
	pthread_t thread;

	fd = bound_socket(arguments, 0);
	if (fd < 0)
		return probe_not_tried("bind", errno);
	if (pthread_create(&thread, NULL, listen_thread, &fd) != 0)
		return probe_not_tried("pthread_create", EAGAIN);
	pthread_exit(NULL);
}

/* A datagram of an IPv6 raw socket to an address whose family is AF_UNSPEC. */
static enum probe_outcome sendto_raw6(char **arguments)
{
	_cleanup_close_ int fd = socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMPV6);
	struct sockaddr_in6 address = {.sin6_family = AF_UNSPEC};
	char echo[8] = {(char)128};

	if (fd < 0 || inet_pton(AF_INET6, arguments[0], &address.sin6_addr) != 1)
		return probe_not_tried("socket", errno);
	return probe_verdict(sendto(fd, echo, sizeof(echo), 0, (struct sockaddr *)&address, sizeof(address)) <
					     0
				     ? address_error(errno)
				     : 0);
}

/* Binds an IPv4 raw socket to an address with that number for its family. */
static enum probe_outcome bind_raw(char **arguments)
{
	_cleanup_close_ int fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP);
	struct sockaddr_in address = {.sin_family = (sa_family_t)atoi(arguments[1])};

	if (fd < 0 || inet_pton(AF_INET, arguments[0], &address.sin_addr) != 1)
		return probe_not_tried("socket", errno);
	return probe_verdict(bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ? errno : 0);
}

/* Sends standard input, up to 64 KiB, as one datagram. */
static enum probe_outcome sendto_unix(char **arguments)
{
	_cleanup_close_ int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	static char message[65536];
	size_t length;

	if (fd < 0)
		return probe_not_tried("socket", errno);
	if (strlen(arguments[0]) >= sizeof(address.sun_path))
		return probe_not_tried(arguments[0], ENAMETOOLONG);
	memcpy(address.sun_path, arguments[0], strlen(arguments[0]) + 1);
	length = fread(message, 1, sizeof(message), stdin);

	return probe_verdict(
		sendto(fd, message, length, 0, (struct sockaddr *)&address, sizeof(address)) < 0 ? errno : 0);
}

const struct probe probe_net_table[] = {
	{"connect-tcp", "ADDRESS PORT: refused by the peer counts as allowed", 2, connect_tcp},
	{"connect-udp", "ADDRESS PORT", 2, connect_udp},
	{"sendto-udp", "ADDRESS PORT: without connecting first", 2, sendto_udp},
	{"sendmsg-udp", "ADDRESS PORT: by sendmmsg", 2, sendmsg_udp},
	{"sendto-v6", "ADDRESS PORT: an address of either family on an IPv6 socket", 2, sendto_other},
	{"disconnect-udp", "ADDRESS PORT: connect, then AF_UNSPEC", 2, disconnect_udp},
	{"fastopen-tcp", "ADDRESS PORT: send with MSG_FASTOPEN", 2, fastopen_tcp},
	{"connect-mptcp", "ADDRESS PORT", 2, connect_mptcp},
	{"connect-size", "ADDRESS PORT SIZE: with that length of the address", 3, connect_size},
	{"bind-unspec", "PORT: AF_UNSPEC on an IPv4 socket", 1, bind_unspec},
	{"listen-auto", "listen on a port that the kernel chooses", 0, listen_auto},
	{"listen-once", "ADDRESS PORT: bind must work", 2, listen_once},
	{"bind-tcp", "ADDRESS PORT", 2, bind_tcp},
	{"reach-tcp", "FROM ADDRESS PORT: denied where nobody answers", 3, reach_tcp},
	{"listen-tcp", "ADDRESS PORT: prints \"listening\", then accepts until killed", 2, listen_tcp},
	{"listen-mptcp", "ADDRESS PORT: the same with MPTCP", 2, listen_mptcp},
	{"listen-orphan", "ADDRESS PORT: as a child that ends", 2, listen_orphan},
	{"listen-headless", "ADDRESS PORT: as a thread, after the first one has ended", 2, listen_headless},
	{"sendto-raw6", "ADDRESS: with the family AF_UNSPEC", 1, sendto_raw6},
	{"bind-raw", "ADDRESS FAMILY: IPv4, with that family in the address", 2, bind_raw},
	{"sendto-unix", "PATH: sends standard input as one datagram", 1, sendto_unix},
	{0},
};
