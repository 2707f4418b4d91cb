/* SPDX-License-Identifier: Apache-2.0 */
#include "sink_loop.h"

#include "sink_sample.h"

static void count(void *data)
{
	++*(unsigned int *)data;
}

/* A sink in a loop delivers all once its server reads again, and then leaves the loop alone. */
START_TEST(sink_runs_in_a_loop)
{
	struct sink_loop *sink_loop = NULL;
	sd_event *loop = NULL;
	struct sink *sink;
	uint64_t received = 0;
	unsigned int woken = 0;
	int server;

	setup("unix:");
	sink = sink_make(url, 0);
	ck_assert_int_ge(sd_event_new(&loop), 0);
	ck_assert_int_eq(sink_loop_new(loop, sink, count, &woken, &sink_loop), 0);
	for (uint64_t i = 1; i <= 500; i++)
		ck_assert_int_eq(push(sink, EVENT_DENIED, i), 0);
	ck_assert_int_eq(sink_loop_run(sink_loop), 0);
	ck_assert_uint_eq(woken, 0); /* the caller knows what it sent */
	server = unix_server(SOCK_DGRAM);
	while (received < 500) {
		ck_assert_int_ge(sd_event_run(loop, 200000), 0);
		while (receive(server) > 0)
			check_number(++received);
	}
	ck_assert_uint_eq(sink_sent(sink), 500);
	ck_assert_uint_gt(woken, 0);
	ck_assert_int_eq(sd_event_run(loop, 200000), 0); /* no wake-up when there is nothing to do */
	sink_loop_free(sink_loop);
	sink_loop_free(NULL);
	sink_free(sink);
	sd_event_unref(loop);
	(void)close(server);
	teardown();
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		sink_runs_in_a_loop,
	};

	return suite_run("sink_loop", tests, ARRAY_SIZE(tests));
}
