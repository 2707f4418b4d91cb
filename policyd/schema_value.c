// SPDX-License-Identifier: Apache-2.0
/*
 * Schemas of values, by their type.
 */
#include <string.h>

#include "schema_internal.h"

/* A value or a list of values. */
static json_t *one_or_list(json_t *value)
{
	return json_pack("{s:[O,{s:s,s:o,s:i}]}", "anyOf", value, "type", "array", "items", value, "minItems",
			 1);
}

static json_t *list_of(json_t *items)
{
	return json_pack("{s:s,s:o}", "type", "array", "items", items);
}

static json_t *text(size_t maximum)
{
	return json_pack("{s:s,s:i,s:I}", "type", "string", "minLength", 1, "maxLength", (json_int_t)maximum);
}

static json_t *text_like(const char *pattern)
{
	return json_pack("{s:s,s:s}", "type", "string", "pattern", pattern);
}

static json_t *integer(unsigned int minimum, unsigned int maximum)
{
	return json_pack("{s:s,s:I,s:I}", "type", "integer", "minimum", (json_int_t)minimum, "maximum",
			 (json_int_t)maximum);
}

static json_t *either(json_t *first, json_t *second)
{
	return json_pack("{s:[o,o]}", "anyOf", first, second);
}

/* A definition's name: what the words are, without blanks. */
static void words_name(const struct parse_words *list, char name[static SCHEMA_NAME_SIZE])
{
	(void)snprintf(name, SCHEMA_NAME_SIZE, "word-%s", list->what);
	for (char *blank = name; (blank = strchr(blank, ' '));)
		*blank = '-';
}

static json_t *words(const struct parse_words *list)
{
	char name[SCHEMA_NAME_SIZE];

	words_name(list, name);
	return schema_ref(name);
}

void schema_words_define(json_t *definitions, const struct parse_table *table)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct parse_words *list = table->keys[i].words;
		char name[SCHEMA_NAME_SIZE];
		json_t *names;

		if (!list)
			continue;
		words_name(list, name);
		names = json_array();
		for (size_t k = 0; k < list->count; k++)
			(void)json_array_append_new(names, json_string(list->words[k].name));
		(void)json_object_set_new(definitions, name, json_pack("{s:o}", "enum", names));
	}
}

json_t *schema_operations(enum policyd_section section)
{
	json_t *names = json_pack("[s]", "all");

	if (section == POLICYD_SECTION_SYSCALL) {
		json_decref(names);
		return either(text_like("^@?[a-z0-9_-]+$"), integer(0, INT32_MAX));
	}
	if (section == POLICYD_SECTION_CAPABILITY)
		for (size_t i = 0; i < parse_capabilities.count; i++)
			(void)json_array_append_new(names, json_string(parse_capabilities.words[i].name));
	for (unsigned int bit = 0; bit < 32; bit++)
		if (op_all(section) & 1U << bit)
			(void)json_array_append_new(names, json_string(op_name(section, bit)));
	return json_pack("{s:o}", "enum", names);
}

static json_t *rules(const char *section)
{
	return json_pack("{s:s,s:{s:s++}}", "type", "array", "items", "$ref", "#/definitions/", section,
			 "-rule");
}

static json_t *variables(void)
{
	return json_pack("{s:s,s:o}", "type", "object", "additionalProperties",
			 one_or_list(text(parse_limits[LIMIT_TEXT].value)));
}

/* Values that stand alone or in a list. */
static json_t *item_value(const struct parse_key *key, enum policyd_section section)
{
	switch (key->type) {
	case TYPE_WORDS:
		return words(key->words);
	case TYPE_NUMBERS_OR_WORDS:
		return either(words(key->words), integer(key->words->minimum, key->words->maximum));
	case TYPE_PATTERNS:
		return text_like("^(/|unmapped:/|memfd:|pipe:|socket:|\\{|\\$\\{)");
	case TYPE_CGROUPS:
		return text_like("^(/|\\{|\\$\\{)");
	case TYPE_SOCKET_NAMES:
		return text_like("^(/|@|unmapped:/|\\{|\\$\\{)");
	case TYPE_IDS:
		return either(integer(0, UINT32_MAX - 1),
			      text_like("^[^\\s:/,*?\\[\\]{}-][^\\s:/,*?\\[\\]{}]*$"));
	case TYPE_NETWORKS:
		return text_like("^[0-9a-fA-F:.]+(/[0-9]{1,3})?$");
	case TYPE_PORTS:
		return either(integer(1, 65535), text_like("^[1-9][0-9]{0,4}-[1-9][0-9]{0,4}$"));
	case TYPE_DEVICES:
		return text_like("^[0-9]+:([0-9]+|\\*)$");
	case TYPE_DIGESTS:
		return text_like("^[0-9a-fA-F]{64}$");
	case TYPE_OPERATIONS:
		return json_pack("{s:s++}", "$ref", "#/definitions/", section_name(section), "-operation");
	case TYPE_TAGS:
	case TYPE_TEXTS:
	case TYPE_EXPECTATIONS:
		return text(parse_limits[LIMIT_TEXT].value);
	default:
		return NULL;
	}
}

/* Values that are not in lists. */
static json_t *single_value(const struct parse_key *key)
{
	switch (key->type) {
	case TYPE_NAME:
		return text_like("^[a-z0-9][a-z0-9._-]{0,62}$");
	case TYPE_WORD:
		return words(key->words);
	case TYPE_BOOLEAN:
		return json_pack("{s:s}", "type", "boolean");
	case TYPE_TRUE:
		return json_pack("{s:b}", "const", 1);
	case TYPE_NUMBER:
		return integer(1, 1000000000);
	case TYPE_VERSION:
		return json_pack("{s:i}", "const", 1);
	case TYPE_DURATION:
		return text_like("^[0-9]+(ms|s|m|h|d|w)$");
	case TYPE_VARIABLES:
		return variables();
	case TYPE_DEFAULTS:
		return schema_ref("default");
	case TYPE_SUBJECT:
		return schema_ref("subject");
	case TYPE_EXCEPTION:
		return schema_ref("exception");
	case TYPE_RULES:
		return rules(key->name);
	case TYPE_ANOMALY:
		return schema_ref("anomaly");
	case TYPE_RATES:
		return list_of(schema_ref("rate"));
	case TYPE_DETECTS:
		return list_of(schema_ref("detect"));
	case TYPE_TESTS:
		return list_of(schema_ref("test"));
	case TYPE_EXPECT:
		return schema_ref("expect");
	default:
		return text(parse_limits[LIMIT_TEXT].value);
	}
}

json_t *schema_value(const struct parse_key *key, enum policyd_section section)
{
	json_t *item = item_value(key, section);

	return item ? one_or_list(item) : single_value(key);
}
