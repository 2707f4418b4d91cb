// SPDX-License-Identifier: Apache-2.0
/*
 * Text to policies: one document after the other.
 */
#include <string.h>

#include "parse_internal.h"
#include "tokenizer.h"

/* Reads documents until the end, the first syntax error or the lack of memory. */
static int documents_read(struct parser *parser, struct yaml_reader *reader)
{
	const struct location top = {.file = parser->file, .line = 1, .column = 1};
	int worst = 0;

	for (;;) {
		CLEANUP(yaml_tree_free) struct yaml_tree tree = {0};
		int r;

		parser->errors = parser->diagnostics->errors;
		r = yaml_reader_next(reader, &tree);
		if (r < 0)
			return parse_worse(worst, r);
		if (!tree.root)
			return worst;
		if (node_type(tree.root) == NODE_IS_NOTHING)
			r = parse_error(parser, tree.index ? tree.root->at : top,
					"the document holds no policy");
		else
			r = parse_policy(parser, tree.root);
		if (r == -ENOMEM)
			return r;
		worst = parse_worse(worst, r);
	}
}

static void reader_cleanup(struct yaml_reader **reader)
{
	yaml_reader_free(*reader);
}

int parse_text(struct policy_set *set, const char *file, const char *text, size_t length,
	       struct diagnostics *diagnostics)
{
	CLEANUP(reader_cleanup) struct yaml_reader *reader = NULL;
	struct token_source *source;
	struct parser parser = {.set = set, .diagnostics = diagnostics};
	size_t policies = set->count, errors = diagnostics->errors, first = diagnostics->count;
	int r;

	parser.file = policy_set_strndup(set, file, strlen(file));
	if (!parser.file)
		return -ENOMEM;
	r = parse_limit_check(&parser, (struct location){.file = parser.file}, LIMIT_FILE_SIZE, length,
			      "bytes in a file");
	if (r < 0)
		return r;
	policy_set_text(set, text, length);
	r = tokenizer_open(set->tokenizer, TOKEN_YAML, text, length, &source);
	if (r < 0 && r != -ENOMEM)
		return parse_error(&parser, (struct location){.file = parser.file},
				   "cannot be read: the process that reads it cannot be started: %s",
				   strerror(-r));
	if (r < 0)
		return r;
	r = yaml_reader_new(parser.file, source, (uint32_t)parse_limits[LIMIT_VALUES].value, diagnostics,
			    &reader);
	if (r < 0)
		return r;
	r = documents_read(&parser, reader);
	if (r == -ENOMEM)
		return r;
	if (set->count == policies && diagnostics->errors == errors)
		(void)parse_error(&parser, (struct location){.file = parser.file, .line = 1, .column = 1},
				  "the file holds no policy");
	diagnostics_sort(diagnostics, first);
	/* Duplicate keys and tags are reported while the tree is built. */
	return diagnostics->errors > errors ? -EINVAL : 0;
}
