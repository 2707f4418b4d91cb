/* SPDX-License-Identifier: Apache-2.0 */
#include <policyd/guard.h>

#include "decode_case.h"
#include "event_suite.h"

START_TEST(decode_tells_attempts_on_policyd)
{
	struct decoder decoder = decoder_make();
	CLEANUP_EVENT struct event event;

	event_init(&event);
	sample_head(&record, POLICYD_EVENT_PATH, sizeof(record.path));
	sample_name(&record, &record.path.object, POLICYD_ROOT_DEV, 7, "policyd\0", 8);
	record.head.flags = POLICYD_EVENT_TAMPER;
	record.head.op = POLICYD_GUARD_DEED_SIGNAL;
	record.path.condition = 9;
	ck_assert_int_eq(decode(&decoder, &record, record.head.size, &event), 0);
	ck_assert_uint_eq(event.kind, EVENT_TAMPER);
	ck_assert_uint_eq(event.severity, EVENT_CRITICAL);
	ck_assert_uint_eq(event.generation, EVENT_NONE);
	ck_assert(!event.origin.valid);
	ck_assert_uint_eq(event.section.length, 0);
	assert_text(event.action, "refused");
	assert_text(event.operation, "signal");
	assert_text(event.detail, "KILL");
	assert_text(event.path, "unmapped:/policyd");

	record.head.op = POLICYD_GUARD_DEED_MAP;
	record.path.condition = 4711;
	event_clear(&event);
	ck_assert_int_eq(decode(&decoder, &record, record.head.size, &event), 0);
	assert_text(event.operation, "map");
	assert_text(event.detail, "4711");

	record.head.op = POLICYD_GUARD_DEED_COUNT;
	record.head.error = 0;
	event_clear(&event);
	ck_assert_int_eq(decode(&decoder, &record, record.head.size, &event), 0);
	assert_text(event.action, "seen");
	assert_text(event.operation, "unknown");
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {decode_tells_attempts_on_policyd};

	return suite_run("decode_tamper", tests, ARRAY_SIZE(tests));
}
