/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "event_suite.h"
#include "host.h"

static int host_of(const char *facts, struct host **ret_host, unsigned int *ret_line)
{
	char path[] = "/tmp/policyd-host-XXXXXX";
	CLEANUP_CLOSE int fd = mkstemp(path);
	int r;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, facts, strlen(facts)), (ssize_t)strlen(facts));
	r = host_from_file(path, ret_host, ret_line);
	(void)unlink(path);
	return r;
}

START_TEST(test_host_file)
{
	struct host *host = NULL;
	unsigned int line = 0;
	uint32_t id;

	ck_assert_int_eq(host_of("# facts\nmount 8:1 / / ext4\nmount 3 /sub /mnt tmpfs\n\nuser www 33 # id\n"
				 "group adm 4\n",
				 &host, &line),
			 0);
	ck_assert_uint_eq(host->mount_count, 2);
	ck_assert_uint_eq(host->mounts[0].dev, 8U << 20 | 1);
	ck_assert_uint_eq(host->mounts[1].dev, 3);
	ck_assert_str_eq(host->mounts[1].root, "/sub");
	ck_assert_str_eq(host->mounts[1].point, "/mnt");
	ck_assert_int_eq(host->user_id(host, "www", &id), 0);
	ck_assert_uint_eq(id, 33);
	ck_assert_int_eq(host->group_id(host, "adm", &id), 0);
	ck_assert_uint_eq(id, 4);
	ck_assert_int_eq(host->user_id(host, "adm", &id), -ENOENT);
	host_free(host);
}
END_TEST

START_TEST(test_host_file_bad)
{
	static const char *const bad[] = {"mount 8:1 / /\n", "mount 8:x / / ext4\n", "user www -1\n",
					  "link /a\n",	     "nothing 1 2\n",	     "user a b c d e f g\n"};
	struct host *host = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		CLEANUP_FREE char *facts = NULL;
		unsigned int line = 0;

		ck_assert_int_ge(asprintf(&facts, "# first\n%s", bad[i]), 0);
		ck_assert_int_eq(host_of(facts, &host, &line), -EINVAL);
		ck_assert_uint_eq(line, 2);
	}
}
END_TEST

static void resolves(const struct host *host, const char *path, const char *expected)
{
	CLEANUP_FREE char *resolved = host->resolve(host, path);

	ck_assert_ptr_nonnull(resolved);
	ck_assert_str_eq(resolved, expected);
}

START_TEST(test_host_resolve)
{
	struct host *host = NULL;
	unsigned int line = 0;

	ck_assert_int_eq(
		host_of("link /bin usr/bin\nlink /a/b ../c\nlink /c /d/e\nlink /loop loop\nlink /top /\n",
			&host, &line),
		0);
	resolves(host, "/bin", "/usr/bin");
	resolves(host, "/bin/x", "/usr/bin/x");
	resolves(host, "/a/b/f", "/d/e/f");
	resolves(host, "/top", "/");
	resolves(host, "/top/bin", "/usr/bin");
	resolves(host, "/nothing/here", "/nothing/here");
	resolves(host, "/", "/");
	ck_assert_ptr_null(host->resolve(host, "/loop/x"));
	ck_assert_int_eq(errno, ELOOP);
	host_free(host);
}
END_TEST

START_TEST(test_host_read)
{
	struct host *host = NULL;
	bool root = false;
	uint32_t id = 1;

	ck_assert_int_eq(host_read(&host), 0);
	for (size_t i = 0; i < host->mount_count; i++)
		root = root || strcmp(host->mounts[i].point, "/") == 0;
	ck_assert(root);
	ck_assert_int_eq(host->user_id(host, "root", &id), 0);
	ck_assert_uint_eq(id, 0);
	ck_assert_int_eq(host->user_id(host, "no such user", &id), -ENOENT);
	resolves(host, "/does-not-exist/x", "/does-not-exist/x");
	host_free(host);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {test_host_file, test_host_file_bad, test_host_resolve, test_host_read};

	return suite_run("host", tests, ARRAY_SIZE(tests));
}
