/* SPDX-License-Identifier: Apache-2.0 */
/* For people: one line of columns. */
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "format_syslog.h"

#define OBJECT_WIDTH 29

static const struct {
	const char *label;
	const char *colour; /* ANSI, bold where somebody should look */
} labels[] = {
	[EVENT_DENIED] = {"DENIED", "\x1b[1;31m"},   [EVENT_WOULD_DENY] = {"WOULD-DENY", "\x1b[33m"},
	[EVENT_AUDITED] = {"AUDITED", "\x1b[2m"},    [EVENT_KILLED] = {"KILLED", "\x1b[1;31m"},
	[EVENT_ANOMALY] = {"ANOMALY", "\x1b[1;35m"}, [EVENT_LOST] = {"LOST", "\x1b[1;33m"},
	[EVENT_POLICY] = {"POLICY", "\x1b[36m"},     [EVENT_HEALTH] = {"HEALTH", "\x1b[36m"},
	[EVENT_TAMPER] = {"TAMPER", "\x1b[1;31m"},
};
_Static_assert(ARRAY_SIZE(labels) == EVENT_KIND_COUNT, "every kind has its label");

/* A value as one word: quoted if it has a space or could be taken for a quoted one. */
static void write_word(struct writer *writer, const struct event_text *text)
{
	bool quote = text->length > 0 && memchr(text->bytes, ' ', text->length);

	writer_string(writer, quote ? "\"" : "");
	writer_escaped(writer, text->bytes, text->length, WRITER_PLAIN);
	writer_string(writer, quote ? "\"" : "");
}

/* The same for what a policy's author wrote. */
static void write_name(struct writer *writer, const struct event_text *name)
{
	bool quote = name->length > 0 && memchr(name->bytes, ' ', name->length);

	writer_string(writer, quote ? "\"" : "");
	writer_name(writer, name, WRITER_PLAIN);
	writer_string(writer, quote ? "\"" : "");
}

static void write_subject(struct writer *writer, const struct event *event)
{
	struct event_text name = event->exe.length > 0 ? writer_base(&event->exe) : event->comm;

	if (event->pid == EVENT_NONE)
		return;

	writer_string(writer, " ");
	if (name.length == 0)
		name = event_text("?");
	write_word(writer, &name);
	writer_printf(writer, "[%" PRIu64 "]", event->pid);
	if (event->user.length > 0) {
		writer_string(writer, " ");
		write_word(writer, &event->user);
	} else if (event->uid != EVENT_NONE) {
		writer_printf(writer, " uid=%" PRIu64, event->uid);
	}
}

static void write_address(struct writer *writer, const struct event *event)
{
	bool is_remote = event->remote_address.length > 0;
	const struct event_text *address = is_remote ? &event->remote_address : &event->local_address;
	uint64_t port = is_remote ? event->remote_port : event->local_port;
	bool is_ipv6 = address->length > 0 && memchr(address->bytes, ':', address->length);

	if (event->protocol.length > 0) {
		writer_string(writer, " ");
		write_word(writer, &event->protocol);
	} else if (event->family.length > 0) {
		writer_string(writer, " ");
		write_word(writer, &event->family);
	}
	if (address->length == 0)
		return;

	writer_string(writer, is_ipv6 ? " [" : " ");
	writer_escaped(writer, address->bytes, address->length, WRITER_PLAIN);
	if (is_ipv6)
		writer_string(writer, "]");
	if (port != EVENT_NONE)
		writer_printf(writer, ":%" PRIu64, port);
}

static void write_object(struct writer *writer, const struct event *event)
{
	static const enum event_field words[] = {
		EVENT_FIELD_section, EVENT_FIELD_operation,  EVENT_FIELD_path,	 EVENT_FIELD_unix_name,
		EVENT_FIELD_syscall, EVENT_FIELD_target_exe, EVENT_FIELD_action, EVENT_FIELD_detail,
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		const struct event_text *text = event_bytes(event, words[i]);

		if (text->length == 0)
			continue;
		writer_string(writer, " ");
		if (words[i] == EVENT_FIELD_detail)
			writer_escaped(writer, text->bytes, text->length, WRITER_PLAIN);
		else
			write_word(writer, text);
	}

	if (event->path2.length > 0) {
		writer_string(writer, " -> ");
		write_word(writer, &event->path2);
	}
	if (event->target_pid != EVENT_NONE)
		writer_printf(writer, " [%" PRIu64 "]", event->target_pid);
	if (event->unix_name.length == 0)
		write_address(writer, event);
	/* Where a rule decided, the reason says more about the event, and is not why it was refused. */
	if (event->reason.length > 0) {
		writer_string(writer, event->policy.length > 0 ? " note: " : " name unresolved: ");
		write_word(writer, &event->reason);
	}
	if (event->kind == EVENT_LOST) {
		writer_printf(writer, " %" PRIu64 " ", event->lost);
		write_word(writer, &event->lost_kind);
		writer_string(writer, " at ");
		write_word(writer, &event->cause);
	}
}

static void write_place(struct writer *writer, const struct event *event)
{
	struct event_text file = writer_base(&event->file);

	if (event->policy.length > 0) {
		writer_string(writer, "  ");
		write_name(writer, &event->policy);
		if (event->rule.length > 0) {
			writer_string(writer, "/");
			write_name(writer, &event->rule);
		}
	}
	if (file.length > 0) {
		writer_string(writer, "  ");
		write_name(writer, &file);
		if (event->line != EVENT_NONE)
			writer_printf(writer, ":%" PRIu64, event->line);
	}
	if (event->suppressed != EVENT_NONE)
		writer_printf(writer, "  x%" PRIu64, event->suppressed);
	if (event->cut != EVENT_NONE)
		writer_string(writer, "  (truncated)");
	if (event->message.length > 0) {
		writer_string(writer, "  ");
		writer_name(writer, &event->message, WRITER_PLAIN);
	}
}

void format_summary(struct writer *writer, const struct event *event, bool pad, bool colour)
{
	const char *label = event->kind < EVENT_KIND_COUNT ? labels[event->kind].label : "?";
	size_t start;

	if (colour && event->kind < EVENT_KIND_COUNT)
		writer_printf(writer, "%s%-*s\x1b[0m", labels[event->kind].colour, pad ? 7 : 0, label);
	else
		writer_printf(writer, "%-*s", pad ? 7 : 0, label);

	write_subject(writer, event);
	writer_string(writer, pad && event->pid != EVENT_NONE ? " " : "");
	start = writer->length;
	write_object(writer, event);
	while (pad && event->policy.length > 0 && !writer->overflow && writer->length - start < OBJECT_WIDTH)
		writer_string(writer, " ");
	write_place(writer, event);
}

int format_text(const struct event *event, const struct format_options *options, char *buffer, size_t size,
		size_t *ret_length)
{
	struct writer writer = {.buffer = buffer, .size = size};
	time_t seconds = (time_t)(event->time / 1000000000U);
	char text[16] = "";
	struct tm tm;

	if (event->time != EVENT_NONE && localtime_r(&seconds, &tm))
		(void)strftime(text, sizeof(text), "%H:%M:%S ", &tm);

	writer_string(&writer, text);
	format_summary(&writer, event, true, options->colour);
	return writer_end(&writer, ret_length);
}
