/* SPDX-License-Identifier: Apache-2.0 */
/* Sinks, servers for them, and what tests of both share. */
#ifndef SINK_SAMPLE_H
#define SINK_SAMPLE_H

#include <sys/socket.h>
#include <sys/un.h>

#include "event_sample.h"
#include "event_suite.h"
#include "sink.h"

static char folder[64], path[80], url[96];
static char buffer[1 << 20];

static inline void setup(const char *scheme)
{
	(void)snprintf(folder, sizeof(folder), "/tmp/policyd-sink-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	(void)snprintf(path, sizeof(path), "%s/output", folder);
	(void)snprintf(url, sizeof(url), "%s%s", scheme, path);
}

static inline void teardown(void)
{
	(void)unlink(path);
	(void)rmdir(folder);
}

static inline struct sink *sink_make(const char *to, size_t queue_size)
{
	const struct sink_options options = {
		.name = "test",
		.url = to,
		.format_options = format_options_default(),
		.queue_size = queue_size,
	};
	struct sink *sink = NULL;

	ck_assert_int_eq(sink_new(&options, &sink), 0);
	return sink;
}

/* Pushes an event with that sequence number. */
static inline int push(struct sink *sink, enum event_kind kind, uint64_t number)
{
	struct event event;

	event_init(&event);
	sample_denied(&event);
	event.severity = EVENT_NONE;
	event_set_kind(&event, kind);
	event.sequence = number;
	return sink_push(sink, &event);
}

/* Tells all that the sink's account holds: the queue takes the news. */
static inline void sink_tell(struct sink *sink)
{
	while (lost_pending(sink_lost(sink))) {
		CLEANUP_EVENT struct event event;

		event_init(&event);
		ck_assert_int_eq(lost_next(sink_lost(sink), &event), 1);
		ck_assert_int_eq(sink_push(sink, &event), 0);
	}
	ck_assert_int_eq(sink_flush(sink, 0), 0);
}

static inline int unix_server(int type)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);

	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	if (type == SOCK_STREAM)
		ck_assert_int_eq(listen(fd, 5), 0);
	return fd;
}

/* Receives one datagram or what a stream has, as a string. Returns its length, 0 for nothing. */
static inline size_t receive(int fd)
{
	ssize_t size = recv(fd, buffer, sizeof(buffer) - 1, MSG_DONTWAIT);

	if (size < 0)
		return 0;
	buffer[size] = '\0';
	return (size_t)size;
}

static inline bool receive_waits(int fd)
{
	return recv(fd, buffer, 1, MSG_DONTWAIT | MSG_PEEK) > 0;
}

static inline void check_number(uint64_t number)
{
	char text[64];

	(void)snprintf(text, sizeof(text), " sequence=\"%u\" ", (unsigned int)number);
	ck_assert_ptr_nonnull(strstr(buffer, text));
}

#endif
