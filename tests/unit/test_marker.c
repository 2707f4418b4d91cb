/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "marker.h"

#include "event_suite.h"
#include "folder.h"

static const char *top;

static void begin(void)
{
	top = folder_new("marker");
	ck_assert_int_eq(chdir(top), 0);
}

static void put(const char *text)
{
	FILE *file = fopen("mark", "we");

	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(text, file), 0);
	ck_assert_int_eq(fclose(file), 0);
}

START_TEST(marker_comes_back)
{
	struct marker marker = {.fingerprint = 0xfedcba9876543210, .word = "trial"}, found = {};

	begin();
	ck_assert_int_eq(marker_boot(marker.boot), 0);
	ck_assert_uint_eq(strlen(marker.boot), MARKER_BOOT_SIZE - 1);
	ck_assert_int_eq(marker_read(".", "mark", &found), -ENOENT);
	ck_assert_int_eq(marker_write(".", "mark", &marker), 0);
	ck_assert_int_eq(marker_read(".", "mark", &found), 0);
	ck_assert_str_eq(found.boot, marker.boot);
	ck_assert_str_eq(found.word, "trial");
	ck_assert_uint_eq(found.fingerprint, marker.fingerprint);
	ck_assert_int_eq(marker_remove(".", "mark"), 0);
	ck_assert_int_eq(marker_remove(".", "mark"), 0);
	ck_assert_int_eq(marker_read(".", "mark", &found), -ENOENT);
	ck_assert_int_eq(access(".mark.new", F_OK), -1);
}
END_TEST

START_TEST(marker_that_is_none)
{
	static const char *const texts[] = {
		"",
		"\n",
		"boot\n",
		"boot 0123456789abcdef\n",
		"boot 0123456789abcdeg live\n",
		"boot 123 live\n",
		"boot  0123456789abcdef live\n",
		"a-boot-id-that-is-longer-than-any-boot-id-is 0123456789abcdef live\n",
		"boot 0123456789abcdef a-word-that-is-too-long\n",
	};
	struct marker marker;

	begin();
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		put(texts[i]);
		ck_assert_int_eq(marker_read(".", "mark", &marker), -EBADMSG);
	}
	put("boot 0123456789abcdef live\n");
	ck_assert_int_eq(marker_read(".", "mark", &marker), 0);
	ck_assert_int_eq(symlink("mark", "link"), 0);
	ck_assert_int_eq(marker_read(".", "link", &marker), -ELOOP);
}
END_TEST

START_TEST(marker_that_cannot_be_written)
{
	const struct marker marker = {.boot = "boot", .word = "live"};
	struct marker found;

	begin();
	put("other 0123456789abcdef live\n");
	ck_assert_int_eq(mkdir(".mark.new", 0700), 0);
	ck_assert_int_lt(marker_write(".", "mark", &marker), 0);
	ck_assert_int_eq(marker_read(".", "mark", &found), 0);
	ck_assert_str_eq(found.boot, "other");
	ck_assert_int_eq(marker_write("nowhere", "mark", &marker), -ENOENT);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		marker_comes_back,
		marker_that_is_none,
		marker_that_cannot_be_written,
	};

	return suite_run("marker", tests, ARRAY_SIZE(tests));
}
