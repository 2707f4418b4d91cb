/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

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

/* Layers as mountinfo tells of them: escaped, in lists, through links, below other mounts, under their own
 * overlay. */
START_TEST(test_host_layers)
{
	static const struct {
		uint32_t dev;
		const char *root, *point, *layer;
	} expected[] = {
		{1, "/a", "/m", "/a"},
		{1, "/b:c", "/m", "/b:c"},
		{2, "/top/up", "/m", "/d/up"},
		{1, "/two", "/m", "/two"},
		{1, "/a/sub", "/n", "/a/sub"},
		{1, "/b:c/sub", "/n", "/b:c/sub"},
		{2, "/top/up/sub", "/n", "/d/up/sub"},
		{1, "/two/sub", "/n", "/two/sub"},
		{1, "/usr", "/usr", "/usr"},
		{1, "/p q", "/usr", "/p q"},
		{1, "/", "/all", ""},
	};
	struct host *host = NULL;
	unsigned int line = 0;

	ck_assert_int_eq(host_of("mount 1 / / ext4\nmount 2 /top /d xfs\nlink /link /two\n"
				 "mount 9 / /m overlay "
				 "rw,lowerdir=/a:/b\\134:c:relative:,upperdir=/d/up,workdir=/link,xino=off\n"
				 "mount 9 /sub /n overlay "
				 "rw,lowerdir=/a:/b\\134:c:relative:,upperdir=/d/up,workdir=/link\n"
				 "mount 8 / /usr overlay ro,lowerdir+=/usr,datadir+=/p\\040q\n"
				 "mount 7 / /all overlay ro,lowerdir=/\nmount 6 / /t tmpfs rw,lowerdir=/a\n",
				 &host, &line),
			 0);
	ck_assert_uint_eq(host->mount_count, 7 + ARRAY_SIZE(expected));
	for (size_t i = 0; i < 7; i++)
		ck_assert_ptr_null(host->mounts[i].layer);
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
		const struct host_mount *mount = &host->mounts[7 + i];

		ck_assert_uint_eq(mount->dev, expected[i].dev);
		ck_assert_str_eq(mount->root, expected[i].root);
		ck_assert_str_eq(mount->point, expected[i].point);
		ck_assert_str_eq(mount->layer, expected[i].layer);
	}
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

/* `link` in `folder` leads to `target` from now on. */
static void link_to(int folder, const char *target)
{
	(void)unlinkat(folder, "link", 0);
	ck_assert_int_eq(symlinkat(target, folder, "link"), 0);
}

START_TEST(test_host_moved)
{
	char path[] = "/tmp/policyd-host-XXXXXX";
	CLEANUP_FREE char *name = NULL;
	CLEANUP_FREE char *resolved = NULL;
	CLEANUP_CLOSE int folder = -1;
	struct host *host = NULL;

	ck_assert_ptr_nonnull(mkdtemp(path));
	folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_ge(folder, 0);
	ck_assert_int_gt(asprintf(&name, "%s/link/x", path), 0);
	ck_assert_int_eq(mkdirat(folder, "one", 0700), 0);
	ck_assert_int_eq(mkdirat(folder, "two", 0700), 0);
	link_to(folder, "one");
	ck_assert_int_eq(host_read(&host), 0);
	/* More names than one look takes, and the last of them is the one that changes. */
	for (int i = 0; i < HOST_LOOKS_MAX; i++)
		free(host->resolve(host, path));
	resolved = host->resolve(host, name);
	ck_assert_ptr_nonnull(strstr(resolved, "/one/x"));
	ck_assert(!host_moved(host));
	ck_assert(!host_moved(host));
	link_to(folder, "two");
	ck_assert(host_moved(host) || host_moved(host));
	link_to(folder, "one");
	ck_assert(!host_moved(host) && !host_moved(host));
	ck_assert_int_eq(unlinkat(folder, "link", 0), 0);
	ck_assert(host_moved(host) || host_moved(host));
	host_free(host);
	ck_assert_int_eq(unlinkat(folder, "one", AT_REMOVEDIR), 0);
	ck_assert_int_eq(unlinkat(folder, "two", AT_REMOVEDIR), 0);
	ck_assert_int_eq(rmdir(path), 0);
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
	const TTest *const tests[] = {test_host_file,	 test_host_layers, test_host_file_bad,
				      test_host_resolve, test_host_moved,  test_host_read};

	return suite_run("host", tests, ARRAY_SIZE(tests));
}
