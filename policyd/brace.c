/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "pattern_parser.h"
#include "util.h"

int pattern_fail(struct pattern_parser *parser, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(parser->error, parser->error_size, format, arguments);
	va_end(arguments);
	return -EINVAL;
}

int pattern_count(struct pattern_parser *parser)
{
	if (++parser->alternatives > PATTERN_ALTERNATIVES_MAX)
		return pattern_fail(parser, "the pattern expands to more than %d alternatives",
				    PATTERN_ALTERNATIVES_MAX);
	return 0;
}

size_t pattern_set_end(const char *text, size_t i)
{
	i++;
	if (text[i] == '!')
		i++;
	if (text[i] == ']')
		i++;
	for (; text[i]; i++) {
		if (text[i] == ']')
			return i + 1;
		if (text[i] == '\\' && text[i + 1])
			i++;
	}
	return 0;
}

/* The index after one unit of text: an escaped byte, a set, or a byte. */
static size_t brace_skip(const char *text, size_t i)
{
	size_t end;

	if (text[i] == '\\' && text[i + 1])
		return i + 2;
	end = text[i] == '[' ? pattern_set_end(text, i) : 0;
	return end ? end : i + 1;
}

/* The end of the alternative that begins at `i`: its comma or closing brace; 0 where the text ends. */
static size_t brace_part_end(const char *text, size_t i)
{
	unsigned int depth = 0;

	while (text[i]) {
		if (!depth && (text[i] == ',' || text[i] == '}'))
			return i;
		if (text[i] == '{')
			depth++;
		else if (text[i] == '}')
			depth--;
		i = brace_skip(text, i);
	}
	return 0;
}

static size_t brace_close(const char *text, size_t open)
{
	size_t i = open;

	do {
		i = brace_part_end(text, i + 1);
	} while (i && text[i] == ',');
	return i;
}

static int brace_replace(struct pattern_parser *parser, const char *text, size_t open, size_t close,
			 unsigned int braces)
{
	size_t start = open + 1;

	while (start <= close) {
		CLEANUP_FREE char *joined = NULL;
		size_t end = brace_part_end(text, start);
		int r;

		if (asprintf(&joined, "%.*s%.*s%s", (int)open, text, (int)(end - start), text + start,
			     text + close + 1) < 0) {
			joined = NULL;
			return -ENOMEM;
		}
		r = pattern_expand(parser, joined, braces + 1);
		if (r < 0)
			return r;
		start = end + 1;
	}
	return 0;
}

int pattern_expand(struct pattern_parser *parser, const char *text, unsigned int braces)
{
	size_t i = 0;
	size_t close;

	while (text[i] && text[i] != '{' && text[i] != '}')
		i = brace_skip(text, i);
	if (!text[i])
		return pattern_take(parser, text);
	if (text[i] == '}')
		return pattern_fail(parser, "'}' without '{'; write '\\}' for the byte itself");
	if (braces >= PATTERN_BRACES_MAX)
		return pattern_fail(parser, "more than %d pairs of braces in one pattern",
				    PATTERN_BRACES_MAX);
	close = brace_close(text, i);
	if (!close)
		return pattern_fail(parser, "'{' is not closed; write '\\{' for the byte itself");
	return brace_replace(parser, text, i, close, braces);
}
