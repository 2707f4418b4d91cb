/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "fingerprint.h"
#include "guard.h"

#include "event_suite.h"
#include "folder.h"

static const char *top;
static struct guard guard;

static void put(const char *text)
{
	FILE *file = fopen("policies/a.yaml", "we");

	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(text, file), 0);
	ck_assert_int_eq(fclose(file), 0);
}

static void begin(void)
{
	top = folder_new("guard");
	ck_assert_int_eq(chdir(top), 0);
	ck_assert_int_eq(mkdir("policies", 0755), 0);
	ck_assert_int_eq(mkdir("state", 0700), 0);
}

static void start(const char *boot)
{
	guard_clear(&guard);
	ck_assert_int_eq(guard_open(&guard, "state", "policies", boot), 0);
	ck_assert_int_eq(guard.error, 0);
}

static uint64_t fingerprint(const char *directory)
{
	uint64_t found = 0;

	ck_assert_int_eq(fingerprint_directory(directory, &found), 0);
	return found;
}

/* What a reload does. */
static void publish(const char *text)
{
	uint64_t set;

	put(text);
	set = fingerprint("policies");
	ck_assert_int_eq(guard_stage(&guard, "policies", set), 0);
	ck_assert_int_eq(guard_publish(&guard, set), 0);
	/* On disk before the set is in force. */
	if (!guard.good.known || guard.good.fingerprint != set)
		ck_assert_int_eq(access("state/unconfirmed", F_OK), 0);
	guard_published(&guard, set, true);
	ck_assert_int_eq(guard.error, 0);
}

static void confirm(const char *text)
{
	publish(text);
	ck_assert_int_eq(guard_confirm(&guard), 0);
}

START_TEST(guard_confirms)
{
	begin();
	start("one");
	ck_assert_int_eq(guard_confirm(&guard), -ENODATA);
	publish("1");
	ck_assert(guard.candidate.known && guard.copied && !guard.good.known);
	ck_assert_int_eq(guard_confirm(&guard), 0);
	ck_assert(!guard.candidate.known && guard.good.known);
	ck_assert_int_eq(access("state/unconfirmed", F_OK), -1);
	ck_assert_uint_eq(fingerprint("state/good"), fingerprint("policies"));
	publish("2");
	ck_assert_uint_ne(fingerprint("state/good"), fingerprint("policies"));
	ck_assert_uint_eq(fingerprint("state/candidate"), fingerprint("policies"));
	publish("1"); /* the good set again: nothing to confirm */
	ck_assert_int_eq(guard_confirm(&guard), -ENODATA);
	ck_assert_int_eq(access("state/unconfirmed", F_OK), -1);
	guard_clear(&guard);
}
END_TEST

/* A set that was not published must not become the good one. */
START_TEST(guard_keeps_the_candidate)
{
	uint64_t live;

	begin();
	start("one");
	publish("1");
	live = fingerprint("policies");
	put("2");
	ck_assert_int_eq(guard_stage(&guard, "policies", fingerprint("policies")), 0);
	ck_assert_int_eq(guard_publish(&guard, fingerprint("policies")), 0);
	guard_published(&guard, fingerprint("policies"), false);
	ck_assert_int_eq(guard_confirm(&guard), 0);
	ck_assert_uint_eq(fingerprint("state/good"), live);
	guard_clear(&guard);
}
END_TEST

START_TEST(guard_boots)
{
	begin();
	start("one");
	confirm("1");
	publish("2");
	start("one"); /* policyd crashed */
	ck_assert(!guard.refused.known && guard.good.known);
	start("two"); /* the machine crashed */
	ck_assert(guard.refused.known);
	ck_assert_int_eq(guard.reason, GUARD_BOOT);
	ck_assert_uint_eq(guard.refused.fingerprint, fingerprint("policies"));
	start("three"); /* and it stays so */
	ck_assert(guard.refused.known);
	ck_assert_int_eq(guard.reason, GUARD_BOOT);
	guard_accept(&guard);
	start("three");
	ck_assert(!guard.refused.known);
	guard_clear(&guard);
}
END_TEST

START_TEST(guard_boots_what_is_well)
{
	begin();
	start("one");
	confirm("1");
	start("two"); /* confirmed before the machine went down */
	ck_assert(!guard.refused.known);
	publish("2");
	put("3"); /* mended while policyd was not running */
	start("three");
	ck_assert(!guard.refused.known);
	guard_clear(&guard);
}
END_TEST

START_TEST(guard_ends_a_trial)
{
	begin();
	start("one");
	confirm("1");
	publish("2");
	ck_assert_int_eq(guard_try(&guard, true), 0);
	start("one"); /* policyd crashed in the middle of it */
	ck_assert(guard.refused.known);
	ck_assert_int_eq(guard.reason, GUARD_TRIAL);
	guard_clear(&guard);
}
END_TEST

START_TEST(guard_installs)
{
	struct stat status;

	begin();
	start("one");
	confirm("1");
	put("2");
	ck_assert_int_eq(chmod("policies/a.yaml", 0640), 0);
	ck_assert_int_eq(mknod("policies/b.yaml", S_IFREG | 0644, 0), 0);
	ck_assert_int_eq(mknod("policies/notes.txt", S_IFREG | 0644, 0), 0);
	ck_assert_int_eq(guard_install(&guard, "policies"), 0);
	ck_assert_uint_eq(fingerprint("policies"), guard.good.fingerprint);
	ck_assert_int_eq(access("policies/notes.txt", F_OK), 0);
	ck_assert_int_eq(stat("policies/a.yaml", &status), 0);
	ck_assert_uint_eq(status.st_mode & 0777, 0640);
	ck_assert_int_eq(access("state/installing", F_OK), -1);
	guard_clear(&guard);
}
END_TEST

/* The power fails while the policy directory is being written. */
START_TEST(guard_finishes_an_installation)
{
	struct marker marker = {.boot = "one", .word = "good"};

	begin();
	start("one");
	confirm("1");
	put("2");
	ck_assert_int_eq(marker_write("state", "installing", &marker), 0);
	start("two");
	ck_assert(!guard.refused.known);
	ck_assert_uint_eq(fingerprint("policies"), guard.good.fingerprint);
	ck_assert_int_eq(access("state/installing", F_OK), -1);
	guard_clear(&guard);
}
END_TEST

/* A copy that others could have changed is not the last good set. */
START_TEST(guard_believes_nobody_else)
{
	begin();
	start("one");
	confirm("1");
	ck_assert_int_eq(chmod("state/good", 0755), 0);
	guard_clear(&guard);
	ck_assert_int_eq(guard_open(&guard, "state", "policies", "one"), 0);
	ck_assert(!guard.good.known);
	ck_assert_int_eq(guard.error, -EPERM);
	guard_clear(&guard);
}
END_TEST

START_TEST(guard_without_copies)
{
	begin();
	start("one");
	ck_assert_int_eq(rename("state", "gone"), 0);
	put("1");
	ck_assert_int_eq(guard_stage(&guard, "policies", fingerprint("policies")), 0);
	ck_assert_int_eq(guard.error, -ENOENT);
	ck_assert_int_eq(guard_publish(&guard, fingerprint("policies")), 0);
	guard_published(&guard, fingerprint("policies"), true);
	ck_assert_int_eq(guard_confirm(&guard), -ENOENT);
	guard.strict = true;
	put("2");
	ck_assert_int_eq(guard_stage(&guard, "policies", fingerprint("policies")), -ENOENT);
	ck_assert_int_eq(guard_publish(&guard, fingerprint("policies")), -ENOENT);
	guard_clear(&guard);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		guard_confirms,
		guard_keeps_the_candidate,
		guard_boots,
		guard_boots_what_is_well,
		guard_ends_a_trial,
		guard_installs,
		guard_finishes_an_installation,
		guard_believes_nobody_else,
		guard_without_copies,
	};

	return suite_run("guard", tests, ARRAY_SIZE(tests));
}
