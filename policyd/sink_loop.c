/* SPDX-License-Identifier: Apache-2.0 */
#include "sink_loop.h"

#include <time.h>

#define ACCURACY 10000 /* microseconds that a retry may be late */

struct sink_loop {
	sd_event *loop;
	struct sink *sink;
	sd_event_source *io;
	sd_event_source *timer;
	sink_loop_woken_fn *woken;
	void *data;
};

static int wake(struct sink_loop *loop)
{
	(void)sink_loop_run(loop);
	if (loop->woken)
		loop->woken(loop->data);
	return 0;
}

static int on_writable(sd_event_source *source, int fd, uint32_t events, void *data)
{
	(void)source;
	(void)fd;
	(void)events;
	return wake(data);
}

static int on_time(sd_event_source *source, uint64_t time, void *data)
{
	(void)source;
	(void)time;
	return wake(data);
}

int sink_loop_new(sd_event *loop, struct sink *sink, sink_loop_woken_fn *woken, void *data,
		  struct sink_loop **ret_loop)
{
	struct sink_loop *new = calloc(1, sizeof(*new));

	if (!new)
		return -ENOMEM;

	new->loop = sd_event_ref(loop);
	new->sink = sink;
	new->woken = woken;
	new->data = data;
	*ret_loop = new;
	return 0;
}

static int timer_set(struct sink_loop *loop, uint64_t deadline)
{
	int r;

	if (!loop->timer)
		return sd_event_add_time(loop->loop, &loop->timer, CLOCK_MONOTONIC, deadline, ACCURACY,
					 on_time, loop);

	r = sd_event_source_set_time(loop->timer, deadline);
	if (r < 0)
		return r;
	return sd_event_source_set_enabled(loop->timer, SD_EVENT_ONESHOT);
}

int sink_loop_run(struct sink_loop *loop)
{
	struct sink_wait wait;
	int r;

	/* The flush may close the descriptor, and a source must not outlive it. */
	loop->io = sd_event_source_disable_unref(loop->io);
	if (loop->timer)
		(void)sd_event_source_set_enabled(loop->timer, SD_EVENT_OFF);

	r = sink_flush(loop->sink, sink_now());
	if (r != -EAGAIN)
		return r;

	sink_wait(loop->sink, &wait);
	if (wait.fd >= 0)
		return sd_event_add_io(loop->loop, &loop->io, wait.fd, wait.events, on_writable, loop);
	return timer_set(loop, wait.deadline);
}

void sink_loop_free(struct sink_loop *loop)
{
	if (!loop)
		return;

	sd_event_source_disable_unref(loop->io);
	sd_event_source_disable_unref(loop->timer);
	sd_event_unref(loop->loop);
	free(loop);
}
