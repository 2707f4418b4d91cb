// SPDX-License-Identifier: Apache-2.0
/*
 * Which cgroups are frozen, with directories of our own in place of the kernel's.
 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "freeze.h"
#include "util.h"

static char directory[] = "/tmp/freeze-XXXXXX";
static char spared_file[64];
static const char *spared[] = {spared_file, NULL};
static struct freeze_places places = {.cgroups = directory, .spared = spared};
static char why[128];

static const char *path_of(const char *name)
{
	static char path[128];

	(void)snprintf(path, sizeof(path), "%s/%s", directory, name);
	return path;
}

static void file_write(const char *name, const char *text)
{
	FILE *file = fopen(path_of(name), "we");

	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(text, file), 0);
	ck_assert_int_eq(fclose(file), 0);
}

static void set_up(void)
{
	memcpy(directory, "/tmp/freeze-XXXXXX", sizeof(directory));
	ck_assert_ptr_nonnull(mkdtemp(directory));
	(void)snprintf(spared_file, sizeof(spared_file), "%s/spared", directory);
	file_write("spared", "4:memory:/box\n0::/system/policyd\n");
	ck_assert_int_eq(mkdir(path_of("box"), 0700), 0);
	ck_assert_int_eq(mkdir(path_of("system"), 0700), 0);
	file_write("box/cgroup.freeze", "");
	file_write("system/cgroup.freeze", "");
}

static void tear_down(void)
{
	static const char *const files[] = {"box/cgroup.freeze", "system/cgroup.freeze", "spared"};

	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		(void)unlink(path_of(files[i]));
	(void)rmdir(path_of("box"));
	(void)rmdir(path_of("system"));
	(void)rmdir(directory);
}

static uint64_t id_of(const char *name)
{
	struct stat status;

	ck_assert_int_eq(stat(path_of(name), &status), 0);
	return status.st_ino;
}

static bool is_frozen(const char *name)
{
	char path[128];
	FILE *file;
	int byte;

	(void)snprintf(path, sizeof(path), "%s/%s/cgroup.freeze", directory, name);
	file = fopen(path, "re");
	ck_assert_ptr_nonnull(file);
	byte = getc(file);
	(void)fclose(file);
	return byte == '1';
}

START_TEST(frozen)
{
	ck_assert_int_eq(freeze_cgroup(&places, "/box", id_of("box"), why, sizeof(why)), 0);
	ck_assert(is_frozen("box"));
	ck_assert(!is_frozen("system"));
}
END_TEST

/* Another cgroup of that name, one that is gone, and one that cannot be written. */
START_TEST(not_there)
{
	ck_assert_int_eq(freeze_cgroup(&places, "/box", id_of("box") + 1, why, sizeof(why)), -ENOENT);
	ck_assert_str_eq(why, "the cgroup: No such file or directory");
	ck_assert(!is_frozen("box"));
	ck_assert_int_eq(freeze_cgroup(&places, "/gone", 1, why, sizeof(why)), -ENOENT);
	(void)unlink(path_of("box/cgroup.freeze"));
	ck_assert_int_eq(freeze_cgroup(&places, "/box", id_of("box"), why, sizeof(why)), -ENOENT);
	ck_assert_str_eq(why, "cgroup.freeze: No such file or directory");
}
END_TEST

START_TEST(never)
{
	const struct freeze_places nowhere = {.spared = spared};

	ck_assert_int_eq(freeze_cgroup(&places, "/", 1, why, sizeof(why)), -EPERM);
	ck_assert_str_eq(why, "it is the root of all cgroups");
	ck_assert_int_eq(freeze_cgroup(&places, "/system", id_of("system"), why, sizeof(why)), -EPERM);
	ck_assert_str_eq(why, "init or policyd is in it");
	ck_assert(!is_frozen("system"));
	ck_assert_int_eq(freeze_cgroup(&nowhere, "/box", 1, why, sizeof(why)), -EPERM);
	ck_assert_str_eq(why, "there is no cgroup v2");
}
END_TEST

/* Where the spared process is exactly there; beside it a cgroup whose name only begins like it. */
START_TEST(names)
{
	file_write("spared", "0::/system\n");
	ck_assert_int_eq(freeze_cgroup(&places, "/system", id_of("system"), why, sizeof(why)), -EPERM);
	file_write("spared", "0::/box-two\n");
	ck_assert_int_eq(freeze_cgroup(&places, "/box", id_of("box"), why, sizeof(why)), 0);
	ck_assert(is_frozen("box"));
}
END_TEST

/* What cannot be told is not frozen. */
START_TEST(unknown)
{
	file_write("spared", "0::/../other\n");
	ck_assert_int_eq(freeze_cgroup(&places, "/box", id_of("box"), why, sizeof(why)), -EPERM);
	ck_assert_str_eq(why, "policyd does not see all cgroups");
	file_write("spared", "4:memory:/\n");
	ck_assert_int_eq(freeze_cgroup(&places, "/box", id_of("box"), why, sizeof(why)), -ENOENT);
	(void)unlink(spared_file);
	ck_assert_int_eq(freeze_cgroup(&places, "/box", id_of("box"), why, sizeof(why)), -ENOENT);
	ck_assert(!is_frozen("box"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("freeze");
	TCase *all = tcase_create("all");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, all);
	tcase_add_checked_fixture(all, set_up, tear_down);
	tcase_add_test(all, frozen);
	tcase_add_test(all, not_there);
	tcase_add_test(all, never);
	tcase_add_test(all, names);
	tcase_add_test(all, unknown);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed > 0;
}
