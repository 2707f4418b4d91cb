/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The small strict parser of formats that are JSON.
 */
#ifndef EVENT_PARSE_JSON_H
#define EVENT_PARSE_JSON_H

#include <jansson.h>
#include <stdio.h>

#include "parsed.h"

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

#endif
