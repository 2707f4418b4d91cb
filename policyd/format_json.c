/* SPDX-License-Identifier: Apache-2.0 */
/* Our own fields as one JSON object. */
#include "format_json.h"

#include <string.h>

#include "format.h"

void json_bytes(struct writer *writer, const char *bytes, size_t length)
{
	writer_string(writer, "\"");
	writer_escaped(writer, bytes, length, WRITER_JSON);
	writer_string(writer, "\"");
}

/* Texts joined by `separator` as an array of strings. */
static void write_array(struct writer *writer, const struct event_text *text, char separator)
{
	size_t start = 0;

	writer_string(writer, "[");
	for (size_t i = 0; i <= text->length; i++) {
		if (i < text->length && text->bytes[i] != separator)
			continue;
		if (start > 0)
			writer_string(writer, ",");
		json_bytes(writer, text->bytes + start, i - start);
		start = i + 1;
	}
	writer_string(writer, "]");
}

/* Beyond this, parsers that keep integers in 64 bits with a sign refuse the line: it becomes a string. */
static bool is_string(const struct event *event, enum event_field field)
{
	return event_fields[field].type != EVENT_TYPE_NUMBER || event_number(event, field) > INT64_MAX;
}

void json_field(struct writer *writer, const struct event *event, enum event_field field)
{
	switch (event_fields[field].type) {
	case EVENT_TYPE_TAGS:
		write_array(writer, event_bytes(event, field), ',');
		break;
	case EVENT_TYPE_ARGV:
		write_array(writer, event_bytes(event, field), '\0');
		break;
	default:
		writer_string(writer, is_string(event, field) ? "\"" : "");
		writer_field(writer, event, field, WRITER_JSON);
		writer_string(writer, is_string(event, field) ? "\"" : "");
	}
}

int format_json(const struct event *event, const struct format_options *options, char *buffer, size_t size,
		size_t *ret_length)
{
	struct writer writer = {.buffer = buffer, .size = size};
	const char *separator = "";

	(void)options;
	writer_string(&writer, "{");
	for (size_t i = 0; i < EVENT_FIELD_COUNT; i++) {
		if (!event_has(event, i))
			continue;
		writer_printf(&writer, "%s\"%s\":", separator, event_fields[i].name);
		json_field(&writer, event, i);
		separator = ",";
	}
	writer_string(&writer, "}");
	return writer_end(&writer, ret_length);
}
