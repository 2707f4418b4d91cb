/* SPDX-License-Identifier: Apache-2.0 */
#include "format.h"

#include <string.h>
#include <unistd.h>

#include "escape.h"
#include "format_syslog.h"

const struct format formats[] = {
	{"rfc5424", format_rfc5424, true}, {"rfc3164", format_rfc3164, true}, {"json", format_json, false},
	{"ecs", format_ecs, false},	   {"ocsf", format_ocsf, false},      {"cef", format_cef, false},
	{"text", format_text, false},
};
const size_t format_count = ARRAY_SIZE(formats);

const struct format *format_from_name(const char *name)
{
	for (size_t i = 0; i < format_count; i++)
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	return NULL;
}

int format_facility_from_name(const char *name, unsigned int *ret_facility)
{
	static const char *const names[] = {
		"kern",	  "user",   "mail",	"daemon", "auth",   "syslog", "lpr",	"news",
		"uucp",	  "cron",   "authpriv", "ftp",	  "ntp",    "audit",  "alert",	"clock",
		"local0", "local1", "local2",	"local3", "local4", "local5", "local6", "local7",
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++) {
		if (strcmp(names[i], name) != 0)
			continue;
		*ret_facility = i;
		return 0;
	}
	return -ENOENT;
}

struct format_options format_options_default(void)
{
	return (struct format_options){.facility = 10, .pid = (uint32_t)getpid()};
}

static int format_once(const struct format *format, const struct event *event,
		       const struct format_options *options, char *buffer, size_t size, size_t *ret_length)
{
	size_t header = 0, length = 0;
	int r;

	if (options->envelope && !format->is_syslog) {
		r = format_syslog_header(event, options, buffer, size, &header);
		if (r < 0)
			return r;
	}

	r = format->function(event, options, buffer + header, size - header, &length);
	if (r < 0)
		return r;

	*ret_length = header + length;
	return 0;
}

/* A copy of the event that borrows its bytes, with no text longer than `limit` characters when escaped. */
static struct event event_shortened(const struct event *event, size_t limit)
{
	struct event copy = *event;
	uint64_t cut = event->cut == EVENT_NONE ? 0 : event->cut;

	for (size_t i = 0, bit = 0; i < EVENT_FIELD_COUNT; i++) {
		struct event_text *text = (struct event_text *)((char *)&copy + event_fields[i].offset);
		size_t length;

		if (!event_is_text(event_fields[i].type))
			continue;

		length = escape_fit(text->bytes, text->length, limit);
		if (length < text->length)
			cut |= 1ULL << bit;
		bit++;
		text->length = length;
	}

	copy.cut = cut ? cut : EVENT_NONE;
	return copy;
}

int format_event(const struct format *format, const struct event *event, const struct format_options *options,
		 char *buffer, size_t size, size_t *ret_length)
{
	size_t fits = 0, exceeds = size, tolerance = size / 64 + 1;
	struct event copy;
	int r;

	r = format_once(format, event, options, buffer, size, ret_length);
	if (r != -ENOBUFS)
		return r;

	/* Every step formats the line once more, and whoever chooses long names chooses how often. */
	while (exceeds - fits > tolerance) {
		size_t limit = fits + (exceeds - fits) / 2;

		copy = event_shortened(event, limit);
		r = format_once(format, &copy, options, buffer, size, ret_length);
		if (r == 0)
			fits = limit;
		else if (r == -ENOBUFS)
			exceeds = limit;
		else
			return r;
	}

	copy = event_shortened(event, fits);
	return format_once(format, &copy, options, buffer, size, ret_length);
}
