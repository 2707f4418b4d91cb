/* SPDX-License-Identifier: Apache-2.0 */
#include "lost.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

static const char *const causes[] = {
#define X(name, text) [LOST_##name] = text,
	LOST_CAUSES(X)
#undef X
};
_Static_assert(ARRAY_SIZE(causes) == LOST_CAUSE_COUNT, "every cause has its name");

const char *lost_cause_name(enum lost_cause cause)
{
	assert(cause < LOST_CAUSE_COUNT);
	return causes[cause];
}

void lost_add(struct lost *lost, enum lost_cause cause, uint64_t kind, uint64_t count)
{
	assert(cause < LOST_CAUSE_COUNT);

	if (kind >= EVENT_KIND_COUNT)
		kind = EVENT_AUDITED;
	lost->untold[cause][kind] += count;
	lost->total[cause][kind] += count;
}

static bool text_is(const struct event_text *text, const char *string)
{
	return text->length == strlen(string) && memcmp(text->bytes, string, text->length) == 0;
}

/* Splits "CAUSE:OUTPUT". Returns false when the event is about another output or not to be understood. */
static bool cause_read(const struct lost *lost, const struct event *event, enum lost_cause *ret_cause)
{
	struct event_text cause = event->cause, output = {};
	const char *colon = cause.length > 0 ? memchr(cause.bytes, ':', cause.length) : NULL;

	if (colon) {
		cause.length = (size_t)(colon - cause.bytes);
		output.bytes = colon + 1;
		output.length = event->cause.length - cause.length - 1;
		if (!lost->output || !text_is(&output, lost->output))
			return false;
	}

	for (size_t i = 0; i < LOST_CAUSE_COUNT; i++) {
		if (!text_is(&cause, causes[i]))
			continue;
		*ret_cause = (enum lost_cause)i;
		return true;
	}
	return false;
}

static bool kind_read(const struct event *event, uint64_t *ret_kind)
{
	for (uint64_t i = 0; i < EVENT_KIND_COUNT; i++) {
		if (!text_is(&event->lost_kind, event_kind_name(i)))
			continue;
		*ret_kind = i;
		return true;
	}
	return false;
}

struct lost_entry lost_entry(const struct lost *lost, const struct event *event)
{
	struct lost_entry entry = {.told = true, .count = event->lost};

	if (event->kind == EVENT_LOST && event->lost != EVENT_NONE && kind_read(event, &entry.kind) &&
	    cause_read(lost, event, &entry.cause))
		return entry;
	return (struct lost_entry){.kind = event->kind, .count = event_weight(event)};
}

void lost_add_entry(struct lost *lost, enum lost_cause cause, const struct lost_entry *entry)
{
	if (entry->told)
		lost->untold[entry->cause][entry->kind] += entry->count;
	else
		lost_add(lost, cause, entry->kind, entry->count);
}

static uint64_t cells_sum(const uint64_t cells[LOST_CAUSE_COUNT][EVENT_KIND_COUNT])
{
	uint64_t sum = 0;

	for (size_t i = 0; i < LOST_CAUSE_COUNT; i++)
		for (size_t j = 0; j < EVENT_KIND_COUNT; j++)
			sum += cells[i][j];
	return sum;
}

uint64_t lost_untold(const struct lost *lost)
{
	return cells_sum(lost->untold);
}

bool lost_pending(const struct lost *lost)
{
	return lost_untold(lost) > 0;
}

uint64_t lost_total(const struct lost *lost)
{
	return cells_sum(lost->total);
}

static int event_fill(struct event *event, const struct lost *lost, enum lost_cause cause, uint64_t kind)
{
	char text[128];
	int r;

	(void)snprintf(text, sizeof(text), "%s%s%s", causes[cause], lost->output ? ":" : "",
		       lost->output ? lost->output : "");
	r = event_set(event, &event->cause, text, strlen(text));
	if (r < 0)
		return r;

	event_set_kind(event, EVENT_LOST);
	event_set_now(event);
	event->lost_kind = event_text(event_kind_name(kind));
	event->lost = lost->untold[cause][kind];
	if (cause == LOST_CRASH && lost->doubt[kind] > 0) {
		(void)snprintf(text, sizeof(text),
			       "%" PRIu64 " of them were being sent, and may have arrived",
			       lost->doubt[kind]);
		r = event_set(event, &event->detail, text, strlen(text));
		if (r < 0)
			return r;
	}
	if (event_kind_is_important(kind))
		event->severity = EVENT_ERROR;
	return 0;
}

int lost_next(struct lost *lost, struct event *event)
{
	for (size_t i = 0; i < LOST_CAUSE_COUNT; i++) {
		for (size_t j = 0; j < EVENT_KIND_COUNT; j++) {
			int r;

			if (lost->untold[i][j] == 0)
				continue;

			r = event_fill(event, lost, (enum lost_cause)i, j);
			if (r < 0)
				return r;

			lost->untold[i][j] = 0;
			if (i == LOST_CRASH)
				lost->doubt[j] = 0;
			return 1;
		}
	}
	return 0;
}
