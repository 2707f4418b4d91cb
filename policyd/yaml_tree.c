// SPDX-License-Identifier: Apache-2.0
/*
 * Documents of tokens.
 */
#include <string.h>

#include "arena.h"
#include "util.h"
#include "yaml_build.h"

/* What became of a process that reads the text; `token` is the last one that came. */
static int source_error(struct yaml_reader *reader, int error, const struct token *token)
{
	if (error == -ENOMEM)
		return error;
	return yaml_build_error(reader, yaml_build_location(reader, token),
				"cannot be read: the process that reads it failed: %s",
				reader->source->why ? reader->source->why : strerror(-error));
}

/* Takes one token. 1: the document is in `tree`, which has no root at the end of the text. */
static int token_take(struct yaml_reader *reader, const struct token *token, struct yaml_tree *tree)
{
	int r;

	switch (token->kind) {
	case TOKEN_END:
		*tree = (struct yaml_tree){0};
		return 1;
	case TOKEN_ERROR:
		return yaml_build_error(reader, yaml_build_location(reader, token), "%s", token->text);
	case TOKEN_DOCUMENT_END:
		r = yaml_build_end(reader, token, tree);
		return r < 0 ? r : 1;
	default:
		return yaml_build_token(reader, token);
	}
}

int yaml_reader_next(struct yaml_reader *reader, struct yaml_tree *tree)
{
	struct token last = {.line = 1, .column = 1};

	for (;;) {
		struct token token;
		int r = token_source_next(reader->source, &token);

		if (r < 0)
			return source_error(reader, r, &last);
		r = token_take(reader, &token, tree);
		if (r != 0)
			return r < 0 ? r : 0;
		last = token;
	}
}

int yaml_reader_new(const char *file, struct token_source *source, uint32_t nodes_max,
		    struct diagnostics *diagnostics, struct yaml_reader **ret_reader)
{
	struct yaml_reader *reader = calloc(1, sizeof(*reader));

	if (!reader) {
		token_source_free(source);
		return -ENOMEM;
	}
	reader->file = file;
	reader->source = source;
	reader->nodes_max = nodes_max;
	reader->diagnostics = diagnostics;
	*ret_reader = reader;
	return 0;
}

void yaml_reader_free(struct yaml_reader *reader)
{
	if (!reader)
		return;
	token_source_free(reader->source);
	arena_free(&reader->memory);
	free(reader->stack);
	free(reader);
}

void yaml_tree_free(struct yaml_tree *tree)
{
	arena_free(&tree->memory);
	*tree = (struct yaml_tree){0};
}
