/* SPDX-License-Identifier: Apache-2.0 */
#include "merge.h"

#include "event_sample.h"
#include "event_suite.h"

#define WINDOW 1000

static struct {
	size_t count;	/* emitted */
	uint64_t total; /* what they stand for */
	uint64_t last_pid;
	uint64_t last_suppressed;
	uint64_t last_time;
} seen;

static void emit(struct event *event, void *data)
{
	ck_assert_ptr_eq(data, &seen);
	seen.count++;
	seen.total += event_weight(event);
	seen.last_pid = event->pid;
	seen.last_suppressed = event->suppressed;
	seen.last_time = event->time;
	event->sequence = seen.count;
}

static struct merge *merge_make(uint64_t window, size_t entries)
{
	struct merge *merge = NULL;

	memset(&seen, 0, sizeof(seen));
	ck_assert_int_eq(merge_new(window, entries, emit, &seen, &merge), 0);
	return merge;
}

static void add(struct merge *merge, uint64_t pid, uint64_t now)
{
	CLEANUP_EVENT struct event event;

	event_init(&event);
	sample_denied(&event);
	event.pid = pid;
	event.time = now;
	/* Bytes that go when the caller's event goes. */
	ck_assert_int_eq(event_set(&event, &event.path, "/etc/passwd", 11), 0);
	merge_add(merge, &event, now);
}

START_TEST(merge_emits_the_first_and_counts_the_rest)
{
	struct merge *merge = merge_make(WINDOW, 8);

	add(merge, 1, 0);
	ck_assert_uint_eq(seen.count, 1);
	ck_assert_uint_eq(seen.last_suppressed, EVENT_NONE);
	ck_assert_uint_eq(merge_deadline(merge), UINT64_MAX);
	for (uint64_t i = 1; i <= 5; i++)
		add(merge, 1, i);
	ck_assert_uint_eq(seen.count, 1);
	ck_assert_uint_eq(merge_deadline(merge), WINDOW);

	merge_expire(merge, WINDOW - 1);
	ck_assert_uint_eq(seen.count, 1);
	merge_expire(merge, WINDOW);
	ck_assert_uint_eq(seen.count, 2);
	ck_assert_uint_eq(seen.last_suppressed, 5);
	ck_assert_uint_eq(seen.last_time, 5);
	ck_assert_uint_eq(merge_deadline(merge), UINT64_MAX);

	/* Still the same flood: no first event in the next window. */
	add(merge, 1, WINDOW + 1);
	ck_assert_uint_eq(seen.count, 2);
	merge_expire(merge, 2UL * WINDOW);
	ck_assert_uint_eq(seen.count, 3);
	ck_assert_uint_eq(seen.total, 7);

	/* After a quiet window the next one is a first one again. */
	add(merge, 1, 10UL * WINDOW);
	ck_assert_uint_eq(seen.count, 4);
	ck_assert_uint_eq(seen.last_suppressed, EVENT_NONE);
	merge_free(merge);
}
END_TEST

START_TEST(merge_keeps_processes_apart)
{
	struct merge *merge = merge_make(WINDOW, 8);

	for (uint64_t i = 0; i < 100; i++)
		add(merge, 1, i);
	ck_assert_uint_eq(seen.count, 1);
	add(merge, 2, 100);
	ck_assert_uint_eq(seen.count, 2);
	ck_assert_uint_eq(seen.last_pid, 2);
	merge_flush(merge);
	ck_assert_uint_eq(seen.total, 101);
	merge_free(merge);
}
END_TEST

START_TEST(merge_is_bounded)
{
	struct merge *merge = merge_make(WINDOW, 4);

	add(merge, 1, 0);
	add(merge, 1, 0);
	for (uint64_t pid = 2; pid < 100; pid++)
		add(merge, pid, 1);
	/* 99 first ones and the count of process 1, told when its place was needed. */
	ck_assert_uint_eq(seen.count, 100);
	ck_assert_uint_eq(seen.total, 100);
	merge_free(merge);
}
END_TEST

START_TEST(merge_tells_any_difference)
{
	static const enum event_field differences[] = {
		EVENT_FIELD_kind,	 EVENT_FIELD_policy,	     EVENT_FIELD_rule,
		EVENT_FIELD_operation,	 EVENT_FIELD_error,	     EVENT_FIELD_path,
		EVENT_FIELD_start_time,	 EVENT_FIELD_remote_address, EVENT_FIELD_exe,
		EVENT_FIELD_remote_port, EVENT_FIELD_target_pid,
	};
	struct merge *merge = merge_make(WINDOW, 64);

	add(merge, 1, 0);
	for (size_t i = 0; i < ARRAY_SIZE(differences); i++) {
		CLEANUP_EVENT struct event event;
		void *member = (char *)&event + event_fields[differences[i]].offset;

		event_init(&event);
		sample_denied(&event);
		event.pid = 1;
		if (event_is_text(event_fields[differences[i]].type))
			*(struct event_text *)member = event_text("other");
		else
			*(uint64_t *)member = EVENT_WOULD_DENY + 100 * (differences[i] != EVENT_FIELD_kind);
		merge_add(merge, &event, 1);
		ck_assert_uint_eq(seen.count, i + 2);
	}
	merge_free(merge);
}
END_TEST

START_TEST(merge_passes_other_kinds)
{
	static const enum event_kind kinds[] = {EVENT_KILLED, EVENT_LOST, EVENT_POLICY, EVENT_HEALTH,
						EVENT_TAMPER};
	struct merge *merge = merge_make(WINDOW, 4);

	for (size_t i = 0; i < 2 * ARRAY_SIZE(kinds); i++) {
		CLEANUP_EVENT struct event event;

		event_init(&event);
		event_set_kind(&event, kinds[i / 2]);
		merge_add(merge, &event, 0);
		ck_assert_uint_eq(seen.count, i + 1);
	}
	merge_free(merge);
	merge_free(NULL);
}
END_TEST

/* What has nothing to tell may wake for what has, and never instead of it. */
START_TEST(merge_wakes_in_time)
{
	struct merge *merge = merge_make(WINDOW, 4);

	add(merge, 1, 0);
	add(merge, 2, 10);
	ck_assert_uint_eq(merge_deadline(merge), UINT64_MAX);
	add(merge, 2, 20);
	ck_assert_uint_le(merge_deadline(merge), WINDOW + 10);
	merge_expire(merge, merge_deadline(merge));
	ck_assert_uint_eq(merge_deadline(merge), WINDOW + 10);
	merge_expire(merge, WINDOW + 10);
	ck_assert_uint_eq(seen.total, 3);
	ck_assert_uint_eq(merge_deadline(merge), UINT64_MAX);

	/* An entry that goes to make room takes its count along. */
	for (uint64_t pid = 3; pid <= 9; pid++) {
		add(merge, pid, WINDOW + 20);
		add(merge, pid, WINDOW + 20);
	}
	ck_assert_uint_eq(seen.total, 3 + 14 - 4);
	merge_flush(merge);
	ck_assert_uint_eq(seen.total, 3 + 14);
	ck_assert_uint_eq(merge_deadline(merge), UINT64_MAX);
	merge_free(merge);
}
END_TEST

START_TEST(merge_without_a_window_merges_nothing)
{
	struct merge *merge = merge_make(0, 4);

	add(merge, 1, 0);
	add(merge, 1, 0);
	ck_assert_uint_eq(seen.count, 2);
	merge_free(merge);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		merge_emits_the_first_and_counts_the_rest,
		merge_keeps_processes_apart,
		merge_is_bounded,
		merge_tells_any_difference,
		merge_passes_other_kinds,
		merge_wakes_in_time,
		merge_without_a_window_merges_nothing,
	};

	return suite_run("merge", tests, ARRAY_SIZE(tests));
}
