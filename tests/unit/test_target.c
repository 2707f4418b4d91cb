/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>
#include <stdlib.h>

#include "attribute.h"
#include "compile_case.h"
#include "query.h"
#include "util.h"

static const char policy[] = "version: 1\npolicy: p\nmode: enforce\nsubject: {exe: /s}\n"
			     "process:\n"
			     "  - deny: ptrace\n    target: {exe: /t}\n"
			     "  - deny: signal\n    signal: [TERM, 34]\n"
			     "    target: {user: 1000, except: {exe: /o}}\n"
			     "  - kill: signal\n    signal: STOP\n"
			     "  - deny: signal\n    signal: HUP\n"
			     "    target: {script: /j, ancestor: /f, except: {ancestor: /g}}\n";

static const struct target_case {
	const char *exe;
	const char *text;
	enum attribute_kind kind;
} cases[] = {
	{"/s", "process ptrace /t", ATTRIBUTE_DENIED},
	{"/s", "process ptrace /o", ATTRIBUTE_ALLOWED},
	{"/s", "process signal TERM /t", ATTRIBUTE_ALLOWED},
	{"/s", "process signal TERM exe=/t,user=1000", ATTRIBUTE_DENIED},
	{"/s", "process signal KILL exe=/t,user=1000", ATTRIBUTE_ALLOWED},
	{"/s", "process signal 34 exe=/a,user=1000", ATTRIBUTE_DENIED},
	{"/s", "process signal 35 exe=/a,user=1000", ATTRIBUTE_ALLOWED},
	{"/s", "process signal 34 exe=/o,user=1000", ATTRIBUTE_ALLOWED},
	/* what it came from */
	{"/s", "process signal HUP script=/j,ancestor=/f", ATTRIBUTE_DENIED},
	{"/s", "process signal HUP script=/j,ancestor=/e,ancestor=/f", ATTRIBUTE_DENIED},
	{"/s", "process signal HUP script=/k,ancestor=/f", ATTRIBUTE_ALLOWED},
	{"/s", "process signal HUP script=/j", ATTRIBUTE_ALLOWED},
	{"/s", "process signal HUP script=/j,ancestor=/f,ancestor=/g", ATTRIBUTE_ALLOWED},
	/* without a target: every process */
	{"/s", "process signal STOP /a", ATTRIBUTE_KILLED},
	{"/x", "process signal STOP /a", ATTRIBUTE_ALLOWED},
	{"/x", "process ptrace /t", ATTRIBUTE_ALLOWED},
};

START_TEST(test_target)
{
	const struct target_case *target_case = &cases[_i];
	struct pattern_text exe = {.text = target_case->exe};
	const struct subject_keys keys = {.exe = {.items = &exe, .count = 1}};
	struct compile_case compile_case;
	struct attribution *found = NULL;
	char *error = NULL;
	struct query query;
	uint32_t subject;

	compile_case_begin(&compile_case, policy, "mount 1 / / ext4\n", false);
	ck_assert_ptr_nonnull(compile_case.compiled);
	ck_assert_int_eq(query_subject(compile_case.compiled, compile_case.host, &keys, &subject, &error), 0);
	ck_assert_int_eq(
		query_parse(compile_case.compiled, compile_case.host, target_case->text, &query, &error), 0);
	ck_assert_int_eq(attribute(compile_case.compiled, subject, &query.object, query.bit, &found), 0);
	ck_assert_str_eq(attribute_kind_name(found->kind), attribute_kind_name(target_case->kind));
	attribution_free(found);
	compile_case_end(&compile_case);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("target");
	TCase *all = tcase_create("all");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(all, test_target, 0, ARRAY_SIZE(cases));
	suite_add_tcase(suite, all);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
