/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>
#include <string.h>

#include "compile_case.h"
#include "inventory.h"
#include "inventory_table.h"
#include "json.h"
#include "event_suite.h"

static const char facts[] = "mount 1 / / ext4\n";
static const char text[] = "version: 1\n"
			   "policy: web\n"
			   "mode: enforce\n"
			   "subject: {exe: /usr/sbin/nginx}\n"
			   "file:\n"
			   "  - {deny: [read, write], path: /srv/*.key}\n"
			   "capability:\n"
			   "  - {deny: sys_module, quiet: true}\n"
			   "network:\n"
			   "  - {deny: connect, to: [10.0.0.0/8, 'fd00::/8']}\n"
			   "syscall:\n"
			   "  - {audit: [ptrace]}\n"
			   "anomaly:\n"
			   "  rate:\n"
			   "    - {count: exec, over: 10s, limit: 5}\n"
			   "---\n"
			   "version: 1\n"
			   "policy: off\n"
			   "mode: disabled\n"
			   "exec:\n"
			   "  - {kill: run, path: /tmp/x, name: no-x}\n";

static json_t *list_of(const struct compiled *compiled, const char *name, size_t from)
{
	json_t *reply = inventory_find(name)->list(compiled, from);

	ck_assert_ptr_nonnull(reply);
	return reply;
}

static void expect_rule(const json_t *rules, size_t i, const char *expected)
{
	CLEANUP_FREE char *found = json_dumps(json_array_get(rules, i), JSON_COMPACT | JSON_ENSURE_ASCII);

	ck_assert_ptr_nonnull(found);
	ck_assert_str_eq(found, expected);
}

START_TEST(rules)
{
	struct compile_case compile_case;
	CLEANUP_JSON json_t *reply = NULL;
	const json_t *list;

	compile_case_begin(&compile_case, text, facts, false);
	reply = list_of(compile_case.compiled, "rules", 0);
	list = json_object_get(reply, "rules");
	ck_assert_int_eq(json_integer_value(json_object_get(reply, "count")), 6);
	ck_assert_uint_eq(json_array_size(list), 6);
	expect_rule(list, 0,
		    "{\"policy\":\"web\",\"rule\":\"file[0]\",\"mode\":\"enforce\",\"section\":\"file\","
		    "\"verdict\":\"deny\",\"operations\":[\"read\",\"write\"],\"quiet\":false,"
		    "\"file\":\"test.yaml\",\"line\":6}");
	expect_rule(list, 4,
		    "{\"policy\":\"web\",\"rule\":\"rate[0]\",\"mode\":\"enforce\",\"section\":\"anomaly\","
		    "\"verdict\":\"count\",\"operations\":[\"exec\"],\"quiet\":false,"
		    "\"file\":\"test.yaml\",\"line\":15}");
	expect_rule(list, 5,
		    "{\"policy\":\"off\",\"rule\":\"no-x\",\"mode\":\"disabled\",\"section\":\"exec\","
		    "\"verdict\":\"kill\",\"operations\":[\"run\"],\"quiet\":false,"
		    "\"file\":\"test.yaml\",\"line\":21}");
	compile_case_end(&compile_case);
}
END_TEST

/* Any entry can be the first of a part, also that of another policy. */
START_TEST(parts)
{
	struct compile_case compile_case;
	CLEANUP_JSON json_t *whole = NULL;

	compile_case_begin(&compile_case, text, facts, false);
	whole = list_of(compile_case.compiled, "rules", 0);
	for (size_t from = 0; from <= 7; from++) {
		CLEANUP_JSON json_t *part = list_of(compile_case.compiled, "rules", from);
		const json_t *list = json_object_get(part, "rules");

		ck_assert_uint_eq(json_array_size(list), from < 6 ? 6 - from : 0);
		for (size_t i = 0; i < json_array_size(list); i++)
			ck_assert(json_equal(json_array_get(list, i),
					     json_array_get(json_object_get(whole, "rules"), from + i)));
	}
	compile_case_end(&compile_case);
}
END_TEST

/* A part is never longer than it may be, and the next one goes on where it ended. */
START_TEST(page)
{
	CLEANUP_FREE char *many = NULL;
	struct compile_case compile_case;
	CLEANUP_JSON json_t *first = NULL;
	CLEANUP_JSON json_t *second = NULL;
	size_t size;
	FILE *stream = open_memstream(&many, &size);

	(void)fputs("version: 1\npolicy: many\nfile:\n", stream);
	for (int i = 0; i < INVENTORY_PAGE + 1; i++)
		(void)fprintf(stream, "  - {deny: read, path: /srv/f%d}\n", i);
	ck_assert_int_eq(fclose(stream), 0);
	compile_case_begin(&compile_case, many, facts, false);
	first = list_of(compile_case.compiled, "rules", 0);
	second = list_of(compile_case.compiled, "rules", INVENTORY_PAGE);
	ck_assert_uint_eq(json_array_size(json_object_get(first, "rules")), INVENTORY_PAGE);
	ck_assert_int_eq(json_integer_value(json_object_get(first, "count")), INVENTORY_PAGE + 1);
	ck_assert_uint_eq(json_array_size(json_object_get(second, "rules")), 1);
	ck_assert_str_eq(json_string_value(json_object_get(
				 json_array_get(json_object_get(second, "rules"), 0), "rule")),
			 "file[1000]");
	compile_case_end(&compile_case);
}
END_TEST

START_TEST(subjects)
{
	struct compile_case compile_case;
	CLEANUP_JSON json_t *reply = NULL;
	CLEANUP_FREE char *found = NULL;

	compile_case_begin(&compile_case, text, facts, false);
	reply = list_of(compile_case.compiled, "subjects", 0);
	found = json_dumps(reply, JSON_COMPACT);
	ck_assert_str_eq(found, "{\"count\":3,\"subjects\":[{\"class\":0,\"policies\":[],\"own\":false},"
				"{\"class\":1,\"policies\":[\"web\"],\"own\":false},"
				"{\"class\":2,\"policies\":[],\"own\":true}]}");
	compile_case_end(&compile_case);
}
END_TEST

static const struct inventory_table *table_of(const struct inventory_table *tables, size_t count,
					      const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(tables[i].name, name) == 0)
			return &tables[i];
	return NULL;
}

/* The tables share the image out without a gap, and only those that are needed are there. */
START_TEST(tables)
{
	struct inventory_table found[INVENTORY_TABLES_MAX];
	struct compile_case compile_case;
	uint32_t next = 0;
	size_t count;

	compile_case_begin(&compile_case, text, facts, false);
	count = inventory_tables(compile_case.compiled, found);
	for (size_t i = 0; i < count; i++) {
		ck_assert_uint_eq(found[i].first, next);
		ck_assert_uint_gt(found[i].lines, 0);
		ck_assert(!found[i].limit || found[i].entries <= found[i].limit);
		next += found[i].lines;
	}
	ck_assert_uint_eq(next, compile_case.compiled->count);
	ck_assert_uint_eq(count, INVENTORY_TABLES_MAX);
	ck_assert_uint_eq(table_of(found, count, "network")->entries, 2);
	ck_assert_uint_eq(table_of(found, count, "subjects")->entries, 3);
	ck_assert_uint_eq(table_of(found, count, "anomalies")->entries, 1);
	ck_assert_uint_eq(table_of(found, count, "terms")->entries, 1);
	compile_case_end(&compile_case);

	compile_case_begin(&compile_case, "version: 1\npolicy: p\nfile:\n  - {deny: read, path: /a}\n", facts,
			   false);
	count = inventory_tables(compile_case.compiled, found);
	ck_assert_ptr_null(table_of(found, count, "network"));
	ck_assert_ptr_null(table_of(found, count, "syscalls"));
	ck_assert_ptr_null(table_of(found, count, "anomalies"));
	ck_assert_uint_eq(found[count - 1].first + found[count - 1].lines, compile_case.compiled->count);
	compile_case_end(&compile_case);
}
END_TEST

START_TEST(unknown)
{
	ck_assert_ptr_null(inventory_find("hooks"));
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {rules, parts, page, subjects, tables, unknown};

	return suite_run("inventory", tests, ARRAY_SIZE(tests));
}
