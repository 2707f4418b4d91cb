/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Between the parts of the schema.
 */
#ifndef POLICYD_SCHEMA_INTERNAL_H
#define POLICYD_SCHEMA_INTERNAL_H

#include <jansson.h>

#include "parse.h"
#include "parse_table.h"

/* The schema of a key's value; `section` is that of the rule, POLICYD_SECTION_COUNT outside rules. */
json_t *schema_value(const struct parse_key *key, enum policyd_section section);

#define SCHEMA_NAME_SIZE 64 /* of a definition's name */

/* Adds the definitions of the words that keys of the table take. */
void schema_words_define(json_t *definitions, const struct parse_table *table);

/* The definition of a section's operations, and `all`. */
json_t *schema_operations(enum policyd_section section);

/* {"$ref": "#/definitions/NAME"} */
json_t *schema_ref(const char *name);

/* Whether rules of the section have the key; verdicts that a section cannot have are no keys of it. */
bool schema_section_has(const struct parse_key *key, enum policyd_section section);

/* The tables other than that of rules, by the names of their definitions. */
struct schema_table {
	const char *name;
	const struct parse_table *table;
	const char *about;
};
extern const struct schema_table schema_tables[];
extern const size_t schema_table_count;

#endif
