// SPDX-License-Identifier: Apache-2.0
/*
 * Documents from libyaml, and its errors in our words.
 */
#include <string.h>

#include "arena.h"
#include "util.h"
#include "yaml_build.h"

/* Line and column of a byte; libyaml gives only the offset where the encoding is wrong. */
static struct location offset_location(const struct yaml_reader *reader, size_t offset)
{
	struct location at = {.file = reader->file, .line = 1, .column = 1};

	for (size_t i = 0; i < offset && i < reader->length; i++) {
		if (reader->text[i] == '\n') {
			at.line++;
			at.column = 1;
		} else if (((unsigned char)reader->text[i] & 0xc0) != 0x80) {
			at.column++;
		}
	}
	return at;
}

/* Whether a tab stands at a place: the usual cause of an error that libyaml explains badly. */
static bool is_tab(const struct yaml_reader *reader, struct location place)
{
	const char *end = reader->text + reader->length;
	const char *line = reader->text;

	for (unsigned int i = 1; line && i < place.line; i++) {
		line = memchr(line, '\n', (size_t)(end - line));
		if (line)
			line++;
	}
	return line && (size_t)(end - line) >= place.column && line[place.column - 1] == '\t';
}

static int syntax_error(struct yaml_reader *reader)
{
	const yaml_parser_t *parser = &reader->parser;
	struct location at = yaml_build_location(reader, parser->problem_mark);

	if (parser->error == YAML_MEMORY_ERROR)
		return -ENOMEM;
	if (parser->error == YAML_READER_ERROR)
		return yaml_build_error(reader, offset_location(reader, parser->problem_offset),
					"not valid UTF-8 text: %s", parser->problem);
	if (is_tab(reader, at))
		return yaml_build_error(reader, at,
					"not valid YAML: a tab cannot indent or separate (use spaces)");
	if (parser->context)
		return yaml_build_error(reader, at, "not valid YAML: %s %s (line %zu)", parser->problem,
					parser->context, parser->context_mark.line + 1);
	return yaml_build_error(reader, at, "not valid YAML: %s", parser->problem);
}

int yaml_reader_next(struct yaml_reader *reader, struct yaml_tree *tree)
{
	for (;;) {
		CLEANUP(yaml_event_delete) yaml_event_t event = {0};
		int r;

		if (!yaml_parser_parse(&reader->parser, &event))
			return syntax_error(reader);
		if (event.type == YAML_STREAM_END_EVENT || event.type == YAML_NO_EVENT) {
			*tree = (struct yaml_tree){0};
			return 0;
		}
		if (event.type == YAML_DOCUMENT_END_EVENT) {
			yaml_build_end(reader, tree);
			return 0;
		}
		r = yaml_build_event(reader, &event);
		if (r < 0)
			return r;
	}
}

int yaml_reader_new(const char *file, const char *text, size_t length, uint32_t nodes_max,
		    struct diagnostics *diagnostics, struct yaml_reader **ret_reader)
{
	static const char mark[] = "\xef\xbb\xbf";
	struct yaml_reader *reader = calloc(1, sizeof(*reader));

	if (!reader)
		return -ENOMEM;
	if (!yaml_parser_initialize(&reader->parser)) {
		free(reader);
		return -ENOMEM;
	}
	if (length >= strlen(mark) && memcmp(text, mark, strlen(mark)) == 0) {
		text += strlen(mark);
		length -= strlen(mark);
	}
	reader->file = file;
	reader->text = text;
	reader->length = length;
	reader->nodes_max = nodes_max;
	reader->diagnostics = diagnostics;
	yaml_parser_set_encoding(&reader->parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&reader->parser, (const unsigned char *)text, length);
	*ret_reader = reader;
	return 0;
}

void yaml_reader_free(struct yaml_reader *reader)
{
	if (!reader)
		return;
	yaml_parser_delete(&reader->parser);
	arena_free(&reader->memory);
	free(reader->stack);
	free(reader);
}

void yaml_tree_free(struct yaml_tree *tree)
{
	arena_free(&tree->memory);
	*tree = (struct yaml_tree){0};
}
