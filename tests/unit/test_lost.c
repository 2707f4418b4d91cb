/* SPDX-License-Identifier: Apache-2.0 */
#include "lost.h"

#include "event_sample.h"
#include "event_suite.h"

START_TEST(lost_tells_each_cause_and_kind_once)
{
	struct lost lost = {.output = NULL};
	CLEANUP_EVENT struct event event;

	event_init(&event);
	ck_assert(!lost_pending(&lost));
	ck_assert_int_eq(lost_next(&lost, &event), 0);

	lost_add(&lost, LOST_RING, EVENT_AUDITED, 5);
	lost_add(&lost, LOST_RING, EVENT_AUDITED, 2);
	lost_add(&lost, LOST_QUEUE, EVENT_DENIED, 1);
	ck_assert(lost_pending(&lost));

	ck_assert_int_eq(lost_next(&lost, &event), 1);
	ck_assert_uint_eq(event.kind, EVENT_LOST);
	ck_assert_uint_eq(event.lost, 7);
	ck_assert_uint_eq(event.severity, EVENT_WARNING);
	ck_assert_mem_eq(event.cause.bytes, "ring", 4);
	ck_assert_mem_eq(event.lost_kind.bytes, "audited", 7);

	event_clear(&event);
	ck_assert_int_eq(lost_next(&lost, &event), 1);
	ck_assert_uint_eq(event.lost, 1);
	ck_assert_uint_eq(event.severity, EVENT_ERROR);
	ck_assert_int_eq(lost_next(&lost, &event), 0);
	ck_assert_uint_eq(lost.total[LOST_RING][EVENT_AUDITED], 7);
}
END_TEST

START_TEST(lost_takes_back_what_could_not_be_told)
{
	struct lost lost = {.output = "syslog"}, other = {.output = "file"};
	CLEANUP_EVENT struct event event;
	struct lost_entry entry;

	event_init(&event);
	lost_add(&lost, LOST_QUEUE, EVENT_DENIED, 9);
	ck_assert_int_eq(lost_next(&lost, &event), 1);
	ck_assert_uint_eq(event.cause.length, strlen("queue:syslog"));
	ck_assert_mem_eq(event.cause.bytes, "queue:syslog", event.cause.length);

	entry = lost_entry(&lost, &event);
	lost_add_entry(&lost, LOST_SEND, &entry);
	ck_assert_uint_eq(lost.untold[LOST_QUEUE][EVENT_DENIED], 9);
	ck_assert_uint_eq(lost.total[LOST_QUEUE][EVENT_DENIED], 9);

	/* News about another output is one event like any. */
	entry = lost_entry(&other, &event);
	lost_add_entry(&other, LOST_SEND, &entry);
	ck_assert_uint_eq(other.untold[LOST_SEND][EVENT_LOST], 1);
}
END_TEST

START_TEST(lost_counts_what_an_event_stands_for)
{
	struct lost lost = {.output = NULL};
	CLEANUP_EVENT struct event event;
	struct lost_entry entry;

	event_init(&event);
	event_set_kind(&event, EVENT_WOULD_DENY);
	event.suppressed = 40;
	entry = lost_entry(&lost, &event);
	lost_add_entry(&lost, LOST_SIZE, &entry);
	ck_assert_uint_eq(lost.untold[LOST_SIZE][EVENT_WOULD_DENY], 40);
	lost_add(&lost, LOST_RECORD, EVENT_NONE, 1);
	ck_assert_uint_eq(lost.untold[LOST_RECORD][EVENT_AUDITED], 1);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		lost_tells_each_cause_and_kind_once,
		lost_takes_back_what_could_not_be_told,
		lost_counts_what_an_event_stands_for,
	};

	return suite_run("lost", tests, ARRAY_SIZE(tests));
}
