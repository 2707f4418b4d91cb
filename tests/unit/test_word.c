/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>
#include <errno.h>
#include <stdlib.h>

#include "word.h"

START_TEST(test_words)
{
	uint32_t number;

	for (uint32_t i = 1; i <= 64; i++) {
		ck_assert_str_ne(word_signal(i), "?");
		ck_assert_int_eq(word_to_signal(word_signal(i), &number), 0);
		ck_assert_uint_eq(number, i);
	}
	for (uint32_t i = 0; i <= 40; i++) {
		ck_assert_int_eq(word_to_capability(word_capability(i), &number), 0);
		ck_assert_uint_eq(number, i);
	}
	ck_assert_str_eq(word_signal(0), "?");
	ck_assert_str_eq(word_signal(65), "?");
	ck_assert_str_eq(word_capability(41), "?");
	ck_assert_int_eq(word_to_signal("0", &number), -ENOENT);
	ck_assert_int_eq(word_to_signal("9x", &number), -ENOENT);
	ck_assert_int_eq(word_to_signal("SIGTERM", &number), -ENOENT);
	ck_assert_int_eq(word_to_signal("", &number), -ENOENT);
	ck_assert_int_eq(word_to_capability("CAP_BPF", &number), -ENOENT);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("word");
	TCase *all = tcase_create("all");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(all, test_words);
	suite_add_tcase(suite, all);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
