/* SPDX-License-Identifier: Apache-2.0 */
#include <policyd/op.h>

#include "decode_case.h"
#include "event_suite.h"

START_TEST(decode_tells_what_has_no_hook)
{
	CLEANUP_EVENT struct event event;
	CLEANUP_EVENT struct event later;
	CLEANUP_EVENT struct event unresolved;

	sample_head(&record, POLICYD_EVENT_PATH, sizeof(record.path));
	record.head.flags = POLICYD_EVENT_OF_KERNEL | POLICYD_EVENT_NO_HOOK;
	record.head.error = 0;
	record.head.op = POLICYD_BIT_KERNEL_MOUNT;
	record.path.reason = POLICYD_UNHOOKED_FSMOUNT;
	record_decode(&event);
	ck_assert_int_eq(event.kind, EVENT_AUDITED);
	assert_text(event.section, "kernel");
	assert_text(event.operation, "mount");
	assert_text(event.syscall, "fsmount");
	assert_text(event.reason, "no-hook");

	record.path.reason = POLICYD_UNHOOKED_COUNT; /* of a later version's programs */
	record_decode(&later);
	ck_assert_uint_eq(later.syscall.length, 0);
	assert_text(later.reason, "no-hook");

	record.head.flags |= POLICYD_EVENT_UNRESOLVED;
	record.path.reason = POLICYD_REASON_SUBJECT;
	record_decode(&unresolved);
	ck_assert_uint_eq(unresolved.syscall.length, 0);
	assert_text(unresolved.reason, "no-subject-class");
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {decode_tells_what_has_no_hook};

	return suite_run("decode_call", tests, ARRAY_SIZE(tests));
}
