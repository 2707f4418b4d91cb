/* SPDX-License-Identifier: Apache-2.0 */
/*
 * YAML documents as trees in which every value knows its place and how it was written.
 *
 * What YAML offers and policies must not use is refused here: tags, merge keys, keys that are not text,
 * duplicate keys, values that contain themselves, encodings other than UTF-8. Aliases refer to the nodes of
 * their anchor; the size of the tree as a walk sees it, aliases followed, is limited.
 *
 * (Not called yaml.h because that is the name of libyaml's header.)
 */
#ifndef POLICYD_YAML_TREE_H
#define POLICYD_YAML_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "diagnostic.h"
#include "token.h"

#define YAML_TREE_ANCHORS_MAX 256
#define YAML_TREE_DEPTH_MAX   32

enum node_kind { NODE_SCALAR, NODE_LIST, NODE_MAPPING };

struct node {
	enum node_kind kind;
	bool plain;	    /* a scalar written without quotes, not as a block */
	bool open;	    /* still being read; never true in a finished tree */
	uint16_t height;    /* 1 for a scalar or an empty collection */
	uint32_t expansion; /* nodes from here on down, aliases followed */
	struct location at;
	union {
		struct {
			const char *text; /* no NUL bytes inside */
			size_t length;
		};
		struct {
			const struct node **items;
			size_t item_count;
		};
		struct {
			struct node_pair *pairs;
			size_t pair_count;
		};
	};
};

struct node_pair {
	const struct node *key; /* a scalar */
	const struct node *value;
};

struct yaml_tree {
	const struct node *root;
	struct allocation *memory;
	unsigned int index; /* of the document in the file, from 0 */
};

struct yaml_reader;

/*
 * Starts reading the tokens of `source`, which it takes over also on failure. `file` is for messages and is
 * kept as the nodes' location.file: it must outlive the trees. A tree of more than `nodes_max` nodes, aliases
 * followed, is refused. Returns 0 or -ENOMEM.
 */
int yaml_reader_new(const char *file, struct token_source *source, uint32_t nodes_max,
		    struct diagnostics *diagnostics, struct yaml_reader **ret_reader);

/*
 * Reads the next document into `tree`, whose root is NULL at the end of the file. Errors that leave a tree
 * to be looked at (duplicate keys, tags) are only added to the diagnostics. Returns 0; -EINVAL when
 * nothing more can be read, which the diagnostics say; -ENOMEM.
 */
int yaml_reader_next(struct yaml_reader *reader, struct yaml_tree *tree);

/* Takes NULL. */
void yaml_reader_free(struct yaml_reader *reader);

/* Frees the nodes and empties the tree. */
void yaml_tree_free(struct yaml_tree *tree);

/*
 * For the reader: drops the pairs of a mapping just read whose key is not text, a merge key or a duplicate,
 * and says so. Returns 0 or -ENOMEM.
 */
int node_keys_check(struct node *mapping, struct diagnostics *diagnostics);

/* The value of a key of a mapping, NULL where it is absent. */
const struct node *node_get(const struct node *mapping, const char *key);

/*
 * What a reader of YAML takes the value for: quoted scalars are text, plain ones what YAML 1.2 says. The
 * other booleans of YAML 1.1 (yes, no, on, off) are text; its other numbers (0755, 1_000) are numbers.
 */
enum node_type {
	NODE_IS_TEXT,
	NODE_IS_NUMBER,
	NODE_IS_BOOLEAN,
	NODE_IS_NOTHING,
	NODE_IS_LIST,
	NODE_IS_MAPPING
};

enum node_type node_type(const struct node *node);

/* The type with its article for messages: "a list", "a number", "text", "nothing". */
const char *node_describe(const struct node *node);

#endif
