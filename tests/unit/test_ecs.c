// SPDX-License-Identifier: Apache-2.0
/*
 * Format ECS against the published schema: each field that stands outside `policyd` has a name that the
 * schema knows, the type and one of the values that it says, and none is missing that it requires. The
 * table is data/ecs-fields.tsv.
 */
#include <arpa/inet.h>
#include <regex.h>

#include "event_suite.h"
#include "format.h"
#include "json.h"
#include "schema_events.h"
#include "schema_table.h"

#define NAME_SIZE      128
#define SCHEMA_VERSION "8.11.0"

/* Cells of a row about a field, and of one about a category. */
enum { KIND, NAME, TYPE, ARRAY, NEED, VALUES };
enum { CATEGORY_TYPES = 2 };

static struct schema_table table;
static char line[FORMAT_LINE_MAX];
static regex_t date;

static bool is_address(const char *text)
{
	unsigned char address[16];

	return inet_pton(AF_INET, text, address) == 1 || inet_pton(AF_INET6, text, address) == 1;
}

static void value_check(const struct schema_row *field, const json_t *value)
{
	const char *text = json_string_value(value), *type = field->cells[TYPE];

	if (strcmp(type, "long") == 0) {
		ck_assert_msg(json_is_integer(value), "%s is no number: %s", field->cells[NAME], line);
		return;
	}
	ck_assert_msg(text != NULL, "%s is no text: %s", field->cells[NAME], line);
	if (strcmp(type, "date") == 0)
		ck_assert_msg(regexec(&date, text, 0, NULL, 0) == 0, "'%s' is no date", text);
	else if (strcmp(type, "ip") == 0)
		ck_assert_msg(is_address(text), "'%s' is no address", text);
	else
		ck_assert_msg(schema_listed("keyword|match_only_text", type) != NULL, "what is a %s", type);
	if (strcmp(field->cells[VALUES], "-") != 0)
		ck_assert_msg(schema_listed(field->cells[VALUES], text) != NULL, "%s is %s: %s",
			      field->cells[NAME], text, line);
}

static void leaf_check(const char *name, const json_t *value)
{
	struct schema_row *field = schema_table_find(&table, "field", name);
	const json_t *item;
	size_t i;

	ck_assert_msg(field != NULL, "%s is not in the schema: %s", name, line);
	field->used = true;
	ck_assert_msg(json_is_array(value) == (strcmp(field->cells[ARRAY], "array") == 0),
		      "%s: an array or not", name);
	if (json_is_array(value))
		json_array_foreach(value, i, item) value_check(field, item);
	else
		value_check(field, value);
}

static void object_check(const char *prefix, const json_t *object)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)object, key, value)
	{
		char name[NAME_SIZE];

		(void)snprintf(name, sizeof(name), "%s%s%s", prefix, *prefix ? "." : "", key);
		if (strcmp(name, "policyd") == 0)
			ck_assert(json_is_object(value));
		else if (json_is_object(value))
			object_check(name, value);
		else
			leaf_check(name, value);
	}
}

static const json_t *field_get(const json_t *object, const char *name)
{
	size_t length = strcspn(name, ".");
	char key[NAME_SIZE];

	(void)snprintf(key, sizeof(key), "%.*s", (int)length, name);
	object = json_object_get(object, key);
	return name[length] && object ? field_get(object, name + length + 1) : object;
}

static void need_check(const json_t *root)
{
	for (size_t i = 0; i < table.count; i++)
		if (strcmp(table.rows[i].cells[NEED], "required") == 0)
			ck_assert_msg(field_get(root, table.rows[i].cells[NAME]) != NULL, "no %s: %s",
				      table.rows[i].cells[NAME], line);
}

/* Each of event.type is one that the schema expects beside each of event.category. */
static void category_check(const json_t *root)
{
	const json_t *categories = field_get(root, "event.category"), *types = field_get(root, "event.type");
	const json_t *category, *type;
	size_t i, j;

	ck_assert_uint_gt(json_array_size(categories), 0);
	ck_assert_uint_gt(json_array_size(types), 0);
	json_array_foreach(categories, i, category)
	{
		struct schema_row *row = schema_table_find(&table, "category", json_string_value(category));

		ck_assert_msg(row != NULL, "no category: %s", line);
		row->used = true;
		json_array_foreach(types, j, type) ck_assert_msg(
			schema_listed(row->cells[CATEGORY_TYPES], json_string_value(type)) != NULL,
			"%s is no type of %s: %s", json_string_value(type), json_string_value(category),
			line);
	}
}

static void event_check(const struct event *event)
{
	static const struct format_options options = {.facility = 10, .pid = 4242};
	CLEANUP_JSON json_t *root = NULL;
	size_t length = 0;

	ck_assert_int_eq(format_ecs(event, &options, line, sizeof(line), &length), 0);
	root = json_loadb(line, length, JSON_REJECT_DUPLICATES, NULL);
	ck_assert_msg(root != NULL, "%s", line);
	object_check("", root);
	need_check(root);
	category_check(root);
	ck_assert_str_eq(json_string_value(field_get(root, "ecs.version")), SCHEMA_VERSION);
}

START_TEST(ecs_has_published_fields)
{
	ck_assert_int_eq(regcomp(&date,
				 "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?Z$",
				 REG_EXTENDED | REG_NOSUB),
			 0);
	schema_table_read(&table, TEST_DATA "/ecs-fields.tsv");
	schema_events(event_check);
	schema_table_check_use(&table);
	regfree(&date);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {ecs_has_published_fields};

	return suite_run("ecs", tests, ARRAY_SIZE(tests));
}
