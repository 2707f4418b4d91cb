// SPDX-License-Identifier: Apache-2.0
/*
 * Sequences of system calls as words, as text, in sets, in the kernel's pages and in documents.
 */
#include <string.h>

#include <policyd/syscall.h>

#include "event_suite.h"
#include "json.h"
#include "ngram.h"
#include "syscalls.h"

/* A sequence like no other. */
static uint64_t ngram_of(uint32_t i)
{
	uint64_t ngram = 0;

	for (int n = 0; n < POLICYD_NGRAM_LENGTH; n++, i /= 300)
		ngram = policyd_ngram_add(ngram, policyd_ngram_call(i % 300, true));
	return ngram;
}

START_TEST(words)
{
	uint64_t ngram = 0;

	/* Six times call 0 is a sequence, too. */
	for (int i = 0; i < POLICYD_NGRAM_LENGTH; i++)
		ngram = policyd_ngram_add(ngram, policyd_ngram_call(0, true));
	ck_assert_uint_ne(ngram, 0);
	/* What goes out has no influence. */
	ck_assert_uint_eq(policyd_ngram_add(ngram, 1), ngram);
	ck_assert_uint_eq(policyd_ngram_call(509, true), 510);
	ck_assert_uint_eq(policyd_ngram_call(510, true), POLICYD_NGRAM_OTHER);
	ck_assert_uint_eq(policyd_ngram_call(1ULL << 40, true), POLICYD_NGRAM_OTHER);
	ck_assert_uint_eq(policyd_ngram_call(3, false), POLICYD_NGRAM_OTHER);
	for (uint32_t i = 0; i < 100000; i++)
		ck_assert_uint_lt(policyd_ngram_place(ngram_of(i)), POLICYD_NGRAM_SLOTS);
}
END_TEST

START_TEST(texts)
{
	static const char *const good[] = {"read write close read write close",
					   "other sys_505 openat other read sys_400"};
	static const char *const bad[] = {"",
					  "read",
					  "read write close read write",
					  "read write close read write close read",
					  "read write close read write clse",
					  "read write close read write ",
					  "read write close read write sys_510",
					  "read write close read write sys_4x",
					  "read  write close read write close"};
	uint64_t ngram = 0;
	const char *why;

	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		CLEANUP_FREE char *text = NULL;

		ck_assert_int_eq(ngram_parse(good[i], &ngram, &why), 0);
		text = ngram_text(ngram);
		ck_assert_ptr_nonnull(text);
		ck_assert_str_eq(text, good[i]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		ck_assert_msg(ngram_parse(bad[i], &ngram, &why) == -EINVAL, "'%s' is taken", bad[i]);
	for (uint32_t i = 0; i < 1000; i++) {
		CLEANUP_FREE char *text = ngram_text(ngram_of(i));

		ck_assert_int_eq(ngram_parse(text, &ngram, &why), 0);
		ck_assert_uint_eq(ngram, ngram_of(i));
	}
}
END_TEST

/* A mark stays as long as nobody knows the sequence without. */
START_TEST(marks)
{
	CLEANUP(ngrams_clear) struct ngram_set set = {};

	ck_assert_int_eq(ngrams_add(&set, ngram_of(2)), 1);
	ck_assert_int_eq(ngrams_add(&set, ngram_of(1) | POLICYD_NGRAM_LATE), 1);
	ck_assert_int_eq(ngrams_add(&set, ngram_of(3) | POLICYD_NGRAM_LATE), 1);
	ck_assert_int_eq(ngrams_add(&set, ngram_of(2) | POLICYD_NGRAM_LATE), 0);
	ck_assert_int_eq(ngrams_add(&set, ngram_of(1)), 0);
	ck_assert_int_eq(ngrams_add(&set, ngram_of(3) | POLICYD_NGRAM_LATE), 0);
	ck_assert_uint_eq(set.count, 3);
	ck_assert_uint_eq(set.words[0], ngram_of(1));
	ck_assert_uint_eq(set.words[1], ngram_of(2));
	ck_assert_uint_eq(set.words[2], ngram_of(3) | POLICYD_NGRAM_LATE);
	ngrams_settle(&set);
	ck_assert_uint_eq(set.words[2], ngram_of(3));
}
END_TEST

/* Where the kernel looks for a sequence: 1 it is there, 0 it is not, -1 there would be no room. */
static int look(const struct policyd_ngrams *pages, uint64_t ngram)
{
	for (int page = 0; page < POLICYD_NGRAM_PAGES_OF; page++)
		for (uint32_t i = 0; i < POLICYD_NGRAM_PROBES; i++) {
			uint32_t place = (policyd_ngram_place(ngram) + i) % POLICYD_NGRAM_SLOTS;

			if (pages[page].slots[place] == ngram)
				return 1;
			if (!pages[page].slots[place])
				return 0;
		}
	return -1;
}

/* What is put there is found by who looks as the kernel does, at every fill; and a full set says so. */
START_TEST(pages)
{
	CLEANUP_FREE struct policyd_ngrams *all = calloc(POLICYD_NGRAM_PAGES_OF, sizeof(*all));
	CLEANUP(ngrams_clear) struct ngram_set set = {};
	uint32_t most = 0;

	ck_assert_int_eq(ngrams_pages(&set, all), 0);
	for (uint32_t i = 0; i < NGRAMS_MAX; i++) {
		int count;

		ck_assert_int_eq(ngrams_add(&set, ngram_of(i)), 1);
		if (i % 97 && i < NGRAMS_MAX - 200)
			continue;
		count = ngrams_pages(&set, all);
		if (count == -ENOSPC)
			break;
		most = i;
		ck_assert_int_gt(count, 0);
		for (uint32_t n = 0; n <= i; n++)
			ck_assert_int_eq(look(all, ngram_of(n)), 1);
		ck_assert_int_lt(look(all, ngram_of(NGRAMS_MAX + i)), 1);
	}
	/* docs/anomaly.md promises that many. */
	ck_assert_uint_gt(most, 3500);
	while (set.count < NGRAMS_MAX)
		ck_assert_int_eq(ngrams_add(&set, ngram_of((uint32_t)set.count)), 1);
	ck_assert_int_eq(ngrams_add(&set, ngram_of(NGRAMS_MAX)), -ENOSPC);
}
END_TEST

START_TEST(limits)
{
	ck_assert_uint_eq(ngrams_limit(0), 6);
	ck_assert_uint_eq(ngrams_limit(5), 6);
	ck_assert_uint_eq(ngrams_limit(6), 7);
	ck_assert_uint_eq(ngrams_limit(10), 12);
	ck_assert_uint_eq(ngrams_limit(13), 16);
	ck_assert_uint_eq(ngrams_limit(14), 0);
	ck_assert_uint_eq(ngrams_limit(POLICYD_NGRAM_WINDOW), 0);
}
END_TEST

static int merge(struct ngram_set *set, const char *text, const char *item, const char *why)
{
	CLEANUP_JSON json_t *object = json_loads(text, 0, NULL);
	const char *found_item = NULL, *found_why = NULL;
	int r = ngrams_merge(set, 0, object, &found_item, &found_why);

	ck_assert_ptr_nonnull(object);
	if (item)
		ck_assert_str_eq(found_item, item);
	if (why)
		ck_assert_msg(strstr(found_why, why), "'%s' and not '%s'", found_why, why);
	return r;
}

#define SEQUENCE "read write close read write close"

START_TEST(documents)
{
	CLEANUP(ngrams_clear) struct ngram_set set = {}, again = {};
	CLEANUP_JSON json_t *object = json_pack("{s:{}}", "items");

	ck_assert_int_eq(merge(&set, "{\"items\":{\"read\":0}}", "read", "expected six names"), -EINVAL);
	ck_assert_int_eq(merge(&set, "{\"items\":{\"" SEQUENCE "\":2}}", SEQUENCE, "expected 0, or 1"),
			 -EINVAL);
	ck_assert_int_eq(merge(&set, "{\"items\":{\"a b c d e f\":0}}", "a b c d e f", "no such system call"),
			 -EINVAL);
	ck_assert_int_eq(merge(&set, "{\"items\":{},\"limit\":33}", NULL, "'limit'"), -EINVAL);
	ck_assert_int_eq(merge(&set, "{\"items\":{},\"peak\":-1}", NULL, "'limit'"), -EINVAL);
	ck_assert_int_eq(merge(&set, "{\"items\":{},\"trial\":\"x\"}", NULL, "'limit'"), -EINVAL);
	ck_assert_int_eq(merge(&set, "{\"items\":{\"" SEQUENCE "\":1},\"trial\":7,\"peak\":5,\"tried\":900}",
			       NULL, NULL),
			 0);
	ck_assert_int_eq(set.trial, 7000000000LL);
	ck_assert(set.trying);
	ck_assert_int_eq(ngrams_json(&set, 0, object), 0);
	ck_assert_int_eq(json_integer_value(json_object_get(object, "tried")), 900);
	{
		CLEANUP_FREE char *text = json_dumps(object, 0);

		ck_assert_int_eq(merge(&again, text, NULL, NULL), 0);
	}
	ck_assert_uint_eq(again.count, 1);
	ck_assert_uint_eq(again.words[0], set.words[0]);
	ck_assert_uint_eq(again.words[0] >> 63, 1);
	ck_assert_uint_eq(again.peak, 5);
	/* The larger limit counts, and then the last part of learning does not any more. */
	ck_assert_int_eq(merge(&again, "{\"items\":{},\"limit\":20}", NULL, NULL), 0);
	ck_assert_int_eq(merge(&again, "{\"items\":{},\"limit\":10}", NULL, NULL), 0);
	ck_assert_uint_eq(again.limit, 20);
	ck_assert_int_eq(json_object_clear(object), 0);
	(void)json_object_set_new(object, "items", json_object());
	ck_assert_int_eq(ngrams_json(&again, 0, object), 0);
	ck_assert_int_eq(json_integer_value(json_object_get(object, "limit")), 20);
	ck_assert_ptr_null(json_object_get(object, "trial"));
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {words, texts, marks, pages, limits, documents};

	return suite_run("ngram", tests, ARRAY_SIZE(tests));
}
