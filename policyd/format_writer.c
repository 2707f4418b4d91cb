/* SPDX-License-Identifier: Apache-2.0 */
#include "format_writer.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>

#include "escape.h"

void writer_bytes(struct writer *writer, const char *bytes, size_t length)
{
	if (writer->overflow || length >= writer->size - writer->length) {
		writer->overflow = true;
		return;
	}

	memcpy(writer->buffer + writer->length, bytes, length);
	writer->length += length;
}

void writer_string(struct writer *writer, const char *string)
{
	writer_bytes(writer, string, strlen(string));
}

void writer_printf(struct writer *writer, const char *format, ...)
{
	va_list arguments;
	size_t room;
	int length;

	if (writer->overflow)
		return;

	room = writer->size - writer->length;
	va_start(arguments, format);
	length = vsnprintf(writer->buffer + writer->length, room, format, arguments);
	va_end(arguments);

	if (length < 0 || (size_t)length >= room)
		writer->overflow = true;
	else
		writer->length += (size_t)length;
}

/* How many of the first `length` bytes come before one of `quoted`. */
static size_t unquoted(const char *bytes, size_t length, const char *quoted)
{
	size_t count = 0;

	while (count < length && !strchr(quoted, bytes[count]))
		count++;
	return count;
}

/* The spelling of a byte with a backslash before what is in `quoted`. */
static size_t escape_quoted(unsigned char byte, const char *quoted, char out[2 * ESCAPE_MAX])
{
	char plain[ESCAPE_MAX];
	size_t count = escape_byte(byte, plain), used = 0;

	for (size_t i = 0; i < count; i++) {
		if (strchr(quoted, plain[i]))
			out[used++] = '\\';
		out[used++] = plain[i];
	}
	return used;
}

void writer_escaped(struct writer *writer, const char *bytes, size_t length, const char *quoted)
{
	/* Of all quoted characters, only these two of CEF are plain for escape.h. */
	bool is_cef = strpbrk(quoted, "=|");

	while (length > 0 && !writer->overflow) {
		size_t plain = escape_plain(bytes, length);
		char out[2 * ESCAPE_MAX];

		if (is_cef)
			plain = unquoted(bytes, plain, quoted);
		writer_bytes(writer, bytes, plain);
		bytes += plain;
		length -= plain;
		if (length == 0)
			break;

		writer_bytes(writer, out, escape_quoted((unsigned char)*bytes, quoted, out));
		bytes++;
		length--;
	}
}

void writer_name(struct writer *writer, const struct event_text *name, const char *quoted)
{
	size_t start = 0;

	for (size_t i = 0; i < name->length; i++) {
		if (name->bytes[i] != ']')
			continue;
		writer_escaped(writer, name->bytes + start, i - start, quoted);
		writer_string(writer, strchr(quoted, ']') ? "\\]" : "]");
		start = i + 1;
	}
	writer_escaped(writer, name->bytes + start, name->length - start, quoted);
}

static void write_time(struct writer *writer, uint64_t time)
{
	time_t seconds = (time_t)(time / 1000000000U);
	struct tm tm;
	char text[32];

	if (!gmtime_r(&seconds, &tm) || strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm) == 0)
		return;
	writer_printf(writer, "%s.%09uZ", text, (unsigned int)(time % 1000000000U));
}

static void write_errno(struct writer *writer, uint64_t error)
{
	const char *name = error <= INT32_MAX ? strerrorname_np((int)error) : NULL;

	if (name)
		writer_string(writer, name);
	else
		writer_printf(writer, "%" PRIu64, error);
}

static void write_cut(struct writer *writer, uint64_t cut)
{
	const char *separator = "";

	for (size_t i = 0, text = 0; i < EVENT_FIELD_COUNT; i++) {
		if (!event_is_text(event_fields[i].type) || !(cut & 1ULL << text++))
			continue;
		writer_printf(writer, "%s%s", separator, event_fields[i].name);
		separator = ",";
	}
}

static void write_number(struct writer *writer, enum event_type type, uint64_t number)
{
	switch (type) {
	case EVENT_TYPE_TIME:
		write_time(writer, number);
		break;
	case EVENT_TYPE_DURATION:
		writer_printf(writer, "%" PRIu64 ".%09" PRIu64, number / 1000000000U, number % 1000000000U);
		break;
	case EVENT_TYPE_KIND:
		writer_string(writer, event_kind_name(number));
		break;
	case EVENT_TYPE_SEVERITY:
		writer_string(writer, event_severity_name(number));
		break;
	case EVENT_TYPE_ERRNO:
		write_errno(writer, number);
		break;
	case EVENT_TYPE_DEVICE:
		writer_printf(writer, "%" PRIu64 ":%" PRIu64, number >> 20, number & 0xfffff);
		break;
	case EVENT_TYPE_MODE:
		writer_printf(writer, "%06" PRIo64, number);
		break;
	case EVENT_TYPE_CUT:
		write_cut(writer, number);
		break;
	default:
		writer_printf(writer, "%" PRIu64, number);
	}
}

void writer_field(struct writer *writer, const struct event *event, enum event_field field,
		  const char *quoted)
{
	const struct event_field_info *info = &event_fields[field];

	if (info->type == EVENT_TYPE_NAME) {
		writer_name(writer, event_bytes(event, field), quoted);
	} else if (event_is_text(info->type)) {
		const struct event_text *text = event_bytes(event, field);

		writer_escaped(writer, text->bytes, text->length, quoted);
	} else {
		write_number(writer, info->type, event_number(event, field));
	}
}

struct event_text writer_base(const struct event_text *path)
{
	const char *slash = path->length ? memrchr(path->bytes, '/', path->length) : NULL;
	size_t skip = slash ? (size_t)(slash - path->bytes) + 1 : 0;

	if (skip == path->length)
		return *path;
	return (struct event_text){.bytes = path->bytes + skip, .length = path->length - skip};
}

int writer_end(struct writer *writer, size_t *ret_length)
{
	if (writer->overflow || writer->size == 0)
		return -ENOBUFS;

	writer->buffer[writer->length] = '\0';
	*ret_length = writer->length;
	return 0;
}
