// SPDX-License-Identifier: Apache-2.0
#include "subject_text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

void subject_text_clear(struct subject_text *subject)
{
	free(subject->copy);
}

static const struct {
	const char *name;
	bool is_id;
	size_t offset; /* of the list in struct subject_keys */
} keys[] = {
	{"ancestor", false, offsetof(struct subject_keys, ancestor)},
	{"cgroup", false, offsetof(struct subject_keys, cgroup)},
	{"exe", false, offsetof(struct subject_keys, exe)},
	{"group", true, offsetof(struct subject_keys, group)},
	{"login", true, offsetof(struct subject_keys, login)},
	{"script", false, offsetof(struct subject_keys, script)},
	{"user", true, offsetof(struct subject_keys, user)},
};

static struct id_range id_read(const char *text)
{
	char *end;
	unsigned long number = strtoul(text, &end, 10);

	if (strcmp(text, "unset") == 0)
		return (struct id_range){.first = UINT32_MAX, .last = UINT32_MAX};
	if (*text >= '0' && *text <= '9' && !*end && number <= UINT32_MAX)
		return (struct id_range){.first = (uint32_t)number, .last = (uint32_t)number};
	return (struct id_range){.name = text};
}

/* Values of a key must stand side by side, so that its list is a piece of the array. */
static int value_add(struct subject_text *subject, const char *name, const char *value)
{
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		void *list = (char *)&subject->keys + keys[i].offset;

		if (strcmp(keys[i].name, name) != 0)
			continue;
		if (keys[i].is_id) {
			struct id_list *ids = list;

			if (ids->count == 0)
				ids->items = &subject->ids[subject->id_count];
			else if (ids->items + ids->count != &subject->ids[subject->id_count])
				return -EINVAL;
			ids->count++;
			subject->ids[subject->id_count++] = id_read(value);
		} else {
			struct pattern_list *paths = list;

			if (paths->count == 0)
				paths->items = &subject->paths[subject->path_count];
			else if (paths->items + paths->count != &subject->paths[subject->path_count])
				return -EINVAL;
			paths->count++;
			subject->paths[subject->path_count++].text = value;
		}
		return 0;
	}
	return -EINVAL;
}

int subject_text_read(struct subject_text *subject, const char *text)
{
	char *rest;
	int r = 0;

	subject->copy = strdup(text);
	if (!subject->copy)
		return -ENOMEM;
	if (text[0] == '/')
		return value_add(subject, "exe", subject->copy);
	rest = subject->copy;
	for (char *piece = strsep(&rest, ","); piece && r == 0; piece = strsep(&rest, ",")) {
		char *value = strchr(piece, '=');

		if (!value || subject->path_count + subject->id_count >= SUBJECT_TEXT_VALUES)
			return -EINVAL;
		*value++ = '\0';
		r = value_add(subject, piece, value);
	}
	return r;
}
