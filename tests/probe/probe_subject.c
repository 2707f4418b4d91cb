// SPDX-License-Identifier: Apache-2.0
/*
 * Who tries: after fork, in a thread, or with a descriptor that somebody else opened.
 */
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

static char **after_dashes(char **arguments)
{
	return *arguments && strcmp(*arguments, "--") == 0 ? arguments + 1 : arguments;
}

static enum probe_outcome in_child(char **arguments)
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit((int)probe_run(after_dashes(arguments)));
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return probe_not_tried("fork", errno);
	return WIFEXITED(status) ? (enum probe_outcome)WEXITSTATUS(status)
				 : probe_not_tried("the child was killed", 0);
}

static void *thread_main(void *arguments)
{
	return (void *)(intptr_t)probe_run(arguments);
}

static enum probe_outcome in_thread(char **arguments)
{
	pthread_t thread;
	void *outcome;
	int r = pthread_create(&thread, NULL, thread_main, after_dashes(arguments));

	if (r)
		return probe_not_tried("pthread_create", r);
	(void)pthread_join(thread, &outcome);
	return (enum probe_outcome)(intptr_t)outcome;
}

/* Waits for a line on standard input, so that a test can change something first. */
static enum probe_outcome waiting(char **arguments)
{
	char line[2];

	puts("waiting");
	(void)fflush(stdout);
	if (!fgets(line, sizeof(line), stdin))
		return probe_not_tried("no line came", 0);
	return probe_run(after_dashes(arguments));
}

static int unix_socket(const char *path, struct sockaddr_un *ret_address)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd;

	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	memcpy(address.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	*ret_address = address;
	return fd < 0 ? -errno : fd;
}

union control {
	struct cmsghdr header;
	char bytes[CMSG_SPACE(sizeof(int))];
};

/* Hands the descriptor to who connects to the unix socket at PATH. */
enum probe_outcome probe_give(int given, const char *path)
{
	struct sockaddr_un address;
	_cleanup_close_ int server = unix_socket(path, &address);
	_cleanup_close_ int peer = -1;
	union control control = {
		.header = {CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS},
	};
	struct iovec byte = {.iov_base = "f", .iov_len = 1};
	struct msghdr message = {.msg_iov = &byte,
				 .msg_iovlen = 1,
				 .msg_control = &control,
				 .msg_controllen = sizeof(control)};

	if (server < 0)
		return probe_not_tried(path, errno);
	memcpy(CMSG_DATA(&control.header), &given, sizeof(given));
	if (bind(server, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(server, 1) < 0)
		return probe_not_tried(path, errno);
	puts("listening");
	(void)fflush(stdout);
	peer = accept4(server, NULL, NULL, SOCK_CLOEXEC);
	if (peer < 0 || sendmsg(peer, &message, 0) < 0)
		return probe_not_tried("sendmsg", errno);
	(void)recv(peer, &control, 1, 0);
	return PROBE_ALLOWED;
}

static enum probe_outcome give_fd(char **arguments)
{
	_cleanup_close_ int file = open(arguments[0], O_RDONLY | O_CLOEXEC);

	if (file < 0)
		return probe_not_tried(arguments[0], errno);
	return probe_give(file, arguments[1]);
}

/* A descriptor that may not be received is left out of the message. */
static enum probe_outcome take_fd(char **arguments)
{
	struct sockaddr_un address;
	_cleanup_close_ int fd = unix_socket(arguments[0], &address);
	union control control;
	char byte;
	struct iovec bytes = {.iov_base = &byte, .iov_len = 1};
	struct msghdr message = {.msg_iov = &bytes,
				 .msg_iovlen = 1,
				 .msg_control = &control,
				 .msg_controllen = sizeof(control)};

	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return probe_not_tried(arguments[0], errno);
	if (recvmsg(fd, &message, MSG_CMSG_CLOEXEC) <= 0)
		return probe_not_tried("recvmsg", errno);
	return probe_verdict(message.msg_flags & MSG_CTRUNC ? EPERM : 0);
}

const struct probe probe_subject_table[] = {
	{"fork", "-- WHAT…: in a child", 1, in_child},
	{"thread", "-- WHAT…: in a thread", 1, in_thread},
	{"wait", "-- WHAT…: prints \"waiting\", waits for a line on standard input", 1, waiting},
	{"give-fd", "PATH SOCKET: prints \"listening\", gives PATH, open for reading, to who connects", 2,
	 give_fd},
	{"take-fd", "SOCKET: takes it", 1, take_fd},
	{0},
};
