// SPDX-License-Identifier: Apache-2.0
/*
 * The helper and its children. Nobody hears a message from here: a failure is an exit status.
 */
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "token_wire.h"
#include "tokenizer_internal.h"
#include "util.h"

#define CHANNEL 3 /* the only descriptor of the helper's but null ones */

static int all_receive(int fd, void *bytes, size_t length)
{
	char *to = bytes;

	while (length > 0) {
		ssize_t n = recv(fd, to, length, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		to += n;
		length -= (size_t)n;
	}
	return 0;
}

static int tokens_send(int fd, struct token_source *source)
{
	CLEANUP_FREE struct token_writer *writer = calloc(1, sizeof(*writer));
	struct token token;
	int r;

	if (!writer)
		return -ENOMEM;
	writer->fd = fd;
	do {
		r = token_source_next(source, &token);
		if (r == 0)
			r = token_write(writer, &token);
	} while (r == 0 && token.kind != TOKEN_END && token.kind != TOKEN_ERROR);
	return r < 0 ? r : token_write_flush(writer);
}

static int text_read(int fd)
{
	CLEANUP_TOKEN_SOURCE struct token_source *source = NULL;
	struct tokenizer_request request;
	CLEANUP_FREE char *text = NULL;
	int r = all_receive(fd, &request, sizeof(request));

	if (r < 0)
		return r;
	if (request.language >= TOKEN_LANGUAGE_COUNT || request.length >= TOKENIZER_MEMORY)
		return -EINVAL;
	text = malloc(request.length + 1);
	if (!text)
		return -ENOMEM;
	r = all_receive(fd, text, request.length);
	if (r == 0)
		r = token_source_new((enum token_language)request.language, text, request.length, &source);
	return r < 0 ? r : tokens_send(fd, source);
}

static int limits_set(void)
{
	static const struct {
		__rlimit_resource_t resource;
		rlim_t limit;
	} limits[] = {
		{RLIMIT_CORE, 0},
		{RLIMIT_FSIZE, 0},
		{RLIMIT_CPU, TOKENIZER_SECONDS},
#ifndef __SANITIZE_ADDRESS__ /* whose shadow takes terabytes */
		{RLIMIT_AS, TOKENIZER_MEMORY},
#endif
	};

	for (size_t i = 0; i < ARRAY_SIZE(limits); i++) {
		const struct rlimit limit = {limits[i].limit, limits[i].limit};

		if (setrlimit(limits[i].resource, &limit) < 0)
			return -errno;
	}
	return 0;
}

static _Noreturn void child_run(int fd, enum confine_action action)
{
	int r;

	(void)close(CHANNEL);
	r = limits_set();
	if (r == 0)
		r = confine_system_calls(CONFINE_READER, action);
	if (r == 0)
		r = text_read(fd);
	_exit(r < 0 ? EXIT_FAILURE : EXIT_SUCCESS);
}

/* 1: a socket came; 0: the daemon is gone; -errno. */
static int socket_receive(int channel, int *ret_fd)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control = {};
	char byte;
	struct iovec part = {.iov_base = &byte, .iov_len = 1};
	struct msghdr message = {.msg_iov = &part,
				 .msg_iovlen = 1,
				 .msg_control = &control,
				 .msg_controllen = sizeof(control)};
	ssize_t n;

	do {
		n = recvmsg(channel, &message, MSG_CMSG_CLOEXEC);
	} while (n < 0 && errno == EINTR);
	if (n <= 0)
		return n < 0 ? -errno : 0;
	if (message.msg_controllen < CMSG_LEN(sizeof(int)) || control.header.cmsg_type != SCM_RIGHTS)
		return -EBADMSG;
	memcpy(ret_fd, CMSG_DATA(&control.header), sizeof(*ret_fd));
	return 1;
}

static struct tokenizer_outcome child_start(int fd, enum confine_action action)
{
	struct tokenizer_outcome outcome = {};
	pid_t pid = fork();

	if (pid == 0)
		child_run(fd, action);
	if (pid < 0)
		outcome.error = errno;
	(void)close(fd); /* so that the daemon notices when the child ends */
	while (pid > 0 && outcome.error == 0 && waitpid(pid, &outcome.status, 0) < 0)
		if (errno != EINTR)
			outcome.error = errno;
	return outcome;
}

/* Leaves nothing but the channel and null descriptors, and no signal that ends the daemon. */
static int helper_settle(int channel)
{
	static const int signals[] = {SIGHUP, SIGINT, SIGTERM, SIGIO};
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0)
		return -errno;
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		(void)signal(signals[i], SIG_IGN);
	(void)prctl(PR_SET_NAME, "policyd-reader", 0, 0, 0);
	for (int fd = 0; fd < CHANNEL; fd++)
		if (dup2(null, fd) < 0)
			return -errno;
	if (channel != CHANNEL && dup2(channel, CHANNEL) < 0)
		return -errno;
	return close_range(CHANNEL + 1, ~0U, 0) < 0 ? -errno : 0;
}

void tokenizer_help(int channel, enum confine_action action)
{
	int r = helper_settle(channel);

	if (r == 0)
		r = confine_capabilities(CONFINE_HELPER);
	if (r == 0)
		r = confine_system_calls(CONFINE_HELPER, action);
	if (r < 0)
		_exit(EXIT_FAILURE);
	for (;;) {
		struct tokenizer_outcome outcome;
		int fd = -1;

		r = socket_receive(CHANNEL, &fd);
		if (r <= 0)
			_exit(r < 0 ? EXIT_FAILURE : EXIT_SUCCESS);
		outcome = child_start(fd, action);
		if (send(CHANNEL, &outcome, sizeof(outcome), MSG_NOSIGNAL) != sizeof(outcome))
			_exit(EXIT_FAILURE);
	}
}
