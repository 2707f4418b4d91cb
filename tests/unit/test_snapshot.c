/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <sys/stat.h>

#include "snapshot.h"

#include "event_suite.h"
#include "folder.h"

static const char *top;

static void put(const char *name, const char *text)
{
	FILE *file = fopen(name, "w");

	ck_assert_ptr_nonnull(file);
	(void)fputs(text, file);
	(void)fclose(file);
}

static void begin(void)
{
	top = folder_new("snapshot");
	ck_assert_int_eq(chdir(top), 0);
	ck_assert_int_eq(mkdir("from", 0755), 0);
	put("from/a.yaml", "one");
	put("from/notes.txt", "not a policy");
}

START_TEST(snapshot_replaces_the_whole)
{
	begin();
	ck_assert_int_eq(snapshot_check("good"), -ENOENT);
	ck_assert_int_eq(snapshot_replace("from", ".", "good"), 0);
	ck_assert_int_eq(snapshot_check("good"), 0);
	ck_assert_int_eq(access("good/a.yaml", F_OK), 0);
	ck_assert_int_eq(access("good/notes.txt", F_OK), -1);
	ck_assert_int_eq(rename("from/a.yaml", "from/b.yaml"), 0);
	ck_assert_int_eq(snapshot_replace("from", ".", "good"), 0);
	ck_assert_int_eq(access("good/a.yaml", F_OK), -1);
	ck_assert_int_eq(access("good/b.yaml", F_OK), 0);
	ck_assert_int_eq(access(".good.new", F_OK), -1);
}
END_TEST

START_TEST(snapshot_failure_keeps_the_old)
{
	begin();
	ck_assert_int_eq(snapshot_replace("from", ".", "good"), 0);
	ck_assert_int_eq(mkfifo("from/z.yaml", 0600), 0);
	ck_assert_int_eq(snapshot_replace("from", ".", "good"), -EINVAL);
	ck_assert_int_eq(snapshot_check("good"), 0);
	ck_assert_int_eq(access("good/a.yaml", F_OK), 0);
	ck_assert_int_eq(access(".good.new", F_OK), -1);
	ck_assert_int_eq(snapshot_replace("nowhere", ".", "good"), -ENOENT);
}
END_TEST

/* A policy of the library is put in force by a link to it. */
START_TEST(snapshot_follows_links)
{
	begin();
	put("library.yaml", "two");
	ck_assert_int_eq(symlink("../library.yaml", "from/b.yaml"), 0);
	ck_assert_int_eq(snapshot_replace("from", ".", "good"), 0);
	ck_assert_int_eq(snapshot_check("good"), 0);
	ck_assert_int_eq(access("good/b.yaml", F_OK), 0);
}
END_TEST

START_TEST(snapshot_is_renamed)
{
	begin();
	ck_assert_int_eq(snapshot_replace("from", ".", "good"), 0);
	ck_assert_int_eq(rename("from/a.yaml", "from/b.yaml"), 0);
	ck_assert_int_eq(snapshot_replace("from", ".", "fresh"), 0);
	ck_assert_int_eq(snapshot_rename(".", "fresh", "good"), 0);
	ck_assert_int_eq(access("fresh", F_OK), -1);
	ck_assert_int_eq(access("good/a.yaml", F_OK), -1);
	ck_assert_int_eq(access("good/b.yaml", F_OK), 0);
	ck_assert_int_eq(snapshot_rename(".", "good", "other"), 0);
	ck_assert_int_eq(snapshot_rename(".", "good", "other"), -ENOENT);
	ck_assert_int_eq(access("other/b.yaml", F_OK), 0);
}
END_TEST

START_TEST(snapshot_is_installed)
{
	char place[64];

	begin();
	ck_assert_int_eq(snapshot_replace("from", ".", "good"), 0);
	ck_assert_int_eq(mkdir("to", 0755), 0);
	ck_assert_int_eq(symlink("../from/notes.txt", "to/a.yaml"), 0);
	put("to/b.yaml", "goes");
	put("to/notes.txt", "stays");
	ck_assert_int_eq(mkdir("to/.git", 0755), 0);
	ck_assert_int_eq(snapshot_install("good", "to"), 0);
	ck_assert_int_eq(readlink("to/a.yaml", place, sizeof(place)), -1);
	ck_assert_int_eq(access("to/b.yaml", F_OK), -1);
	ck_assert_int_eq(access("to/notes.txt", F_OK), 0);
	ck_assert_int_eq(access("to/.git", F_OK), 0);
	ck_assert_int_eq(snapshot_install("good", "to"), 0);
	ck_assert_int_eq(snapshot_install("good", "nowhere"), -ENOENT);
}
END_TEST

START_TEST(snapshot_check_believes_nobody_else)
{
	begin();
	ck_assert_int_eq(snapshot_replace("from", ".", "good"), 0);
	ck_assert_int_eq(chmod("good", 0755), 0);
	ck_assert_int_eq(snapshot_check("good"), -EPERM);
	ck_assert_int_eq(chmod("good", 0700), 0);
	ck_assert_int_eq(link("good/a.yaml", "other"), 0);
	ck_assert_int_eq(snapshot_check("good"), -EPERM);
	ck_assert_int_eq(symlink("good", "alias"), 0);
	ck_assert_int_eq(snapshot_check("alias"), -EPERM);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		snapshot_replaces_the_whole, snapshot_failure_keeps_the_old,
		snapshot_follows_links,	     snapshot_is_renamed,
		snapshot_is_installed,	     snapshot_check_believes_nobody_else,
	};

	return suite_run("snapshot", tests, ARRAY_SIZE(tests));
}
