// SPDX-License-Identifier: Apache-2.0
/*
 * Values of which there may be one or a list.
 */
#include <string.h>

#include "parse_internal.h"

int parse_items(struct parser *parser, const struct parse_key *key, const struct node *const *value,
		const struct node *const **ret_items, size_t *ret_count)
{
	const struct node *node = *value;

	if (node->kind == NODE_MAPPING)
		return parse_error(parser, node->at,
				   "'%s' must be a value or a list of values, not a mapping", key->name);
	if (node->kind == NODE_LIST && node->item_count == 0)
		return parse_error(parser, node->at,
				   "'%s' is an empty list: leave the key out or name something", key->name);
	if (node->kind == NODE_LIST) {
		*ret_items = node->items;
		*ret_count = node->item_count;
		return 0;
	}
	*ret_items = value;
	*ret_count = 1;
	return 0;
}

int parse_list(struct parser *parser, const struct parse_key *key, const struct node *value, size_t size,
	       parse_item *item, void **ret_items, size_t *ret_count)
{
	const struct node *const *nodes = NULL;
	size_t count = 0;
	int worst = 0;
	char *items;
	int r;

	r = parse_items(parser, key, &value, &nodes, &count);
	if (r < 0)
		return r;
	r = parse_limit_check(parser, value->at, LIMIT_LIST, count, "values in a list");
	if (r < 0)
		return r;
	items = arena_array(&parser->set->allocations, count, size);
	if (!items)
		return -ENOMEM;
	for (size_t i = 0; i < count && worst != -ENOMEM; i++) {
		r = item(parser, key, nodes[i], items + i * size);
		worst = parse_worse(worst, r);
	}
	if (worst < 0)
		return worst;
	*ret_items = items;
	*ret_count = count;
	return 0;
}

int parse_mappings_check(struct parser *parser, const struct parse_key *key, const struct node *value,
			 enum parse_limit_id limit, const char *things)
{
	if (value->kind != NODE_LIST)
		return parse_error(parser, value->at, "'%s' must be a list of mappings, not %s", key->name,
				   node_describe(value));
	return parse_limit_check(parser, value->at, limit, value->item_count, things);
}

static int string_item(struct parser *parser, const struct parse_key *key, const struct node *item, void *ret)
{
	struct pattern_text *string = ret;

	string->at = item->at;
	return parse_string(parser, key, item, &string->text);
}

int parse_strings(struct parser *parser, const struct parse_key *key, const struct node *value, void *ret)
{
	struct string_list *list = ret;
	void *items;
	size_t count;
	int r;

	r = parse_list(parser, key, value, sizeof(*list->items), string_item, &items, &count);
	if (r < 0)
		return r;
	*list = (struct string_list){.items = items, .count = count};
	return 0;
}

/* A word that needs no quoting in any log format. */
static int tag_item(struct parser *parser, const struct parse_key *key, const struct node *item, void *ret)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:/-";
	const struct pattern_text *tag = ret;
	int r;

	r = string_item(parser, key, item, ret);
	if (r < 0)
		return r;
	if (tag->text[strspn(tag->text, allowed)] != '\0' || item->length > parse_limits[LIMIT_NAME].value)
		return parse_error(parser, item->at,
				   "'%s' is not a tag: up to %lu letters, digits, '.', '_', ':', '/' and '-'",
				   parse_show(parser, item), parse_limits[LIMIT_NAME].value);
	return 0;
}

int parse_tags(struct parser *parser, const struct parse_key *key, const struct node *value, void *ret)
{
	struct string_list *list = ret;
	void *items;
	size_t count;
	int r;

	r = parse_list(parser, key, value, sizeof(*list->items), tag_item, &items, &count);
	if (r < 0)
		return r;
	r = parse_limit_check(parser, value->at, LIMIT_TAGS, count, "tags");
	if (r < 0)
		return r;
	*list = (struct string_list){.items = items, .count = count};
	return 0;
}

/* One of key->words, or a number between the least and the greatest of their values. */
static int word_or_number_item(struct parser *parser, const struct parse_key *key, const struct node *item,
			       void *ret)
{
	const struct parse_word *word = NULL;
	struct number_range *range = ret;
	uint64_t number = 0;
	const char *text;
	int r;

	r = parse_scalar(parser, key, item, &text);
	if (r < 0)
		return r;
	if (text[0] >= '0' && text[0] <= '9') {
		r = parse_number(parser, key, item, key->words->minimum, key->words->maximum, &number);
		if (r < 0)
			return r;
	} else {
		word = parse_word_find(key->words, text);
		if (!word)
			return parse_error(parser, item->at, "unknown %s '%s'%s", key->words->what,
					   parse_show(parser, item),
					   parse_hint_words(parser, text, key->words));
		number = (uint64_t)word->value;
	}
	*range = (struct number_range){.first = (uint32_t)number, .last = (uint32_t)number, .at = item->at};
	return 0;
}

int parse_words_or_numbers(struct parser *parser, const struct parse_key *key, const struct node *value,
			   void *ret)
{
	struct number_list *list = ret;
	void *items;
	size_t count;
	int r;

	r = parse_list(parser, key, value, sizeof(*list->items), word_or_number_item, &items, &count);
	if (r < 0)
		return r;
	*list = (struct number_list){.items = items, .count = count};
	return 0;
}
