/* SPDX-License-Identifier: Apache-2.0 */
/* A sink in an sd-event loop: woken when its output takes more, and not otherwise. */
#ifndef POLICYD_SINK_LOOP_H
#define POLICYD_SINK_LOOP_H

#include <systemd/sd-event.h>

#include "sink.h"

struct sink_loop;

/* Called after the sink was woken and sent what its output takes; must free neither. */
typedef void sink_loop_woken_fn(void *data);

/*
 * Joins a sink, which is borrowed and must outlive the result, to a loop; `woken` may be NULL. Returns 0 or
 * -errno.
 */
int sink_loop_new(sd_event *loop, struct sink *sink, sink_loop_woken_fn *woken, void *data,
		  struct sink_loop **ret_loop);

/*
 * Sends what can be sent now and arranges to be woken for the rest. Call it after a batch of sink_push().
 * Returns 0, -EPIPE when the sink is dead and nothing is arranged, or -errno of the loop.
 */
int sink_loop_run(struct sink_loop *loop);

/* Takes the sink out of the loop; takes NULL. */
void sink_loop_free(struct sink_loop *loop);

#endif
