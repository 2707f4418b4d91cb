// SPDX-License-Identifier: Apache-2.0
/*
 * What the daemon does by the clock. One timer for all of it, so that an idle host is woken once: for the
 * canary, the pins and symbolic links in the names of rules, for making room in the kernel's tables, and for
 * systemd's watchdog.
 */
#include <systemd/sd-daemon.h>

#include "daemon_internal.h"
#include "notify.h"
#include "util.h"

#define SWEEP_USEC   10000000 /* between looks for idle counts */
#define METRICS_USEC 15000000 /* between versions of the file */
#define SLACK	     5	      /* the timer may be late by a fifth */
#define NEVER	     UINT64_MAX

static uint64_t canary_usec(const struct daemon *daemon)
{
	return daemon->config->canary_interval / 1000;
}

/* The timer may be late by a part of the interval, which is therefore taken off: it is an upper limit. */
static uint64_t due_after(uint64_t now, uint64_t interval)
{
	return now + interval - interval / SLACK;
}

/* When there is something to do next: the timer is off where that is never. */
static int look_later(struct daemon *daemon)
{
	struct look *look = &daemon->look;
	uint64_t next = look->canary < look->sweep ? look->canary : look->sweep;
	int r;

	next = look->metrics < next ? look->metrics : next;
	if (next == NEVER)
		return sd_event_source_set_enabled(look->timer, SD_EVENT_OFF);
	r = sd_event_source_set_time(look->timer, next);
	return r < 0 ? r : sd_event_source_set_enabled(look->timer, SD_EVENT_ONESHOT);
}

static int on_look(sd_event_source *source, uint64_t time, void *data)
{
	struct daemon *daemon = data;
	struct look *look = &daemon->look;
	uint64_t now = time;

	(void)source;
	(void)sd_event_now(daemon->loop, CLOCK_MONOTONIC, &now);
	if (now >= look->canary) {
		(void)daemon_canary(daemon);
		daemon_guard_look(daemon);
		if (daemon->reload.host && host_moved(daemon->reload.host))
			(void)daemon_reload(daemon, false);
		look->canary = due_after(now, canary_usec(daemon));
	}
	if (now >= look->sweep) {
		daemon_count_sweep(daemon);
		look->sweep = due_after(now, SWEEP_USEC);
	}
	if (now >= look->metrics) {
		daemon_metrics_keep(daemon);
		look->metrics = due_after(now, METRICS_USEC);
	}
	if (look->watchdog)
		notify_alive();
	return look_later(daemon);
}

/* systemd is told with the canary where that is often enough. */
static void watchdog_start(struct daemon *daemon)
{
	uint64_t usec = 0;

	if (sd_watchdog_enabled(0, &usec) <= 0)
		return;
	daemon->look.watchdog = canary_usec(daemon) > 0 && canary_usec(daemon) <= usec / 4;
	if (!daemon->look.watchdog)
		(void)sd_event_set_watchdog(daemon->loop, true);
}

int daemon_look_start(struct daemon *daemon)
{
	struct look *look = &daemon->look;
	uint64_t interval = canary_usec(daemon), now = 0;
	int r;

	if (interval == 0 || interval > SWEEP_USEC)
		interval = SWEEP_USEC;
	r = sd_event_now(daemon->loop, CLOCK_MONOTONIC, &now);
	if (r < 0)
		return r;
	look->canary = canary_usec(daemon) ? due_after(now, canary_usec(daemon)) : NEVER;
	look->metrics = daemon->config->metrics_file[0] ? now : NEVER;
	look->sweep = NEVER;
	r = sd_event_add_time(daemon->loop, &look->timer, CLOCK_MONOTONIC, NEVER, interval / SLACK, on_look,
			      daemon);
	if (r < 0)
		return r;
	watchdog_start(daemon);
	daemon_look_settle(daemon);
	return look_later(daemon);
}

void daemon_look_settle(struct daemon *daemon)
{
	struct look *look = &daemon->look;
	uint64_t now = 0;

	if (!look->timer || look->sweep != NEVER || !daemon_count_sweeps(daemon) ||
	    sd_event_now(daemon->loop, CLOCK_MONOTONIC, &now) < 0)
		return;
	look->sweep = due_after(now, SWEEP_USEC);
	(void)look_later(daemon);
}

void daemon_look_stop(struct daemon *daemon)
{
	daemon->look.timer = sd_event_source_disable_unref(daemon->look.timer);
}
