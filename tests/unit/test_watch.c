// SPDX-License-Identifier: Apache-2.0
#include <check.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "fingerprint.h"
#include "folder.h"
#include "util.h"
#include "watch.h"

static char base[64];
static char directory[128];
static sd_event *loop;
static struct watch *watch;
static unsigned int seen;
static unsigned int times;

static void changed(void *data, unsigned int changes)
{
	(void)data;
	seen |= changes;
	times++;
}

/* Runs the loop for a while: what was changed before is reported after it. */
static void settle(void)
{
	for (int i = 0; i < 30 && !times; i++)
		ck_assert_int_ge(sd_event_run(loop, 10000), 0);
	for (int i = 0; i < 5; i++)
		ck_assert_int_ge(sd_event_run(loop, 10000), 0);
}

static void expect(unsigned int changes)
{
	seen = 0;
	times = 0;
	settle();
	ck_assert_uint_eq(seen & WATCH_POLICY, changes);
}

static char *path_of(const char *name)
{
	static char path[256];

	ck_assert_int_lt(snprintf(path, sizeof(path), "%s/%s", directory, name), (int)sizeof(path));
	return path;
}

static int create(const char *name)
{
	int fd = open(path_of(name), O_CREAT | O_WRONLY | O_CLOEXEC, 0644);

	ck_assert_int_ge(fd, 0);
	return fd;
}

static void put(const char *name)
{
	int fd = create(name);

	ck_assert_int_eq(write(fd, "x", 1), 1);
	ck_assert_int_eq(close(fd), 0);
}

static void setup(void)
{
	(void)snprintf(base, sizeof(base), "/tmp/policyd-watch-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(base));
	(void)snprintf(directory, sizeof(directory), "%s/a/policy.d", base);
	ck_assert_int_eq(sd_event_new(&loop), 0);
}

static void make_directory(void)
{
	char parent[96];

	(void)snprintf(parent, sizeof(parent), "%s/a", base);
	ck_assert(mkdir(parent, 0755) == 0 || errno == EEXIST);
	ck_assert_int_eq(mkdir(directory, 0755), 0);
}

static void start(void)
{
	ck_assert_int_eq(watch_new(loop, directory, changed, NULL, &watch), 0);
}

static void teardown(void)
{
	watch_free(TAKE_PTR(watch));
	loop = sd_event_unref(loop);
	folder_remove(base);
}

START_TEST(file_written)
{
	int fd;

	make_directory();
	start();
	fd = create("a.yaml");
	ck_assert_int_eq(write(fd, "x", 1), 1);
	expect(0); /* still being written */
	ck_assert_int_eq(close(fd), 0);
	expect(WATCH_POLICY);
	expect(0);
}
END_TEST

START_TEST(other_files)
{
	make_directory();
	start();
	put("a.txt");
	put(".a.yaml");
	put("a.yaml.swp");
	expect(0);
}
END_TEST

START_TEST(file_changes)
{
	char from[256];

	make_directory();
	put("a.yaml");
	put("b.tmp");
	start();
	(void)snprintf(from, sizeof(from), "%s", path_of("b.tmp"));
	ck_assert_int_eq(rename(from, path_of("b.yaml")), 0);
	expect(WATCH_POLICY);
	ck_assert_int_eq(chmod(path_of("a.yaml"), 0600), 0);
	expect(WATCH_POLICY);
	ck_assert_int_eq(unlink(path_of("a.yaml")), 0);
	expect(WATCH_POLICY);
	ck_assert_int_eq(symlink("/dev/null", path_of("c.yaml")), 0);
	expect(WATCH_POLICY);
	(void)snprintf(from, sizeof(from), "%s", path_of("b.yaml"));
	ck_assert_int_eq(link(from, path_of("d.yaml")), 0);
	expect(WATCH_POLICY);
}
END_TEST

START_TEST(burst_is_one)
{
	make_directory();
	start();
	for (int i = 0; i < 50; i++)
		put("a.yaml");
	expect(WATCH_POLICY);
	ck_assert_uint_eq(times, 1);
}
END_TEST

START_TEST(directory_appears)
{
	start();
	make_directory();
	expect(WATCH_POLICY);
	put("a.yaml");
	expect(WATCH_POLICY);
}
END_TEST

START_TEST(directory_replaced)
{
	char aside[96];

	make_directory();
	start();
	(void)snprintf(aside, sizeof(aside), "%s/aside", base);
	ck_assert_int_eq(rename(directory, aside), 0);
	expect(WATCH_POLICY);
	make_directory();
	expect(WATCH_POLICY);
	put("a.yaml");
	expect(WATCH_POLICY);
	(void)snprintf(aside, sizeof(aside), "%s/aside/a.yaml", base);
	ck_assert_int_eq(close(open(aside, O_CREAT | O_WRONLY | O_CLOEXEC, 0644)), 0);
	expect(0); /* the old directory is of no interest */
}
END_TEST

START_TEST(parent_replaced)
{
	char parent[96], aside[96];

	make_directory();
	start();
	(void)snprintf(parent, sizeof(parent), "%s/a", base);
	(void)snprintf(aside, sizeof(aside), "%s/b", base);
	ck_assert_int_eq(rename(parent, aside), 0);
	expect(WATCH_POLICY);
	make_directory();
	expect(WATCH_POLICY);
	put("a.yaml");
	expect(WATCH_POLICY);
}
END_TEST

START_TEST(fingerprints)
{
	uint64_t empty = 0, one = 0, two = 0;
	char text[FINGERPRINT_TEXT_SIZE];

	ck_assert_int_eq(fingerprint_directory(directory, &empty), -ENOENT);
	make_directory();
	ck_assert_int_eq(fingerprint_directory(directory, &empty), 0);
	put("x.txt");
	ck_assert_int_eq(fingerprint_directory(directory, &one), 0);
	ck_assert_uint_eq(empty, one);
	put("x.yaml");
	ck_assert_int_eq(fingerprint_directory(directory, &one), 0);
	ck_assert_uint_ne(empty, one);
	put("y.yaml");
	ck_assert_int_eq(unlink(path_of("x.yaml")), 0);
	ck_assert_int_eq(fingerprint_directory(directory, &two), 0);
	ck_assert_uint_ne(one, two);
	fingerprint_format(0xabc, text);
	ck_assert_str_eq(text, "0000000000000abc");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("watch");
	TCase *tests = tcase_create("watch");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tests);
	tcase_set_timeout(tests, 30);
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, file_written);
	tcase_add_test(tests, other_files);
	tcase_add_test(tests, file_changes);
	tcase_add_test(tests, burst_is_one);
	tcase_add_test(tests, directory_appears);
	tcase_add_test(tests, directory_replaced);
	tcase_add_test(tests, parent_replaced);
	tcase_add_test(tests, fingerprints);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
