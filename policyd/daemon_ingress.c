// SPDX-License-Identifier: Apache-2.0
/*
 * The daemon and the interfaces at which it refuses connections.
 */
#include <string.h>

#include "daemon_internal.h"
#include "log.h"
#include "util.h"

static void on_told(void *data, int error, const char *sentence)
{
	struct daemon *daemon = data;

	if (error)
		daemon_report(daemon, EVENT_ACTION_DEGRADED, sentence);
	else
		log_line(EVENT_NOTICE, "%s", sentence);
}

int daemon_ingress_start(struct daemon *daemon)
{
	int r;

	if (daemon->config->ingress[0] == '\0')
		return 0;
	r = ingress_new(daemon->loop, daemon->config->ingress, on_told, daemon, &daemon->ingress);
	if (r < 0) {
		log_line(EVENT_ERROR, "cannot look after the interfaces '%s': %s", daemon->config->ingress,
			 strerror(-r));
		return r;
	}
	ingress_published(daemon->ingress, daemon->loader, &daemon->reload);
	return 0;
}
