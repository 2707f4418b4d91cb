// SPDX-License-Identifier: Apache-2.0
/*
 * What rules refused, and what becomes of it when there are too many of them.
 */
#include <check.h>
#include <stdio.h>

#include "parse_case.h"
#include "totals.h"

#define SPARE ((size_t)3)

static json_int_t field(const json_t *item, const char *name)
{
	return json_integer_value(json_object_get(item, name));
}

START_TEST(rules_are_told_apart)
{
	CLEANUP(totals_clear) struct totals totals = {};
	json_t *list;

	totals_add(&totals, "a", "one", 1, 0);
	totals_add(&totals, "b", "one", 0, 5);
	totals_add(&totals, "a", "one", 2, 7);
	list = totals_json(&totals);
	ck_assert_uint_eq(json_array_size(list), 2);
	ck_assert_str_eq(json_string_value(json_object_get(json_array_get(list, 0), "policy")), "a");
	ck_assert_int_eq(field(json_array_get(list, 0), "dropped"), 3);
	ck_assert_int_eq(field(json_array_get(list, 0), "would_drop"), 7);
	ck_assert_int_eq(field(json_array_get(list, 1), "would_drop"), 5);
	json_decref(list);
}
END_TEST

START_TEST(too_many_rules_lose_no_count)
{
	CLEANUP(totals_clear) struct totals totals = {}, sum = {};
	json_t *others;

	for (size_t i = 0; i < TOTALS_MAX + SPARE; i++) {
		char name[32];

		(void)snprintf(name, sizeof(name), "r%zu", i);
		totals_add(&totals, "a", name, 1, 2);
	}
	ck_assert_uint_eq(totals.count, TOTALS_MAX);
	ck_assert_uint_eq(totals.others.dropped, SPARE);
	ck_assert_uint_eq(totals.others.passed, 2 * SPARE);
	/* Those that have a place keep it. */
	totals_add(&totals, "a", "r0", 1, 0);
	ck_assert_uint_eq(totals.items[0].dropped, 2);
	ck_assert_uint_eq(totals.others.dropped, SPARE);

	totals_add(&sum, "b", "new", 4, 0);
	totals_sum(&sum, &totals);
	ck_assert_uint_eq(sum.count, TOTALS_MAX);
	others = totals_others_json(&sum);
	ck_assert_int_eq(field(others, "dropped"), (json_int_t)(SPARE + 1));
	ck_assert_int_eq(field(others, "would_drop"), (json_int_t)(2 * (SPARE + 1)));
	json_decref(others);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {rules_are_told_apart, too_many_rules_lose_no_count};

	return tests_run("totals", tests, ARRAY_SIZE(tests));
}
