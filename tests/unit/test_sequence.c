/* SPDX-License-Identifier: Apache-2.0 */
#include "sequence.h"

#include <fcntl.h>
#include <sys/wait.h>

#include "event_suite.h"

#define BOOT_A "5a0c2f0e-8d7b-4a6e-9c39-0f5d1e2b3a4c"
#define BOOT_B "00000000-8d7b-4a6e-9c39-0f5d1e2b3a4c"

static char folder[] = "/tmp/policyd-sequence-XXXXXX";
static char path[64];

static void setup(void)
{
	(void)snprintf(folder, sizeof(folder), "/tmp/policyd-sequence-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	(void)snprintf(path, sizeof(path), "%s/sequence", folder);
}

static void teardown(void)
{
	(void)unlink(path);
	(void)rmdir(folder);
}

/* Opens, checks the next number, closes. */
static void check_next(const char *boot_id, uint64_t expected)
{
	struct sequence *sequence = NULL;
	struct event event;

	event_init(&event);
	ck_assert_int_eq(sequence_open(path, boot_id, &sequence), 0);
	sequence_stamp(sequence, &event);
	ck_assert_uint_eq(event.sequence, expected);
	ck_assert_uint_eq(sequence_last(sequence), expected);
	ck_assert_uint_eq(event.boot_id.length, 36);
	if (boot_id)
		ck_assert_str_eq(sequence_boot_id(sequence), boot_id);
	sequence_close(sequence);
}

START_TEST(sequence_goes_on)
{
	setup();
	for (uint64_t i = 1; i <= 3; i++)
		check_next(BOOT_A, i);
	check_next(BOOT_B, 1);
	check_next(BOOT_A, 1);
	check_next(NULL, 1);
	check_next(NULL, 2);
	teardown();
}
END_TEST

START_TEST(sequence_survives_a_kill)
{
	struct event event;
	int status = 0;
	pid_t pid;

	setup();
	event_init(&event);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		struct sequence *sequence = NULL;

		if (sequence_open(path, BOOT_A, &sequence) < 0)
			_exit(1);
		for (int i = 0; i < 1000; i++)
			sequence_stamp(sequence, &event);
		sequence_keep(sequence);
		sequence_stamp(sequence, &event); /* of an event that is never sent */
		(void)kill(getpid(), SIGKILL);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFSIGNALED(status));
	check_next(BOOT_A, 1001);
	teardown();
}
END_TEST

START_TEST(sequence_begins_anew_on_rubbish)
{
	static const char rubbish[200] = "rubbish";
	static const size_t sizes[] = {0, 5, 55, 56, 57, 200};

	setup();
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		CLEANUP_CLOSE int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

		ck_assert_int_ge(fd, 0);
		ck_assert_int_eq(write(fd, rubbish, sizes[i]), (ssize_t)sizes[i]);
		check_next(BOOT_A, 1);
	}
	teardown();
}
END_TEST

START_TEST(sequence_has_one_user)
{
	struct sequence *first = NULL, *second = NULL;

	setup();
	ck_assert_int_eq(sequence_open(path, BOOT_A, &first), 0);
	ck_assert_int_eq(sequence_open(path, BOOT_A, &second), -EWOULDBLOCK);
	ck_assert_ptr_null(second);
	sequence_close(first);
	sequence_close(NULL);
	ck_assert_int_eq(sequence_open(path, "", &second), -EINVAL);
	ck_assert_int_eq(sequence_open("/nonexistent/x", BOOT_A, &second), -ENOENT);
	teardown();
	ck_assert_int_eq(symlink("/dev/null", "/tmp/policyd-sequence-link"), 0);
	ck_assert_int_eq(sequence_open("/tmp/policyd-sequence-link", BOOT_A, &second), -ELOOP);
	ck_assert_int_eq(unlink("/tmp/policyd-sequence-link"), 0);
}
END_TEST

static uint64_t next(struct sequence *sequence)
{
	struct event event;

	event_init(&event);
	sequence_stamp(sequence, &event);
	ck_assert_uint_eq(event.boot_id.length, 36);
	return event.sequence;
}

/* Numbers of a daemon without a file are above all that have one, and below those of the next such daemon. */
START_TEST(sequence_in_memory)
{
	struct sequence *sequence = NULL;
	uint64_t first, last;

	ck_assert_int_eq(sequence_open_memory("", &sequence), -EINVAL);
	ck_assert_int_eq(sequence_open_memory(BOOT_A, &sequence), 0);
	first = next(sequence);
	last = next(sequence);
	ck_assert_uint_eq(last, first + 1);
	ck_assert_uint_gt(first, 1000000);
	sequence_close(sequence);
	(void)usleep(1000);
	ck_assert_int_eq(sequence_open_memory(BOOT_A, &sequence), 0);
	ck_assert_uint_gt(next(sequence), last);
	sequence_close(sequence);
}
END_TEST

START_TEST(sequence_follows)
{
	struct sequence *sequence = NULL;
	char other[80];

	setup();
	(void)snprintf(other, sizeof(other), "%s/other", folder);
	for (uint64_t i = 1; i <= 5; i++)
		check_next(BOOT_A, i);
	ck_assert_int_eq(sequence_open(other, BOOT_A, &sequence), 0);
	sequence_follow(sequence, path);
	ck_assert_uint_eq(next(sequence), 6);
	sequence_follow(sequence, path); /* is behind: changes nothing */
	sequence_follow(sequence, "/nonexistent/x");
	sequence_follow(sequence, "/dev/zero");
	ck_assert_uint_eq(next(sequence), 7);
	sequence_close(sequence);
	(void)unlink(other);
	ck_assert_int_eq(sequence_open(other, BOOT_B, &sequence), 0);
	sequence_follow(sequence, path); /* is of another boot */
	ck_assert_uint_eq(next(sequence), 1);
	sequence_close(sequence);
	(void)unlink(other);
	teardown();
}
END_TEST

/* An earlier version's numbers go on, and a place that cannot be used costs the file and not the numbers. */
START_TEST(sequence_starts_anywhere)
{
	struct sequence *sequence = NULL;
	char run[64] = "/tmp/policyd-sequence-XXXXXX";
	char file[80];

	setup();
	check_next(NULL, 1);
	check_next(NULL, 2);
	ck_assert_ptr_nonnull(mkdtemp(run));
	(void)snprintf(file, sizeof(file), "%s/sequence", run);
	for (uint64_t i = 3; i <= 4; i++) {
		ck_assert_int_eq(sequence_start(run, folder, &sequence), 0);
		ck_assert_int_eq(sequence_unkept(sequence), 0);
		ck_assert_uint_eq(next(sequence), i);
		sequence_close(sequence);
	}
	ck_assert_int_eq(sequence_start("/nonexistent", "/nonexistent", &sequence), 0);
	ck_assert_int_eq(sequence_unkept(sequence), -ENOENT);
	ck_assert_uint_gt(next(sequence), 1000000);
	sequence_close(sequence);
	(void)unlink(file);
	(void)rmdir(run);
	teardown();
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		sequence_goes_on,	  sequence_survives_a_kill, sequence_begins_anew_on_rubbish,
		sequence_has_one_user,	  sequence_in_memory,	    sequence_follows,
		sequence_starts_anywhere,
	};

	return suite_run("sequence", tests, ARRAY_SIZE(tests));
}
