/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Between the parts of the daemon.
 */
#ifndef POLICYD_DAEMON_INTERNAL_H
#define POLICYD_DAEMON_INTERNAL_H

#include <systemd/sd-event.h>

#include "control.h"
#include "daemon.h"
#include "drain.h"
#include "loader.h"
#include "outputs.h"
#include "reload.h"
#include "watch.h"

/* In the order in which they are set up. */
struct daemon {
	const struct config *config;
	int lock;
	sd_event *loop;
	struct outputs *outputs;
	struct watch *watch;
	struct reload reload;
	struct loader *loader;
	struct drain *drain;
	struct control *control;
	sd_event_source *canary_timer;

	uint64_t started; /* CLOCK_REALTIME in seconds */
	int canary;	  /* of the last attempt: 0, -ENOTSUP, another -errno */
	bool without_set; /* an empty set is live because the directory could not be used */
	bool unload;	  /* enforcement ends with the daemon */
};

/* Whether what is live is known to be enforced; otherwise *ret_why (static) says why not. */
bool daemon_enforces(const struct daemon *daemon, const char **ret_why);

/* Reports on stderr and to the outputs; `detail` may be NULL. */
void daemon_report(struct daemon *daemon, enum event_action action, const char *detail);

/* Publishes what the directory holds and reports how that went. */
enum reload_outcome daemon_reload(struct daemon *daemon, bool always);

/* Logs the reasons of the last attempt, one line each; with `first_told` without the one a report named. */
void daemon_log_reasons(const struct reload *reload, bool first_told);

/* What control requests answer; `data` is the daemon. */
extern const struct control_request daemon_requests[];

/* An object with everything that `policyctl status` shows; NULL when out of memory. See docs/control.md. */
json_t *daemon_status(const struct daemon *daemon);

/* Metrics in the text format of Prometheus, malloc'ed; NULL when out of memory. */
char *daemon_metrics(const struct daemon *daemon);

/* Adds policy, rule and their place to an event of the kernel; see drain.h. `data` is the daemon. */
void daemon_attribute(void *data, struct event *event);

/* Tries the canary; reports when the result is another than before. Returns its result. */
int daemon_canary(struct daemon *daemon);

#endif
