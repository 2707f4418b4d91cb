/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "digest.h"
#include "policy.h"

#define TEXT_SIZE (DIGEST_SIZE * 2 + 1)

static void format(const uint8_t value[static DIGEST_SIZE], char text[static TEXT_SIZE])
{
	for (size_t i = 0; i < DIGEST_SIZE; i++)
		(void)snprintf(text + 2 * i, 3, "%02x", value[i]);
}

/* The same in parts of `part` bytes. */
static void check_digest(const char *bytes, size_t length, size_t part, const char *expected)
{
	struct digest digest;
	uint8_t value[DIGEST_SIZE];
	char text[TEXT_SIZE];

	digest_begin(&digest);
	for (size_t at = 0; at < length; at += part)
		digest_add(&digest, bytes + at, length - at < part ? length - at : part);
	digest_end(&digest, value);
	format(value, text);
	ck_assert_str_eq(text, expected);
}

/* Published with the standard (FIPS 180), and the lengths around the end of a block. */
START_TEST(test_known)
{
	static const char two[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
	char *million = malloc(1000000);

	ck_assert_ptr_nonnull(million);
	memset(million, 'a', 1000000);
	check_digest("", 0, 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	check_digest("abc", 3, 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	for (size_t part = 1; part <= strlen(two); part++)
		check_digest(two, strlen(two), part,
			     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
	check_digest(million, 1000000, 4096,
		     "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
	check_digest(million, 1000000, 63,
		     "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
	free(million);
}
END_TEST

/* Where one text ends and the next begins counts. */
START_TEST(test_sets)
{
	static const char *const texts[][2] = {{"ab", "c"}, {"a", "bc"}, {"abc", ""}, {"", "abc"}};
	uint8_t values[4][DIGEST_SIZE];

	for (size_t i = 0; i < 4; i++) {
		struct policy_set set = {};

		policy_set_text(&set, texts[i][0], strlen(texts[i][0]));
		policy_set_text(&set, texts[i][1], strlen(texts[i][1]));
		policy_set_digest(&set, values[i]);
		for (size_t k = 0; k < i; k++)
			ck_assert_mem_ne(values[i], values[k], DIGEST_SIZE);
		policy_set_free(&set);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("digest");
	TCase *all = tcase_create("all");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(all, test_known);
	tcase_add_test(all, test_sets);
	suite_add_tcase(suite, all);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
