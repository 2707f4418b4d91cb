// SPDX-License-Identifier: Apache-2.0
/*
 * Tokens of libyaml's events, and its errors in our words.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "token_internal.h"
#include "util.h"

struct token_yaml {
	struct token_source source;
	yaml_parser_t parser;
	yaml_event_t event; /* whose texts the last token has */
	const char *text;
	size_t length;
	char *error;
};

static unsigned int place(size_t number)
{
	return number < UINT_MAX ? (unsigned int)number + 1 : UINT_MAX;
}

/* Line and column of a byte; libyaml gives only the offset where the encoding is wrong. */
static void place_offset(const struct token_yaml *yaml, size_t offset, struct token *token)
{
	token->line = token->column = 1;
	for (size_t i = 0; i < offset && i < yaml->length; i++) {
		if (yaml->text[i] == '\n') {
			token->line++;
			token->column = 1;
		} else if (((unsigned char)yaml->text[i] & 0xc0) != 0x80) {
			token->column++;
		}
	}
}

/* Whether a tab stands at a token's place: the usual cause of an error that libyaml explains badly. */
static bool is_tab(const struct token_yaml *yaml, const struct token *token)
{
	const char *end = yaml->text + yaml->length;
	const char *line = yaml->text;

	for (unsigned int i = 1; line && i < token->line; i++) {
		line = memchr(line, '\n', (size_t)(end - line));
		if (line)
			line++;
	}
	return line && (size_t)(end - line) >= token->column && line[token->column - 1] == '\t';
}

/* `r` is what asprintf() returned. */
static int error_set(struct token_yaml *yaml, int r, struct token *token)
{
	if (r < 0) {
		yaml->error = NULL;
		return -ENOMEM;
	}
	token->text = yaml->error;
	token->length = (size_t)r;
	return 0;
}

static int syntax_error(struct token_yaml *yaml, struct token *token)
{
	const yaml_parser_t *parser = &yaml->parser;

	if (parser->error == YAML_MEMORY_ERROR)
		return -ENOMEM;
	token->kind = TOKEN_ERROR;
	token->line = place(parser->problem_mark.line);
	token->column = place(parser->problem_mark.column);
	if (parser->error == YAML_READER_ERROR) {
		place_offset(yaml, parser->problem_offset, token);
		return error_set(yaml, asprintf(&yaml->error, "not valid UTF-8 text: %s", parser->problem),
				 token);
	}
	if (is_tab(yaml, token))
		return error_set(yaml,
				 asprintf(&yaml->error,
					  "not valid YAML: a tab cannot indent or separate (use spaces)"),
				 token);
	if (parser->context)
		return error_set(yaml,
				 asprintf(&yaml->error, "not valid YAML: %s %s (line %zu)", parser->problem,
					  parser->context, parser->context_mark.line + 1),
				 token);
	return error_set(yaml, asprintf(&yaml->error, "not valid YAML: %s", parser->problem), token);
}

static void scalar_set(const yaml_event_t *event, struct token *token)
{
	token->kind = TOKEN_SCALAR;
	token->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	token->text = (const char *)event->data.scalar.value;
	token->length = event->data.scalar.length;
	token->tag = (const char *)event->data.scalar.tag;
	token->anchor = (const char *)event->data.scalar.anchor;
}

static void alias_set(const yaml_event_t *event, struct token *token)
{
	token->kind = TOKEN_ALIAS;
	token->text = (const char *)event->data.alias.anchor;
	token->length = strlen(token->text);
}

static void collection_set(enum token_kind kind, const yaml_char_t *tag, const yaml_char_t *anchor,
			   struct token *token)
{
	token->kind = kind;
	token->tag = (const char *)tag;
	token->anchor = (const char *)anchor;
}

/* Whether the event is one that tokens tell of. */
static bool token_set(const yaml_event_t *event, struct token *token)
{
	token->line = place(event->start_mark.line);
	token->column = place(event->start_mark.column);
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		scalar_set(event, token);
		return true;
	case YAML_ALIAS_EVENT:
		alias_set(event, token);
		return true;
	case YAML_SEQUENCE_START_EVENT:
		collection_set(TOKEN_LIST, event->data.sequence_start.tag, event->data.sequence_start.anchor,
			       token);
		return true;
	case YAML_MAPPING_START_EVENT:
		collection_set(TOKEN_MAPPING, event->data.mapping_start.tag, event->data.mapping_start.anchor,
			       token);
		return true;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		token->kind = TOKEN_CLOSE;
		return true;
	case YAML_DOCUMENT_START_EVENT:
		token->kind = TOKEN_DOCUMENT;
		return true;
	case YAML_DOCUMENT_END_EVENT:
		token->kind = TOKEN_DOCUMENT_END;
		return true;
	case YAML_STREAM_END_EVENT:
	case YAML_NO_EVENT:
		token->kind = TOKEN_END;
		return true;
	default:
		return false;
	}
}

static int yaml_next(struct token_source *source, struct token *token)
{
	struct token_yaml *yaml = (struct token_yaml *)source;

	do {
		yaml_event_delete(&yaml->event);
		if (!yaml_parser_parse(&yaml->parser, &yaml->event))
			return syntax_error(yaml, token);
	} while (!token_set(&yaml->event, token));
	return 0;
}

static void yaml_free(struct token_source *source)
{
	struct token_yaml *yaml = (struct token_yaml *)source;

	yaml_event_delete(&yaml->event);
	yaml_parser_delete(&yaml->parser);
	free(yaml->error);
	free(yaml);
}

int token_yaml_new(const char *text, size_t length, struct token_source **ret_source)
{
	static const struct token_source_class class = {.next = yaml_next, .free = yaml_free};
	static const char mark[] = "\xef\xbb\xbf";
	struct token_yaml *yaml = calloc(1, sizeof(*yaml));

	if (!yaml)
		return -ENOMEM;
	if (!yaml_parser_initialize(&yaml->parser)) {
		free(yaml);
		return -ENOMEM;
	}
	if (length >= strlen(mark) && memcmp(text, mark, strlen(mark)) == 0) {
		text += strlen(mark);
		length -= strlen(mark);
	}
	yaml->source.class = &class;
	yaml->text = text;
	yaml->length = length;
	yaml_parser_set_encoding(&yaml->parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&yaml->parser, (const unsigned char *)text, length);
	*ret_source = &yaml->source;
	return 0;
}
