// SPDX-License-Identifier: Apache-2.0
#include "storage.h"

#include <sys/resource.h>

#include "daemon_case.h"

static const char second[] = "version: 1\npolicy: second\nmode: enforce\nsubject: {exe: /usr/bin/true}\n"
			     "file:\n  - {deny: read, path: /etc/shadow}\n";

START_TEST(makes_and_tries)
{
	const char *untrusted = NULL;
	char path[80];

	(void)snprintf(path, sizeof(path), "%s/none/state", base);
	ck_assert_int_eq(storage_make(path, 0700, &untrusted), -ENOENT);
	ck_assert_int_eq(storage_try(path), -ENOENT);
	(void)snprintf(path, sizeof(path), "%s/state", base);
	ck_assert_int_eq(storage_make(path, 0700, &untrusted), 0);
	ck_assert_int_eq(storage_make(path, 0700, &untrusted), 0);
	ck_assert_int_eq(storage_try(path), 0);
	ck_assert_int_eq(storage_try(path), 0);
	ck_assert_ptr_null(untrusted);
	ck_assert_int_eq(chmod(path, 0770), 0);
	ck_assert_int_eq(storage_make(path, 0700, &untrusted), -EPERM);
	ck_assert_ptr_nonnull(untrusted);
	ck_assert_int_eq(rmdir(path), 0); /* nothing was left there */
	put("../state", "a file");
	ck_assert_int_eq(storage_make(path, 0700, &untrusted), -EPERM);
	ck_assert_int_eq(storage_try(path), -ENOTDIR);
}
END_TEST

/* A file can be made, and nothing written to it, as on a full disk. */
START_TEST(full)
{
	const struct rlimit nothing = {0, 0};
	const char *untrusted = NULL;
	char path[80];

	(void)snprintf(path, sizeof(path), "%s/state", base);
	ck_assert_int_eq(storage_make(path, 0700, &untrusted), 0);
	(void)signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &nothing), 0);
	ck_assert_int_eq(storage_try(path), -EFBIG);
	ck_assert_int_eq(rmdir(path), 0);
}
END_TEST

static size_t storage_errors(void)
{
	json_t *status = ask("status");
	const json_t *errors = json_object_get(json_object_get(status, "storage"), "errors");
	size_t count = json_array_size(errors);

	ck_assert(json_is_array(errors));
	json_decref(status);
	return count;
}

START_TEST(protection_before_recovery)
{
	char request[256], parent[80];

	state_name = "none/state";
	put("a.yaml", good);
	start();
	expect_status("ok", 1);
	ck_assert_int_eq(events_with("none/state' cannot be written: No such file"), 1);
	ck_assert_int_eq(events_with("\"degraded\""), 1);
	ck_assert_uint_ge(storage_errors(), 1);
	(void)snprintf(request, sizeof(request),
		       "{\"request\":\"apply\",\"directory\":\"%s\",\"confirm\":60}", policies);
	expect_answer(request, "ENOENT", "no good set");
	ck_assert_int_eq(stop(SIGKILL), -SIGKILL);
	start(); /* numbers go on, although nothing was kept there */
	expect_status("ok", 1);
	ck_assert_int_eq(events_with("\"sequence\":1,"), 1);
	ck_assert_int_eq(events_with("none/state' cannot be written: No such file"), 2);
	(void)snprintf(parent, sizeof(parent), "%s/none", base);
	ck_assert_int_eq(mkdir(parent, 0755), 0);
	put("a.yaml", second);
	expect_status("ok", 2);
	ck_assert_int_eq(events_with("none/state' can be written again"), 1);
	ck_assert_uint_eq(storage_errors(), 0);
}
END_TEST

/* Numbers are not kept, the rest is as ever. */
START_TEST(numbers_in_memory)
{
	char path[80];

	(void)snprintf(path, sizeof(path), "%s/run", base);
	ck_assert_int_eq(mkdir(path, 0755), 0);
	(void)snprintf(path, sizeof(path), "%s/run/sequence", base);
	ck_assert_int_eq(mkdir(path, 0755), 0);
	put("a.yaml", good);
	start();
	expect_status("ok", 1);
	ck_assert_int_eq(events_with("numbers of events are not kept"), 1);
	ck_assert_int_eq(events_with("\"sequence\":1,"), 0);
	ck_assert_uint_eq(storage_errors(), 1);
}
END_TEST

/* Which losses were told is not kept. */
START_TEST(losses_in_memory)
{
	char path[80];

	(void)snprintf(path, sizeof(path), "%s/run", base);
	ck_assert_int_eq(mkdir(path, 0755), 0);
	(void)snprintf(path, sizeof(path), "%s/run/lost", base);
	ck_assert_int_eq(mkdir(path, 0755), 0);
	fake.lost_lineages = 5;
	put("a.yaml", good);
	start();
	expect_status("ok", 1);
	ck_assert_uint_eq(storage_errors(), 1);
	ck_assert_int_eq(stop(SIGTERM), 0);
	ck_assert_int_eq(events_with("\"lost\":5,"), 1);
	ck_assert_int_eq(rmdir(path), 0);
	start();
	expect_status("ok", 1);
	ck_assert_uint_eq(storage_errors(), 0);
	ck_assert_int_eq(stop(SIGTERM), 0);
	ck_assert_int_eq(events_with("\"lost\":5,"), 2);
}
END_TEST

/* What others can write is not to be believed: that is another matter than a disk that is full. */
START_TEST(untrusted)
{
	char path[80];

	(void)snprintf(path, sizeof(path), "%s/state", base);
	ck_assert_int_eq(mkdir(path, 0777), 0);
	ck_assert_int_eq(chmod(path, 0777), 0);
	put("a.yaml", good);
	ck_assert_int_eq(run(), EXIT_FAILURE);
}
END_TEST

int main(void)
{
	const TTest *const rooted[] = {protection_before_recovery, numbers_in_memory, losses_in_memory,
				       untrusted};
	const TTest *const others[] = {makes_and_tries, full};

	return daemon_suite_run("storage", 60, rooted, ARRAY_SIZE(rooted), others, ARRAY_SIZE(others));
}
