/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as what a process that reads texts sends: trees and JSON values that hold together, or an error.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "json_token.h"
#include "token_wire.h"
#include "util.h"
#include "yaml_tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct token_source *source_of(const uint8_t *data, size_t size)
{
	struct token_source *source;
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0 ||
	    write(pair[1], data, size) != (ssize_t)size || close(pair[1]) < 0 ||
	    token_wire_new(pair[0], 4096, &source) < 0)
		abort();
	return source;
}

/* Walks everything, so that a sanitizer sees what does not belong to the tree. */
static size_t node_walk(const struct node *node, unsigned int depth)
{
	size_t sum = node->at.line;

	if (depth > YAML_TREE_DEPTH_MAX)
		abort();
	if (node->kind == NODE_SCALAR && strlen(node->text) != node->length)
		abort();
	for (size_t i = 0; node->kind == NODE_LIST && i < node->item_count; i++)
		sum += node_walk(node->items[i], depth + 1);
	for (size_t i = 0; node->kind == NODE_MAPPING && i < node->pair_count; i++)
		sum += node_walk(node->pairs[i].key, depth + 1) + node_walk(node->pairs[i].value, depth + 1);
	return sum;
}

static void trees_read(const uint8_t *data, size_t size)
{
	CLEANUP(diagnostics_clear) struct diagnostics diagnostics = {0};
	struct yaml_reader *reader = NULL;
	size_t sum = 0;
	int r;

	if (yaml_reader_new("f", source_of(data, size), 1000, &diagnostics, &reader) < 0)
		abort();
	do {
		CLEANUP(yaml_tree_free) struct yaml_tree tree = {0};

		r = yaml_reader_next(reader, &tree);
		if (r == 0 && !tree.root)
			break;
		if (r == 0)
			sum += node_walk(tree.root, 1);
	} while (r == 0);
	if (sum == SIZE_MAX || (r < 0 && diagnostics.errors == 0))
		abort();
	yaml_reader_free(reader);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct token_source *source;
	json_t *json = NULL;

	if (size > 65536)
		return 0;
	trees_read(data, size);
	source = source_of(data, size);
	if (json_token_read(source, &json) == 0 && !json)
		abort();
	json_decref(json);
	token_source_free(source);
	return 0;
}
