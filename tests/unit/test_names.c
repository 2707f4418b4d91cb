// SPDX-License-Identifier: Apache-2.0
/*
 * Users from a file of our own, cgroups from this machine where it has cgroup v2.
 */
#include <check.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "names.h"
#include "util.h"

static char directory[] = "/tmp/names-XXXXXX";
static char passwd[64];

static void users_write(const char *text)
{
	FILE *file = fopen(passwd, "we");

	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(text, file), 0);
	ck_assert_int_eq(fclose(file), 0);
}

static void set_up(void)
{
	memcpy(directory, "/tmp/names-XXXXXX", sizeof(directory));
	ck_assert_ptr_nonnull(mkdtemp(directory));
	(void)snprintf(passwd, sizeof(passwd), "%s/passwd", directory);
}

static void tear_down(void)
{
	(void)unlink(passwd);
	(void)rmdir(directory);
}

static void expect_user(struct names *names, uint64_t uid, const char *name)
{
	struct event event;

	event_init(&event);
	event.uid = uid;
	names_set(names, &event);
	ck_assert_uint_eq(event.user.length, name ? strlen(name) : 0);
	if (name)
		ck_assert_mem_eq(event.user.bytes, name, strlen(name));
	event_free(&event);
}

START_TEST(users)
{
	struct names *names = NULL;

	users_write("root:x:0:0::/root:/bin/sh\ntwice:x:0:0:::\nbroken line\n"
		    "a-name-that-is-longer-than-useradd-permits:x:5:5:::\nalice:x:1000:1000:::\n");
	ck_assert_int_eq(names_new(passwd, NULL, &names), 0);
	expect_user(names, 0, "root");
	expect_user(names, 1000, "alice");
	expect_user(names, 5, NULL);
	expect_user(names, 7, NULL);
	expect_user(names, EVENT_NONE, NULL);
	users_write("bob:x:1000:1000:::\n");
	expect_user(names, 1000, "alice");
	names_refresh(names);
	expect_user(names, 1000, "bob");
	expect_user(names, 0, NULL);
	(void)unlink(passwd);
	names_refresh(names);
	expect_user(names, 1000, NULL);
	names_free(names);
}
END_TEST

START_TEST(cgroups)
{
	const char *place = names_cgroups_find();
	char path[PATH_MAX];
	struct names *names = NULL;
	struct stat status;
	struct event event;

	ck_assert_int_eq(names_new(passwd, place, &names), 0);
	event_init(&event);
	if (place && snprintf(path, sizeof(path), "%s/policyd-names", place) > 0 && mkdir(path, 0755) == 0) {
		ck_assert_int_eq(stat(path, &status), 0);
		for (int i = 0; i < 2; i++) {
			event_clear(&event);
			event.cgroup_id = status.st_ino;
			names_set(names, &event);
			ck_assert_uint_eq(event.cgroup.length, strlen("/policyd-names"));
			ck_assert_mem_eq(event.cgroup.bytes, "/policyd-names", event.cgroup.length);
		}
		ck_assert_int_eq(rmdir(path), 0);
	}
	/* One that never was. */
	event_clear(&event);
	event.cgroup_id = 0x7ffffffffff0ULL;
	names_set(names, &event);
	ck_assert_uint_eq(event.cgroup.length, 0);
	event_free(&event);
	names_free(names);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("names");
	TCase *all = tcase_create("all");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(all, set_up, tear_down);
	tcase_add_test(all, users);
	tcase_add_test(all, cgroups);
	suite_add_tcase(suite, all);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
