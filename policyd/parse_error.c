// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "parse_internal.h"

/* Characters of a value that a message shows. */
#define SHOWN_MAX 60

/* Up to so many words are listed where none is near. */
#define FEW_WORDS 12

int parse_error(struct parser *parser, struct location at, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	diagnostic_vadd(parser->diagnostics, DIAGNOSTIC_ERROR, at, format, arguments);
	va_end(arguments);
	return -EINVAL;
}

void parse_warning(struct parser *parser, struct location at, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	diagnostic_vadd(parser->diagnostics, DIAGNOSTIC_WARNING, at, format, arguments);
	va_end(arguments);
}

/* Whether an error would only be counted; then its words need not be found. */
static bool is_full(const struct parser *parser)
{
	return parser->diagnostics->count >= DIAGNOSTICS_MAX;
}

const char *parse_show(struct parser *parser, const struct node *value)
{
	size_t length = SHOWN_MAX;
	char *shown;

	if (value->kind != NODE_SCALAR)
		return node_describe(value);
	if (value->length <= SHOWN_MAX || is_full(parser))
		return value->text;
	while (length > 0 && ((unsigned char)value->text[length] & 0xc0) == 0x80)
		length--;
	shown = policy_set_alloc(parser->set, length + sizeof("..."));
	if (!shown)
		return "...";
	memcpy(shown, value->text, length);
	memcpy(shown + length, "...", sizeof("..."));
	return shown;
}

const char *parse_hint(struct parser *parser, const char *word, const char *const *candidates, size_t count)
{
	CLEANUP_FREE char *hint = NULL;
	const char *nearest;
	char *kept;

	if (is_full(parser))
		return "";
	nearest = diagnostic_nearest(word, candidates, count);
	if (!nearest)
		return "";
	if (asprintf(&hint, " (did you mean '%s'?)", nearest) < 0) {
		hint = NULL;
		return "";
	}
	kept = policy_set_strndup(parser->set, hint, strlen(hint));
	return kept ? kept : "";
}

/* " (one of a, b, c)" in the set's memory. */
static const char *words_list(struct parser *parser, const char *const *names, size_t count)
{
	size_t length = sizeof(" (one of )");
	char *list, *end;

	for (size_t i = 0; i < count; i++)
		length += strlen(names[i]) + strlen(", ");
	list = policy_set_alloc(parser->set, length);
	if (!list)
		return "";
	end = stpcpy(list, " (one of ");
	for (size_t i = 0; i < count; i++)
		end = stpcpy(stpcpy(end, i > 0 ? ", " : ""), names[i]);
	(void)stpcpy(end, ")");
	return list;
}

/* The word in the language's spelling: without the prefix of C headers, in the right case; else as it is. */
static const char *word_spell(const char *word, const struct parse_words *words)
{
	const char *bare = word;

	if (words->prefix && strncasecmp(word, words->prefix, strlen(words->prefix)) == 0)
		bare += strlen(words->prefix);
	for (size_t i = 0; i < words->count; i++)
		if (strcasecmp(words->words[i].name, bare) == 0)
			return words->words[i].name;
	return word;
}

const char *parse_hint_words(struct parser *parser, const char *word, const struct parse_words *words)
{
	CLEANUP_FREE const char **names = NULL;
	const char *hint;

	if (is_full(parser))
		return "";
	names = calloc(words->count, sizeof(*names));
	if (!names)
		return "";
	for (size_t i = 0; i < words->count; i++)
		names[i] = words->words[i].name;
	hint = parse_hint(parser, word_spell(word, words), names, words->count);
	if (*hint || words->count > FEW_WORDS)
		return hint;
	return words_list(parser, names, words->count);
}

int parse_limit_check(struct parser *parser, struct location at, enum parse_limit_id limit, size_t count,
		      const char *things)
{
	const struct parse_limit *entry = &parse_limits[limit];

	if (count <= entry->value)
		return 0;
	return parse_error(parser, at, "more than %lu %s (limit '%s')", entry->value, things, entry->name);
}

int parse_worse(int a, int b)
{
	if (a == -ENOMEM || b == -ENOMEM)
		return -ENOMEM;
	return a < 0 ? a : b;
}
