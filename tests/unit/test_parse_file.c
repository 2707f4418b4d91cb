// SPDX-License-Identifier: Apache-2.0
/* Files, directories and whom they belong to. */
#include <fcntl.h>
#include <sys/stat.h>

#include "parse_case.h"

#define POLICY(name) "version: 1\npolicy: " name "\ndefault: {file: deny}\n"

static char directory[64];

static void setup(void)
{
	(void)snprintf(directory, sizeof(directory), "/tmp/policyd-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(directory));
	ck_assert_int_eq(chdir(directory), 0);
	ck_assert_int_eq(mkdir("d", 0755), 0);
}

static void teardown(void)
{
	CLEANUP_FREE char *command = NULL;

	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_int_gt(asprintf(&command, "rm -rf '%s'", directory), 0);
	ck_assert_int_eq(system(command), 0); /* NOLINT(cert-env33-c): a folder of our own */
}

static void file_write(const char *path, const char *text, mode_t mode)
{
	FILE *stream = fopen(path, "w");

	ck_assert_ptr_nonnull(stream);
	ck_assert_int_ge(fputs(text, stream), 0);
	ck_assert_int_eq(fclose(stream), 0);
	ck_assert_int_eq(chmod(path, mode), 0);
}

/* Parses "d" and compares result, messages and the number of policies. */
static void directory_is(const char *path, bool trusted, int result, size_t policies, const char *expected)
{
	CLEANUP(policy_set_free) struct policy_set set = {0};
	CLEANUP(diagnostics_clear) struct diagnostics diagnostics = {0};
	CLEANUP_FREE char *messages = NULL;
	int r;

	r = parse_directory(&set, path, trusted, &diagnostics);
	messages = messages_of(&diagnostics);
	ck_assert_str_eq(messages, expected);
	ck_assert_int_eq(r, result);
	ck_assert_uint_eq(set.count, policies);
}

START_TEST(files_are_read_in_name_order)
{
	CLEANUP(policy_set_free) struct policy_set set = {0};
	CLEANUP(diagnostics_clear) struct diagnostics diagnostics = {0};

	file_write("d/b.yaml", POLICY("b"), 0644);
	file_write("d/a.yaml", POLICY("a"), 0644);
	file_write("d/B.yaml", POLICY("c"), 0644);
	file_write("d/.hidden.yaml", "no", 0644);
	file_write("d/a.yaml~", "no", 0644);
	file_write("d/.yaml", "no", 0644);
	file_write("d/README", "no", 0644);
	ck_assert_int_eq(parse_directory(&set, "d/", false, &diagnostics), 0);
	ck_assert_uint_eq(diagnostics.count, 0);
	ck_assert_uint_eq(set.count, 3);
	ck_assert_str_eq(set.policies[0].name, "c");
	ck_assert_str_eq(set.policies[1].name, "a");
	ck_assert_str_eq(set.policies[2].name, "b");
	ck_assert_str_eq(set.policies[1].at.file, "d/a.yaml");
}
END_TEST

START_TEST(names_are_unique_over_files)
{
	file_write("d/a.yaml", POLICY("p"), 0644);
	file_write("d/b.yaml", POLICY("p"), 0644);
	directory_is("d", false, -EINVAL, 1,
		     "d/b.yaml:2:9: error: duplicate policy 'p' (first at d/a.yaml:2)\n");
}
END_TEST

START_TEST(all_files_are_read_in_spite_of_errors)
{
	file_write("d/a.yaml", "version: 2\npolicy: a\ndefault: {file: deny}\n", 0644);
	file_write("d/b.yaml", "", 0644);
	file_write("d/c.yml", POLICY("c"), 0644);
	file_write("d/d.yaml", POLICY("d"), 0644);
	directory_is("d", false, -EINVAL, 2,
		     "d/a.yaml:1:10: error: version 2 of the language is not known here (known: 1)\n"
		     "d/b.yaml:1:1: error: the file holds no policy\n"
		     "d/c.yml: warning: not read: the name of a policy file ends in .yaml\n");
}
END_TEST

START_TEST(an_empty_directory_is_an_empty_set)
{
	directory_is("d", false, 0, 0, "");
}
END_TEST

START_TEST(what_cannot_be_opened)
{
	CLEANUP(policy_set_free) struct policy_set set = {0};
	CLEANUP(diagnostics_clear) struct diagnostics diagnostics = {0};
	CLEANUP_FREE char *messages = NULL;

	directory_is("absent", false, -ENOENT, 0, "absent: error: cannot open: No such file or directory\n");
	file_write("file", "x", 0644);
	directory_is("file", false, -ENOTDIR, 0, "file: error: cannot open: Not a directory\n");
	ck_assert_int_eq(parse_file(&set, "absent", &diagnostics), -ENOENT);
	ck_assert_int_eq(parse_file(&set, "d", &diagnostics), -EISDIR);
	messages = messages_of(&diagnostics);
	ck_assert_str_eq(messages, "absent: error: cannot open: No such file or directory\n"
				   "d: error: cannot read: Is a directory\n");
}
END_TEST

START_TEST(what_is_no_regular_file)
{
	ck_assert_int_eq(mkdir("d/a.yaml", 0755), 0);
	ck_assert_int_eq(mkfifo("d/b.yaml", 0644), 0);
	ck_assert_int_eq(symlink("absent", "d/c.yaml"), 0);
	ck_assert_int_eq(symlink("/dev/null", "d/e.yaml"), 0);
	file_write("d/f.yaml", POLICY("f"), 0644);
	directory_is("d", false, -EINVAL, 1,
		     "d/a.yaml: error: not a regular file\n"
		     "d/b.yaml: error: not a regular file\n"
		     "d/c.yaml: error: cannot open: No such file or directory\n"
		     "d/e.yaml: error: not a regular file\n");
}
END_TEST

START_TEST(a_file_may_be_a_pipe_for_check)
{
	CLEANUP(policy_set_free) struct policy_set set = {0};
	CLEANUP(diagnostics_clear) struct diagnostics diagnostics = {0};
	static const char text[] = POLICY("p");
	int ends[2];
	char path[64];

	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	ck_assert_int_eq(write(ends[1], text, sizeof(text) - 1), sizeof(text) - 1);
	(void)close(ends[1]);
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", ends[0]);
	ck_assert_int_eq(parse_file(&set, path, &diagnostics), 0);
	ck_assert_uint_eq(set.count, 1);
	(void)close(ends[0]);
}
END_TEST

START_TEST(trusted_files_belong_to_root_alone)
{
	if (geteuid() != 0)
		return;
	file_write("d/a.yaml", POLICY("a"), 0644);
	directory_is("d", true, 0, 1, "");
	file_write("d/b.yaml", POLICY("b"), 0664);
	file_write("d/c.yaml", POLICY("c"), 0646);
	file_write("d/d.yaml", POLICY("d"), 0600);
	file_write("d/e.yaml", POLICY("e"), 0644);
	ck_assert_int_eq(chown("d/e.yaml", 1000, 0), 0);
	directory_is("d", true, -EINVAL, 2,
		     "d/b.yaml: error: not trusted: it can be written by its group\n"
		     "d/c.yaml: error: not trusted: it can be written by everybody\n"
		     "d/e.yaml: error: not trusted: it does not belong to root\n");
	directory_is("d", false, 0, 5, "");
}
END_TEST

START_TEST(trusted_directories_belong_to_root_alone)
{
	if (geteuid() != 0)
		return;
	file_write("d/a.yaml", POLICY("a"), 0644);
	ck_assert_int_eq(chmod("d", 0775), 0);
	directory_is("d", true, -EINVAL, 0, "d: error: not trusted: it can be written by its group\n");
	/* The sticky bit protects entries, but not against new ones. */
	ck_assert_int_eq(chmod("d", 01777), 0);
	directory_is("d", true, -EINVAL, 0, "d: error: not trusted: it can be written by its group\n");
	ck_assert_int_eq(chmod("d", 0755), 0);
	ck_assert_int_eq(chown("d", 1000, 0), 0);
	directory_is("d", true, -EINVAL, 0, "d: error: not trusted: it does not belong to root\n");
}
END_TEST

START_TEST(directories_above_are_looked_at)
{
	CLEANUP_FREE char *expected = NULL;

	if (geteuid() != 0)
		return;
	file_write("d/a.yaml", POLICY("a"), 0644);
	ck_assert_int_eq(chmod(".", 0777), 0);
	ck_assert_int_gt(asprintf(&expected,
				  "d: error: not trusted: '%s' above it can be written by its group\n",
				  directory),
			 0);
	directory_is("d", true, -EINVAL, 0, expected);
	/* As /tmp is: others cannot rename what is root's. */
	ck_assert_int_eq(chmod(".", 01777), 0);
	directory_is("d", true, 0, 1, "");
}
END_TEST

START_TEST(links_are_trusted_for_what_they_lead_to)
{
	CLEANUP_FREE char *expected = NULL;

	if (geteuid() != 0)
		return;
	ck_assert_int_eq(mkdir("shipped", 0755), 0);
	ck_assert_int_eq(mkdir("home", 0755), 0);
	file_write("shipped/a.yaml", POLICY("a"), 0644);
	file_write("home/b.yaml", POLICY("b"), 0644);
	file_write("shipped/c.yaml", POLICY("c"), 0666);
	ck_assert_int_eq(chown("home", 1000, 1000), 0);
	ck_assert_int_eq(symlink("../shipped/a.yaml", "d/a.yaml"), 0);
	directory_is("d", true, 0, 1, "");
	ck_assert_int_eq(symlink("../home/b.yaml", "d/b.yaml"), 0);
	ck_assert_int_eq(symlink("../shipped/c.yaml", "d/c.yaml"), 0);
	ck_assert_int_gt(asprintf(&expected,
				  "d/b.yaml: error: not trusted: '%s/home' above it does not belong to root\n"
				  "d/c.yaml: error: not trusted: it can be written by its group\n",
				  directory),
			 0);
	directory_is("d", true, -EINVAL, 1, expected);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		files_are_read_in_name_order,
		names_are_unique_over_files,
		all_files_are_read_in_spite_of_errors,
		an_empty_directory_is_an_empty_set,
		what_cannot_be_opened,
		what_is_no_regular_file,
		a_file_may_be_a_pipe_for_check,
		trusted_files_belong_to_root_alone,
		trusted_directories_belong_to_root_alone,
		directories_above_are_looked_at,
		links_are_trusted_for_what_they_lead_to,
	};

	return tests_run_with("parse file", tests, ARRAY_SIZE(tests), setup, teardown);
}
