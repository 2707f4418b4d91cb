// SPDX-License-Identifier: Apache-2.0
#include "schema.h"

#include <string.h>

#include "schema_internal.h"
#include "util.h"

const struct schema_table schema_tables[] = {
	{"default", &parse_default_table, "What happens to operations that no rule names."},
	{"subject", &parse_subject_table,
	 "Which processes. Lists are alternatives, keys are conjunctions: all that are given must match."},
	{"exception", &parse_exception_table, "Processes that are outside, by the same keys."},
	{"anomaly", &parse_anomaly_table, "What is unusual: rates, detectors, baselines."},
	{"rate", &parse_rate_table, "How often something is normal."},
	{"detect", &parse_detect_table, "What is suspicious each time."},
	{"test", &parse_test_table, "One process, and what must hold for it."},
	{"expect", &parse_expect_table,
	 "Operations as text: SECTION OPERATION OBJECT. A network object is PROTOCOL ADDRESS:PORT "
	 "(for accept the remote address and the local port; for accept and connect 'at ADDRESS' behind it "
	 "is the local address, without which a socket that connects is not bound to one), "
	 "unix NAME or another FAMILY."},
};
const size_t schema_table_count = ARRAY_SIZE(schema_tables);

json_t *schema_ref(const char *name)
{
	return json_pack("{s:s+}", "$ref", "#/definitions/", name);
}

bool schema_section_has(const struct parse_key *key, enum policyd_section section)
{
	if (key->sections && !(key->sections & 1U << section))
		return false;
	return section != POLICYD_SECTION_SYSCALL ||
	       (strcmp(key->name, "allow") != 0 && strcmp(key->name, "deny") != 0);
}

static json_t *property(const struct parse_key *key, enum policyd_section section)
{
	json_t *schema = schema_value(key, section);

	/* What stands beside a $ref is ignored, so that the description needs a wrapper. */
	if (schema && json_object_get(schema, "$ref"))
		schema = json_pack("{s:[o]}", "allOf", schema);
	if (schema)
		(void)json_object_set_new(
			schema, "description",
			json_sprintf("%s\nExample: %s: %s", key->about, key->name, key->example));
	return schema;
}

/* Keys of a table as an object; of a rule those of its section. */
static json_t *object_schema(const struct parse_table *table, enum policyd_section section)
{
	json_t *properties = json_object();
	json_t *required = json_array();

	for (size_t i = 0; i < table->count; i++) {
		const struct parse_key *key = &table->keys[i];

		if (section != POLICYD_SECTION_COUNT && !schema_section_has(key, section))
			continue;
		(void)json_object_set_new(properties, key->name, property(key, section));
		if (key->required)
			(void)json_array_append_new(required, json_string(key->name));
	}
	return json_pack("{s:s,s:o,s:o,s:b}", "type", "object", "properties", properties, "required",
			 required, "additionalProperties", 0);
}

/* A rule has exactly one verdict. */
static json_t *rule_schema(enum policyd_section section)
{
	json_t *schema = object_schema(&parse_rule_table, section);
	json_t *verdicts = json_array();

	for (size_t i = 0; i < parse_rule_table.count; i++) {
		const struct parse_key *key = &parse_rule_table.keys[i];

		if (key->type == TYPE_OPERATIONS && schema_section_has(key, section))
			(void)json_array_append_new(verdicts, json_pack("{s:[s]}", "required", key->name));
	}
	(void)json_object_del(schema, "required");
	(void)json_object_set_new(schema, "oneOf", verdicts);
	return schema;
}

static json_t *definitions(void)
{
	json_t *all = json_object();

	for (size_t i = 0; i < schema_table_count; i++) {
		json_t *schema = object_schema(schema_tables[i].table, POLICYD_SECTION_COUNT);

		if (schema)
			(void)json_object_set_new(schema, "description", json_string(schema_tables[i].about));
		(void)json_object_set_new(all, schema_tables[i].name, schema);
		schema_words_define(all, schema_tables[i].table);
	}
	for (unsigned int section = 0; section < POLICYD_SECTION_ANOMALY; section++) {
		const char *text = section_name((enum policyd_section)section);
		char name[SCHEMA_NAME_SIZE];

		(void)snprintf(name, sizeof(name), "%s-rule", text);
		(void)json_object_set_new(all, name, rule_schema((enum policyd_section)section));
		(void)snprintf(name, sizeof(name), "%s-operation", text);
		(void)json_object_set_new(all, name, schema_operations((enum policyd_section)section));
	}
	schema_words_define(all, &parse_policy_table);
	schema_words_define(all, &parse_rule_table);
	return all;
}

char *schema_json(void)
{
	json_t *schema = object_schema(&parse_policy_table, POLICYD_SECTION_COUNT);
	json_t *head = json_pack("{s:s,s:s,s:s}", "$schema", "http://json-schema.org/draft-07/schema#",
				 "title", "policyd policy", "description",
				 "A policy of policyd. Made from the parser's tables by policyctl schema.");
	char *text = NULL;
	char *line = NULL;

	if (schema && head && json_object_set_new(schema, "definitions", definitions()) == 0 &&
	    json_object_update(head, schema) == 0)
		text = json_dumps(head, JSON_INDENT(2));
	if (text && asprintf(&line, "%s\n", text) < 0)
		line = NULL;
	free(text);
	json_decref(schema);
	json_decref(head);
	return line;
}
