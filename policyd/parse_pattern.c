// SPDX-License-Identifier: Apache-2.0
/*
 * Lists of path patterns. What a pattern may look like is known to pattern.c alone, so that the parser and
 * the compiler cannot disagree.
 */
#include <string.h>

#include "parse_internal.h"

/* A name has at most NAME_MAX (255) bytes, so in a shorter pattern no component can be too long. */
#define SHORT_PATTERN 255

static int alternative_ignore(void *data, const struct pattern *pattern)
{
	return 0;
}

/* Whether nothing can be wrong with the text and nothing needs normalising: most patterns are so. */
static bool is_simple(const char *text, size_t length)
{
	return length <= SHORT_PATTERN && text[0] == '/' && !strpbrk(text, "[]{}\\") && !strstr(text, "//") &&
	       !strstr(text, "/.");
}

/*
 * Drops empty components and "." of a path or "unmapped:" path in place. Not in texts with sets or escapes,
 * where '/' may mean something else; the compiler takes those as they are.
 */
static void pattern_normalise(char *text)
{
	char *path = strchr(text, '/');
	const char *from = path;
	char *to = path;

	if (!path || strpbrk(text, "[\\"))
		return;
	while (*from) {
		if (from[0] == '/' && from[1] == '/')
			from++;
		else if (from[0] == '/' && from[1] == '.' && (from[2] == '/' || from[2] == '\0'))
			from += 2;
		else
			*to++ = *from++;
	}
	/* "/." alone is the root. */
	if (to == path)
		*to++ = '/';
	*to = '\0';
}

int parse_pattern(struct parser *parser, enum pattern_kind kind, struct location at, const char *text,
		  size_t length, struct pattern_text *ret_pattern)
{
	char *copy = policy_set_strndup(parser->set, text, length);
	char problem[256];
	int r;

	if (!copy)
		return -ENOMEM;
	if (!is_simple(copy, length)) {
		r = pattern_parse(copy, kind, alternative_ignore, NULL, problem, sizeof(problem));
		if (r == -EINVAL)
			return parse_error(parser, at, "pattern '%.200s': %s", copy, problem);
		if (r < 0)
			return r;
		if (copy[0] == '/' || copy[0] == 'u')
			pattern_normalise(copy);
	}
	*ret_pattern = (struct pattern_text){.text = copy, .at = at};
	return 0;
}

/* All expansions of one value, appended to the list; `count` of them. */
static int value_expand(struct parser *parser, enum pattern_kind kind, const struct node *value, size_t count,
			struct pattern_list *list)
{
	char buffer[PATTERN_LENGTH_MAX + 1];
	int worst = 0;

	for (size_t i = 0; i < count; i++) {
		size_t length;
		int r;

		r = parse_expansion_text(parser, value, i, buffer, sizeof(buffer), &length);
		if (r == 0)
			r = parse_pattern(parser, kind, value->at, buffer, length, &list->items[list->count]);
		if (r == 0)
			list->count++;
		worst = parse_worse(worst, r);
		/* One wrong expansion stands for all: they differ by the variables' values only. */
		if (worst < 0)
			break;
	}
	return worst;
}

/* Counts the expansions of each value into `counts` and checks the limits. */
static int expansions_count(struct parser *parser, const struct parse_key *key,
			    const struct node *const *items, size_t item_count, size_t *counts,
			    size_t *ret_total)
{
	size_t total = 0;
	int worst = 0;

	for (size_t i = 0; i < item_count; i++) {
		const char *text;
		int r;

		r = parse_scalar(parser, key, items[i], &text);
		if (r == 0)
			r = parse_expansion_count(parser, items[i], &counts[i]);
		worst = parse_worse(worst, r);
		total += counts[i];
	}
	parser->rule_patterns += total;
	parser->set->pattern_count += total;
	*ret_total = total;
	return worst;
}

static int patterns_read(struct parser *parser, const struct parse_key *key, const struct node *value,
			 enum pattern_kind kind, struct pattern_list *ret)
{
	CLEANUP_FREE size_t *counts = NULL;
	const struct node *const *items;
	struct pattern_list list = {0};
	size_t item_count, total;
	int worst, r;

	r = parse_items(parser, key, &value, &items, &item_count);
	if (r < 0)
		return r;
	counts = calloc(item_count, sizeof(*counts));
	if (!counts)
		return -ENOMEM;
	worst = expansions_count(parser, key, items, item_count, counts, &total);
	r = parse_limit_check(parser, value->at, LIMIT_RULE_PATTERNS, parser->rule_patterns,
			      "path patterns in a rule");
	if (r == 0)
		r = parse_limit_check(parser, value->at, LIMIT_SET_PATTERNS, parser->set->pattern_count,
				      "path patterns in all policies");
	if (r < 0)
		return r;
	list.items = arena_array(&parser->set->allocations, total, sizeof(*list.items));
	if (!list.items)
		return -ENOMEM;
	for (size_t i = 0; i < item_count && worst != -ENOMEM; i++)
		worst = parse_worse(worst, value_expand(parser, kind, items[i], counts[i], &list));
	if (worst == 0)
		*ret = list;
	return worst;
}

int parse_patterns(struct parser *parser, const struct parse_key *key, const struct node *value, void *ret)
{
	return patterns_read(parser, key, value, PATTERN_FILE, ret);
}

int parse_cgroups(struct parser *parser, const struct parse_key *key, const struct node *value, void *ret)
{
	return patterns_read(parser, key, value, PATTERN_CGROUP, ret);
}

int parse_socket_names(struct parser *parser, const struct parse_key *key, const struct node *value,
		       void *ret)
{
	return patterns_read(parser, key, value, PATTERN_UNIX, ret);
}
