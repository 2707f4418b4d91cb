// SPDX-License-Identifier: Apache-2.0
/*
 * Format OCSF against the published schema: each attribute is one that the class or the object has, with
 * its type and one of its values, and none is missing that has to be there. The table is
 * data/ocsf-attributes.tsv.
 */
#include <arpa/inet.h>
#include <stdlib.h>

#include "event_suite.h"
#include "format.h"
#include "json.h"
#include "schema_events.h"
#include "schema_table.h"

#define SCHEMA_VERSION "1.3.0"

/* Cells of a row about an attribute, and of one about a class. */
enum { OWNER, NAME, TYPE, ARRAY, NEED, VALUES };
enum { CLASS_NAME = 1, CLASS_NUMBER, CLASS_BASES, CLASS_PROFILES };

#define OWNERS_MAX  8
#define MS_OF_2001  978307200000 /* seconds are below, ns beyond what follows */
#define MS_OF_2100  4102444800000
#define DIGEST_SIZE 64

static struct schema_table table;
static char line[FORMAT_LINE_MAX];

/* What has a say about an object: itself, and of an event what its class extends and its profiles. */
struct owners {
	const char *names[OWNERS_MAX];
	size_t count;
};

static void owners_add(struct owners *owners, const char *name)
{
	ck_assert_uint_lt(owners->count, OWNERS_MAX);
	owners->names[owners->count++] = name;
}

static struct schema_row *attribute_find(const struct owners *owners, const char *name)
{
	struct schema_row *row = NULL;

	for (size_t i = 0; i < owners->count && !row; i++)
		row = schema_table_find(&table, owners->names[i], name);
	return row;
}

static void object_check(const struct owners *owners, const json_t *object);

static bool is_one_of(const char *type, const char *types)
{
	return schema_listed(types, type) != NULL;
}

static void number_check(const struct schema_row *row, const json_t *value)
{
	json_int_t number = json_integer_value(value);
	char text[32];

	ck_assert_msg(json_is_integer(value), "%s is no number: %s", row->cells[NAME], line);
	if (strcmp(row->cells[TYPE], "port_t") == 0)
		ck_assert(number >= 0 && number <= 65535);
	if (strcmp(row->cells[TYPE], "timestamp_t") == 0)
		ck_assert(number > MS_OF_2001 && number < MS_OF_2100);
	if (strcmp(row->cells[VALUES], "-") == 0)
		return;
	(void)snprintf(text, sizeof(text), "%lld", (long long)number);
	ck_assert_msg(schema_listed(row->cells[VALUES], text) != NULL, "%s.%s is %s: %s", row->cells[OWNER],
		      row->cells[NAME], text, line);
}

static void text_check(const struct schema_row *row, const json_t *value)
{
	const char *text = json_string_value(value);
	unsigned char address[16];

	ck_assert_msg(text != NULL, "%s is no text: %s", row->cells[NAME], line);
	if (strcmp(row->cells[TYPE], "ip_t") == 0)
		ck_assert(inet_pton(AF_INET, text, address) == 1 || inet_pton(AF_INET6, text, address) == 1);
	if (strcmp(row->cells[TYPE], "hostname_t") == 0)
		ck_assert_uint_eq(strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-."), strlen(text));
	if (strcmp(row->cells[TYPE], "file_hash_t") == 0)
		ck_assert_uint_le(strlen(text), DIGEST_SIZE);
}

static void value_check(const struct schema_row *row, const json_t *value)
{
	const char *type = row->cells[TYPE];
	const struct owners owners = {.names = {type}, .count = 1};

	if (is_one_of(type, "integer_t|long_t|timestamp_t|port_t"))
		number_check(row, value);
	else if (is_one_of(type,
			   "string_t|file_name_t|file_hash_t|hostname_t|ip_t|process_name_t|username_t"))
		text_check(row, value);
	else if (strcmp(type, "object") == 0)
		ck_assert(json_is_object(value));
	else
		object_check(&owners, value);
}

/* A name beside a number is the schema's name of that number. */
static void sibling_check(const struct schema_row *row, const json_t *object, json_int_t number)
{
	bool is_activity = strcmp(row->cells[NAME], "activity_id") == 0;
	char name[64], text[32];
	const char *expected, *is;

	(void)snprintf(name, sizeof(name), "%.*s%s", (int)(strlen(row->cells[NAME]) - strlen("_id")),
		       row->cells[NAME], is_activity ? "_name" : "");
	is = json_string_value(json_object_get(object, name));
	if (!is || number == 99)
		return;
	(void)snprintf(text, sizeof(text), "%lld", (long long)number);
	expected = schema_listed(row->cells[VALUES], text);
	ck_assert_ptr_nonnull(expected);
	ck_assert_msg(strncmp(expected, is, strlen(is)) == 0 && strcspn(expected, "|") == strlen(is),
		      "%s is %s, not %.*s", name, is, (int)strcspn(expected, "|"), expected);
}

static void attribute_check(const struct owners *owners, const char *name, const json_t *object)
{
	struct schema_row *row = attribute_find(owners, name);
	const json_t *value = json_object_get(object, name), *item;
	size_t length = strlen(name), i;

	ck_assert_msg(row != NULL, "%s has no %s: %s", owners->names[0], name, line);
	row->used = true;
	ck_assert_msg(json_is_array(value) == (strcmp(row->cells[ARRAY], "array") == 0),
		      "%s: an array or not", name);
	if (json_is_array(value))
		json_array_foreach(value, i, item) value_check(row, item);
	else
		value_check(row, value);
	if (length > 3 && strcmp(name + length - 3, "_id") == 0)
		sibling_check(row, object, json_integer_value(value));
}

/* Whether the object has one of the attributes in "a|b|c". */
static bool has_one(const json_t *object, const char *list)
{
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)object, name, value) if (schema_listed(list, name)) return true;
	return false;
}

/* What an owner requires. */
static void need_check(const char *owner, const json_t *object)
{
	for (size_t i = 0; i < table.count; i++) {
		struct schema_row *row = &table.rows[i];

		if (strcmp(row->cells[OWNER], owner) == 0 && strcmp(row->cells[NEED], "required") == 0)
			ck_assert_msg(json_object_get(object, row->cells[NAME]) != NULL, "%s lacks %s: %s",
				      owner, row->cells[NAME], line);
		if (strcmp(row->cells[OWNER], "one") != 0 || strcmp(row->cells[NAME], owner) != 0)
			continue;
		row->used = true;
		ck_assert_msg(has_one(object, row->cells[TYPE]), "%s has none of %s: %s", owner,
			      row->cells[TYPE], line);
	}
}

static void object_check(const struct owners *owners, const json_t *object)
{
	const char *key;
	json_t *value;

	ck_assert_msg(json_is_object(object), "no %s: %s", owners->names[0], line);
	json_object_foreach((json_t *)object, key, value) attribute_check(owners, key, object);
	for (size_t i = 0; i < owners->count; i++)
		need_check(owners->names[i], object);
}

static struct schema_row *class_find(json_int_t number)
{
	for (size_t i = 0; i < table.count; i++)
		if (strcmp(table.rows[i].cells[OWNER], "class") == 0 &&
		    strtoll(table.rows[i].cells[CLASS_NUMBER], NULL, 10) == number)
			return &table.rows[i];
	ck_abort_msg("no class %lld: %s", (long long)number, line);
}

static void profiles_add(struct owners *owners, const struct schema_row *class, const json_t *event)
{
	const json_t *list = json_object_get(json_object_get(event, "metadata"), "profiles"), *profile;
	size_t i;

	json_array_foreach(list, i, profile)
	{
		const char *name = json_string_value(profile);

		ck_assert_ptr_nonnull(name);
		ck_assert_msg(schema_listed(class->cells[CLASS_PROFILES], name) != NULL,
			      "%s has no profile %s: %s", class->cells[CLASS_NAME], name, line);
		owners_add(owners, name);
	}
}

static void event_check(const struct event *event)
{
	static const struct format_options options = {.facility = 10, .pid = 4242};
	static const char *const bases[] = {"system", "finding", "event"};
	struct owners owners = {};
	CLEANUP_JSON json_t *root = NULL;
	struct schema_row *class;
	json_int_t number, activity;
	size_t length = 0;

	ck_assert_int_eq(format_ocsf(event, &options, line, sizeof(line), &length), 0);
	root = json_loadb(line, length, JSON_REJECT_DUPLICATES, NULL);
	ck_assert_msg(root != NULL, "%s", line);
	number = json_integer_value(json_object_get(root, "class_uid"));
	activity = json_integer_value(json_object_get(root, "activity_id"));
	class = class_find(number);
	class->used = true;

	owners_add(&owners, class->cells[CLASS_NAME]);
	for (size_t i = 0; i < ARRAY_SIZE(bases); i++)
		if (schema_listed(class->cells[CLASS_BASES], bases[i]))
			owners_add(&owners, bases[i]);
	profiles_add(&owners, class, root);
	object_check(&owners, root);

	ck_assert_int_eq(json_integer_value(json_object_get(root, "category_uid")), number / 1000);
	ck_assert_int_eq(json_integer_value(json_object_get(root, "type_uid")), number * 100 + activity);
	ck_assert_str_eq(json_string_value(json_object_get(json_object_get(root, "metadata"), "version")),
			 SCHEMA_VERSION);
}

START_TEST(ocsf_has_published_attributes)
{
	schema_table_read(&table, TEST_DATA "/ocsf-attributes.tsv");
	schema_events(event_check);
	schema_table_check_use(&table);
}
END_TEST

/* Of the line: the attribute's number, or -1. */
static json_int_t number_of(const char *name)
{
	CLEANUP_JSON json_t *root = json_loads(line, 0, NULL);
	const json_t *value = json_object_get(root, name);

	return json_is_integer(value) ? json_integer_value(value) : -1;
}

/* A decision or a finding: denied or allowed, blocked or no more than logged or detected. */
START_TEST(ocsf_says_what_came_of_it)
{
	static const struct {
		enum event_kind kind;
		struct schema_operation operation;
		uint64_t error;
		uint32_t flags;
		json_int_t class, activity, status, action, disposition;
	} cases[] = {
		{EVENT_DENIED, {"file", "write"}, 1, 0, 1001, 3, 2, 2, 2},
		{EVENT_KILLED, {"exec", "run"}, 1, 0, 1007, 1, 2, 2, 2},
		{EVENT_WOULD_DENY, {"exec", "load"}, EVENT_NONE, 0, 1005, 1, 1, 1, 17},
		{EVENT_AUDITED, {"exec", "anonymous"}, EVENT_NONE, 0, 1004, 99, 1, 1, 17},
		{EVENT_DENIED, {"network", "create"}, 1, 0, 1003, 1, 2, 2, 2},
		{EVENT_DENIED, {"network", "listen"}, 1, 0, 4001, 7, 2, 2, 2},
		{EVENT_DENIED, {"capability", "net_raw"}, 1, 0, 1003, 4, 2, 2, 2},
		{EVENT_DENIED, {"process", "signal"}, 1, 0, 1007, 99, 2, 2, 2},
		{EVENT_ANOMALY, {"anomaly", "fresh-exec"}, EVENT_NONE, 0, 2004, 1, 1, 1, 15},
		{EVENT_ANOMALY, {"anomaly", "fresh-exec"}, 1, 0, 2004, 1, 1, 2, 2},
		{EVENT_ANOMALY, {"anomaly", "rate"}, EVENT_NONE, POLICYD_EVENT_KILLED, 2004, 1, 1, 2, 2},
		{EVENT_TAMPER, {NULL, "unlink"}, 1, 0, 2004, 1, 1, 2, 2},
		{EVENT_TAMPER, {NULL, "signal"}, EVENT_NONE, 0, 2004, 1, 1, 1, 15},
	};

	schema_table_read(&table, TEST_DATA "/ocsf-attributes.tsv");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP_EVENT struct event event;

		event_init(&event);
		schema_event_bare(&event, cases[i].kind, &cases[i].operation);
		event.error = cases[i].error;
		event.origin.flags = cases[i].flags;
		event_check(&event);
		ck_assert_int_eq(number_of("class_uid"), cases[i].class);
		ck_assert_int_eq(number_of("activity_id"), cases[i].activity);
		ck_assert_int_eq(number_of("status_id"), cases[i].status);
		ck_assert_int_eq(number_of("action_id"), cases[i].action);
		ck_assert_int_eq(number_of("disposition_id"), cases[i].disposition);
	}
}
END_TEST

/* What policyd itself reports has no action, and failed or not. */
START_TEST(ocsf_says_how_policyd_is)
{
	static const struct {
		enum event_action action;
		json_int_t activity, status;
	} cases[] = {
		{EVENT_ACTION_STARTED, 3, 1},	  {EVENT_ACTION_STOPPED, 4, 1},
		{EVENT_ACTION_PUBLISHED, 8, 1},	  {EVENT_ACTION_REJECTED, 99, 2},
		{EVENT_ACTION_ROLLED_BACK, 8, 1}, {EVENT_ACTION_CANARY_FAILED, 99, 2},
		{EVENT_ACTION_RECOVERED, 99, 1},
	};

	schema_table_read(&table, TEST_DATA "/ocsf-attributes.tsv");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP_EVENT struct event event;

		event_init(&event);
		ck_assert_int_eq(event_report(&event, cases[i].action, NULL), 0);
		sample_begin(&event, (enum event_kind)event.kind);
		event_check(&event);
		ck_assert_int_eq(number_of("class_uid"), 6002);
		ck_assert_int_eq(number_of("activity_id"), cases[i].activity);
		ck_assert_int_eq(number_of("status_id"), cases[i].status);
		ck_assert_int_eq(number_of("action_id"), -1);
	}
}
END_TEST

/* The destination of a socket that has no address. */
START_TEST(ocsf_has_a_destination)
{
	static const struct {
		const char *operation;
		const char *unix_name;
		const char *destination;
	} cases[] = {
		{"connect", NULL, "\"dst_endpoint\":{\"name\":\"netlink\"}"},
		{"connect", "/run/x", "\"dst_endpoint\":{\"name\":\"/run/x\"}"},
		{"bind", NULL, "\"dst_endpoint\":{\"hostname\":\"web1.example.net\"}"},
		{"listen", "@x", "\"dst_endpoint\":{\"name\":\"@x\"}"},
		{"create", NULL, "\"kernel\":{\"name\":\"socket\",\"type_id\":0}"},
	};

	schema_table_read(&table, TEST_DATA "/ocsf-attributes.tsv");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP_EVENT struct event event;

		event_init(&event);
		schema_event_bare(&event, EVENT_DENIED,
				  &(struct schema_operation){"network", cases[i].operation});
		event.unix_name = event_text(cases[i].unix_name);
		event_check(&event);
		ck_assert_msg(strstr(line, cases[i].destination) != NULL, "%s", line);
	}
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		ocsf_has_published_attributes,
		ocsf_says_what_came_of_it,
		ocsf_says_how_policyd_is,
		ocsf_has_a_destination,
	};

	return suite_run("ocsf", tests, ARRAY_SIZE(tests));
}
