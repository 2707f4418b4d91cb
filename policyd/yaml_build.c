// SPDX-License-Identifier: Apache-2.0
/*
 * Makes nodes of tokens. Children wait on one stack until their collection ends; then they move
 * into the tree's memory. No recursion: the depth of the input is the depth of an array.
 */
#include <string.h>

#include "arena.h"
#include "util.h"
#include "yaml_build.h"

struct location yaml_build_location(const struct yaml_reader *reader, const struct token *token)
{
	return (struct location){.file = reader->file, .line = token->line, .column = token->column};
}

int yaml_build_error(struct yaml_reader *reader, struct location at, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	diagnostic_vadd(reader->diagnostics, DIAGNOSTIC_ERROR, at, format, arguments);
	va_end(arguments);
	return -EINVAL;
}

/* FNV-1a; at most YAML_TREE_ANCHORS_MAX names, so collisions cannot cost much. */
static struct anchor *anchor_slot(struct yaml_reader *reader, const char *name)
{
	uint32_t hash = 2166136261U;
	size_t i;

	for (const char *c = name; *c; c++)
		hash = (hash ^ (unsigned char)*c) * 16777619U;
	for (i = hash % ANCHOR_SLOTS; reader->anchors[i].name; i = (i + 1) % ANCHOR_SLOTS)
		if (strcmp(reader->anchors[i].name, name) == 0)
			break;
	return &reader->anchors[i];
}

static int anchor_add(struct yaml_reader *reader, const char *name, const struct node *node)
{
	struct anchor *anchor;

	if (!name)
		return 0;
	anchor = anchor_slot(reader, name);
	if (anchor->name)
		return yaml_build_error(reader, node->at,
					"anchor '&%.64s' is defined twice (first at line %u)", name,
					anchor->node->at.line);
	if (reader->anchor_count == YAML_TREE_ANCHORS_MAX)
		return yaml_build_error(reader, node->at,
					"more than %d anchors in a document (limit 'anchors')",
					YAML_TREE_ANCHORS_MAX);
	anchor->name = arena_strndup(&reader->memory, name, strlen(name));
	if (!anchor->name)
		return -ENOMEM;
	anchor->node = node;
	reader->anchor_count++;
	return 0;
}

static int nodes_count(struct yaml_reader *reader, uint32_t count, struct location at)
{
	reader->nodes += count;
	if (reader->nodes > reader->nodes_max)
		return yaml_build_error(
			reader, at, "the document has more than %u values, aliases followed (limit 'values')",
			reader->nodes_max);
	return 0;
}

static int stack_push(struct yaml_reader *reader, const struct node *node)
{
	if (reader->stack_count == reader->stack_room) {
		size_t room = reader->stack_room ? 2 * reader->stack_room : 256;
		const struct node **stack = realloc(reader->stack, room * sizeof(*stack));

		if (!stack)
			return -ENOMEM;
		reader->stack = stack;
		reader->stack_room = room;
	}
	reader->stack[reader->stack_count++] = node;
	return 0;
}

static int node_new(struct yaml_reader *reader, enum node_kind kind, const struct token *token,
		    struct node **ret_node)
{
	struct location at = yaml_build_location(reader, token);
	struct node *node;
	int r;

	r = nodes_count(reader, 1, at);
	if (r < 0)
		return r;
	node = arena_alloc(&reader->memory, sizeof(*node));
	if (!node)
		return -ENOMEM;
	node->kind = kind;
	node->at = at;
	node->height = 1;
	node->expansion = 1;
	*ret_node = node;
	return 0;
}

static void tag_refuse(struct yaml_reader *reader, const char *tag, struct location at)
{
	if (tag)
		(void)yaml_build_error(reader, at, "tags are not part of the language ('%.64s')", tag);
}

static int scalar_add(struct yaml_reader *reader, const struct token *token)
{
	struct node *node;
	int r;

	r = node_new(reader, NODE_SCALAR, token, &node);
	if (r < 0)
		return r;
	tag_refuse(reader, token->tag, node->at);
	if (memchr(token->text, '\0', token->length))
		return yaml_build_error(reader, node->at, "a NUL byte in a value");
	node->plain = token->plain;
	node->length = token->length;
	node->text = arena_strndup(&reader->memory, token->text, token->length);
	if (!node->text)
		return -ENOMEM;
	r = anchor_add(reader, token->anchor, node);
	if (r < 0)
		return r;
	return stack_push(reader, node);
}

static int alias_add(struct yaml_reader *reader, const struct token *token)
{
	const char *name = token->text;
	struct location at = yaml_build_location(reader, token);
	const struct node *node = anchor_slot(reader, name)->node;
	int r;

	if (!node)
		return yaml_build_error(reader, at, "alias '*%.64s' has no anchor before it", name);
	if (node->open)
		return yaml_build_error(reader, at, "alias '*%.64s' stands inside its own anchor", name);
	if (reader->depth + node->height > YAML_TREE_DEPTH_MAX)
		return yaml_build_error(reader, at, "nested deeper than %d (limit 'depth')",
					YAML_TREE_DEPTH_MAX);
	r = nodes_count(reader, node->expansion, at);
	if (r < 0)
		return r;
	return stack_push(reader, node);
}

static int collection_start(struct yaml_reader *reader, enum node_kind kind, const struct token *token)
{
	struct node *node;
	int r;

	r = node_new(reader, kind, token, &node);
	if (r < 0)
		return r;
	if (reader->depth == YAML_TREE_DEPTH_MAX)
		return yaml_build_error(reader, node->at, "nested deeper than %d (limit 'depth')",
					YAML_TREE_DEPTH_MAX);
	tag_refuse(reader, token->tag, node->at);
	node->open = true;
	r = anchor_add(reader, token->anchor, node);
	if (r < 0)
		return r;
	reader->frames[reader->depth++] = (struct frame){.node = node, .first = reader->stack_count};
	return 0;
}

static int list_close(struct yaml_reader *reader, struct node *node, const struct node **children,
		      size_t count)
{
	node->items = arena_array(&reader->memory, count, sizeof(*node->items));
	if (!node->items)
		return -ENOMEM;
	if (count > 0)
		memcpy(node->items, children, count * sizeof(*children));
	node->item_count = count;
	return 0;
}

static int mapping_close(struct yaml_reader *reader, struct node *node, const struct node **children,
			 size_t count)
{
	node->pairs = arena_array(&reader->memory, count / 2, sizeof(*node->pairs));
	if (!node->pairs)
		return -ENOMEM;
	for (size_t i = 0; i < count / 2; i++)
		node->pairs[i] = (struct node_pair){.key = children[2 * i], .value = children[2 * i + 1]};
	node->pair_count = count / 2;
	return node_keys_check(node, reader->diagnostics);
}

/* Of a stream from libyaml this cannot be; a process that was taken over may send it. */
static int nesting_error(struct yaml_reader *reader, const struct token *token)
{
	return yaml_build_error(reader, yaml_build_location(reader, token), "the values do not nest");
}

static int collection_end(struct yaml_reader *reader, const struct token *token)
{
	const struct node **children;
	struct frame *frame;
	struct node *node;
	size_t count;
	int r;

	if (reader->depth == 0)
		return nesting_error(reader, token);
	frame = &reader->frames[--reader->depth];
	node = frame->node;
	count = reader->stack_count - frame->first;
	children = count > 0 ? reader->stack + frame->first : NULL;
	if (node->kind == NODE_MAPPING && count % 2)
		return nesting_error(reader, token);
	for (size_t i = 0; i < count; i++) {
		node->expansion += children[i]->expansion;
		if (children[i]->height >= node->height)
			node->height = children[i]->height + 1;
	}
	if (node->kind == NODE_LIST)
		r = list_close(reader, node, children, count);
	else
		r = mapping_close(reader, node, children, count);
	if (r < 0)
		return r;
	node->open = false;
	reader->stack_count = frame->first;
	return stack_push(reader, node);
}

/* Empties what belongs to one document. */
static void document_begin(struct yaml_reader *reader)
{
	arena_free(&reader->memory);
	memset(reader->anchors, 0, sizeof(reader->anchors));
	reader->anchor_count = 0;
	reader->stack_count = 0;
	reader->depth = 0;
	reader->nodes = 0;
}

int yaml_build_end(struct yaml_reader *reader, const struct token *token, struct yaml_tree *tree)
{
	if (reader->depth > 0 || reader->stack_count != 1)
		return nesting_error(reader, token);
	*tree = (struct yaml_tree){
		.root = reader->stack[0],
		.memory = TAKE_PTR(reader->memory),
		.index = reader->documents++,
	};
	document_begin(reader); /* nothing refers to the tree's nodes any more */
	return 0;
}

int yaml_build_token(struct yaml_reader *reader, const struct token *token)
{
	switch (token->kind) {
	case TOKEN_SCALAR:
		return scalar_add(reader, token);
	case TOKEN_ALIAS:
		return alias_add(reader, token);
	case TOKEN_LIST:
		return collection_start(reader, NODE_LIST, token);
	case TOKEN_MAPPING:
		return collection_start(reader, NODE_MAPPING, token);
	case TOKEN_CLOSE:
		return collection_end(reader, token);
	case TOKEN_DOCUMENT:
		document_begin(reader);
		return 0;
	default:
		return 0;
	}
}
