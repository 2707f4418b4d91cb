// SPDX-License-Identifier: Apache-2.0
/*
 * `action: freeze` of rates and detectors. The kernel's programs cannot freeze, so the daemon does it when it
 * reads the record; the event says what came of it.
 */
#include <inttypes.h>
#include <string.h>

#include "daemon_internal.h"
#include "freeze.h"
#include "names.h"
#include "util.h"

#define TEXT_MAX 1024
/* The shipped unit shows policyd all of /sys read-only. Here init's own mounts are, which are not. */
#define INIT_ROOT "/proc/1/root"

static bool freeze_wanted(const struct model *model, const struct model_anomaly *anomaly)
{
	enum policy_verdict action = anomaly->rate     ? anomaly->rate->action
				     : anomaly->detect ? anomaly->detect->action
						       : POLICY_AUDIT_ONLY;

	return action == POLICY_FREEZE && model->policies[anomaly->policy].policy->mode == POLICY_ENFORCE;
}

static int freeze_try(const struct event *event, char *why, size_t size)
{
	static const char *const spared[] = {"/proc/self/cgroup", "/proc/1/cgroup", NULL};
	const char *mount = names_cgroups_find();
	char place[sizeof(INIT_ROOT) + 32];
	const struct freeze_places places = {.cgroups = mount ? place : NULL, .spared = spared};
	CLEANUP_FREE char *path = NULL;

	if (event->cgroup_id == EVENT_NONE || event->cgroup.length == 0) {
		(void)snprintf(why, size, "its cgroup is gone");
		return -ENOENT;
	}
	(void)snprintf(place, sizeof(place), INIT_ROOT "%s", mount ? mount : "");
	path = strndup(event->cgroup.bytes, event->cgroup.length);
	if (!path) {
		(void)snprintf(why, size, "out of memory");
		return -ENOMEM;
	}
	return freeze_cgroup(&places, path, event->cgroup_id, why, size);
}

void daemon_freeze(struct event *event, const struct model *model, const struct model_anomaly *anomaly)
{
	char why[256] = "", text[TEXT_MAX];
	int r, length;

	if (!freeze_wanted(model, anomaly))
		return;
	r = freeze_try(event, why, sizeof(why));
	length = snprintf(text, sizeof(text), "%.*s; %s%s", (int)event->detail.length,
			  event->detail.bytes ? event->detail.bytes : "",
			  r < 0 ? "the cgroup was not frozen: " : "the cgroup is frozen", why);
	if (length > 0)
		(void)event_set(event, &event->detail, text,
				(size_t)length < sizeof(text) ? (size_t)length : sizeof(text) - 1);
}
