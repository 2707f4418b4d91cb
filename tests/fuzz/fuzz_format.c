/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hostile bytes in every field: each format makes one line of printable ASCII that its parser takes, and all
 * bytes come back. Shortened to a limit that the input chooses, the line still parses.
 *
 * Input: 2 bytes of limit, then for each field in turn a byte of length (255: absent) and that many bytes;
 * when the input ends the rest is absent. Numbers take up to 8 bytes.
 */
#include <stdint.h>
#include <stdlib.h>

#include "../unit/event_parse.h"
#include "format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void event_read(struct event *event, const uint8_t *data, size_t size)
{
	for (size_t i = 0, at = 0; i < EVENT_FIELD_COUNT && at < size; i++) {
		void *member = (char *)event + event_fields[i].offset;
		size_t length = data[at++];

		if (length == 255)
			continue;
		if (length > size - at)
			length = size - at;
		if (event_is_text(event_fields[i].type)) {
			*(struct event_text *)member = (struct event_text){(const char *)data + at, length};
		} else {
			uint64_t number = 0;

			memcpy(&number, data + at, length < 8 ? length : 8);
			*(uint64_t *)member = number;
		}
		at += length;
	}

	/* What every event has. */
	event->kind = event->kind % EVENT_KIND_COUNT;
	event->severity = event->severity % EVENT_SEVERITY_COUNT;
}

/* Whether all texts of the event are among the parsed values. */
static bool event_is_parsed(const struct event *event, const struct parsed *parsed)
{
	for (size_t i = 0; i < EVENT_FIELD_COUNT; i++) {
		const struct event_text *text;

		if (!event_is_text(event_fields[i].type) || !event_has(event, i))
			continue;
		text = event_bytes(event, i);
		if (!parsed_has(parsed, NULL, text->bytes, text->length))
			return false;
	}
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct format_options options = {.facility = 10, .pid = 1};
	static char line[FORMAT_LINE_MAX];
	static struct parsed parsed;
	CLEANUP_EVENT struct event event;
	size_t limit;

	event_init(&event);
	if (size < 2)
		return 0;

	limit = (size_t)(data[0] | data[1] << 8);
	event_read(&event, data + 2, size - 2);
	for (size_t i = 0; i < format_count; i++) {
		size_t length = 0;

		if (format_event(&formats[i], &event, &options, line, sizeof(line), &length) < 0 ||
		    !parse_line(formats[i].name, line, length, &parsed))
			abort();
		if (strcmp(formats[i].name, "text") != 0 && !event_is_parsed(&event, &parsed))
			abort();
		parsed_clear(&parsed);

		if (format_event(&formats[i], &event, &options, line, limit, &length) < 0)
			continue;
		if (length >= limit || !parse_line(formats[i].name, line, length, &parsed))
			abort();
		parsed_clear(&parsed);
	}
	return 0;
}
