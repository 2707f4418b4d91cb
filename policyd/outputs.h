/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where events go: merged, numbered, then to every configured output and every subscriber. Nothing here
 * blocks, and what an output loses becomes `lost` events on all of them, so that every consumer sees every
 * number.
 */
#ifndef POLICYD_OUTPUTS_H
#define POLICYD_OUTPUTS_H

#include <jansson.h>
#include <systemd/sd-event.h>

#include "config.h"
#include "event.h"
#include "format.h"
#include "lost.h"
#include "sink.h"

#define OUTPUTS_SUBSCRIBERS_MAX 32

struct outputs;

/*
 * Opens the sequence file in the run directory, or numbers without one, and makes the sinks; connects to
 * nothing yet. Returns 0 or -errno with *ret_error, a malloc'ed sentence (NULL when out of memory).
 */
int outputs_new(sd_event *loop, const struct config *config, struct outputs **ret_outputs, char **ret_error);

/* Tells what is merged, sends what can be sent at once, and closes all. Takes NULL. */
void outputs_free(struct outputs *outputs);

/* Takes an event on its way. It stays the caller's. Follow a batch by outputs_run(). */
void outputs_push(struct outputs *outputs, struct event *event);

/*
 * From now on what was pushed so far is not lost in silence where the process is killed: the next daemon
 * tells it as lost, unless it has been sent by then.
 */
void outputs_keep(struct outputs *outputs);

/* Sends what can be sent and arranges for the rest. */
void outputs_run(struct outputs *outputs);

/* What a subscriber asks for. */
struct outputs_subscription {
	const struct format *format;
	bool colour;	    /* of format text */
	uint32_t kinds;	    /* bits of enum event_kind, 0: all */
	const char *policy; /* only its events; copied; NULL: all */
};

/*
 * Sends the events that a subscriber asks for to its connected socket from now on, a line each, until the
 * other end closes it. Owns `fd` on success. Returns 0, -EUSERS, -ENOMEM or -errno.
 */
int outputs_subscribe(struct outputs *outputs, const struct outputs_subscription *subscription, int fd);

/* Why the numbers of events, or what was not delivered, do not outlive the daemon, -errno; 0: they do. */
int outputs_unkept(const struct outputs *outputs);

/* Opens files by their names again. */
void outputs_reopen(struct outputs *outputs);

/* The account of what was lost before it reached the outputs. */
struct lost *outputs_lost(struct outputs *outputs);

/* State of every output: name, sent, queued, lost, error. NULL when out of memory. */
json_t *outputs_describe(const struct outputs *outputs);

/* Calls `each` for every output that is configured. */
void outputs_each(const struct outputs *outputs, void (*each)(void *data, struct sink *sink), void *data);

#endif
