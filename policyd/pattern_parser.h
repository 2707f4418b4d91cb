/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Between the parts of the pattern parser: brace.c expands a text into alternatives without braces,
 * pattern.c takes each apart into tokens, pattern_emit.c makes components of them.
 */
#ifndef POLICYD_PATTERN_PARSER_H
#define POLICYD_PATTERN_PARSER_H

#include <stdbool.h>

#include "pattern.h"

struct pattern_parser {
	enum pattern_kind kind;
	pattern_sink sink;
	void *data;
	char *error;
	size_t error_size;
	size_t alternatives;
};

/* Writes the error and returns -EINVAL. */
__attribute__((format(printf, 2, 3))) int pattern_fail(struct pattern_parser *parser, const char *format,
						       ...);

/* Counts one more alternative; -EINVAL beyond the limit. */
int pattern_count(struct pattern_parser *parser);

/* Index after the set "[...]" that begins at text[i], or 0 where it does not end. */
size_t pattern_set_end(const char *text, size_t i);

/* Expands braces and gives each alternative to pattern_take(). */
int pattern_expand(struct pattern_parser *parser, const char *text, unsigned int braces);

/* A component while the alternative is taken apart: a range of tokens. */
struct token_range {
	size_t at;
	size_t length;
};

/* One alternative: its tokens, where they break at '/', and what is emitted of it. */
struct taking {
	struct pattern_parser *parser;
	uint32_t root;
	bool single; /* the name is one component, '/' does not end it */
	bool below;  /* the text ends in '/' */
	unsigned char *tokens;
	size_t used;
	size_t allocated;
	struct token_range *ranges;
	size_t range_count;
	size_t ranges_allocated;
	struct component *components;
	size_t count;
	size_t components_allocated;
	unsigned char *scratch; /* bytes of the components */
};

/* Takes an alternative without braces apart and gives it to the sink. */
int pattern_take(struct pattern_parser *parser, const char *text);

/* Expands `**` inside components and gives every result to the sink. */
int taking_emit(struct taking *taking);

#endif
