// SPDX-License-Identifier: Apache-2.0
/*
 * Counting over a sliding time.
 */
#include <check.h>

#include <policyd/count.h>

#define SPAN 1000ULL
#define OVER (SPAN * POLICYD_SPANS)

static uint64_t sum_at(const struct policyd_count *count, uint64_t now, uint32_t *ret_first)
{
	return policyd_count_sum(count, now, SPAN, ret_first);
}

START_TEST(counting)
{
	struct policyd_count count = {0};
	uint32_t first = 99;
	uint64_t now = 1000 * OVER;

	ck_assert_uint_eq(sum_at(&count, now, &first), 0);
	ck_assert_int_eq(policyd_count_add(&count, now, SPAN), 0);
	ck_assert_int_eq(policyd_count_add(&count, now + SPAN - 1, SPAN), -1);
	ck_assert_int_eq(policyd_count_add(&count, now + 3 * SPAN, SPAN), 3);
	ck_assert_uint_eq(sum_at(&count, now + 3 * SPAN, &first), 3);
	ck_assert_uint_eq(first, 0);
	/* Within seven eighths of the time all count; after all of it the oldest do not. */
	ck_assert_uint_eq(sum_at(&count, now + 7 * SPAN, &first), 3);
	ck_assert_uint_eq(sum_at(&count, now + 8 * SPAN, &first), 1);
	ck_assert_uint_eq(first, 3);
	ck_assert_uint_eq(sum_at(&count, now + 11 * SPAN, &first), 0);
	/* The same place again. */
	ck_assert_int_eq(policyd_count_add(&count, now + 11 * SPAN, SPAN), 3);
	ck_assert_uint_eq(sum_at(&count, now + 11 * SPAN, &first), 1);
	ck_assert(!policyd_count_idle(&count, now + 11 * SPAN + OVER));
	ck_assert(policyd_count_idle(&count, now + 11 * SPAN + OVER + 1));
}
END_TEST

/* The number of the span is cut; where that begins anew nothing is forgotten or counted twice. */
START_TEST(wrapping)
{
	struct policyd_count count = {0};
	uint64_t end = (1ULL << 31) * SPAN;
	uint32_t first = 0;

	for (uint64_t now = end - 4 * SPAN; now < end + 4 * SPAN; now += SPAN)
		ck_assert_int_ge(policyd_count_add(&count, now, SPAN), 0);
	ck_assert_uint_eq(sum_at(&count, end + 3 * SPAN, &first), 8);
	ck_assert_uint_eq(first, 4);
	ck_assert_uint_eq(sum_at(&count, end + 8 * SPAN, &first), 3);
}
END_TEST

START_TEST(counting_ends)
{
	struct policyd_count count = {0};
	uint32_t first;

	(void)policyd_count_add(&count, OVER, SPAN);
	count.words[0] |= POLICYD_SPAN_FULL;
	(void)policyd_count_add(&count, OVER, SPAN);
	ck_assert_uint_eq(sum_at(&count, OVER, &first), POLICYD_SPAN_FULL);
}
END_TEST

START_TEST(telling)
{
	struct policyd_count count = {0};

	ck_assert_int_eq(policyd_count_tell(&count, 5000, SPAN), 1);
	ck_assert_int_eq(policyd_count_tell(&count, 5000, SPAN), 0);
	ck_assert_int_eq(policyd_count_tell(&count, 4000, SPAN), 0); /* a processor that was slower */
	ck_assert_int_eq(policyd_count_tell(&count, 5000 + OVER - 1, SPAN), 0);
	ck_assert_int_eq(policyd_count_tell(&count, 5000 + OVER, SPAN), 1);
}
END_TEST

START_TEST(seeing)
{
	const struct policyd_seen seen = {.time = 5000, .span = SPAN};

	ck_assert(!policyd_seen_over(&seen, 4000)); /* a processor that was slower */
	ck_assert(!policyd_seen_over(&seen, 5000 + OVER));
	ck_assert(policyd_seen_over(&seen, 5001 + OVER));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("count");
	TCase *all = tcase_create("all");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, all);
	tcase_add_test(all, counting);
	tcase_add_test(all, wrapping);
	tcase_add_test(all, counting_ends);
	tcase_add_test(all, telling);
	tcase_add_test(all, seeing);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed > 0;
}
