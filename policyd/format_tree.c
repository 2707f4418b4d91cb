/* SPDX-License-Identifier: Apache-2.0 */
#include "format_tree.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "format_json.h"
#include "format_syslog.h"

#define PATH_SIZE 96

struct tree {
	struct writer *writer;
	char last[PATH_SIZE];	      /* path of the value written last */
	bool done[EVENT_FIELD_COUNT]; /* fields written as a whole */
};

/* Closes what the next path does not share with the last and opens what it adds, up to its value. */
static void tree_key(struct tree *tree, const char *path)
{
	size_t shared = 0;

	for (size_t i = 0; path[i] && path[i] == tree->last[i]; i++)
		if (path[i] == '.')
			shared = i + 1;

	for (const char *dot = strchr(tree->last + shared, '.'); dot; dot = strchr(dot + 1, '.'))
		writer_string(tree->writer, "}");
	writer_string(tree->writer, tree->last[0] ? "," : "{");

	for (const char *key = path + shared;;) {
		size_t length = strcspn(key, ".");

		writer_printf(tree->writer, "\"%.*s\":", (int)length, key);
		if (key[length] == '\0')
			break;
		writer_string(tree->writer, "{");
		key += length + 1;
	}
	(void)snprintf(tree->last, sizeof(tree->last), "%s", path);
}

static void tree_end(struct tree *tree)
{
	for (const char *dot = strchr(tree->last, '.'); dot; dot = strchr(dot + 1, '.'))
		writer_string(tree->writer, "}");
	writer_string(tree->writer, tree->last[0] ? "}" : "{}");
}

static uint64_t process_born(const struct event *event)
{
	return event->time - event->boottime + event->start_time;
}

static void write_date(struct writer *writer, uint64_t time)
{
	time_t seconds = (time_t)(time / 1000000000U);
	char text[32] = "1970-01-01T00:00:00";
	struct tm tm;

	if (gmtime_r(&seconds, &tm))
		(void)strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	writer_printf(writer, "\"%s.%03uZ\"", text, (unsigned int)(time % 1000000000U / 1000000U));
}

static void write_command(struct writer *writer, const struct event_text *argv)
{
	writer_string(writer, "\"");
	for (size_t start = 0, i = 0; i <= argv->length; i++) {
		if (i < argv->length && argv->bytes[i] != '\0')
			continue;
		if (start > 0)
			writer_string(writer, " ");
		writer_escaped(writer, argv->bytes + start, i - start, WRITER_JSON);
		start = i + 1;
	}
	writer_string(writer, "\"");
}

/* Schemas want the keyword of IANA's list in lower case, which is ours but for one. */
static void write_iana(struct writer *writer, const struct event_text *protocol)
{
	if (tree_text_is(protocol, "icmp6"))
		writer_string(writer, "\"ipv6-icmp\"");
	else
		json_bytes(writer, protocol->bytes, protocol->length);
}

static void write_base(struct writer *writer, const struct event_text *path)
{
	struct event_text base = writer_base(path);

	json_bytes(writer, base.bytes, base.length);
}

/* Puts a backslash before what JSON quotes in the text from `start` on, which is printable ASCII. */
static void quote_from(struct writer *writer, size_t start)
{
	size_t count = 0, to;

	for (size_t i = start; i < writer->length; i++)
		count += strchr(WRITER_JSON, writer->buffer[i]) != NULL;
	if (writer->overflow || count >= writer->size - writer->length) {
		writer->overflow = true;
		return;
	}

	to = writer->length + count;
	for (size_t from = writer->length; from-- > start;) {
		writer->buffer[--to] = writer->buffer[from];
		if (strchr(WRITER_JSON, writer->buffer[from]))
			writer->buffer[--to] = '\\';
	}
	writer->length += count;
}

static void write_summary(struct writer *writer, const struct event *event)
{
	size_t start;

	writer_string(writer, "\"");
	start = writer->length;
	format_summary(writer, event, false, false);
	quote_from(writer, start);
	writer_string(writer, "\"");
}

static void write_value(struct writer *writer, const struct event *event, const struct tree_row *row)
{
	switch (row->value) {
	case TREE_FIELD:
		json_field(writer, event, row->field);
		break;
	case TREE_STRING:
		writer_string(writer, "\"");
		writer_field(writer, event, row->field, WRITER_JSON);
		writer_string(writer, "\"");
		break;
	case TREE_NUMBER:
		writer_printf(writer, "%" PRIu64, event_number(event, row->field));
		break;
	case TREE_MILLI:
		writer_printf(writer, "%" PRIu64, event_number(event, row->field) / 1000000U);
		break;
	case TREE_BASE:
		write_base(writer, event_bytes(event, row->field));
		break;
	case TREE_COMMAND:
		write_command(writer, event_bytes(event, row->field));
		break;
	case TREE_IANA:
		write_iana(writer, event_bytes(event, row->field));
		break;
	case TREE_BORN:
		write_date(writer, process_born(event));
		break;
	case TREE_BORN_MS:
		writer_printf(writer, "%" PRIu64, process_born(event) / 1000000U);
		break;
	case TREE_SUMMARY:
		write_summary(writer, event);
		break;
	case TREE_JSON:
		writer_string(writer, row->json);
		break;
	case TREE_CALL:
		row->call(writer, event);
		break;
	}
}

static void write_rest(struct tree *tree, const struct event *event, const char *rest)
{
	for (size_t i = 0; i < EVENT_FIELD_COUNT; i++) {
		char path[PATH_SIZE];

		if (tree->done[i] || !event_has(event, i))
			continue;
		(void)snprintf(path, sizeof(path), "%s.%s", rest, event_fields[i].name);
		tree_key(tree, path);
		json_field(tree->writer, event, i);
	}
}

void tree_write(struct writer *writer, const struct event *event, const struct tree_row *rows, size_t count,
		const char *rest)
{
	struct tree tree = {.writer = writer};

	for (size_t i = 0; i < count; i++) {
		const struct tree_row *row = &rows[i];
		bool is_born = row->value == TREE_BORN || row->value == TREE_BORN_MS;

		if (!event_has(event, row->field) || (row->when && !row->when(event)))
			continue;
		if (is_born && (event->time == EVENT_NONE || event->boottime == EVENT_NONE))
			continue;

		tree_key(&tree, row->path);
		write_value(writer, event, row);
		if (row->value == TREE_FIELD || row->value == TREE_STRING || row->value == TREE_IANA)
			tree.done[row->field] = true;
	}
	write_rest(&tree, event, rest);
	tree_end(&tree);
}

bool tree_text_is(const struct event_text *text, const char *string)
{
	return text->length == strlen(string) && memcmp(text->bytes, string, text->length) == 0;
}

bool tree_is_inbound(const struct event *event)
{
	return tree_text_is(&event->operation, "accept") || tree_text_is(&event->operation, "bind") ||
	       tree_text_is(&event->operation, "listen");
}

bool tree_is_outbound(const struct event *event)
{
	return !tree_is_inbound(event);
}
