/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <netinet/in.h>

#include "sink_sample.h"

/* A server on an IPv4 loopback port, whose URL goes to `url`. */
static int inet_server(int type, const char *scheme)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&address, &size), 0);
	if (type == SOCK_STREAM)
		ck_assert_int_eq(listen(fd, 5), 0);
	(void)snprintf(url, sizeof(url), "%s127.0.0.1:%u", scheme, ntohs(address.sin_port));
	return fd;
}

START_TEST(sink_sends_to_udp)
{
	int server = inet_server(SOCK_DGRAM, "udp://");
	struct sink *sink = sink_make(url, 0);

	ck_assert_int_eq(push(sink, EVENT_DENIED, 1), 0);
	ck_assert_int_eq(sink_flush(sink, 0), 0);
	ck_assert_uint_gt(receive(server), 0);
	check_number(1);
	sink_free(sink);
	(void)close(server);
}
END_TEST

/* Flushes a TCP sink until its connection is there. */
static int flush_wait(struct sink *sink, uint64_t now)
{
	for (int i = 0; i < 200; i++) {
		if (sink_flush(sink, now) == 0)
			return 0;
		(void)usleep(1000);
	}
	return -EAGAIN;
}

/* Receives from a stream until nothing comes any more. */
static size_t receive_all(int fd)
{
	size_t length = 0;

	for (int idle = 0; idle < 20;) {
		ssize_t size = recv(fd, buffer + length, sizeof(buffer) - 1 - length, MSG_DONTWAIT);

		idle = size > 0 ? 0 : idle + 1;
		length += size > 0 ? (size_t)size : 0;
		(void)usleep(2000);
	}
	buffer[length] = '\0';
	return length;
}

/* Reads octet counted messages from the buffer and checks that they are the numbers from `first` on. */
static uint64_t check_octets(uint64_t first)
{
	char *at = buffer, number[64];

	while (*at) {
		char *text = NULL, next;
		unsigned long length = strtoul(at, &text, 10);

		ck_assert_int_eq(*text++, ' ');
		ck_assert_uint_le(length, strlen(text));
		next = text[length];
		text[length] = '\0';
		ck_assert_int_eq(strncmp(text, "<84>1 ", 6), 0);
		(void)snprintf(number, sizeof(number), " sequence=\"%u\" ", (unsigned int)first++);
		ck_assert_ptr_nonnull(strstr(text, number));
		text[length] = next;
		at = text + length;
	}
	return first;
}

START_TEST(sink_counts_octets_on_tcp)
{
	int server = inet_server(SOCK_STREAM, "tcp://"), peer;
	struct sink *sink = sink_make(url, 0);

	for (uint64_t i = 1; i <= 100; i++)
		ck_assert_int_eq(push(sink, EVENT_DENIED, i), 0);
	ck_assert_int_eq(flush_wait(sink, 0), 0);
	peer = accept(server, NULL, NULL);
	ck_assert_int_ge(peer, 0);
	ck_assert_uint_gt(receive_all(peer), 0);
	ck_assert_uint_eq(check_octets(1), 101);

	/* The collector goes and comes again: what is sent afterwards arrives on the next connection. */
	(void)close(peer);
	(void)usleep(20000);
	ck_assert_int_eq(push(sink, EVENT_DENIED, 101), 0);
	ck_assert_int_eq(sink_flush(sink, 0), -EAGAIN);
	ck_assert_int_eq(flush_wait(sink, 60000000), 0);
	peer = accept(server, NULL, NULL);
	ck_assert_int_ge(peer, 0);
	ck_assert_uint_gt(receive_all(peer), 0);
	ck_assert_uint_eq(check_octets(101), 102);
	sink_free(sink);
	(void)close(peer);
	(void)close(server);
}
END_TEST

START_TEST(sink_survives_a_collector_that_does_not_read)
{
	int server = inet_server(SOCK_STREAM, "tcp://"), peer;
	struct sink *sink = sink_make(url, 100000);
	uint64_t produced = 20000, received = 0;
	size_t length, kept = 0;

	for (uint64_t i = 1; i <= produced; i++) {
		(void)push(sink, EVENT_AUDITED, i);
		if (i % 20 == 0)
			(void)sink_flush(sink, 0);
	}
	ck_assert_int_eq(sink_flush(sink, 0), -EAGAIN);
	peer = accept(server, NULL, NULL);
	for (int idle = 0; idle < 20;) {
		char *end;

		(void)sink_flush(sink, 0);
		length = (size_t)recv(peer, buffer + kept, sizeof(buffer) - 1 - kept, MSG_DONTWAIT);
		if ((ssize_t)length <= 0) {
			idle++;
			(void)usleep(1000);
			continue;
		}
		idle = 0;
		kept += length;
		buffer[kept] = '\0';
		for (char *at = buffer; (end = strstr(at, "kind=\"audited\"")); at = end + 1)
			received++;
		/* The end may hold half of what is counted. */
		length = kept > 13 ? 13 : kept;
		memmove(buffer, buffer + kept - length, length);
		kept = length;
	}
	ck_assert_uint_eq(sink_queued(sink), 0);
	ck_assert_uint_eq(received + sink_lost(sink)->untold[LOST_QUEUE][EVENT_AUDITED], produced);
	sink_free(sink);
	(void)close(peer);
	(void)close(server);
}
END_TEST

START_TEST(sink_reads_urls)
{
	static const char *const good[] = {
		"/dev/log",	   "unix:/run/x",     "unix:///run/x",	      "udp://127.0.0.1",
		"udp://[::1]:514", "tcp://[fe80::1]", "tcp://192.0.2.1:6514", "file:/var/log/policyd.json",
	};
	static const char *const bad[] = {
		"",
		"log",
		"/tmp/x",
		"file:relative",
		"udp://",
		"udp://example.net",
		"tcp://[::1",
		"tcp://127.0.0.1:",
		"tcp://1.2.3.4:x",
		"tls://1.2.3.4",
		"tcp://127.0.0.1:99999",
		"tcp://[::1]514",
	};
	struct sink *sink = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(good); i++)
		sink_free(sink_make(good[i], 0));
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		const struct sink_options options = {.name = "bad", .url = bad[i]};

		ck_assert_msg(sink_new(&options, &sink) == -EINVAL, "%s", bad[i]);
	}
	ck_assert_ptr_null(sink);
	sink_free(NULL);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		sink_sends_to_udp,
		sink_counts_octets_on_tcp,
		sink_survives_a_collector_that_does_not_read,
		sink_reads_urls,
	};

	return suite_run("sink_net", tests, ARRAY_SIZE(tests));
}
