// SPDX-License-Identifier: Apache-2.0
/*
 * The lines of format ECS against the published schema: each field that stands outside `policyd` has a name
 * that the schema knows, and the type that it says. The table is data/ecs-fields.tsv.
 */
#include <arpa/inet.h>
#include <jansson.h>
#include <regex.h>
#include <string.h>

#include "event_suite.h"

#define LINE_MAX_SIZE 65536
#define NAME_SIZE     128

struct field {
	char *name;
	char *type;
	char *array;
	char *values;
	bool used;
};

static struct field fields[256];
static size_t field_count;
static bool is_hostile; /* the line of an event whose texts are all the same bytes, those of addresses, too */

static void table_read(void)
{
	CLEANUP_FCLOSE FILE *file = fopen(TEST_DATA "/ecs-fields.tsv", "re");
	char line[1024];

	ck_assert_ptr_nonnull(file);
	while (fgets(line, sizeof(line), file)) {
		struct field *field = &fields[field_count];

		if (line[0] == '#')
			continue;
		ck_assert_uint_lt(field_count++, ARRAY_SIZE(fields));
		*field = (struct field){};
		ck_assert_int_eq(sscanf(line, "%ms %ms %ms %ms", &field->name, &field->type, &field->array,
					&field->values),
				 4);
	}
	ck_assert_uint_gt(field_count, 0);
}

static void table_free(void)
{
	for (; field_count > 0; field_count--) {
		free(fields[field_count - 1].name);
		free(fields[field_count - 1].type);
		free(fields[field_count - 1].array);
		free(fields[field_count - 1].values);
	}
}

static bool is_date(const char *text)
{
	regex_t pattern;
	bool is;

	ck_assert_int_eq(regcomp(&pattern,
				 "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?Z$",
				 REG_EXTENDED | REG_NOSUB),
			 0);
	is = regexec(&pattern, text, 0, NULL, 0) == 0;
	regfree(&pattern);
	return is;
}

static bool is_address(const char *text)
{
	unsigned char address[16];

	return inet_pton(AF_INET, text, address) == 1 || inet_pton(AF_INET6, text, address) == 1;
}

/* Whether a text is one of "a|b|c". */
static bool is_listed(const char *values, const char *text)
{
	size_t length = strlen(text);

	for (const char *at = values; at; at = strchr(at, '|')) {
		at += *at == '|';
		if (strncmp(at, text, length) == 0 && (at[length] == '|' || at[length] == '\0'))
			return true;
	}
	return false;
}

static void value_check(const struct field *field, const json_t *value)
{
	const char *text = json_string_value(value);

	if (strcmp(field->type, "long") == 0) {
		ck_assert_msg(json_is_integer(value), "%s is no number", field->name);
		return;
	}
	ck_assert_msg(text != NULL, "%s is no text", field->name);
	if (strcmp(field->type, "date") == 0)
		ck_assert_msg(is_date(text), "%s: '%s' is no date", field->name, text);
	else if (strcmp(field->type, "ip") == 0)
		ck_assert_msg(is_hostile || is_address(text), "%s: '%s' is no address", field->name, text);
	else
		ck_assert_msg(strcmp(field->type, "keyword") == 0 ||
				      strcmp(field->type, "match_only_text") == 0,
			      "%s: nothing is known of type %s", field->name, field->type);
	if (strcmp(field->values, "-") != 0)
		ck_assert_msg(is_listed(field->values, text), "%s: '%s' is no value of it", field->name,
			      text);
}

static void leaf_check(const char *name, const json_t *value)
{
	struct field *field = NULL;
	const json_t *item;
	size_t i;

	for (i = 0; i < field_count && !field; i++)
		if (strcmp(fields[i].name, name) == 0)
			field = &fields[i];
	ck_assert_msg(field != NULL, "%s is not in the schema", name);
	field->used = true;
	ck_assert_msg(json_is_array(value) == (strcmp(field->array, "array") == 0), "%s: an array or not",
		      name);
	if (!json_is_array(value)) {
		value_check(field, value);
		return;
	}
	json_array_foreach(value, i, item) value_check(field, item);
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
			continue;
		if (json_is_object(value))
			object_check(name, value);
		else
			leaf_check(name, value);
	}
}

START_TEST(ecs_has_published_fields)
{
	CLEANUP_FCLOSE FILE *file = fopen(TEST_DATA "/events/ecs", "re");
	static char line[LINE_MAX_SIZE];
	size_t lines = 0;

	table_read();
	ck_assert_ptr_nonnull(file);
	for (; fgets(line, sizeof(line), file); lines++) {
		json_t *object = json_loads(line, 0, NULL);

		ck_assert_ptr_nonnull(object);
		is_hostile = strstr(line, "%n\\\\x09") != NULL;
		object_check("", object);
		json_decref(object);
	}
	ck_assert_uint_gt(lines, 10);
	for (size_t i = 0; i < field_count; i++)
		ck_assert_msg(fields[i].used, "no line has %s", fields[i].name);
	table_free();
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {ecs_has_published_fields};

	return suite_run("ecs", tests, ARRAY_SIZE(tests));
}
