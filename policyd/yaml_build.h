/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Between the parts of the reader of YAML: yaml_tree.c takes tokens document by document, yaml_build.c makes
 * nodes of them.
 */
#ifndef POLICYD_YAML_BUILD_H
#define POLICYD_YAML_BUILD_H

#include "token.h"
#include "yaml_tree.h"

#define ANCHOR_SLOTS ((size_t)2 * YAML_TREE_ANCHORS_MAX)

struct anchor {
	const char *name;
	const struct node *node;
};

/* A collection that is being read. Its children start at `first` on the stack. */
struct frame {
	struct node *node;
	size_t first;
};

struct yaml_reader {
	struct token_source *source;
	const char *file;
	uint32_t nodes_max;
	struct diagnostics *diagnostics;
	unsigned int documents;
	/* of the document being read */
	struct allocation *memory;
	struct frame frames[YAML_TREE_DEPTH_MAX];
	unsigned int depth;
	const struct node **stack;
	size_t stack_count;
	size_t stack_room;
	struct anchor anchors[ANCHOR_SLOTS];
	size_t anchor_count;
	uint64_t nodes;
};

/* Place of a token. */
struct location yaml_build_location(const struct yaml_reader *reader, const struct token *token);

/* Reports and returns -EINVAL. */
__attribute__((format(printf, 3, 4))) int yaml_build_error(struct yaml_reader *reader, struct location at,
							   const char *format, ...);

/* Takes a token inside a document, or its start. Returns 0, -EINVAL after having reported, -ENOMEM. */
int yaml_build_token(struct yaml_reader *reader, const struct token *token);

/* Moves the finished document into `tree`. Returns 0, or -EINVAL after having reported that it is none. */
int yaml_build_end(struct yaml_reader *reader, const struct token *token, struct yaml_tree *tree);

#endif
