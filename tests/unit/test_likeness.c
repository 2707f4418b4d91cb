// SPDX-License-Identifier: Apache-2.0
/*
 * When two sets give every process the same class: classes that were found before a publication are then used
 * after it, so that the fingerprints of two sets that differ in this must differ.
 */
#include <check.h>

#include "compile_case.h"
#include "event_suite.h"

#define P(name, subject, rest)                                                                               \
	"version: 1\npolicy: " name "\nmode: enforce\nsubject: " subject "\nfile:\n  - " rest "\n"
#define ROOT  "mount 8:1 / / ext4\n"
#define FACTS ROOT "link /bin /usr/bin\nuser web 30\ngroup www 40\n"

#define RULE "deny: read\n    path: /a"

static const struct {
	const char *first, *first_facts;
	const char *second, *second_facts;
	bool same;
} pairs[] = {
	{P("p", "{exe: /x}", RULE), FACTS, P("p", "{exe: /x}", RULE), FACTS, true},
	/* What is told apart by nothing that a process has does not count. */
	{P("p", "{exe: /x}", RULE), FACTS, P("p", "{exe: /x}", "deny: write\n    path: [/b, /c/*.d]"), FACTS,
	 true},
	{P("p", "{exe: /x}", RULE), FACTS, P("p", "{exe: /x}", RULE "\n  - audit: read\n    path: /x"), FACTS,
	 true},
	{P("p", "{exe: /x}", RULE), FACTS, P("other", "{exe: /x}", RULE), FACTS, true},
	{P("p", "{exe: /x}", RULE), FACTS,
	 P("p", "{exe: /x}", RULE) "---\nversion: 1\npolicy: q\nfile:\n  - deny: read\n    path: /x\n", FACTS,
	 true},
	/* Subjects. */
	{P("p", "{exe: /x}", RULE), FACTS, P("p", "{exe: /y}", RULE), FACTS, false},
	{P("p", "{exe: /x}", RULE), FACTS, P("p", "{exe: [/x, /y]}", RULE), FACTS, false},
	{P("p", "{exe: [/x, /y]}", RULE), FACTS, P("p", "{exe: [/x/y]}", RULE), FACTS, false},
	{P("p", "{exe: /x}", RULE), FACTS, P("p", "{script: /x}", RULE), FACTS, false},
	{P("p", "{exe: /x}", RULE), FACTS, P("p", "{ancestor: /x}", RULE), FACTS, false},
	{P("p", "{exe: /x}", RULE), FACTS, P("p", "{exe: /x, user: web}", RULE), FACTS, false},
	{P("p", "{exe: /x, user: web}", RULE), FACTS, P("p", "{exe: /x, login: web}", RULE), FACTS, false},
	{P("p", "{exe: /x}", RULE), FACTS, P("p", "{exe: /x, except: {user: web}}", RULE), FACTS, false},
	{P("p", "{cgroup: /x}", RULE), FACTS, P("p", "{cgroup: /y}", RULE), FACTS, false},
	{P("p", "{exe: /x}", RULE), FACTS, "version: 1\npolicy: p\nfile:\n  - deny: read\n    path: /a\n",
	 FACTS, false},
	/* One more: the terms of the others have other numbers. */
	{P("p", "{exe: /x}", RULE), FACTS, P("p", "{exe: /x}", RULE) "---\n" P("q", "{exe: /y}", RULE), FACTS,
	 false},
	{P("p", "{exe: /x}", RULE) "---\n" P("q", "{exe: /y}", RULE), FACTS,
	 P("p", "{exe: /y}", RULE) "---\n" P("q", "{exe: /x}", RULE), FACTS, false},
	{P("p", "{exe: /x}", "deny: read\n    path: /a"), FACTS,
	 P("p", "{exe: /x}",
	   "deny: read\n    path: /a") "process:\n  - deny: signal\n    target: {exe: /t}\n",
	 FACTS, false},
	/* The same texts where the host gives them another meaning. */
	{P("p", "{exe: /bin/x}", RULE), FACTS, P("p", "{exe: /bin/x}", RULE), ROOT "link /bin /opt/bin\n",
	 false},
	{P("p", "{exe: /bin/x}", RULE), FACTS, P("p", "{exe: /bin/x}", RULE), ROOT, false},
	{P("p", "{exe: /x, user: web}", RULE), FACTS, P("p", "{exe: /x, user: web}", RULE),
	 ROOT "user web 31\n", false},
	{P("p", "{exe: /x, group: www}", RULE), FACTS, P("p", "{exe: /x, group: www}", RULE),
	 ROOT "group www 41\n", false},
	{P("p", "{exe: /x}", RULE), ROOT, P("p", "{exe: /x}", RULE), "mount 8:2 / / ext4\n", false},
	{P("p", "{exe: /x}", RULE), ROOT, P("p", "{exe: /x}", RULE), ROOT "mount 8:2 / /mnt ext4\n", false},
	{P("p", "{exe: /x}", RULE), ROOT "mount 8:2 / /mnt ext4\n", P("p", "{exe: /x}", RULE),
	 ROOT "mount 8:2 /d /mnt ext4\n", false},
};

static uint64_t subjects_of(const struct compile_case *compile_case)
{
	const struct compiled *compiled = compile_case->compiled;

	ck_assert_msg(compiled != NULL, "%s",
		      compile_case->diagnostics.count ? compile_case->diagnostics.items[0].text : "");
	return ((const struct policyd_tables *)&compiled->lines[POLICYD_TABLES])->subjects;
}

START_TEST(test_likeness)
{
	struct compile_case first, second;

	compile_case_begin(&first, pairs[_i].first, pairs[_i].first_facts, true);
	compile_case_begin(&second, pairs[_i].second, pairs[_i].second_facts, true);
	ck_assert_msg((subjects_of(&first) == subjects_of(&second)) == pairs[_i].same, "%s\n%s",
		      pairs[_i].first, pairs[_i].second);
	compile_case_end(&first);
	compile_case_end(&second);
}
END_TEST

/* Until it is published nobody has said from when on classes hold. */
START_TEST(test_likeness_since)
{
	struct compile_case compile_case;
	const struct policyd_tables *tables;

	compile_case_begin(&compile_case, pairs[0].first, FACTS, true);
	tables = (const struct policyd_tables *)&compile_case.compiled->lines[POLICYD_TABLES];
	ck_assert_uint_eq(tables->subjects_since, 0);
	compile_case_end(&compile_case);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("likeness");
	TCase *all = tcase_create("likeness");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(all, test_likeness, 0, ARRAY_SIZE(pairs));
	tcase_add_test(all, test_likeness_since);
	suite_add_tcase(suite, all);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
