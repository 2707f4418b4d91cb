/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>
#include <stdlib.h>

#include <policyd/endpoint.h>

/* Bit `bit` of an address, 0 the first, is set in the two halves of a mask. */
static bool mask_has(uint64_t high, uint64_t low, unsigned int bit)
{
	return (bit < 64 ? high >> (63 - bit) : low >> (127 - bit)) & 1;
}

START_TEST(test_mask_every_length)
{
	uint32_t length = (uint32_t)_i;
	uint64_t high = policyd_mask_high(length), low = policyd_mask_low(length);

	for (unsigned int bit = 0; bit < 128; bit++)
		ck_assert_int_eq(mask_has(high, low, bit), bit < length);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("mask");
	TCase *tcase = tcase_create("mask");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(tcase, test_mask_every_length, 0, 129);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
