// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "confine.h"
#include "daemon_internal.h"
#include "log.h"

int daemon_confine(struct daemon *daemon)
{
	int r = confine_capabilities(CONFINE_DAEMON);

	if (r < 0)
		log_line(EVENT_WARNING, "cannot give up privileges: %s", strerror(-r));
	r = confine_system_calls(CONFINE_DAEMON, (enum confine_action)daemon->config->seccomp);
	if (r < 0)
		log_line(EVENT_WARNING, "cannot give up system calls: %s", strerror(-r));
	return 0;
}
