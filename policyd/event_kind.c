/* SPDX-License-Identifier: Apache-2.0 */
/* Kinds and severities of events, with their names. */
#include "event.h"

#include <string.h>

static const struct {
	const char *name;
	enum event_severity severity;
	bool important;
} kinds[] = {
#define X(kind, text, level, share) [EVENT_##kind] = {text, level, share},
	EVENT_KINDS(X)
#undef X
};
_Static_assert(ARRAY_SIZE(kinds) == EVENT_KIND_COUNT, "every kind has its row");

static const char *const severities[] = {
	[EVENT_EMERGENCY] = "emergency", [EVENT_ALERT] = "alert",     [EVENT_CRITICAL] = "critical",
	[EVENT_ERROR] = "error",	 [EVENT_WARNING] = "warning", [EVENT_NOTICE] = "notice",
	[EVENT_INFO] = "info",		 [EVENT_DEBUG] = "debug",
};
_Static_assert(ARRAY_SIZE(severities) == EVENT_SEVERITY_COUNT, "every severity has its name");

const char *event_kind_name(uint64_t kind)
{
	return kind < EVENT_KIND_COUNT ? kinds[kind].name : "?";
}

int event_kind_from_name(const char *name, enum event_kind *ret_kind)
{
	for (size_t i = 0; i < EVENT_KIND_COUNT; i++) {
		if (strcmp(kinds[i].name, name) != 0)
			continue;
		*ret_kind = (enum event_kind)i;
		return 0;
	}
	return -ENOENT;
}

const char *event_severity_name(uint64_t severity)
{
	return severity < EVENT_SEVERITY_COUNT ? severities[severity] : "?";
}

bool event_kind_is_important(uint64_t kind)
{
	return kind < EVENT_KIND_COUNT && kinds[kind].important;
}

void event_set_kind(struct event *event, enum event_kind kind)
{
	event->kind = kind;
	if (event->severity == EVENT_NONE)
		event->severity = kinds[kind].severity;
}
