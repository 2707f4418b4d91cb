/* SPDX-License-Identifier: Apache-2.0 */
/* RFC 5424 and RFC 3164. */
#include "format_syslog.h"

#include <ctype.h>
#include <string.h>
#include <time.h>

#define HOSTNAME_MAX 255 /* RFC 5424, section 6 */

static unsigned int priority(const struct event *event, const struct format_options *options)
{
	unsigned int severity =
		event->severity < EVENT_SEVERITY_COUNT ? (unsigned int)event->severity : EVENT_NOTICE;

	return options->facility * 8 + severity;
}

/* A host name of what host names consist of; "-" stands for none. */
static void write_host(struct writer *writer, const struct event_text *host)
{
	size_t length = host->length < HOSTNAME_MAX ? host->length : HOSTNAME_MAX;

	if (length == 0)
		writer_string(writer, "-");
	for (size_t i = 0; i < length; i++) {
		bool is_valid = isalnum((unsigned char)host->bytes[i]) || memchr(".-_:", host->bytes[i], 4);

		writer_bytes(writer, is_valid ? &host->bytes[i] : "?", 1);
	}
}

static void write_header(struct writer *writer, const struct event *event,
			 const struct format_options *options)
{
	time_t seconds = (time_t)(event->time / 1000000000U);
	char text[32] = "";
	struct tm tm;

	writer_printf(writer, "<%u>1 ", priority(event, options));
	if (event->time != EVENT_NONE && gmtime_r(&seconds, &tm) &&
	    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm) > 0)
		writer_printf(writer, "%s.%06uZ ", text, (unsigned int)(event->time % 1000000000U / 1000));
	else
		writer_string(writer, "- ");

	write_host(writer, &event->host);
	writer_printf(writer, " policyd %u %s ", options->pid,
		      event->kind < EVENT_KIND_COUNT ? event_kind_name(event->kind) : "-");
}

int format_syslog_header(const struct event *event, const struct format_options *options, char *buffer,
			 size_t size, size_t *ret_length)
{
	struct writer writer = {.buffer = buffer, .size = size};

	write_header(&writer, event, options);
	writer_string(&writer, "- ");
	return writer_end(&writer, ret_length);
}

int format_rfc5424(const struct event *event, const struct format_options *options, char *buffer, size_t size,
		   size_t *ret_length)
{
	struct writer writer = {.buffer = buffer, .size = size};

	write_header(&writer, event, options);
	writer_string(&writer, "[" FORMAT_SD_ID);
	for (size_t i = 0; i < EVENT_FIELD_COUNT; i++) {
		if (!event_has(event, i))
			continue;
		writer_printf(&writer, " %s=\"", event_fields[i].name);
		writer_field(&writer, event, i, WRITER_RFC5424);
		writer_string(&writer, "\"");
	}
	writer_string(&writer, "] ");
	format_summary(&writer, event, false, false);
	return writer_end(&writer, ret_length);
}

int format_rfc3164(const struct event *event, const struct format_options *options, char *buffer, size_t size,
		   size_t *ret_length)
{
	struct writer writer = {.buffer = buffer, .size = size};
	time_t seconds = event->time == EVENT_NONE ? 0 : (time_t)(event->time / 1000000000U);
	char text[32] = "Jan  1 00:00:00";
	struct tm tm;

	if (localtime_r(&seconds, &tm))
		(void)strftime(text, sizeof(text), "%b %e %H:%M:%S", &tm);

	writer_printf(&writer, "<%u>%s ", priority(event, options), text);
	write_host(&writer, &event->host);
	writer_printf(&writer, " policyd[%u]:", options->pid);
	for (size_t i = 0; i < EVENT_FIELD_COUNT; i++) {
		if (!event_has(event, i))
			continue;
		writer_printf(&writer, " %s=\"", event_fields[i].name);
		writer_field(&writer, event, i, WRITER_PLAIN);
		writer_string(&writer, "\"");
	}
	return writer_end(&writer, ret_length);
}
