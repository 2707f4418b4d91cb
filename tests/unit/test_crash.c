// SPDX-License-Identifier: Apache-2.0
/*
 * Processes that are killed with events on their way: the next one tells what was lost. The figures are those
 * of the table in docs/events.md.
 */
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "loss_sample.h"

/* Takes what waits: how many events, how many lost ones, and of how many of those nobody knows. */
static void tally_crash(int server, struct tally *tally, uint64_t *doubt)
{
	while (receive(server) > 0) {
		if (!strstr(buffer, " kind=\"lost\"")) {
			tally->delivered++;
			continue;
		}
		tally->told += number_after(buffer, " lost=\"");
		if (strstr(buffer, "being sent"))
			*doubt += number_after(buffer, " detail=\"");
	}
}

/* A child that produces seven events at a time, until it is killed; *produced is what it has taken. */
static pid_t producer_start(uint64_t *produced)
{
	pid_t child = fork();
	sd_event *loop = NULL;
	struct outputs *outputs;

	ck_assert_int_ge(child, 0);
	if (child > 0)
		return child;
	ck_assert_int_ge(sd_event_new(&loop), 0);
	outputs = outputs_make(loop);
	__atomic_store_n(produced, 0, __ATOMIC_RELAXED); /* no fault later, at which the signal could come */
	for (;;) {
		for (unsigned int i = 0; i < 7; i++)
			outputs_add(outputs, i % 2 ? EVENT_DENIED : EVENT_AUDITED);
		outputs_keep(outputs); /* as behind the ring: from here on they are taken */
		__atomic_fetch_add(produced, 7, __ATOMIC_RELAXED);
		outputs_run(outputs);
		ck_assert_int_ge(sd_event_run(loop, 0), 0);
	}
}

/* Kills it at any moment. Of what it was just sending nobody knows whether it has arrived; all else is exact.
 */
static void producer_killed(int server, unsigned int milliseconds, struct tally *tally, uint64_t *doubt)
{
	uint64_t *produced =
		mmap(NULL, sizeof(*produced), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	uint64_t before = tally->delivered + tally->told, doubt_before = *doubt;
	struct outputs *outputs;
	sd_event *loop = NULL;
	pid_t child;

	ck_assert_ptr_ne(produced, MAP_FAILED);
	child = producer_start(produced);
	for (unsigned int i = 0; i < milliseconds; i++) {
		tally_crash(server, tally, doubt);
		(void)usleep(1000);
	}
	ck_assert_int_eq(kill(child, SIGKILL), 0);
	ck_assert_int_eq(waitpid(child, NULL, 0), child);
	tally_crash(server, tally, doubt);

	ck_assert_int_ge(sd_event_new(&loop), 0);
	outputs = outputs_make(loop);
	for (int i = 0; i < 3; i++) {
		outputs_run(outputs);
		ck_assert_int_ge(sd_event_run(loop, 1000), 0);
		tally_crash(server, tally, doubt);
	}
	outputs_free(outputs);
	sd_event_unref(loop);
	ck_assert_uint_ge(tally->delivered + tally->told - before, *produced);
	ck_assert_uint_le(tally->delivered + tally->told - before, *produced + *doubt - doubt_before);
	ck_assert_int_eq(munmap(produced, sizeof(*produced)), 0);
}

START_TEST(crash_under_load_is_told)
{
	struct tally tally = {};
	uint64_t doubt = 0;
	int server;

	setup("unix:");
	server = unix_server(SOCK_DGRAM);
	for (unsigned int i = 0; i < 40; i++)
		producer_killed(server, i % 8, &tally, &doubt);
	ck_assert_uint_gt(tally.delivered, 0);
	ck_assert_uint_gt(tally.told, doubt);
	(void)close(server);
	folder_remove();
}
END_TEST

/* The server is gone, and the process is killed with a queue. */
START_TEST(crash_is_told_by_the_next)
{
	struct rig rig;
	pid_t child;

	rig_open(&rig);
	child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		sd_event *own = NULL;
		struct outputs *outputs;

		ck_assert_int_ge(sd_event_new(&own), 0);
		outputs = outputs_make(own);
		outputs_produce(outputs, EVENT_AUDITED, 10);
		(void)unlink(path);
		(void)close(rig.server);
		(void)raise(SIGSTOP);
		outputs_produce(outputs, EVENT_AUDITED, 200);
		outputs_produce(outputs, EVENT_DENIED, 20);
		(void)raise(SIGKILL);
	}
	ck_assert_int_eq(waitpid(child, NULL, WUNTRACED), child);
	tally_take(rig.server, "none", &rig.tally);
	(void)close(rig.server);
	ck_assert_int_eq(kill(child, SIGCONT), 0);
	ck_assert_int_eq(waitpid(child, NULL, 0), child);

	rig_succeed(&rig, " cause=\"crash:syslog\"", 230);
	check_row("crash", 230, &rig.tally);
	rig_close(&rig);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {crash_under_load_is_told, crash_is_told_by_the_next};

	return suite_run("crash", tests, ARRAY_SIZE(tests));
}
