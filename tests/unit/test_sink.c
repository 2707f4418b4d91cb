/* SPDX-License-Identifier: Apache-2.0 */
#include "sink.h"

#include <sys/epoll.h>
#include <sys/stat.h>

#include "config.h"
#include "sink_sample.h"

START_TEST(sink_sends_datagrams_to_syslog)
{
	struct sink *sink;
	int server;

	setup("unix:");
	server = unix_server(SOCK_DGRAM);
	sink = sink_make(url, 0);
	for (uint64_t i = 1; i <= 5; i++)
		ck_assert_int_eq(push(sink, EVENT_DENIED, i), 0);
	ck_assert_int_eq(sink_flush(sink, 0), 0);
	for (uint64_t i = 1; i <= 5; i++) {
		size_t length = receive(server);

		ck_assert_uint_gt(length, 0);
		ck_assert_uint_eq(strlen(buffer), length);
		ck_assert_int_eq(strncmp(buffer, "<84>1 ", 6), 0);
		check_number(i);
	}
	ck_assert_uint_eq(sink_sent(sink), 5);
	sink_free(sink);
	(void)close(server);
	teardown();
}
END_TEST

START_TEST(sink_waits_for_syslog_to_come_and_come_back)
{
	struct sink_wait wait;
	struct sink *sink;
	uint64_t now = 1000000;
	int server;

	setup("unix:");
	sink = sink_make(url, 0);
	sink_wait(sink, &wait);
	ck_assert_int_eq(wait.fd, -1);
	ck_assert_uint_eq(wait.deadline, UINT64_MAX); /* nothing to send: no wake-up */

	ck_assert_int_eq(push(sink, EVENT_DENIED, 1), 0);
	ck_assert_int_eq(sink_flush(sink, now), -EAGAIN);
	ck_assert_int_eq(sink_error(sink), ENOENT);
	sink_wait(sink, &wait);
	ck_assert_int_eq(wait.fd, -1);
	ck_assert_uint_gt(wait.deadline, now);

	server = unix_server(SOCK_DGRAM);
	ck_assert_int_eq(sink_flush(sink, now), -EAGAIN); /* not yet */
	ck_assert_int_eq(sink_flush(sink, wait.deadline), 0);
	ck_assert_uint_gt(receive(server), 0);
	check_number(1);
	ck_assert_int_eq(sink_error(sink), 0);

	(void)close(server);
	(void)unlink(path);
	ck_assert_int_eq(push(sink, EVENT_DENIED, 2), 0);
	ck_assert_int_eq(sink_flush(sink, now), -EAGAIN);
	server = unix_server(SOCK_DGRAM);
	ck_assert_int_eq(sink_flush(sink, now + 1000000), 0);
	ck_assert_uint_gt(receive(server), 0);
	check_number(2);
	ck_assert(!lost_pending(sink_lost(sink)));
	sink_free(sink);
	(void)close(server);
	teardown();
}
END_TEST

/* A server that does not read: what was delivered and what is told as lost is what was produced. */
START_TEST(sink_accounts_for_a_server_that_does_not_read)
{
	uint64_t audited = 0, denied = 0, lost_audited, lost_denied;
	struct sink_wait wait;
	struct sink *sink;
	int server;

	setup("unix:");
	server = unix_server(SOCK_DGRAM);
	sink = sink_make(url, 200000);
	for (uint64_t i = 1; i <= 3000; i++) {
		(void)push(sink, i % 30 ? EVENT_AUDITED : EVENT_DENIED, i);
		if (i % 50 == 0)
			ck_assert(sink_flush(sink, 0) == 0 || sink_flush(sink, 0) == -EAGAIN);
	}
	ck_assert_int_eq(sink_flush(sink, 0), -EAGAIN);
	sink_wait(sink, &wait);
	ck_assert_int_ge(wait.fd, 0);
	ck_assert_uint_eq(wait.events, EPOLLOUT);
	ck_assert(!sink_can_tell(sink));

	do {
		while (receive(server) > 0) {
			audited += strstr(buffer, "kind=\"audited\"") != NULL;
			denied += strstr(buffer, "kind=\"denied\"") != NULL;
		}
	} while (sink_flush(sink, 0) == -EAGAIN || receive_waits(server));
	lost_audited = sink_lost(sink)->untold[LOST_QUEUE][EVENT_AUDITED];
	lost_denied = sink_lost(sink)->untold[LOST_QUEUE][EVENT_DENIED];
	ck_assert_uint_gt(lost_audited, 0);
	ck_assert_uint_eq(lost_denied, 0);
	ck_assert_uint_eq(audited + lost_audited, 2900);
	ck_assert_uint_eq(denied, 100);
	ck_assert(sink_can_tell(sink));
	sink_free(sink);
	(void)close(server);
	teardown();
}
END_TEST

START_TEST(sink_falls_back_to_a_stream)
{
	struct sink *sink;
	int server, peer;
	size_t length;

	setup("unix:");
	server = unix_server(SOCK_STREAM);
	sink = sink_make(url, 0);
	ck_assert_int_eq(push(sink, EVENT_DENIED, 1), 0);
	ck_assert_int_eq(push(sink, EVENT_DENIED, 2), 0);
	ck_assert_int_eq(sink_flush(sink, 0), 0);
	peer = accept(server, NULL, NULL);
	ck_assert_int_ge(peer, 0);
	length = receive(peer);
	check_number(1);
	ck_assert_uint_gt(length, strlen(buffer) + 1);
	ck_assert_ptr_nonnull(strstr(buffer + strlen(buffer) + 1, "sequence=\"2\""));
	ck_assert_int_eq(buffer[length - 1], '\0');
	sink_free(sink);
	(void)close(peer);
	(void)close(server);
	teardown();
}
END_TEST

START_TEST(sink_appends_to_a_file_and_reopens)
{
	char rotated[96];
	struct stat status;
	struct sink *sink;

	setup("file:");
	(void)snprintf(rotated, sizeof(rotated), "%s.1", path);
	sink = sink_make(url, 0);
	ck_assert_int_eq(push(sink, EVENT_DENIED, 1), 0);
	ck_assert_int_eq(sink_flush(sink, 0), 0);
	ck_assert_int_eq(rename(path, rotated), 0);
	ck_assert_int_eq(push(sink, EVENT_DENIED, 2), 0);
	ck_assert_int_eq(sink_flush(sink, 0), 0);
	ck_assert_int_ne(stat(path, &status), 0);
	sink_reopen(sink);
	ck_assert_int_eq(push(sink, EVENT_DENIED, 3), 0);
	ck_assert_int_eq(sink_flush(sink, 0), 0);
	ck_assert_int_eq(stat(path, &status), 0);
	ck_assert_uint_eq(status.st_mode & 0777 & ~0640, 0);

	{
		CLEANUP_FCLOSE FILE *file = fopen(rotated, "re");

		ck_assert_ptr_nonnull(file);
		ck_assert_ptr_nonnull(fgets(buffer, sizeof(buffer), file));
		ck_assert_ptr_nonnull(strstr(buffer, "\"sequence\":1,"));
		ck_assert_ptr_nonnull(fgets(buffer, sizeof(buffer), file));
		ck_assert_ptr_nonnull(strstr(buffer, "\"sequence\":2,"));
		ck_assert_ptr_null(fgets(buffer, sizeof(buffer), file));
	}
	sink_free(sink);
	(void)unlink(rotated);
	teardown();
}
END_TEST

START_TEST(sink_keeps_events_while_a_disk_is_full)
{
	struct sink_wait wait;
	struct sink *sink = sink_make("file:/dev/full", 0);

	ck_assert_int_eq(push(sink, EVENT_DENIED, 1), 0);
	ck_assert_int_eq(sink_flush(sink, 0), -EAGAIN);
	ck_assert_int_eq(sink_error(sink), ENOSPC);
	sink_wait(sink, &wait);
	ck_assert_int_eq(wait.fd, -1);
	ck_assert_uint_gt(wait.deadline, 0);
	ck_assert_uint_lt(wait.deadline, 60000000);
	ck_assert_uint_eq(sink_queued(sink), 1);
	sink_free(sink);
}
END_TEST

START_TEST(sink_does_not_follow_links)
{
	struct sink *sink;

	setup("file:");
	ck_assert_int_eq(symlink("/dev/null", path), 0);
	sink = sink_make(url, 0);
	ck_assert_int_eq(push(sink, EVENT_DENIED, 1), 0);
	ck_assert_int_eq(sink_flush(sink, 0), -EAGAIN);
	ck_assert_int_eq(sink_error(sink), ELOOP);
	sink_free(sink);
	teardown();
}
END_TEST

START_TEST(sink_on_a_descriptor_dies_with_its_peer)
{
	const struct sink_options options = {.name = "follower", .format_options = format_options_default()};
	struct sink *sink = NULL;
	struct sink_wait wait;
	int pair[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	ck_assert_int_eq(sink_new_fd(&options, pair[0], &sink), 0);
	ck_assert_int_eq(push(sink, EVENT_DENIED, 1), 0);
	ck_assert_int_eq(sink_flush(sink, 0), 0);
	ck_assert_uint_gt(receive(pair[1]), 0);
	ck_assert_int_eq(buffer[strlen(buffer) - 1], '\n');
	(void)close(pair[1]);
	ck_assert_int_eq(push(sink, EVENT_DENIED, 2), 0);
	ck_assert_int_eq(sink_flush(sink, 0), -EPIPE);
	ck_assert_int_eq(sink_flush(sink, 0), -EPIPE);
	sink_wait(sink, &wait);
	ck_assert_uint_eq(wait.deadline, UINT64_MAX);
	sink_free(sink);
}
END_TEST

START_TEST(sink_counts_what_never_fits)
{
	const struct sink_options options = {
		.name = "narrow",
		.url = "udp://127.0.0.1:9",
		.format_options = format_options_default(),
		.line_max = 50,
	};
	struct sink *sink = NULL;

	ck_assert_int_eq(sink_new(&options, &sink), 0);
	ck_assert_int_eq(push(sink, EVENT_DENIED, 1), -ENOBUFS);
	ck_assert_uint_eq(sink_lost(sink)->untold[LOST_SIZE][EVENT_DENIED], 1);
	sink_free(sink);
}
END_TEST

/* Denials and others by turns, each with a text of that length. */
static void push_texts(struct sink *sink, uint64_t count, size_t length)
{
	static char text[100000];

	ck_assert_uint_le(length, sizeof(text));
	memset(text, 'x', sizeof(text));
	for (uint64_t i = 1; i <= count; i++) {
		struct event event;

		event_init(&event);
		sample_denied(&event);
		event_set_kind(&event, i % 2 ? EVENT_DENIED : EVENT_AUDITED);
		event.message = (struct event_text){text, length};
		event.sequence = i;
		(void)sink_push(sink, &event);
	}
}

/* All that the account holds is told, and the queue takes the news. */
static void tell_all(struct sink *sink)
{
	ck_assert(sink_can_tell(sink));
	sink_tell(sink);
}

/* Of 200 events that wait for a server: how many arrive and how many are lost. */
static void check_little_room(size_t queue_size, size_t text_length)
{
	uint64_t delivered = 0, lost;
	struct sink *sink;
	int server;

	setup("unix:");
	sink = sink_make(url, queue_size);
	push_texts(sink, 200, text_length);
	server = unix_server(SOCK_DGRAM);
	while (sink_flush(sink, 0) == -EAGAIN || receive_waits(server))
		while (receive(server) > 0)
			delivered++;
	lost = sink_lost(sink)->untold[LOST_QUEUE][EVENT_DENIED] +
	       sink_lost(sink)->untold[LOST_QUEUE][EVENT_AUDITED];
	ck_assert_uint_gt(delivered, 0);
	ck_assert_uint_lt(delivered, 64); /* a batch */
	ck_assert_uint_eq(delivered + lost, 200);
	ck_assert_uint_eq(lost_untold(sink_lost(sink)), lost);
	tell_all(sink);
	sink_free(sink);
	(void)close(server);
	teardown();
}

/* Queues that hold less than is sent at once, down to a single line, and lines longer than they take. */
START_TEST(sink_counts_with_little_room)
{
	static const size_t sizes[] = {CONFIG_QUEUE_MIN, 6000, 10000, 20000};
	static const size_t lengths[] = {1, 700, 2500, 8000, 100000};

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++)
		for (size_t j = 0; j < ARRAY_SIZE(lengths); j++)
			check_little_room(sizes[i], lengths[j]);
}
END_TEST

START_TEST(sink_refuses_a_queue_without_room)
{
	struct sink_options options = {
		.name = "test",
		.url = "/dev/log",
		.format_options = format_options_default(),
		.queue_size = 100,
	};
	struct sink *sink = NULL;

	ck_assert_int_eq(sink_new(&options, &sink), -EINVAL);
	options.queue_size = 1;
	ck_assert_int_eq(sink_new(&options, &sink), -EINVAL);
	ck_assert_ptr_null(sink);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		sink_sends_datagrams_to_syslog,
		sink_waits_for_syslog_to_come_and_come_back,
		sink_accounts_for_a_server_that_does_not_read,
		sink_falls_back_to_a_stream,
		sink_appends_to_a_file_and_reopens,
		sink_keeps_events_while_a_disk_is_full,
		sink_does_not_follow_links,
		sink_on_a_descriptor_dies_with_its_peer,
		sink_counts_what_never_fits,
		sink_counts_with_little_room,
		sink_refuses_a_queue_without_room,
	};

	return suite_run("sink", tests, ARRAY_SIZE(tests));
}
