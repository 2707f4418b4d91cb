/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "modes.h"
#include "parse.h"

#include "event_suite.h"

static const char text[] =
	"version: 1\npolicy: web\nmode: enforce\n---\nversion: 1\npolicy: db\nmode: audit\n";

static void read_set(struct policy_set *set)
{
	CLEANUP(diagnostics_clear) struct diagnostics diagnostics = {};

	ck_assert_int_eq(parse_text(set, "a.yaml", text, strlen(text), &diagnostics), 0);
}

START_TEST(modes_change)
{
	CLEANUP(policy_set_free) struct policy_set set = {};
	CLEANUP(modes_clear) struct modes modes = {};

	read_set(&set);
	ck_assert_uint_eq(modes_apply(&modes, 0, &set), 0);
	ck_assert_int_eq(modes_set(&modes, 7, "web", POLICY_AUDIT), 0);
	ck_assert_int_eq(modes_set(&modes, 7, "db", POLICY_AUDIT), 0); /* as it is */
	ck_assert_int_eq(modes_set(&modes, 7, "gone", POLICY_DISABLED), 0);
	ck_assert_uint_eq(modes_apply(&modes, 7, &set), 1);
	ck_assert_int_eq(policy_set_find(&set, "web")->mode, POLICY_AUDIT);
	ck_assert_int_eq(policy_set_find(&set, "db")->mode, POLICY_AUDIT);
	ck_assert_int_eq(modes_set(&modes, 7, "web", POLICY_DISABLED), 0);
	ck_assert_uint_eq(modes.count, 3);
	ck_assert_uint_eq(modes_apply(&modes, 7, &set), 1);
	ck_assert_int_eq(policy_set_find(&set, "web")->mode, POLICY_DISABLED);
}
END_TEST

/* They are about files with one fingerprint. */
START_TEST(modes_of_other_files)
{
	CLEANUP(policy_set_free) struct policy_set set = {};
	CLEANUP(modes_clear) struct modes modes = {};

	read_set(&set);
	ck_assert_int_eq(modes_set(&modes, 7, "web", POLICY_AUDIT), 0);
	ck_assert_uint_eq(modes_apply(&modes, 8, &set), 0);
	ck_assert_int_eq(modes_set(&modes, 8, "db", POLICY_ENFORCE), 0);
	ck_assert_uint_eq(modes.count, 1);
	ck_assert_uint_eq(modes_apply(&modes, 8, &set), 1);
	ck_assert_int_eq(policy_set_find(&set, "web")->mode, POLICY_ENFORCE);
}
END_TEST

START_TEST(modes_names)
{
	enum policy_mode mode;

	for (int i = POLICY_AUDIT; i <= POLICY_DISABLED; i++) {
		ck_assert_int_eq(modes_from_name(modes_name((enum policy_mode)i), &mode), 0);
		ck_assert_int_eq((int)mode, i);
	}
	ck_assert_int_eq(modes_from_name("Enforce", &mode), -EINVAL);
	ck_assert_int_eq(modes_from_name("", &mode), -EINVAL);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		modes_change,
		modes_of_other_files,
		modes_names,
	};

	return suite_run("modes", tests, ARRAY_SIZE(tests));
}
