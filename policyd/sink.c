/* SPDX-License-Identifier: Apache-2.0 */
#include "sink.h"

#include <assert.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>

#include "sink_transport.h"

#define QUEUE_SIZE    ((size_t)8 << 20)
#define FRAME_SIZE    24	/* a count before the line, or a character behind it */
#define BACKOFF_FIRST 100000U	/* microseconds */
#define BACKOFF_LAST  10000000U /* microseconds */

static const struct {
	const char *scheme;
	const struct sink_transport *transport;
} schemes[] = {
	{"unix:", &sink_unix},
	{"udp://", &sink_udp},
	{"tcp://", &sink_tcp},
	{"file:", &sink_file},
};

static int url_parse(struct sink *sink, const char *url)
{
	const char *rest = NULL;

	if (strcmp(url, "/dev/log") == 0) {
		sink->transport = &sink_unix;
		rest = url;
	}
	for (size_t i = 0; i < ARRAY_SIZE(schemes) && !rest; i++) {
		if (strncmp(url, schemes[i].scheme, strlen(schemes[i].scheme)) != 0)
			continue;
		sink->transport = schemes[i].transport;
		rest = url + strlen(schemes[i].scheme);
	}
	if (!rest)
		return -EINVAL;

	if (sink->transport == &sink_udp || sink->transport == &sink_tcp)
		return sink_address_parse(sink, rest);
	if (rest[0] != '/')
		return -EINVAL;

	sink->path = strdup(rest);
	return sink->path ? 0 : -ENOMEM;
}

/* Sets what does not depend on the transport's address. */
static int sink_setup(struct sink *sink, const struct sink_options *options)
{
	size_t size = options->queue_size ? options->queue_size : QUEUE_SIZE;
	size_t reserved = options->queue_reserved ? options->queue_reserved : size / 4;
	size_t room;

	if (reserved >= size)
		return -EINVAL;
	queue_init(&sink->queue, size, reserved, &sink->lost);
	room = queue_line_max(&sink->queue);
	if (room <= FRAME_SIZE)
		return -EINVAL;

	sink->line_max = options->line_max ? options->line_max : sink->transport->line_max;
	if (sink->line_max > room - FRAME_SIZE)
		sink->line_max = room - FRAME_SIZE;
	sink->format = options->format ? options->format : format_from_name(sink->transport->format);
	sink->format_options = options->format_options;
	sink->format_options.envelope = sink->transport->is_syslog;
	sink->name = strdup(options->name);
	sink->buffer = malloc(sink->line_max + 1);
	if (!sink->name || !sink->buffer)
		return -ENOMEM;

	sink->lost.output = sink->name;
	return 0;
}

static void sink_freep(struct sink **sink)
{
	sink_free(*sink);
}

static struct sink *sink_alloc(void)
{
	struct sink *sink = calloc(1, sizeof(*sink));

	if (sink)
		sink->fd = -1;
	return sink;
}

int sink_new(const struct sink_options *options, struct sink **ret_sink)
{
	CLEANUP(sink_freep) struct sink *sink = sink_alloc();
	int r;

	if (!sink)
		return -ENOMEM;

	r = url_parse(sink, options->url);
	if (r < 0)
		return r;

	r = sink_setup(sink, options);
	if (r < 0)
		return r;

	*ret_sink = TAKE_PTR(sink);
	return 0;
}

int sink_new_fd(const struct sink_options *options, int fd, struct sink **ret_sink)
{
	CLEANUP(sink_freep) struct sink *sink = sink_alloc();
	int r;

	if (!sink)
		return -ENOMEM;

	sink->transport = &sink_fd;
	sink->socket_type = SOCK_STREAM;
	r = sink_setup(sink, options);
	if (r < 0)
		return r;

	sink->fd = fd;
	*ret_sink = TAKE_PTR(sink);
	return 0;
}

void sink_give_up(struct sink *sink)
{
	for (size_t i = 0; i < sink->batch_count; i++)
		queue_lose(&sink->queue, sink->batch[i], LOST_CLOSE);
	sink->batch_count = 0;
	sink->batch_offset = 0;
	queue_clear(&sink->queue);
}

void sink_free(struct sink *sink)
{
	if (!sink)
		return;

	sink_give_up(sink);
	util_close(&sink->fd);
	free(sink->path);
	free(sink->name);
	free(sink->buffer);
	free(sink);
}

/* Counts an event that does not get into the queue. Returns `error`. */
static int event_lose(struct sink *sink, const struct event *event, enum lost_cause cause, int error)
{
	struct lost_entry entry = lost_entry(&sink->lost, event);

	lost_add_entry(&sink->lost, cause, &entry);
	return error;
}

int sink_push(struct sink *sink, const struct event *event)
{
	enum sink_framing framing = sink->transport->framing;
	struct event_text parts[3] = {};
	char count[FRAME_SIZE];
	size_t length = 0;
	int r;

	if (queue_is_full(&sink->queue, event->kind))
		return event_lose(sink, event, LOST_QUEUE, -ENOBUFS);

	r = format_event(sink->format, event, &sink->format_options, sink->buffer, sink->line_max + 1,
			 &length);
	if (r < 0)
		return event_lose(sink, event, LOST_SIZE, r);

	if (framing == SINK_OCTETS) {
		(void)snprintf(count, sizeof(count), "%zu ", length);
		parts[0] = event_text(count);
	}
	parts[1] = (struct event_text){.bytes = sink->buffer, .length = length};
	if (framing == SINK_NEWLINE || framing == SINK_NUL)
		parts[2] = (struct event_text){.bytes = framing == SINK_NUL ? "" : "\n", .length = 1};
	return queue_push(&sink->queue, event, parts);
}

static void batch_fill(struct sink *sink)
{
	while (sink->batch_count < SINK_BATCH) {
		struct queue_line *line = queue_take(&sink->queue);

		if (!line)
			break;
		sink->batch[sink->batch_count++] = line;
	}
}

/* Drops the first line of the batch, which the output will never take. */
static void batch_lose(struct sink *sink)
{
	queue_lose(&sink->queue, sink->batch[0], LOST_SEND);
	memmove(sink->batch, sink->batch + 1, --sink->batch_count * sizeof(sink->batch[0]));
	sink->batch_offset = 0;
}

static void sink_close(struct sink *sink)
{
	util_close(&sink->fd);
	sink->fd = -1;
	sink->is_connecting = false;
	sink->is_blocked = false;
	sink->batch_offset = 0; /* a line goes on one connection as a whole */
}

/* Remembers why nothing could be sent and when to try again. */
static int sink_fail(struct sink *sink, int error, uint64_t now)
{
	sink->error = error;
	if (sink->transport->is_final) {
		sink_close(sink);
		sink->is_dead = true;
		return -EPIPE;
	}

	/* These pass while the descriptor stays good; closing a file would not free its disk. */
	if (error != ENOBUFS && error != ENOMEM && error != ENOSPC && error != EDQUOT)
		sink_close(sink);
	sink->backoff = sink->backoff ? sink->backoff * 2 : BACKOFF_FIRST;
	if (sink->backoff > BACKOFF_LAST)
		sink->backoff = BACKOFF_LAST;
	sink->retry_at = now + sink->backoff;
	return -EAGAIN;
}

/* Opens the output or finishes opening it. Returns 0 when it can be sent to, -EAGAIN, or why it failed. */
static int sink_open(struct sink *sink)
{
	int error = 0, r;
	socklen_t size = sizeof(error);

	if (sink->fd < 0) {
		r = sink->transport->open(sink);
		if (r == -EINPROGRESS) {
			sink->is_connecting = true;
			return -EAGAIN;
		}
		return r;
	}

	if (!sink->is_connecting)
		return 0;
	if (getsockopt(sink->fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0)
		return -errno;
	if (error != 0)
		return -error;

	size = sizeof(struct sockaddr_storage);
	if (getpeername(sink->fd, (struct sockaddr *)&(struct sockaddr_storage){}, &size) < 0)
		return errno == ENOTCONN ? -EAGAIN : -errno;
	sink->is_connecting = false;
	return 0;
}

void sink_keep(struct sink *sink, struct untold_account *account)
{
	sink->account = account;
	untold_name(account, sink->name);
	sink_note(sink);
}

void sink_note(struct sink *sink)
{
	if (sink->account)
		untold_note(sink->account, &sink->lost, sink->queue.at_risk);
}

/* Whether lines that are being sent have arrived is not known of a daemon that is killed. */
static void batch_note(struct sink *sink)
{
	for (size_t i = 0; i < sink->batch_count && sink->account; i++) {
		const struct lost_entry *entry = &sink->batch[i]->entry;

		if (!entry->told && entry->kind < EVENT_KIND_COUNT)
			sink->account->sending[entry->kind] += entry->count;
	}
}

/* Sends all there is. Returns 0, -EAGAIN, or why it failed. */
static int sink_drain(struct sink *sink)
{
	int r;

	for (batch_fill(sink); sink->batch_count > 0; batch_fill(sink)) {
		batch_note(sink);
		r = sink->transport->send(sink);
		if (r == -EMSGSIZE)
			batch_lose(sink);
		sink_note(sink);
		if (r == -EMSGSIZE)
			continue;
		if (r < 0)
			return r;
		sink->error = 0;
		sink->backoff = 0;
	}
	return 0;
}

int sink_flush(struct sink *sink, uint64_t now)
{
	int r;

	if (sink->is_dead)
		return -EPIPE;
	if (sink->batch_count == 0 && sink->queue.count == 0)
		return 0;
	if (now < sink->retry_at)
		return -EAGAIN;

	sink->retry_at = 0;
	sink->is_blocked = false;
	r = sink_open(sink);
	if (r == 0)
		r = sink_drain(sink);
	if (r == -EAGAIN) {
		sink->is_blocked = true;
		return r;
	}
	return r < 0 ? sink_fail(sink, -r, now) : 0;
}

void sink_wait(const struct sink *sink, struct sink_wait *ret_wait)
{
	*ret_wait = (struct sink_wait){.fd = -1, .deadline = UINT64_MAX};

	if (sink->is_dead || (sink->batch_count == 0 && sink->queue.count == 0))
		return;

	if (sink->is_blocked && sink->fd >= 0) {
		ret_wait->fd = sink->fd;
		ret_wait->events = EPOLLOUT;
	} else {
		ret_wait->deadline = sink->retry_at;
	}
}

void sink_reopen(struct sink *sink)
{
	if (sink->transport != &sink_file)
		return;

	sink_close(sink);
	sink->retry_at = 0;
}

struct lost *sink_lost(struct sink *sink)
{
	return &sink->lost;
}

bool sink_can_tell(const struct sink *sink)
{
	return !sink->is_dead && lost_pending(&sink->lost) && sink->queue.used <= sink->queue.capacity / 2;
}

const char *sink_name(const struct sink *sink)
{
	return sink->name;
}

uint64_t sink_sent(const struct sink *sink)
{
	return sink->sent;
}

size_t sink_queued(const struct sink *sink)
{
	return sink->queue.count + sink->batch_count;
}

int sink_error(const struct sink *sink)
{
	return sink->error;
}

uint64_t sink_now(void)
{
	struct timespec now = {};

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000U + (uint64_t)now.tv_nsec / 1000;
}
