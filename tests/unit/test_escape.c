/* SPDX-License-Identifier: Apache-2.0 */
#include "escape.h"
#include "event_suite.h"

START_TEST(escape_names_every_byte_once)
{
	char text[4 * 256 + 1], bytes[256], back[256];
	size_t length = 0, size = 0;

	for (int i = 0; i < 256; i++)
		bytes[i] = (char)i;

	ck_assert_int_eq(escape(bytes, sizeof(bytes), text, sizeof(text), &length), 0);
	ck_assert_uint_eq(length, escape_length(bytes, sizeof(bytes)));
	ck_assert_uint_eq(strlen(text), length);
	for (size_t i = 0; i < length; i++)
		ck_assert(text[i] >= 0x20 && text[i] < 0x7f);

	ck_assert_int_eq(unescape(text, length, back, sizeof(back), &size), 0);
	ck_assert_uint_eq(size, sizeof(bytes));
	ck_assert_mem_eq(back, bytes, sizeof(bytes));
}
END_TEST

START_TEST(escape_spells_as_documented)
{
	char text[64];
	size_t length = 0;

	ck_assert_int_eq(escape("a\n\"\\]\xff", 6, text, sizeof(text), &length), 0);
	ck_assert_str_eq(text, "a\\x0a\\\"\\\\\\]\\xff");
	ck_assert_int_eq(escape("", 0, text, 1, &length), 0);
	ck_assert_uint_eq(length, 0);
}
END_TEST

START_TEST(escape_leaves_outputs_alone_on_failure)
{
	char text[4] = "old";
	size_t length = 77;

	ck_assert_int_eq(escape("\n", 1, text, sizeof(text), &length), -ENOBUFS);
	ck_assert_uint_eq(length, 77);
	ck_assert_str_eq(text, "old");
}
END_TEST

START_TEST(escape_fit_never_cuts_an_escape)
{
	for (size_t limit = 0; limit < 20; limit++) {
		size_t count = escape_fit("a\nb\"c\xff", 6, limit);

		ck_assert_uint_le(escape_length("a\nb\"c\xff", count), limit);
		if (count < 6)
			ck_assert_uint_gt(escape_length("a\nb\"c\xff", count + 1), limit);
	}
}
END_TEST

START_TEST(unescape_refuses_what_escape_does_not_write)
{
	static const char *const bad[] = {"\\", "\\x", "\\x0", "\\xG0", "\\xFF", "\\n", "\"", "\n", "\x7f"};
	char buffer[8];
	size_t length = 5;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		ck_assert_int_eq(unescape(bad[i], strlen(bad[i]), buffer, sizeof(buffer), &length), -EINVAL);
	ck_assert_uint_eq(length, 5);
	ck_assert_int_eq(unescape("abc", 3, buffer, 2, &length), -ENOBUFS);
	ck_assert_int_eq(unescape("file[2]", 7, buffer, 8, &length), 0);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		escape_names_every_byte_once,
		escape_spells_as_documented,
		escape_leaves_outputs_alone_on_failure,
		escape_fit_never_cuts_an_escape,
		unescape_refuses_what_escape_does_not_write,
	};

	return suite_run("escape", tests, ARRAY_SIZE(tests));
}
