// SPDX-License-Identifier: Apache-2.0
/*
 * The cases of loss that need no kernel: each is brought about, and what was delivered and what was told as
 * lost are together what was produced. The figures are those of the table in docs/events.md.
 */
#include "drain.h"
#include "fake_loader.h"
#include "outputs.h"
#include "untold.h"

#include "loss_sample.h"

/* The server is gone, then the daemon ends: its queue, and what was taken out of it to be sent. */
START_TEST(close_is_told_by_the_next)
{
	struct rig rig;

	rig_open(&rig);
	rig.outputs = outputs_make(rig.loop);
	for (int i = 0; i < 3; i++) {
		outputs_produce(rig.outputs, EVENT_AUDITED, 10);
		loop_until(rig.loop, rig.server, "none", 10 * (uint64_t)(i + 1), &rig.tally);
	}
	(void)close(rig.server);
	(void)unlink(path);
	outputs_produce(rig.outputs, EVENT_AUDITED, 200);
	outputs_produce(rig.outputs, EVENT_DENIED, 20);
	outputs_free(rig.outputs);

	rig_succeed(&rig, " cause=\"close:syslog\"", 250);
	check_row("close", 250, &rig.tally);
	outputs_free(rig.outputs);

	/* Told once. */
	rig.outputs = outputs_make(rig.loop);
	outputs_run(rig.outputs);
	outputs_free(rig.outputs);
	rig.outputs = NULL;
	tally_take(rig.server, "none", &rig.tally);
	ck_assert_uint_eq(rig.tally.delivered + rig.tally.told, 250);
	rig_close(&rig);
}
END_TEST

/* Tells what a sink lost, and takes what arrived. */
static void sink_finish(struct sink *sink, int server, const char *cause, struct tally *tally)
{
	ck_assert_int_eq(sink_flush(sink, 0), 0);
	sink_tell(sink);
	tally_take(server, cause, tally);
}

static struct sink *sink_of(size_t line_max)
{
	const struct sink_options options = {
		.name = "syslog",
		.url = url,
		.format_options = format_options_default(),
		.line_max = line_max,
	};
	struct sink *sink = NULL;

	ck_assert_int_eq(sink_new(&options, &sink), 0);
	return sink;
}

/* A datagram that is longer than the socket takes, which no waiting changes. */
START_TEST(send_is_refused_for_good)
{
	static char message[600000];
	struct tally tally = {};
	struct sink *sink;
	int server;

	setup("unix:");
	server = unix_server(SOCK_DGRAM);
	sink = sink_of(sizeof(message) + 4096);
	memset(message, 'x', sizeof(message) - 1);
	for (unsigned int i = 0; i < 40; i++) {
		CLEANUP_EVENT struct event event;

		event_init(&event);
		sample_denied(&event);
		if (i % 4 == 3)
			event.message = event_text(message);
		ck_assert_int_eq(sink_push(sink, &event), 0);
		if (i % 4 == 3) {
			ck_assert_int_eq(sink_flush(sink, 0), 0);
			tally_take(server, "none", &tally);
		}
	}
	sink_finish(sink, server, " cause=\"send:syslog\"", &tally);
	check_row("send", 40, &tally);
	sink_free(sink);
	(void)close(server);
	teardown();
}
END_TEST

/* Events that do not fit however they are shortened, among those that do. */
START_TEST(size_is_too_large)
{
	struct tally tally = {};
	struct sink *sink;
	int server;

	setup("unix:");
	server = unix_server(SOCK_DGRAM);
	sink = sink_of(260);
	for (unsigned int i = 0; i < 8; i++) {
		CLEANUP_EVENT struct event event;

		event_init(&event);
		if (i % 2)
			sample_denied(&event);
		else
			event_set_kind(&event, EVENT_DENIED);
		ck_assert_int_eq(sink_push(sink, &event), i % 2 ? -ENOBUFS : 0);
	}
	sink_finish(sink, server, " cause=\"size:syslog\"", &tally);
	check_row("size", 8, &tally);
	sink_free(sink);
	(void)close(server);
	teardown();
}
END_TEST

static struct sample_record record;
static unsigned int records;

/* Whole records, and between them such as no kernel side of this version writes. */
static int ring_records(int (*take)(void *data, const void *record, size_t size), void *data)
{
	int taken = 0;

	for (; records > 0; records--, taken++) {
		size_t size = sizeof(record.path);

		sample_head(&record, POLICYD_EVENT_PATH, sizeof(record.path));
		record.head.version += records % 5 == 1;
		record.head.kind = records % 5 == 2 ? POLICYD_EVENT_COUNT : record.head.kind;
		size -= records % 5 == 3;
		ck_assert_int_ge(take(data, &record, size), 0);
	}
	return taken;
}

static void attribute_nothing(void *data, struct event *event)
{
	(void)data;
	(void)event;
}

START_TEST(record_is_malformed)
{
	const struct loader_options loader_options = {};
	struct drain_options options = {.attribute = attribute_nothing, .after = attribute_nothing};
	struct tally tally = {};
	struct drain *drain = NULL;
	sd_event *loop = NULL;
	char *error = NULL, account[96];
	int server;

	setup("unix:");
	ck_assert_int_ge(sd_event_new(&loop), 0);
	server = unix_server(SOCK_DGRAM);
	(void)snprintf(account, sizeof(account), "%s/lost", folder);
	options.account = account;
	options.outputs = outputs_make(loop);
	ck_assert_int_eq(loader_open(&loader_options, &options.loader, &error), 0);
	fake.drain = ring_records;
	ck_assert_int_eq(drain_new(loop, &options, &drain), 0);
	records = 50;
	ck_assert_int_eq(drain_run(drain), 50);
	loop_until(loop, server, " cause=\"record\"", 50, &tally);
	check_row("record", 50, &tally);
	drain_free(drain);
	loader_close(options.loader);
	outputs_free(options.outputs);
	(void)close(server);
	sd_event_unref(loop);
	folder_remove();
}
END_TEST

static struct lost accounts[2] = {{.output = NULL}, {.output = "far away"}};

static struct lost *account_of(void *data, const char *output)
{
	(void)data;
	return strcmp(output, "far away") == 0 ? &accounts[1] : &accounts[0];
}

static void file_write(const void *bytes, size_t size)
{
	FILE *file = fopen(path, "we");

	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(bytes, 1, size, file), size);
	ck_assert_int_eq(fclose(file), 0);
}

/* What is no such file, or another build's, adds nothing. */
START_TEST(untold_takes_no_rubbish)
{
	uint64_t nothing[LOST_CAUSE_COUNT][EVENT_KIND_COUNT] = {0};
	struct lost lost = {.output = "far away"};
	struct untold *untold = NULL;
	char bytes[4096];
	FILE *file;
	size_t size;

	setup("file:");
	ck_assert_int_eq(untold_load(path, account_of, NULL), 0);
	ck_assert_int_eq(untold_make(path, 2, &untold), 0);
	untold_name(untold_at(untold, 1), "far away");
	lost_add(&lost, LOST_CLOSE, EVENT_AUDITED, 4);
	lost_add(&lost, LOST_CRASH, EVENT_DENIED, 3);
	lost.doubt[EVENT_DENIED] = 2;
	untold_note(untold_at(untold, 0), &lost, nothing);
	untold_note(untold_at(untold, 1), &lost, nothing);
	ck_assert_int_eq(untold_begin(untold, path), 0);
	untold_close(untold);
	ck_assert_int_eq(untold_load(path, account_of, NULL), 0);
	for (size_t i = 0; i < ARRAY_SIZE(accounts); i++) {
		ck_assert_uint_eq(accounts[i].untold[LOST_CLOSE][EVENT_AUDITED], 4);
		ck_assert_uint_eq(accounts[i].untold[LOST_CRASH][EVENT_DENIED], 3);
		ck_assert_uint_eq(accounts[i].doubt[EVENT_DENIED], 2);
		ck_assert_uint_eq(lost_total(&accounts[i]), 7);
	}

	file = fopen(path, "re");
	ck_assert_ptr_nonnull(file);
	size = fread(bytes, 1, sizeof(bytes), file);
	ck_assert_int_eq(fclose(file), 0);
	ck_assert_uint_gt(size, 1000);
	file_write(bytes, size - 1);
	ck_assert_int_eq(untold_load(path, account_of, NULL), -EBADMSG);
	file_write(bytes, 3);
	ck_assert_int_eq(untold_load(path, account_of, NULL), -EBADMSG);
	bytes[8]++; /* one cause more */
	file_write(bytes, size);
	ck_assert_int_eq(untold_load(path, account_of, NULL), -EPROTO);
	bytes[0] = 'x';
	file_write(bytes, size);
	ck_assert_int_eq(untold_load(path, account_of, NULL), -EBADMSG);
	ck_assert_uint_eq(lost_total(&accounts[0]) + lost_total(&accounts[1]), 14);
	teardown();
}
END_TEST

/* Of what the product allocates, lines for a queue are the largest here. */
static bool starving;

/* What the linker makes of malloc(), by --wrap. */
void *malloc_real(size_t size) __asm__("__real_malloc");
void *malloc_wrap(size_t size) __asm__("__wrap_malloc");

void *malloc_wrap(size_t size)
{
	return starving && size > sizeof(struct queue_line) + 100 ? NULL : malloc_real(size);
}

START_TEST(memory_is_short)
{
	struct rig rig;

	rig_open(&rig);
	rig.outputs = outputs_make(rig.loop);
	for (unsigned int i = 0; i < 4; i++) {
		starving = i % 2;
		outputs_produce(rig.outputs, EVENT_AUDITED, 6);
		starving = false;
		outputs_run(rig.outputs); /* what could not be told either */
		loop_until(rig.loop, rig.server, " cause=\"memory:syslog\"", 6 * (uint64_t)(i + 1),
			   &rig.tally);
	}
	check_row("memory", 24, &rig.tally);
	rig_close(&rig);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		close_is_told_by_the_next, send_is_refused_for_good, size_is_too_large,
		record_is_malformed,	   untold_takes_no_rubbish,  memory_is_short,
	};

	return suite_run("losses", tests, ARRAY_SIZE(tests));
}
