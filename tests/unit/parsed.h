/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the small parsers make of a line: a list of names and values.
 */
#ifndef PARSED_H
#define PARSED_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "escape.h"

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

#endif
