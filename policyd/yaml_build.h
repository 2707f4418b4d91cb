/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Between the parts of the reader of YAML: yaml_tree.c drives libyaml and explains its errors, yaml_build.c
 * makes nodes of its events.
 */
#ifndef POLICYD_YAML_BUILD_H
#define POLICYD_YAML_BUILD_H

#include <yaml.h>

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
	yaml_parser_t parser;
	const char *file;
	const char *text;
	size_t length;
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

/* Place of a mark of libyaml's. */
struct location yaml_build_location(const struct yaml_reader *reader, yaml_mark_t mark);

/* Reports and returns -EINVAL. */
__attribute__((format(printf, 3, 4))) int yaml_build_error(struct yaml_reader *reader, struct location at,
							   const char *format, ...);

/* Takes an event inside a document, or its start. Returns 0, -EINVAL after having reported, -ENOMEM. */
int yaml_build_event(struct yaml_reader *reader, const yaml_event_t *event);

/* Moves the finished document into `tree`. */
void yaml_build_end(struct yaml_reader *reader, struct yaml_tree *tree);

#endif
