// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include <policyd/guard.h>

#include "decode_tamper.h"
#include "util.h"
#include "word.h"

static const char *const deeds[] = {
#define X(name, text) [POLICYD_GUARD_DEED_##name] = text,
	POLICYD_GUARD_DEEDS(X)
#undef X
};
_Static_assert(ARRAY_SIZE(deeds) == POLICYD_GUARD_DEED_COUNT, "every deed has its name");

int decode_tamper(const struct policyd_event_path *path, struct event *event)
{
	uint32_t deed = path->head.op;
	char number[16];

	event->severity = EVENT_NONE;
	event_set_kind(event, EVENT_TAMPER);
	event->generation = EVENT_NONE;
	event->section = event_text(NULL);
	event->action = event_text(path->head.error ? "refused" : "seen");
	event->operation = event_text(deed < POLICYD_GUARD_DEED_COUNT ? deeds[deed] : "unknown");
	event->origin = (struct event_origin){};
	if (path->condition == 0)
		return 0;
	if (deed == POLICYD_GUARD_DEED_SIGNAL) {
		event->detail = event_text(word_signal(path->condition));
		return 0;
	}
	(void)snprintf(number, sizeof(number), "%u", path->condition);
	return event_set(event, &event->detail, number, strlen(number));
}
