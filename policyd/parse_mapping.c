// SPDX-License-Identifier: Apache-2.0
/*
 * Reads a mapping by a table of keys.
 */
#include <string.h>

#include "parse_internal.h"

static bool key_allowed(const struct parser *parser, const struct parse_key *key)
{
	return key->sections == 0 || parser->section == POLICYD_SECTION_COUNT ||
	       key->sections & (1U << parser->section);
}

static int key_unknown(struct parser *parser, const struct parse_table *table, const struct node *name)
{
	const char *candidates[PARSE_KEYS_MAX];
	size_t count = 0;

	for (size_t i = 0; i < table->count; i++)
		if (key_allowed(parser, &table->keys[i]))
			candidates[count++] = table->keys[i].name;
	return parse_error(parser, name->at, "unknown key '%s' in %s%s", parse_show(parser, name),
			   parser->what, parse_hint(parser, name->text, candidates, count));
}

/* A key of another section: names the sections that have it. */
static int key_misplaced(struct parser *parser, const struct parse_key *key, const struct node *name)
{
	char sections[128] = "";
	size_t used = 0;

	for (unsigned int i = 0; i < POLICYD_SECTION_COUNT; i++) {
		if (!(key->sections & (1U << i)))
			continue;
		used += (size_t)snprintf(sections + used, sizeof(sections) - used, "%s%s", used ? ", " : "",
					 section_name((enum policyd_section)i));
	}
	return parse_error(parser, name->at, "key '%s' does not go with a %s (only with %s)", key->name,
			   parser->what, sections);
}

/* Sorts the mapping's pairs to the table's keys. */
static int keys_find(struct parser *parser, const struct parse_table *table, const struct node *mapping,
		     const struct node_pair **found)
{
	int r = 0;

	for (size_t i = 0; i < mapping->pair_count; i++) {
		const struct node_pair *pair = &mapping->pairs[i];
		size_t key = 0;

		while (key < table->count && strcmp(table->keys[key].name, pair->key->text) != 0)
			key++;
		if (key == table->count)
			r = key_unknown(parser, table, pair->key);
		else if (!key_allowed(parser, &table->keys[key]))
			r = key_misplaced(parser, &table->keys[key], pair->key);
		else
			found[key] = pair;
	}
	return r;
}

static int keys_read(struct parser *parser, const struct parse_table *table, const struct node *mapping,
		     const struct node_pair *const *found, void *ret)
{
	int worst = 0;

	for (size_t i = 0; i < table->count && worst != -ENOMEM; i++) {
		const struct parse_key *key = &table->keys[i];
		int r = 0;

		if (found[i])
			r = key->parse(parser, key, found[i]->value, (char *)ret + key->offset);
		else if (key->required)
			r = parse_error(parser, mapping->at, "missing key '%s' in %s", key->name,
					parser->what);
		worst = parse_worse(worst, r);
	}
	return worst;
}

int parse_mapping(struct parser *parser, const struct parse_table *table, const struct node *mapping,
		  void *ret)
{
	const struct node_pair *found[PARSE_KEYS_MAX] = {0};
	const char *outer = parser->what;
	int r;

	if (mapping->kind != NODE_MAPPING)
		return parse_error(parser, mapping->at, "%s must be a mapping, not %s", table->what,
				   node_describe(mapping));
	parser->what = table->what;
	r = keys_find(parser, table, mapping, found);
	r = parse_worse(r, keys_read(parser, table, mapping, found, ret));
	parser->what = outer;
	return r;
}
