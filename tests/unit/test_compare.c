/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The compiled tables against the reference: random policies, hosts, processes and operations.
 *
 * POLICYD_COMPARISONS sets how many decisions are compared, POLICYD_SEED repeats a run.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#include "compare.h"

#define COMPARISONS 200000

static uint64_t environment_number(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 0) : otherwise;
}

START_TEST(test_compare_random)
{
	uint64_t seed = 1;
	uint64_t wanted = environment_number("POLICYD_COMPARISONS", COMPARISONS);
	size_t done = 0;

	(void)!getrandom(&seed, sizeof(seed), 0);
	seed = environment_number("POLICYD_SEED", seed);
	printf("seed %#llx\n", (unsigned long long)seed);
	for (uint64_t set = 0; done < wanted; set++) {
		uint64_t state = seed + set * 0x9e3779b97f4a7c15ULL;
		struct source source = {.state = state};
		char *difference = compare_run(&source, 12, 40, &done);

		if (difference)
			fprintf(stderr, "POLICYD_SEED=%#llx repeats: %s", (unsigned long long)state,
				difference);
		ck_assert_msg(!difference, "the tables and the reference disagree");
	}
}
END_TEST

START_TEST(test_compare_moves)
{
	uint64_t seed = 1;
	uint64_t wanted = environment_number("POLICYD_COMPARISONS", COMPARISONS) / 20;
	struct compare_moves moves = {0};

	(void)!getrandom(&seed, sizeof(seed), 0);
	seed = environment_number("POLICYD_SEED", seed);
	printf("seed %#llx\n", (unsigned long long)seed);
	for (uint64_t set = 0; moves.count < wanted; set++) {
		uint64_t state = seed + set * 0x9e3779b97f4a7c15ULL;
		struct source source = {.state = state};
		char *difference = compare_moves_run(&source, 6, 20, &moves);

		if (difference)
			fprintf(stderr, "POLICYD_SEED=%#llx repeats: %s", (unsigned long long)state,
				difference);
		ck_assert_msg(!difference, "a move gains what the tables do not know of");
	}
	/* A judge that refuses everything would be right, too. */
	printf("%zu moves, %zu refused, %zu of them seen to gain\n", moves.count, moves.refused,
	       moves.gained);
	ck_assert(moves.refused < moves.count / 4);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("compare");
	TCase *random = tcase_create("random");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(random, 0);
	tcase_add_test(random, test_compare_random);
	tcase_add_test(random, test_compare_moves);
	suite_add_tcase(suite, random);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
