// SPDX-License-Identifier: Apache-2.0
/*
 * Not part of any build: scripts/lint tries that a Check test which is not registered does not compile.
 */
#include <check.h>

START_TEST(some_test)
{
	ck_assert(1);
}
END_TEST

int main(void)
{
#ifdef REGISTERED
	tcase_add_test(tcase_create("lint"), some_test);
#endif
	return 0;
}
