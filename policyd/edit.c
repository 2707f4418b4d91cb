// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "edit.h"
#include "modes.h"
#include "parse.h"
#include "util.h"

/* A part of the text. */
struct span {
	const char *start, *end;
};

static struct span line_at(const char *start)
{
	const char *end = strchr(start, '\n');

	return (struct span){start, end ? end + 1 : start + strlen(start)};
}

/* The value behind `key` in a line of a document's first level, without blanks, quotes and a comment. */
static bool value_find(struct span line, const char *key, struct span *ret_value)
{
	size_t length = strlen(key);
	struct span value;

	if ((size_t)(line.end - line.start) < length || strncmp(line.start, key, length) != 0)
		return false;
	value.start = line.start + length;
	while (value.start < line.end && (*value.start == ' ' || *value.start == '\t'))
		value.start++;
	value.end = value.start;
	while (value.end < line.end && !strchr(" \t\r\n", *value.end))
		value.end++;
	if (value.end - value.start >= 2 && strchr("'\"", *value.start) && value.end[-1] == *value.start) {
		value.start++;
		value.end--;
	}
	*ret_value = value;
	return true;
}

static bool span_is(struct span span, const char *text)
{
	return (size_t)(span.end - span.start) == strlen(text) &&
	       strncmp(span.start, text, strlen(text)) == 0;
}

/* Where a document says which policy it is, and its mode. */
struct place {
	bool found;
	struct span policy; /* the line */
	struct span mode;   /* the value, empty where there is none */
};

/* Looks through one document. Returns where the next one starts, NULL at the end of the text. */
static const char *document_search(const char *at, const char *policy, struct place *ret_place)
{
	struct place place = {};
	struct span line, value;

	for (; *at; at = line.end) {
		line = line_at(at);
		if (strncmp(line.start, "---", 3) == 0)
			break;
		if (value_find(line, "policy:", &value) && span_is(value, policy)) {
			place.found = true;
			place.policy = line;
		}
		if (value_find(line, "mode:", &value))
			place.mode = value;
	}
	*ret_place = place;
	return *at ? line_at(at).end : NULL;
}

static int text_change(const char *text, const struct place *place, const char *mode, char **ret_text)
{
	const char *cut = place->mode.start ? place->mode.start : place->policy.end;
	const char *rest = place->mode.start ? place->mode.end : place->policy.end;
	const char *before = "", *after = "";
	char *changed;

	if (!place->mode.start) {
		before = cut[-1] == '\n' ? "mode: " : "\nmode: ";
		after = "\n";
	}
	if (asprintf(&changed, "%.*s%s%s%s%s", (int)(cut - text), text, before, mode, after, rest) < 0)
		return -ENOMEM;
	*ret_text = changed;
	return 0;
}

/* Whether the text is valid and says it. */
static bool text_says(const char *text, const char *policy, const char *mode)
{
	CLEANUP(diagnostics_clear) struct diagnostics diagnostics = {};
	CLEANUP(policy_set_free) struct policy_set set = {};
	const struct policy *found;

	if (parse_text(&set, "changed", text, strlen(text), &diagnostics) < 0)
		return false;
	found = policy_set_find(&set, policy);
	return found && strcmp(modes_name(found->mode), mode) == 0;
}

int edit_mode(const char *text, const char *policy, const char *mode, char **ret_text)
{
	CLEANUP_FREE char *changed = NULL;
	struct place place = {};
	const char *at = text;
	int r;

	while (at && !place.found)
		at = document_search(at, policy, &place);
	if (!place.found)
		return -ENOENT;
	r = text_change(text, &place, mode, &changed);
	if (r < 0)
		return r;
	if (!text_says(changed, policy, mode))
		return -ENOTSUP;
	*ret_text = TAKE_PTR(changed);
	return 0;
}
