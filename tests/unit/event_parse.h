/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Small strict parsers of the formats, for tests and fuzzers: a line becomes a list of names and values, the
 * values with all quoting and escaping undone.
 */
#ifndef EVENT_PARSE_H
#define EVENT_PARSE_H

#include <ctype.h>
#include <jansson.h>
#include <stdbool.h>
#include <string.h>

#include "escape.h"
#include "event.h"

#define PARSED_MAX 512

struct parsed {
	struct {
		char name[64];
		char *bytes;
		size_t length;
	} items[PARSED_MAX];
	size_t count;
};

static inline void parsed_clear(struct parsed *parsed)
{
	for (size_t i = 0; i < parsed->count; i++)
		free(parsed->items[i].bytes);
	parsed->count = 0;
}

/* Adds a value whose format's own quoting is undone; undoes the escaping. */
static inline bool parsed_add(struct parsed *parsed, const char *name, size_t name_length, const char *text,
			      size_t length)
{
	char *bytes = malloc(length + 1);

	if (parsed->count == PARSED_MAX || name_length >= sizeof(parsed->items[0].name) || !bytes ||
	    unescape(text, length, bytes, length, &length) < 0) {
		free(bytes);
		return false;
	}

	memcpy(parsed->items[parsed->count].name, name, name_length);
	parsed->items[parsed->count].name[name_length] = '\0';
	parsed->items[parsed->count].bytes = bytes;
	parsed->items[parsed->count++].length = length;
	return true;
}

static inline bool parsed_has(const struct parsed *parsed, const char *name, const char *bytes, size_t length)
{
	for (size_t i = 0; i < parsed->count; i++)
		if ((!name || strcmp(parsed->items[i].name, name) == 0) &&
		    parsed->items[i].length == length && memcmp(parsed->items[i].bytes, bytes, length) == 0)
			return true;
	return false;
}

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

static inline bool parse_json_value(struct parsed *parsed, const char *name, const json_t *value);

/* An array of texts: its elements, joined in both ways that our own fields are. */
static inline bool parse_json_texts(struct parsed *parsed, const char *name, const json_t *array)
{
	const json_t *item;
	size_t index, room = 1;

	json_array_foreach((json_t *)array, index, item) room += 4 + json_string_length(item);
	for (int i = 0; i < 2; i++) {
		CLEANUP_FREE char *joined = malloc(room);
		size_t used = 0;

		json_array_foreach((json_t *)array, index, item)
		{
			if (!json_is_string(item))
				return false;
			if (index > 0)
				used = (size_t)((char *)mempcpy(joined + used, i ? "\\x00" : ",", i ? 4 : 1) -
						joined);
			used = (size_t)((char *)mempcpy(joined + used, json_string_value(item),
							json_string_length(item)) -
					joined);
		}
		if (!parsed_add(parsed, name, strlen(name), joined, used))
			return false;
	}
	return true;
}

static inline bool parse_json_object(struct parsed *parsed, const char *name, const json_t *object)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)object, key, value)
	{
		char path[64];

		if (snprintf(path, sizeof(path), "%s%s%s", name, *name ? "." : "", key) >=
			    (int)sizeof(path) ||
		    !parse_json_value(parsed, path, value))
			return false;
	}
	return true;
}

/* An array of objects, as foreign schemas have them: all members stand below the array's name. */
static inline bool parse_json_objects(struct parsed *parsed, const char *name, const json_t *array)
{
	for (size_t i = 0; i < json_array_size(array); i++) {
		const json_t *item = json_array_get(array, i);

		if (!json_is_object(item) || !parse_json_object(parsed, name, item))
			return false;
	}
	return true;
}

static inline bool parse_json_value(struct parsed *parsed, const char *name, const json_t *value)
{
	char number[32];

	if (json_is_object(value))
		return parse_json_object(parsed, name, value);
	if (json_is_array(value))
		return json_is_object(json_array_get(value, 0)) ? parse_json_objects(parsed, name, value)
								: parse_json_texts(parsed, name, value);
	/* `message` is the sentence for people in foreign schemas, which is not one escaped value. */
	if (json_is_string(value))
		return parsed_add(parsed, name, strlen(name), json_string_value(value),
				  json_string_length(value)) ||
		       strcmp(name, "message") == 0;
	if (!json_is_integer(value))
		return false;
	(void)snprintf(number, sizeof(number), "%lld", (long long)json_integer_value(value));
	return parsed_add(parsed, name, strlen(name), number, strlen(number));
}

static inline bool parse_json(const char *line, size_t length, struct parsed *parsed)
{
	json_t *root = json_loadb(line, length, JSON_REJECT_DUPLICATES, NULL);
	bool is_good = root && parse_json_object(parsed, "", root);

	json_decref(root);
	return is_good;
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
