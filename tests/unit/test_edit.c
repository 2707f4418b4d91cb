/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "edit.h"

#include "event_suite.h"

static void expect(const char *text, const char *policy, const char *mode, const char *changed)
{
	CLEANUP_FREE char *found = NULL;

	ck_assert_int_eq(edit_mode(text, policy, mode, &found), 0);
	ck_assert_str_eq(found, changed);
}

static void expect_not(const char *text, const char *policy, int error)
{
	char *found = NULL;

	ck_assert_int_eq(edit_mode(text, policy, "enforce", &found), error);
	ck_assert_ptr_null(found);
}

START_TEST(edit_replaces)
{
	expect("version: 1\npolicy: web\nmode: audit   # not yet\nfile: []\n", "web", "enforce",
	       "version: 1\npolicy: web\nmode: enforce   # not yet\nfile: []\n");
	expect("mode: 'audit'\nversion: 1\npolicy: \"web\"", "web", "disabled",
	       "mode: 'disabled'\nversion: 1\npolicy: \"web\"");
	expect("version: 1\npolicy: web\nmode: audit\n", "web", "audit",
	       "version: 1\npolicy: web\nmode: audit\n");
}
END_TEST

START_TEST(edit_adds)
{
	expect("version: 1\npolicy: web # the server\n", "web", "enforce",
	       "version: 1\npolicy: web # the server\nmode: enforce\n");
	expect("version: 1\npolicy: web", "web", "enforce", "version: 1\npolicy: web\nmode: enforce\n");
}
END_TEST

/* Only the document that is meant, and only its first level. */
START_TEST(edit_one_of_several)
{
	expect("version: 1\npolicy: a\nmode: audit\n---\nversion: 1\npolicy: b\nmode: audit\n--- # "
	       "c\nversion: 1\n"
	       "policy: c\nmode: audit\n",
	       "b", "enforce",
	       "version: 1\npolicy: a\nmode: audit\n---\nversion: 1\npolicy: b\nmode: enforce\n--- # "
	       "c\nversion: 1\n"
	       "policy: c\nmode: audit\n");
	expect("version: 1\npolicy: a\n---\nversion: 1\npolicy: b\nmode: audit\n", "a", "enforce",
	       "version: 1\npolicy: a\nmode: enforce\n---\nversion: 1\npolicy: b\nmode: audit\n");
	expect("version: 1\npolicy: a\ndescription: |\n  policy: b\n  mode: audit\n", "a", "enforce",
	       "version: 1\npolicy: a\nmode: enforce\ndescription: |\n  policy: b\n  mode: audit\n");
}
END_TEST

START_TEST(edit_not)
{
	expect_not("version: 1\npolicy: web\n", "we", -ENOENT);
	expect_not("version: 1\npolicy: web\n", "webs", -ENOENT);
	expect_not("", "web", -ENOENT);
	expect_not("{version: 1, policy: web, mode: audit}\n", "web", -ENOENT);
	expect_not("version: 1\npolicy: web\nmode:\n  audit\n", "web", -ENOTSUP);
	expect_not("version: 1\npolicy: web\nmode: !!str audit\n", "web", -ENOTSUP);
	expect_not("version: 1\npolicy: web\nnonsense: 1\n", "web", -ENOTSUP);
	expect_not("version: 1\npolicy: web\nmode : audit\n", "web", -ENOTSUP);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		edit_replaces,
		edit_adds,
		edit_one_of_several,
		edit_not,
	};

	return suite_run("edit", tests, ARRAY_SIZE(tests));
}
