/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Small strict parsers of the formats, for tests and fuzzers: a line becomes a list of names and values, the
 * values with all quoting and escaping undone.
 */
#ifndef EVENT_PARSE_H
#define EVENT_PARSE_H

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "event.h"
#include "event_parse_json.h"
#include "parsed.h"

/* One line: printable ASCII only. */
static inline bool line_is_printable(const char *line, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (line[i] < 0x20 || line[i] > 0x7e)
			return false;
	return true;
}

/* Reads `"value"` at *at where a backslash stands before `quoted` characters only. Any: before anything. */
static inline bool parse_quoted(struct parsed *parsed, const char *name, size_t name_length, const char **at,
				const char *end, const char *quoted)
{
	const char *cursor = *at;
	CLEANUP_FREE char *value = malloc((size_t)(end - cursor) + 1);
	size_t length = 0;

	if (cursor == end || *cursor++ != '"')
		return false;
	while (cursor < end && *cursor != '"') {
		if (*cursor == '\\') {
			if (cursor + 1 == end)
				return false;
			if (!quoted)
				value[length++] = *cursor;
			else if (!strchr(quoted, cursor[1]))
				return false;
			cursor++;
		} else if (quoted && *cursor == ']') {
			return false;
		}
		value[length++] = *cursor++;
	}
	if (cursor == end)
		return false;
	*at = cursor + 1;
	return parsed_add(parsed, name, name_length, value, length);
}

/* RFC 5424, section 6, as strict as it is written. `*ret_message` is MSG. */
static inline bool parse_rfc5424(const char *line, size_t length, struct parsed *parsed,
				 const char **ret_message)
{
	static const char *const names[] = {"PRI", "TIMESTAMP", "HOSTNAME", "APP-NAME", "PROCID", "MSGID"};
	const char *at = line, *end = line + length;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const char *space = memchr(at, ' ', (size_t)(end - at));

		if (!space || space == at)
			return false;
		if (!parsed_add(parsed, names[i], strlen(names[i]), at, (size_t)(space - at)))
			return false;
		at = space + 1;
	}

	if (end - at < 14 || memcmp(at, "[policyd@32473", 14) != 0)
		return false;
	for (at += 14; at < end && *at == ' ';) {
		const char *name = ++at;

		while (at < end && (isalnum((unsigned char)*at) || *at == '_'))
			at++;
		if (at == name || at - name > 32 || at == end || *at != '=')
			return false;
		at++;
		if (!parse_quoted(parsed, name, (size_t)(at - 1 - name), &at, end, "\"\\]"))
			return false;
	}
	if (end - at < 2 || at[0] != ']' || at[1] != ' ')
		return false;
	*ret_message = at + 2;
	return true;
}

static inline bool parse_rfc3164(const char *line, size_t length, struct parsed *parsed)
{
	const char *end = line + length, *at = memmem(line, length, " policyd[", 9);

	at = at ? memmem(at, (size_t)(end - at), "]:", 2) : NULL;
	if (!at)
		return false;
	for (at += 2; at < end;) {
		const char *name = ++at;

		if (name[-1] != ' ')
			return false;
		while (at < end && *at != '=')
			at++;
		if (at == end)
			return false;
		at++;
		if (!parse_quoted(parsed, name, (size_t)(at - 1 - name), &at, end, NULL))
			return false;
	}
	return true;
}

static inline bool parse_cef_value(struct parsed *parsed, const char *name, size_t name_length,
				   const char *text, size_t length)
{
	CLEANUP_FREE char *value = malloc(length + 1);
	size_t used = 0;

	for (size_t i = 0; i < length; i++) {
		if (text[i] == '=' || (text[i] == '\\' && (i + 1 == length || !strchr("\\=", text[i + 1]))))
			return false;
		if (text[i] == '\\')
			i++;
		value[used++] = text[i];
	}
	return parsed_add(parsed, name, name_length, value, used);
}

/* Where the key of the `key=` that begins at or after `at` starts, `end` if there is none. */
static inline const char *cef_next_key(const char *at, const char *end)
{
	for (const char *start = at; start < end; start++) {
		const char *cursor = start;

		if (start > at && start[-1] != ' ')
			continue;
		while (cursor < end && isalnum((unsigned char)*cursor))
			cursor++;
		if (cursor > start && cursor < end && *cursor == '=')
			return start;
	}
	return end;
}

static inline bool parse_cef(const char *line, size_t length, struct parsed *parsed)
{
	const char *at = line, *end = line + length;

	for (int i = 0; i < 7; i++) {
		while (at < end && *at != '|')
			at += *at == '\\' ? 2 : 1;
		if (at++ >= end)
			return false;
	}
	while (at < end) {
		const char *name = at, *value, *next;

		if (cef_next_key(at, end) != at)
			return false;
		value = strchr(at, '=') + 1;
		next = cef_next_key(value, end);
		/* A value that begins like a key has its '=' escaped, so it is none. */
		if (!parse_cef_value(parsed, name, (size_t)(value - 1 - name), value,
				     (size_t)(next - value) - (next < end)))
			return false;
		at = next;
	}
	return true;
}

/* Parses a line of the format of that name; false when it is not well-formed. */
static inline bool parse_line(const char *format, const char *line, size_t length, struct parsed *parsed)
{
	const char *message;

	if (!line_is_printable(line, length))
		return false;
	if (strcmp(format, "rfc5424") == 0)
		return parse_rfc5424(line, length, parsed, &message);
	if (strcmp(format, "rfc3164") == 0)
		return parse_rfc3164(line, length, parsed);
	if (strcmp(format, "cef") == 0)
		return parse_cef(line, length, parsed);
	if (strcmp(format, "text") == 0)
		return true;
	return parse_json(line, length, parsed);
}

#endif
