/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of policy texts and the messages that they give. */
#ifndef PARSE_CASE_H
#define PARSE_CASE_H

#include <check.h>

#include "parse.h"
#include "util.h"

#define TEXT(literal) (literal), sizeof(literal) - 1

struct parse_case {
	const char *name;
	const char *text;
	size_t length;
	int result;
	const char *messages; /* all lines, each with its newline */
};

/* All messages as one malloc'ed text. */
static inline char *messages_of(const struct diagnostics *diagnostics)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(stream);
	for (size_t i = 0; i < diagnostics->count; i++) {
		CLEANUP_FREE char *line = diagnostic_line(&diagnostics->items[i]);

		ck_assert_ptr_nonnull(line);
		(void)fprintf(stream, "%s\n", line);
	}
	(void)fclose(stream);
	return text;
}

/* Checks every case and reports all that differ. */
static inline void cases_check(const struct parse_case *cases, size_t count)
{
	size_t failed = 0;

	for (size_t i = 0; i < count; i++) {
		CLEANUP(policy_set_free) struct policy_set set = {0};
		CLEANUP(diagnostics_clear) struct diagnostics diagnostics = {0};
		CLEANUP_FREE char *messages = NULL;
		int r;

		r = parse_text(&set, "t.yaml", cases[i].text, cases[i].length, &diagnostics);
		messages = messages_of(&diagnostics);
		if (r == cases[i].result && strcmp(messages, cases[i].messages) == 0)
			continue;
		(void)fprintf(stderr, "%s: result %d, expected %d\n--- messages\n%s--- expected\n%s",
			      cases[i].name, r, cases[i].result, messages, cases[i].messages);
		failed++;
	}
	ck_assert_uint_eq(failed, 0);
}

/* Runs the tests of a file, each between setup and teardown. */
static inline int tests_run_with(const char *name, const TTest *const *tests, size_t count, SFun setup,
				 SFun teardown)
{
	Suite *suite = suite_create(name);
	TCase *cases = tcase_create(name);
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(cases, 60);
	if (setup)
		tcase_add_checked_fixture(cases, setup, teardown);
	for (size_t i = 0; i < count; i++)
		tcase_add_test(cases, tests[i]);
	suite_add_tcase(suite, cases);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

static inline int tests_run(const char *name, const TTest *const *tests, size_t count)
{
	return tests_run_with(name, tests, count, NULL, NULL);
}

#endif
