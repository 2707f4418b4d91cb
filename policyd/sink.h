/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Outputs: where formatted events go. A sink has a bounded queue and an account of its losses; it never
 * blocks and never gives up. One thread.
 */
#ifndef POLICYD_SINK_H
#define POLICYD_SINK_H

#include <stddef.h>
#include <stdint.h>

#include "event.h"
#include "format.h"
#include "lost.h"
#include "queue.h"
#include "untold.h"

struct sink_options {
	const char *name; /* for accounts and messages; copied */
	/*
	 * "/dev/log" or "unix:PATH": a syslog socket, datagrams or, where it takes none, a stream.
	 * "udp://ADDRESS:PORT", "tcp://ADDRESS:PORT": a collector, TCP with octet counting (RFC 6587); the
	 * port defaults to 514, an IPv6 address stands in brackets. Host names are refused, because looking
	 * one up can block. "file:PATH": lines appended to a file.
	 */
	const char *url;
	const struct format *format;	      /* NULL: json for files, rfc5424 for the rest */
	struct format_options format_options; /* `envelope` is set by the sink */
	size_t line_max;		      /* bytes, 0: the default of the output */
	size_t queue_size;		      /* bytes, 0: 8 MiB; no line is longer than it takes */
	size_t queue_reserved;		      /* of it for denials and the like, 0: a quarter */
};

struct sink;

/* What to wait for before the next sink_flush(). */
struct sink_wait {
	int fd;		   /* -1: none */
	uint32_t events;   /* EPOLLOUT */
	uint64_t deadline; /* CLOCK_MONOTONIC in microseconds, UINT64_MAX: none */
};

/*
 * Makes a sink; connects or opens nothing yet. Returns 0, -EINVAL for a bad `url` or a queue without room for
 * any line, -ENOMEM.
 */
int sink_new(const struct sink_options *options, struct sink **ret_sink);

/*
 * Makes a sink on a connected stream socket, one event a line; `url` is not used. Takes the descriptor over
 * on success. When the other end goes away the sink is dead: sink_flush() returns -EPIPE from then on.
 */
int sink_new_fd(const struct sink_options *options, int fd, struct sink **ret_sink);

/* Counts all that is queued as lost by LOST_CLOSE. */
void sink_give_up(struct sink *sink);

/* Closes it; what is queued is lost. Takes NULL. */
void sink_free(struct sink *sink);

/*
 * Formats an event, shortened to the output's limit, and queues it. Returns 0; otherwise the event is lost
 * and counted: -ENOBUFS (queue full or line too long), -ENOMEM.
 */
int sink_push(struct sink *sink, const struct event *event);

/*
 * Sends what is queued, as far as that goes without blocking, and connects, opens or reconnects where needed.
 * `now` is CLOCK_MONOTONIC in microseconds. Returns 0 when nothing is left, -EAGAIN when sink_wait() says
 * what to wait for, -EPIPE for a dead sink.
 */
int sink_flush(struct sink *sink, uint64_t now);

void sink_wait(const struct sink *sink, struct sink_wait *ret_wait);

/* Closes the file so that the next flush opens it by name again. Without effect on other outputs. */
void sink_reopen(struct sink *sink);

/* Keeps what the sink has not delivered in an account from now on. Borrowed. */
void sink_keep(struct sink *sink, struct untold_account *account);

/* Brings the account up to date; while lines are sent the sink does. */
void sink_note(struct sink *sink);

/* The account of losses; lost_next() and lost_add() may be used on it. */
struct lost *sink_lost(struct sink *sink);

/* Whether losses should be told now: there are some, and the queue has room again to deliver the news. */
bool sink_can_tell(const struct sink *sink);

const char *sink_name(const struct sink *sink);

/* Events that were handed to the output so far. */
uint64_t sink_sent(const struct sink *sink);

/* Bytes and lines that wait. */
size_t sink_queued(const struct sink *sink);

/* The last error that kept the sink from sending, as a positive errno, 0 when the last attempt went well. */
int sink_error(const struct sink *sink);

/* CLOCK_MONOTONIC in microseconds. */
uint64_t sink_now(void);

#endif
