// SPDX-License-Identifier: Apache-2.0
#include "tokenizer.h"

#include <jansson.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "token_wire.h"
#include "tokenizer_internal.h"
#include "util.h"

/* Escapes of YAML become longer by half at most; an error is a sentence and a word of the text's. */
#define TEXT_ROOM(length) (2 * (length) + 4096)
#define WAIT_MORE	  5U /* seconds that the helper's word may come after the child's limit */

struct tokenizer {
	pid_t helper;
	int channel;
	tokenizer_report *report; /* or NULL */
	void *data;
};

struct tokenizer_source {
	struct token_source source;
	struct tokenizer *tokenizer;
	struct token_source *wire; /* NULL: the child is over */
	char why[128];
};

/* --- The helper ---------------------------------------------------------------------------------- */

static int timeout_set(int fd, int option, unsigned int seconds)
{
	const struct timeval timeout = {.tv_sec = seconds};

	return setsockopt(fd, SOL_SOCKET, option, &timeout, sizeof(timeout)) < 0 ? -errno : 0;
}

static int helper_fork(struct tokenizer *tokenizer, enum confine_action action)
{
	int pair[2], r;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	tokenizer->channel = pair[0];
	r = timeout_set(pair[0], SO_RCVTIMEO, TOKENIZER_SECONDS + WAIT_MORE);
	json_object_seed(0); /* which children could not: it reads a file */
	if (r == 0)
		tokenizer->helper = fork();
	if (r == 0 && tokenizer->helper == 0)
		tokenizer_help(pair[1], action);
	if (r == 0 && tokenizer->helper < 0)
		r = -errno;
	(void)close(pair[1]);
	return r;
}

int tokenizer_new(enum confine_action action, struct tokenizer **ret_tokenizer)
{
	struct tokenizer *tokenizer = calloc(1, sizeof(*tokenizer));
	int r;

	if (!tokenizer)
		return -ENOMEM;
	tokenizer->channel = -1;
	r = helper_fork(tokenizer, action);
	if (r < 0) {
		tokenizer->helper = 0;
		tokenizer_free(tokenizer);
		return r;
	}
	*ret_tokenizer = tokenizer;
	return 0;
}

void tokenizer_free(struct tokenizer *tokenizer)
{
	if (!tokenizer)
		return;
	util_close(&tokenizer->channel);
	if (tokenizer->helper > 0)
		(void)waitpid(tokenizer->helper, NULL, 0);
	free(tokenizer);
}

void tokenizer_set_report(struct tokenizer *tokenizer, tokenizer_report *report, void *data)
{
	tokenizer->report = report;
	tokenizer->data = data;
}

pid_t tokenizer_helper(const struct tokenizer *tokenizer)
{
	return tokenizer->helper;
}

int tokenizer_fd(const struct tokenizer *tokenizer)
{
	return tokenizer->channel;
}

/* --- A text -------------------------------------------------------------------------------------- */

static int socket_give(int channel, int fd)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control = {.header = {.cmsg_len = CMSG_LEN(sizeof(int)),
				.cmsg_level = SOL_SOCKET,
				.cmsg_type = SCM_RIGHTS}};
	struct iovec part = {.iov_base = (char[]){0}, .iov_len = 1};
	const struct msghdr message = {.msg_iov = &part,
				       .msg_iovlen = 1,
				       .msg_control = &control,
				       .msg_controllen = sizeof(control)};

	memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	return sendmsg(channel, &message, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

/* Ends the conversation with the child and writes down how that ended. */
static void child_end(struct tokenizer_source *source)
{
	struct tokenizer_outcome outcome;
	ssize_t n;

	if (!source->wire)
		return;
	token_source_free(TAKE_PTR(source->wire));
	do {
		n = recv(source->tokenizer->channel, &outcome, sizeof(outcome), 0);
	} while (n < 0 && errno == EINTR);
	if (n != sizeof(outcome)) /* out of step: nothing that it says later can be trusted to be of then */
		(void)shutdown(source->tokenizer->channel, SHUT_RDWR);
	if (n != sizeof(outcome))
		(void)snprintf(source->why, sizeof(source->why), "the helper that starts it does not answer");
	else if (outcome.error)
		(void)snprintf(source->why, sizeof(source->why), "it cannot be started: %s",
			       strerror(outcome.error));
	else if (WIFSIGNALED(outcome.status))
		(void)snprintf(source->why, sizeof(source->why), "it ended by signal %d (%s)",
			       WTERMSIG(outcome.status), strsignal(WTERMSIG(outcome.status)));
	else
		(void)snprintf(source->why, sizeof(source->why), "it ended with status %d",
			       WEXITSTATUS(outcome.status));
	source->source.why = source->why;
}

static int source_next(struct token_source *source, struct token *token)
{
	struct tokenizer_source *from = (struct tokenizer_source *)source;
	int r = from->wire ? token_source_next(from->wire, token) : -EIO;

	if (r < 0)
		child_end(from);
	if (r == -EBADMSG)
		source->why = "it sends what no token is";
	if (r < 0 && from->tokenizer->report)
		from->tokenizer->report(from->tokenizer->data, source->why);
	return r;
}

static void source_free(struct token_source *source)
{
	child_end((struct tokenizer_source *)source);
	free(source);
}

/* Starts a child that has one end of a socket; the other end is the source's. */
static int child_start(struct tokenizer_source *source, size_t limit, int *ret_fd)
{
	CLEANUP_TOKEN_SOURCE struct token_source *wire = NULL;
	CLEANUP_CLOSE int theirs = -1;
	int pair[2], r;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	theirs = pair[1];
	r = token_wire_new(pair[0], limit, &wire);
	if (r == 0)
		r = timeout_set(pair[0], SO_RCVTIMEO, TOKENIZER_SECONDS);
	if (r == 0)
		r = timeout_set(pair[0], SO_SNDTIMEO, TOKENIZER_SECONDS);
	if (r == 0)
		r = socket_give(source->tokenizer->channel, theirs);
	if (r < 0)
		return r;
	source->wire = TAKE_PTR(wire);
	*ret_fd = pair[0];
	return 0;
}

static int child_open(struct tokenizer_source *source, enum token_language language, const char *text,
		      size_t length)
{
	const struct tokenizer_request request = {.language = language, .length = length};
	int fd = -1;
	int r = child_start(source, TEXT_ROOM(length), &fd);

	if (r < 0)
		return r;
	/* A child that is gone already says so in place of the first token. */
	if (token_bytes_send(fd, &request, sizeof(request)) == 0)
		(void)token_bytes_send(fd, text, length);
	return 0;
}

int tokenizer_open(struct tokenizer *tokenizer, enum token_language language, const char *text, size_t length,
		   struct token_source **ret_source)
{
	static const struct token_source_class class = {.next = source_next, .free = source_free};
	struct tokenizer_source *source;
	int r;

	if (!tokenizer)
		return token_source_new(language, text, length, ret_source);
	source = calloc(1, sizeof(*source));
	if (!source)
		return -ENOMEM;
	source->source.class = &class;
	source->tokenizer = tokenizer;
	r = child_open(source, language, text, length);
	if (r < 0) {
		source_free(&source->source);
		return r;
	}
	*ret_source = &source->source;
	return 0;
}
