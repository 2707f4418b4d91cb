/* SPDX-License-Identifier: Apache-2.0 */
#include "decode_case.h"

static void arguments_add(const char *bytes, uint32_t length)
{
	record.head.argv = record.head.size;
	record.head.argv_length = length;
	memcpy(record.bytes + record.head.size, bytes, length);
	record.head.size += length;
}

START_TEST(decode_tells_who_did_it)
{
	CLEANUP_EVENT struct event event;

	sample_head(&record, POLICYD_EVENT_INET, sizeof(record.inet));
	sample_name(&record, &record.head.parent_exe, POLICYD_ROOT_DEV, ROOT_DEV, "sh\0bin\0", 7);
	arguments_add("a\0b c\0", 6);
	record_decode(&event);
	assert_text(event.parent_exe, "/bin/sh");
	assert_text(event.argv, "a\0b c");
	ck_assert_uint_eq(event.cut, EVENT_NONE);
}
END_TEST

START_TEST(decode_says_what_is_cut_of_it)
{
	CLEANUP_EVENT struct event event;

	sample_head(&record, POLICYD_EVENT_INET, sizeof(record.inet));
	sample_name(&record, &record.head.parent_exe, POLICYD_ROOT_DEV, ROOT_DEV, "sh\0", 3);
	record.head.parent_exe.flags = POLICYD_NAME_CUT;
	record.head.flags = POLICYD_EVENT_ARGV_CUT;
	record_decode(&event);
	ck_assert_uint_eq(event.argv.length, 0);
	ck_assert_uint_eq(event.cut, 1ULL << EVENT_CUT_parent_exe | 1ULL << EVENT_CUT_argv);
}
END_TEST

START_TEST(decode_refuses_wrong_arguments)
{
	static const struct {
		uint32_t offset;
		uint32_t length;
	} wrong[] = {{0, 4},
		     {sizeof(struct policyd_event_inet) - 1, 2},
		     {sizeof(struct policyd_event_inet), 5},
		     {sizeof(struct policyd_event_inet), UINT32_MAX},
		     {UINT32_MAX, 1}};

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		sample_head(&record, POLICYD_EVENT_INET, sizeof(record.inet));
		arguments_add("ab\0c", 4);
		record.head.argv = wrong[i].offset;
		record.head.argv_length = wrong[i].length;
		check_fault(record.head.size, DECODE_NAME);
	}
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		decode_tells_who_did_it,
		decode_says_what_is_cut_of_it,
		decode_refuses_wrong_arguments,
	};

	return suite_run("decode-who", tests, ARRAY_SIZE(tests));
}
