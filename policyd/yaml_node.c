// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "util.h"
#include "yaml_tree.h"

/* Up to here duplicate keys are looked for pair by pair, beyond by sorting. */
#define FEW_PAIRS 16

static const char *const type_descriptions[] = {
	[NODE_IS_TEXT] = "text",       [NODE_IS_NUMBER] = "a number", [NODE_IS_BOOLEAN] = "a boolean",
	[NODE_IS_NOTHING] = "nothing", [NODE_IS_LIST] = "a list",     [NODE_IS_MAPPING] = "a mapping",
};

static const char *const nothings[] = {"", "~", "null", "Null", "NULL"};
static const char *const booleans[] = {"true", "True", "TRUE", "false", "False", "FALSE"};

static bool one_of(const char *text, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(text, words[i]) == 0)
			return true;
	return false;
}

static bool is_based(const char *text)
{
	const char *digits;

	if (text[0] != '0' || text[1] == '\0' || text[2] == '\0')
		return false;
	if (text[1] == 'x')
		digits = "0123456789abcdefABCDEF_";
	else if (text[1] == 'o')
		digits = "01234567_";
	else if (text[1] == 'b')
		digits = "01_";
	else
		return false;
	return text[2 + strspn(text + 2, digits)] == '\0';
}

static bool is_number(const char *text)
{
	size_t whole, fraction = 0;

	if (is_based(text))
		return true;
	if (*text == '-' || *text == '+')
		text++;
	if (strcmp(text, ".inf") == 0 || strcmp(text, ".nan") == 0)
		return true;
	whole = *text == '_' ? 0 : strspn(text, "0123456789_");
	text += whole;
	if (*text == '.') {
		fraction = strspn(text + 1, "0123456789_");
		text += 1 + fraction;
	}
	if (whole + fraction == 0)
		return false;
	if (*text == 'e' || *text == 'E') {
		text++;
		if (*text == '-' || *text == '+')
			text++;
		whole = strspn(text, "0123456789");
		if (whole == 0)
			return false;
		text += whole;
	}
	return *text == '\0';
}

enum node_type node_type(const struct node *node)
{
	if (node->kind == NODE_LIST)
		return NODE_IS_LIST;
	if (node->kind == NODE_MAPPING)
		return NODE_IS_MAPPING;
	if (!node->plain)
		return NODE_IS_TEXT;
	if (one_of(node->text, nothings, ARRAY_SIZE(nothings)))
		return NODE_IS_NOTHING;
	if (one_of(node->text, booleans, ARRAY_SIZE(booleans)))
		return NODE_IS_BOOLEAN;
	return is_number(node->text) ? NODE_IS_NUMBER : NODE_IS_TEXT;
}

const char *node_describe(const struct node *node)
{
	return type_descriptions[node_type(node)];
}

const struct node *node_get(const struct node *mapping, const char *key)
{
	if (mapping->kind != NODE_MAPPING)
		return NULL;
	for (size_t i = 0; i < mapping->pair_count; i++)
		if (strcmp(mapping->pairs[i].key->text, key) == 0)
			return mapping->pairs[i].value;
	return NULL;
}

static void key_error(struct diagnostics *diagnostics, const struct node *key, const char *problem)
{
	diagnostic_add(diagnostics, DIAGNOSTIC_ERROR, key->at, "%s", problem);
}

/* A key that stands after an equal one; marks its pair by taking the key away. */
static void duplicate_refuse(struct diagnostics *diagnostics, const struct node *first,
			     struct node_pair *pair)
{
	diagnostic_add(diagnostics, DIAGNOSTIC_ERROR, pair->key->at,
		       "duplicate key '%.64s' (first at line %u)", first->text, first->at.line);
	pair->key = NULL;
}

static void pairs_compact(struct node *mapping)
{
	size_t kept = 0;

	for (size_t i = 0; i < mapping->pair_count; i++)
		if (mapping->pairs[i].key)
			mapping->pairs[kept++] = mapping->pairs[i];
	mapping->pair_count = kept;
}

static int pair_compare(const void *a, const void *b)
{
	const struct node_pair *first = *(struct node_pair *const *)a;
	const struct node_pair *second = *(struct node_pair *const *)b;
	int order = strcmp(first->key->text, second->key->text);

	return order != 0 ? order : (first > second) - (first < second);
}

static int duplicates_refuse_sorted(struct node *mapping, struct diagnostics *diagnostics)
{
	CLEANUP_FREE struct node_pair **sorted = calloc(mapping->pair_count, sizeof(struct node_pair *));
	const struct node *first;

	if (!sorted)
		return -ENOMEM;
	for (size_t i = 0; i < mapping->pair_count; i++)
		sorted[i] = &mapping->pairs[i];
	qsort(sorted, mapping->pair_count, sizeof(*sorted), pair_compare);
	first = sorted[0]->key;
	for (size_t i = 1; i < mapping->pair_count; i++) {
		if (strcmp(first->text, sorted[i]->key->text) == 0)
			duplicate_refuse(diagnostics, first, sorted[i]);
		else
			first = sorted[i]->key;
	}
	return 0;
}

static void duplicates_refuse(struct node *mapping, struct diagnostics *diagnostics)
{
	for (size_t i = 1; i < mapping->pair_count; i++) {
		struct node_pair *pair = &mapping->pairs[i];

		for (size_t j = 0; j < i && pair->key; j++) {
			const struct node *first = mapping->pairs[j].key;

			if (first && strcmp(first->text, pair->key->text) == 0)
				duplicate_refuse(diagnostics, first, pair);
		}
	}
}

int node_keys_check(struct node *mapping, struct diagnostics *diagnostics)
{
	int r = 0;

	for (size_t i = 0; i < mapping->pair_count; i++) {
		struct node_pair *pair = &mapping->pairs[i];

		if (pair->key->kind != NODE_SCALAR)
			key_error(diagnostics, pair->key, "a key must be text");
		else if (pair->key->plain && strcmp(pair->key->text, "<<") == 0)
			key_error(diagnostics, pair->key,
				  "merge keys ('<<') are not part of the language: write the keys out");
		else
			continue;
		pair->key = NULL;
	}
	pairs_compact(mapping);
	if (mapping->pair_count > FEW_PAIRS)
		r = duplicates_refuse_sorted(mapping, diagnostics);
	else
		duplicates_refuse(mapping, diagnostics);
	if (r < 0)
		return r;
	pairs_compact(mapping);
	return 0;
}
