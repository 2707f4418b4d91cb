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

START_TEST(decode_tells_what_an_execution_is_of)
{
	static const char digits[] = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1eff";
	CLEANUP_EVENT struct event event;

	sample_head(&record, POLICYD_EVENT_PATH, sizeof(record.path));
	record.head.op = POLICYD_BIT_EXEC_RUN;
	record.path.digest_known = 1;
	for (uint8_t i = 0; i < 32; i++)
		record.path.digest[i] = i == 31 ? 0xff : i;
	record.path.started = record.head.size;
	record.path.started_length = 6;
	memcpy(record.bytes + record.head.size, "a\0b c\0", 6);
	record.head.size += 6;
	record_decode(&event);
	assert_text(event.sha256, digits);
	assert_text(event.new_argv, "a\0b c");
	ck_assert_uint_eq(event.argv.length, 0);
	ck_assert_uint_eq(event.cut, EVENT_NONE);

	event_free(&event);
	record.path.digest_known = 0;
	record.head.flags = POLICYD_EVENT_STARTED_CUT;
	record_decode(&event);
	ck_assert_uint_eq(event.sha256.length, 0);
	ck_assert_uint_eq(event.cut, 1ULL << EVENT_CUT_new_argv);

	record.path.started_length = 7;
	check_fault(record.head.size, DECODE_NAME);
	record.path.started_length = 6;
	record.path.started = sizeof(record.path) - 1;
	check_fault(record.head.size, DECODE_NAME);
}
END_TEST

static int program_find(void *data, uint64_t key, struct policyd_program *ret_program)
{
	(void)data;
	if (key == 7)
		return -ENOENT;
	*ret_program = (struct policyd_program){.root = POLICYD_ROOT_DEV, .dev = ROOT_DEV, .length = 8};
	memcpy(ret_program->text, "job\0bin\0", 8);
	if (key == 8)
		ret_program->text[7] = 'x';
	if (key == 9)
		ret_program->length = sizeof(ret_program->text) + 1;
	return 0;
}

START_TEST(decode_tells_the_script)
{
	CLEANUP_EVENT struct event event;

	decoder_program = program_find;
	sample_head(&record, POLICYD_EVENT_INET, sizeof(record.inet));
	record.head.script = 6;
	record_decode(&event);
	assert_text(event.script, "/bin/job");
	ck_assert_uint_eq(event.cut, EVENT_NONE);
	for (uint64_t key = 7; key <= 9; key += 2) {
		event_free(&event);
		record.head.script = key;
		record_decode(&event);
		ck_assert_uint_eq(event.script.length, 0);
		ck_assert_uint_eq(event.cut, 1ULL << EVENT_CUT_script);
	}
	record.head.script = 8;
	check_fault(record.head.size, DECODE_NAME);
	decoder_program = NULL;
}
END_TEST

START_TEST(decode_says_that_a_name_may_be_torn)
{
	CLEANUP_EVENT struct event event;

	sample_head(&record, POLICYD_EVENT_PATH, sizeof(record.path));
	sample_name(&record, &record.path.object, POLICYD_ROOT_DEV, ROOT_DEV, "sh\0bin\0", 7);
	record_decode(&event);
	ck_assert_uint_eq(event.reason.length, 0);
	event_free(&event);
	record.path.object.flags = POLICYD_NAME_TORN;
	record_decode(&event);
	assert_text(event.path, "/bin/sh");
	assert_text(event.reason, "renamed-meanwhile");
	event_free(&event);
	record.head.flags |= POLICYD_EVENT_DEGRADED;
	record_decode(&event);
	assert_text(event.degraded, "tracepoint");
	ck_assert_uint_eq(event.reason.length, 0);
}
END_TEST

START_TEST(decode_names_memory_files)
{
	CLEANUP_EVENT struct event event;

	sample_head(&record, POLICYD_EVENT_PATH, sizeof(record.path));
	sample_name(&record, &record.path.object, POLICYD_ROOT_MEMFD, 1, "memfd:a/b\0", 10);
	record_decode(&event);
	assert_text(event.path, "memfd:a/b");
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		decode_tells_who_did_it,	decode_says_what_is_cut_of_it,
		decode_refuses_wrong_arguments, decode_tells_what_an_execution_is_of,
		decode_tells_the_script,	decode_says_that_a_name_may_be_torn,
		decode_names_memory_files,
	};

	return suite_run("decode-who", tests, ARRAY_SIZE(tests));
}
