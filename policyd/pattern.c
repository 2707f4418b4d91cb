/* SPDX-License-Identifier: Apache-2.0 */
#include "pattern.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include "array.h"
#include "pattern_parser.h"
#include "util.h"

static void taking_done(struct taking *taking)
{
	free(taking->tokens);
	free(taking->ranges);
	free(taking->components);
	free(taking->scratch);
}

size_t glob_token_size(const unsigned char *token)
{
	switch ((enum glob_token) * token) {
	case GLOB_BYTE:
		return 2;
	case GLOB_SET:
		return 1 + GLOB_SET_SIZE;
	default:
		return 1;
	}
}

static int token_add(struct taking *taking, enum glob_token token, const void *operand, size_t size)
{
	int r = ARRAY_RESERVE(taking->tokens, taking->allocated, taking->used + 1 + size);

	if (r < 0)
		return r;
	taking->tokens[taking->used++] = (unsigned char)token;
	if (size)
		memcpy(taking->tokens + taking->used, operand, size);
	taking->used += size;
	return 0;
}

static void set_add(unsigned char *set, unsigned int first, unsigned int last)
{
	for (unsigned int byte = first; byte <= last; byte++)
		set[byte / 8] |= (unsigned char)(1U << (byte % 8));
}

static unsigned int set_byte(const char *text, size_t *i)
{
	if (text[*i] == '\\')
		++*i;
	return (unsigned char)text[(*i)++];
}

static int token_set(struct taking *taking, const char *text, size_t *i)
{
	static const unsigned char none[GLOB_SET_SIZE];
	unsigned char set[GLOB_SET_SIZE] = {0};
	size_t end = pattern_set_end(text, *i);
	size_t at = *i + 1;
	bool negated;

	if (!end)
		return pattern_fail(taking->parser, "'[' is not closed; write '\\[' for the byte itself");
	negated = text[at] == '!';
	if (negated)
		at++;
	while (at < end - 1) {
		unsigned int first = set_byte(text, &at);
		unsigned int last = first;

		if (text[at] == '-' && at + 1 < end - 1) {
			at++;
			last = set_byte(text, &at);
		}
		if (last < first)
			return pattern_fail(taking->parser, "the range in '%.*s' ends before it begins",
					    (int)(end - *i), text + *i);
		set_add(set, first, last);
	}
	for (size_t byte = 0; negated && byte < GLOB_SET_SIZE; byte++)
		set[byte] ^= 0xff;
	set['/' / 8] &= (unsigned char)~(1U << ('/' % 8));
	set[0] &= 0xfe;
	if (!memcmp(set, none, sizeof(set)))
		return pattern_fail(taking->parser, "'%.*s' matches no byte", (int)(end - *i), text + *i);
	*i = end;
	return token_add(taking, GLOB_SET, set, sizeof(set));
}

static int token_stars(struct taking *taking, const char *text, size_t *i)
{
	size_t run = strspn(text + *i, "*");

	*i += run;
	return token_add(taking, run > 1 && !taking->single ? GLOB_DEEP : GLOB_STAR, NULL, 0);
}

static int token_take(struct taking *taking, const char *text, size_t *i)
{
	switch (text[*i]) {
	case '*':
		return token_stars(taking, text, i);
	case '?':
		++*i;
		return token_add(taking, GLOB_ANY, NULL, 0);
	case '[':
		return token_set(taking, text, i);
	case '\\':
		if (!text[++*i])
			return pattern_fail(taking->parser, "'\\' at the end of the pattern");
		if (text[*i] == '/' && !taking->single)
			return pattern_fail(taking->parser, "'\\/' matches nothing: no name holds '/'");
		break;
	}
	return token_add(taking, GLOB_BYTE, text + (*i)++, 1);
}

static bool range_is(const struct taking *taking, size_t at, const char *name)
{
	size_t length = strlen(name);

	if (taking->used - at != 2 * length)
		return false;
	for (size_t i = 0; i < length; i++)
		if (taking->tokens[at + 2 * i] != GLOB_BYTE ||
		    taking->tokens[at + 2 * i + 1] != (unsigned char)name[i])
			return false;
	return true;
}

/* Bytes of the shortest name that the tokens from `at` on match. */
static size_t range_minimum(const struct taking *taking, size_t at)
{
	size_t minimum = 0;

	for (; at < taking->used; at += glob_token_size(&taking->tokens[at]))
		minimum += taking->tokens[at] != GLOB_STAR && taking->tokens[at] != GLOB_DEEP;
	return minimum;
}

/* Ends the component whose tokens begin at `at`. */
static int range_end(struct taking *taking, size_t at)
{
	int r;

	if (!taking->single && (taking->used == at || range_is(taking, at, "."))) {
		taking->used = at;
		return 0;
	}
	if (!taking->single && range_is(taking, at, ".."))
		return pattern_fail(taking->parser, "'..' is not allowed in a pattern");
	if (range_minimum(taking, at) > NAME_MAX)
		return pattern_fail(taking->parser, "a component longer than %d bytes matches nothing",
				    NAME_MAX);
	r = ARRAY_RESERVE(taking->ranges, taking->ranges_allocated, taking->range_count + 1);
	if (r < 0)
		return r;
	taking->ranges[taking->range_count++] = (struct token_range){.at = at, .length = taking->used - at};
	return 0;
}

static int ranges_take(struct taking *taking, const char *text)
{
	size_t start = 0;
	size_t i = 0;
	int r;

	while (text[i]) {
		if (text[i] == '/' && !taking->single) {
			r = range_end(taking, start);
			if (r < 0)
				return r;
			start = taking->used;
			i++;
			continue;
		}
		r = token_take(taking, text, &i);
		if (r < 0)
			return r;
	}
	taking->below = !taking->single && i && text[i - 1] == '/';
	return range_end(taking, start);
}

/* Where the text begins, and what is left of it after that. */
static int root_take(struct taking *taking, const char **text)
{
	static const struct {
		const char *prefix;
		uint32_t root;
		unsigned int kinds;
		bool single;
	} roots[] = {
		{"/", POLICYD_ROOT_DEV, 1 << PATTERN_FILE | 1 << PATTERN_UNIX, false},
		{"/", POLICYD_ROOT_CGROUP, 1 << PATTERN_CGROUP, false},
		{"unmapped:/", POLICYD_ROOT_UNMAPPED, 1 << PATTERN_FILE | 1 << PATTERN_UNIX, false},
		{"memfd:", POLICYD_ROOT_MEMFD, 1 << PATTERN_FILE, true},
		{"pipe:", POLICYD_ROOT_PIPE, 1 << PATTERN_FILE, false},
		{"socket:", POLICYD_ROOT_SOCKET, 1 << PATTERN_FILE, false},
		{"@", POLICYD_ROOT_ABSTRACT, 1 << PATTERN_UNIX, true},
	};

	for (size_t i = 0; i < ARRAY_SIZE(roots); i++) {
		size_t length = strlen(roots[i].prefix);

		if (!(roots[i].kinds & 1U << taking->parser->kind) ||
		    strncmp(*text, roots[i].prefix, length) != 0)
			continue;
		taking->root = roots[i].root;
		taking->single = roots[i].single;
		*text += roots[i].prefix[length - 1] == '/' ? length - 1 : length;
		return 0;
	}
	return pattern_fail(taking->parser, "the pattern must begin with '/'%s",
			    taking->parser->kind == PATTERN_UNIX ? " or '@'" : "");
}

int pattern_take(struct pattern_parser *parser, const char *text)
{
	CLEANUP(taking_done) struct taking taking = {.parser = parser};
	int r;

	if (strlen(text) > PATTERN_LENGTH_MAX)
		return pattern_fail(parser, "the pattern is longer than %d bytes", PATTERN_LENGTH_MAX);
	r = root_take(&taking, &text);
	if (r < 0)
		return r;
	r = ranges_take(&taking, text);
	if (r < 0)
		return r;
	if ((taking.root == POLICYD_ROOT_PIPE || taking.root == POLICYD_ROOT_SOCKET) && taking.range_count)
		return pattern_fail(parser, "nothing may follow 'pipe:' and 'socket:'");
	return taking_emit(&taking);
}

int pattern_parse(const char *text, enum pattern_kind kind, pattern_sink sink, void *data, char *error,
		  size_t error_size)
{
	struct pattern_parser parser = {
		.kind = kind, .sink = sink, .data = data, .error = error, .error_size = error_size};

	if (strlen(text) > PATTERN_LENGTH_MAX)
		return pattern_fail(&parser, "the pattern is longer than %d bytes", PATTERN_LENGTH_MAX);
	return pattern_expand(&parser, text, 0);
}
