/* SPDX-License-Identifier: Apache-2.0 */
#include "queue.h"

#include "event_suite.h"

#define LINE (sizeof(struct queue_line) + 10)

static struct lost lost;
static struct queue queue;

static int push(enum event_kind kind, char mark)
{
	char text[8] = {mark, mark, mark, mark, mark, mark, mark, mark};
	const struct event_text parts[3] = {{"<", 1}, {text, 8}, {"\n", 1}};
	struct event event;

	event_init(&event);
	event_set_kind(&event, kind);
	return queue_push(&queue, &event, parts);
}

/* Takes all lines and compares their marks in order. */
static void check_marks(const char *marks)
{
	for (; *marks; marks++) {
		struct queue_line *line = queue_take(&queue);

		ck_assert_ptr_nonnull(line);
		ck_assert_uint_eq(line->length, 10);
		ck_assert_int_eq(line->bytes[1], *marks);
		queue_sent(&queue, line);
	}
	ck_assert_ptr_null(queue_take(&queue));
	ck_assert_uint_eq(queue.used, 0);
	ck_assert_uint_eq(queue.count, 0);
}

static void begin(size_t lines, size_t reserved)
{
	lost = (struct lost){.output = NULL};
	queue_init(&queue, lines * LINE, reserved * LINE, &lost);
}

START_TEST(queue_keeps_the_order_of_all_kinds)
{
	begin(10, 2);
	ck_assert_int_eq(push(EVENT_AUDITED, 'a'), 0);
	ck_assert_int_eq(push(EVENT_DENIED, 'B'), 0);
	ck_assert_int_eq(push(EVENT_AUDITED, 'c'), 0);
	ck_assert_int_eq(push(EVENT_KILLED, 'D'), 0);
	check_marks("aBcD");
	ck_assert(!lost_pending(&lost));
}
END_TEST

START_TEST(queue_reserves_a_share)
{
	begin(4, 2);
	ck_assert_int_eq(push(EVENT_AUDITED, 'a'), 0);
	ck_assert_int_eq(push(EVENT_AUDITED, 'b'), 0);
	ck_assert_int_eq(push(EVENT_AUDITED, 'c'), -ENOBUFS);
	ck_assert_int_eq(push(EVENT_DENIED, 'D'), 0);
	ck_assert_int_eq(push(EVENT_DENIED, 'E'), 0);
	ck_assert_uint_eq(lost.untold[LOST_QUEUE][EVENT_AUDITED], 1);
	check_marks("abDE");
}
END_TEST

START_TEST(queue_gives_room_to_denials)
{
	begin(4, 1);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(push(EVENT_WOULD_DENY, (char)('a' + i)), 0);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(push(EVENT_DENIED, (char)('D' + i)), 0);
	ck_assert_uint_eq(lost.untold[LOST_QUEUE][EVENT_WOULD_DENY], 2);
	ck_assert_uint_eq(lost.untold[LOST_QUEUE][EVENT_DENIED], 0);
	ck_assert_int_eq(push(EVENT_AUDITED, 'g'), -ENOBUFS);

	/* Only important lines are left: one more is lost. */
	ck_assert_int_eq(push(EVENT_TAMPER, 'H'), 0);
	ck_assert_int_eq(push(EVENT_TAMPER, 'I'), -ENOBUFS);
	ck_assert_uint_eq(lost.untold[LOST_QUEUE][EVENT_TAMPER], 1);
	check_marks("DEFH");
}
END_TEST

START_TEST(queue_refuses_a_line_beyond_its_size)
{
	lost = (struct lost){.output = NULL};
	queue_init(&queue, LINE - 1, 0, &lost);
	ck_assert_int_eq(push(EVENT_DENIED, 'a'), -ENOBUFS);
	ck_assert_int_eq(push(EVENT_AUDITED, 'a'), -ENOBUFS);
	check_marks("");
}
END_TEST

START_TEST(queue_says_what_it_takes)
{
	lost = (struct lost){.output = NULL};
	queue_init(&queue, 5 * LINE, 4 * LINE, &lost);
	ck_assert_uint_eq(queue_line_max(&queue), LINE - sizeof(struct queue_line));
	ck_assert_int_eq(push(EVENT_AUDITED, 'a'), 0);
	check_marks("a");
	queue_init(&queue, LINE, LINE - 1, &lost);
	ck_assert_uint_eq(queue_line_max(&queue), 0);
}
END_TEST

START_TEST(queue_clear_counts)
{
	begin(4, 1);
	ck_assert_int_eq(push(EVENT_DENIED, 'A'), 0);
	ck_assert_int_eq(push(EVENT_AUDITED, 'b'), 0);
	queue_clear(&queue);
	ck_assert_uint_eq(lost.untold[LOST_CLOSE][EVENT_DENIED], 1);
	ck_assert_uint_eq(lost.untold[LOST_CLOSE][EVENT_AUDITED], 1);
	check_marks("");
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		queue_keeps_the_order_of_all_kinds,   queue_reserves_a_share,	queue_gives_room_to_denials,
		queue_refuses_a_line_beyond_its_size, queue_says_what_it_takes, queue_clear_counts,
	};

	return suite_run("queue", tests, ARRAY_SIZE(tests));
}
