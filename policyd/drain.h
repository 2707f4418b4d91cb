/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ring records on their way: decoded, attributed, handed to the outputs. Also what the kernel lost.
 */
#ifndef POLICYD_DRAIN_H
#define POLICYD_DRAIN_H

#include <systemd/sd-event.h>

#include "decode.h"
#include "loader.h"
#include "outputs.h"

/* Adds policy, rule, file, line and what else the decision meant. The event's origin says what to look up. */
typedef void drain_attribute_fn(void *data, struct event *event);

struct drain_options {
	struct loader *loader;	 /* borrowed */
	struct outputs *outputs; /* borrowed */
	const char *account;	 /* file that keeps which losses have been told, for the next daemon */
	drain_attribute_fn *attribute;
	drain_attribute_fn *after; /* when the event has been sent on; it may be changed then */
	void *data;		   /* for both */
};

struct drain;

/* Drains the ring whenever records wait. Returns 0 or -errno. */
int drain_new(sd_event *loop, const struct drain_options *options, struct drain **ret_drain);

/* Drains once more and stops. Takes NULL. */
void drain_free(struct drain *drain);

/* Why it is not kept which losses have been told, -errno: the next daemon tells them again; 0: it is. */
int drain_unkept(const struct drain *drain);

/* Names of files are read with these facts from now on. Borrowed. */
void drain_set_host(struct drain *drain, const struct host *host);

/* Takes what waits in the ring now. Returns the number of records or -errno. */
int drain_run(struct drain *drain);

#endif
