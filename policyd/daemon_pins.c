// SPDX-License-Identifier: Apache-2.0
/*
 * What stays in the kernel: of another version after a start, and of this one after its end.
 */
#include <inttypes.h>
#include <string.h>

#include "daemon_internal.h"
#include "log.h"
#include "util.h"

int daemon_retire(struct daemon *daemon)
{
	CLEANUP_FREE char *error = NULL;
	uint64_t lost = 0;
	int r = loader_retire(daemon->loader, &lost, &error);

	if (r == 0)
		return 0;
	if (r < 0) { /* more is refused than has to be, which is for people to end */
		daemon_report(daemon, EVENT_ACTION_DEGRADED, error ? error : strerror(-r));
		return 0;
	}
	if (lost > 0)
		lost_add(outputs_lost(daemon->outputs), LOST_RECORD, EVENT_AUDITED, lost);
	daemon_report(daemon, EVENT_ACTION_ADOPTED,
		      "the place of programs of another version, which are gone");
	return daemon_canary(daemon); /* theirs may have refused the one before */
}

void daemon_unload(struct daemon *daemon, bool started, bool adopted)
{
	int r;

	if (!daemon->config->pin || (!daemon->unload && (started || adopted)))
		return;
	r = loader_unload(daemon->config->pin_dir);
	if (r == -ETIMEDOUT)
		log_line(EVENT_ERROR,
			 "the pins in '%s' are gone, but enforcement is not: another process holds the "
			 "programs",
			 daemon->config->pin_dir);
	else if (r < 0)
		log_line(EVENT_ERROR, "cannot remove the pins in '%s': %s", daemon->config->pin_dir,
			 strerror(-r));
	else if (daemon->unload)
		daemon_report(daemon, EVENT_ACTION_UNLOADED, "nothing is enforced any more");
	if (!started)
		loader_put_back(daemon->config->pin_dir);
}
