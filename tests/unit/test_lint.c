/* SPDX-License-Identifier: Apache-2.0 */
#include "lint.h"

#include <check.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "compile_case.h"
#include "parse.h"
#include "selftest.h"
#include "util.h"

#define HEAD "version: 1\npolicy: p\nmode: enforce\n"
#define FACTS                                                                                                \
	"mount 8:1 / / ext4\nlink /bin usr/bin\nlink /sbin usr/sbin\nlink /usr/bin/sh dash\n"                \
	"link /usr/bin/vi /etc/alternatives/vi\nlink /etc/alternatives/vi /usr/bin/vim.basic\n"              \
	"link /proc/self 4711\nuser root 0\nuser www-data 33\nuser backup 34\n"

/* The kernel of these tests has all hooks but that of chmod. */
static bool has_hook(void *data, const char *hook)
{
	return strcmp(hook, "path_chmod") != 0;
}

static char *lint_text(const struct compile_case *compiled, int root, size_t first)
{
	struct diagnostics *diagnostics = (struct diagnostics *)&compiled->diagnostics;
	const struct lint_options options = {.root = root, .has_hook = has_hook};
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(stream);
	ck_assert_int_eq(lint_run(compiled->compiled, compiled->host, &options, diagnostics), 0);
	for (size_t i = first; i < diagnostics->count; i++) {
		CLEANUP_FREE char *line = diagnostic_line(&diagnostics->items[i]);

		(void)fprintf(stream, "%s\n", line);
	}
	(void)fclose(stream);
	return text;
}

static void lint_check(const char *policy, int root, const char *expected)
{
	CLEANUP(compile_case_end) struct compile_case compiled;
	CLEANUP_FREE char *text = NULL;

	compile_case_begin(&compiled, policy, FACTS, false);
	ck_assert_ptr_nonnull(compiled.compiled);
	text = lint_text(&compiled, root, compiled.diagnostics.count);
	ck_assert_str_eq(text, expected);
}

/* One class of warning each, and its counterpart without one. */
static const struct {
	const char *policy;
	const char *messages;
} cases[] = {
	/* rules that never apply */
	{HEAD "file:\n  - deny: read\n    path: /a/**\n  - deny: read\n    path: /a/b\n",
	 "test.yaml:7:5: warning: rule 'file[1]' never applies: rule 'file[0]' (line 5) decides all that it "
	 "is "
	 "about\n"},
	{HEAD "file:\n  - deny: read\n    path: /a/b\n  - deny: read\n    path: /a/**\n", ""},
	{HEAD "file:\n  - deny: [read, write]\n    path: /a/b\n  - deny: read\n    path: /a/*\n"
	      "  - deny: write\n    path: /a/b\n    quiet: true\n",
	 "test.yaml:9:5: warning: rule 'file[2]' never applies: rule 'file[0]' (line 5) decides all that it "
	 "is "
	 "about\n"},
	{HEAD "file:\n  - deny: read\n    path: /a/b\n    except: /a/**\n",
	 "test.yaml:5:5: warning: rule 'file[0]' can match nothing\n"},
	{HEAD "file:\n  - audit: read\n    path: /a\n  - deny: read\n    path: /a\n", ""},
	/* allowances that a denial covers */
	{HEAD "subject: {exe: /x}\ndefault: {file: deny}\nfile:\n  - allow: read\n    path: /a/b\n"
	      "  - deny: all\n    path: /a/\n    name: closed\n",
	 "test.yaml:7:5: warning: rule 'file[0]' never applies: rule 'closed' (line 9) denies all that it is "
	 "about\n"},
	{HEAD "subject: {exe: /x}\ndefault: {file: deny}\nfile:\n  - allow: read\n    path: /a/{b,c}\n"
	      "  - deny: read\n    path: /a/b\n  - deny: read\n    path: /a/c\n",
	 "test.yaml:7:5: warning: rule 'file[0]' never applies: rule 'file[2]' (line 11) and others deny all "
	 "that it is about\n"},
	{HEAD "subject: {exe: /x}\ndefault: {file: deny}\nfile:\n  - allow: read\n    path: /a/b\n"
	      "---\nversion: 1\npolicy: q\nmode: enforce\nfile:\n  - deny: read\n    path: /a/\n",
	 "test.yaml:7:5: warning: rule 'file[0]' never applies: rule 'file[0]' of policy 'q' "
	 "(test.yaml:14) denies all that it is about to every process\n"},
	{HEAD "subject: {exe: /x}\ndefault: {file: deny}\nfile:\n  - allow: read\n    path: /a/b\n"
	      "---\nversion: 1\npolicy: q\nfile:\n  - deny: read\n    path: /a/\n",
	 ""},
	{HEAD "file:\n  - allow: read\n    path: /a\n",
	 "test.yaml:5:5: warning: rule 'file[0]' has no effect: without 'default: {file: deny}' all is "
	 "allowed "
	 "that no rule denies\n"},
	/* the same for the network */
	{HEAD "subject: {exe: /x}\ndefault: {network: deny}\nnetwork:\n  - allow: connect\n"
	      "    to: 10.1.0.0/16\n    port: 80\n  - deny: connect\n    to: 10.0.0.0/8\n",
	 "test.yaml:7:5: warning: rule 'network[0]' never applies: rule 'network[1]' (line 10) denies all "
	 "that it is about\n"},
	{HEAD "subject: {exe: /x}\ndefault: {network: deny}\nnetwork:\n  - allow: connect\n"
	      "    to: 10.0.0.0/8\n  - deny: connect\n    to: 10.1.0.0/16\n",
	 ""},
	/* symbolic links */
	{HEAD "exec:\n  - deny: run\n    path: /usr/bin/vi\n",
	 "test.yaml:6:11: warning: '/usr/bin/vi' is a symbolic link on this host and rule 'exec[0]' does not "
	 "match what it leads to: /usr/bin/vim.basic\n"},
	{HEAD "exec:\n  - deny: run\n    path: [/usr/bin/vi, /usr/bin/vim.*]\n", ""},
	{HEAD "file:\n  - deny: delete\n    path: /usr/bin/vi\n", ""},
	{HEAD "subject: {exe: /usr/bin/vi}\nfile:\n  - deny: read\n    path: /a\n",
	 "test.yaml:4:16: warning: '/usr/bin/vi' is a symbolic link on this host and the subject does not "
	 "match what it leads to: /usr/bin/vim.basic\n"},
	{HEAD "file:\n  - deny: read\n    path: /proc/self/mem\n",
	 "test.yaml:6:11: warning: '/proc/self' leads to the process that compiles the policy: write "
	 "/proc/[0-9]*\n"},
	/* what would lock the administrator out */
	{HEAD "exec:\n  - deny: run\n    path: /usr/lib/systemd/systemd\n",
	 "test.yaml:5:5: warning: the host would not start: rule 'exec[0]' refuses "
	 "'exec run /usr/lib/systemd/systemd' to /usr/lib/systemd/systemd of root\n"},
	{HEAD "exec:\n  - deny: run\n    path: /bin/login\n    name: no-login\n",
	 "test.yaml:5:5: warning: nobody could log in: rule 'no-login' refuses 'exec run /usr/bin/login' to "
	 "/usr/sbin/agetty of root\n"},
	{HEAD "exec:\n  - kill: run\n    path: /usr/bin/*sh\n",
	 "test.yaml:5:5: warning: the administrator would have no shell: rule 'exec[0]' refuses "
	 "'exec run /bin/sh' to /usr/bin/login of root\n"},
	{HEAD "exec:\n  - deny: run\n    path: /usr/sbin/policyd\n",
	 "test.yaml:5:5: warning: policyd could not run: rule 'exec[0]' refuses 'exec run /usr/sbin/policyd' "
	 "to /usr/lib/systemd/systemd of root\n"},
	{HEAD "exec:\n  - deny: run\n    path: /usr/bin/policyctl\n",
	 "test.yaml:5:5: warning: policyd could not be controlled: rule 'exec[0]' refuses "
	 "'exec run /usr/bin/policyctl' to /usr/bin/bash of root\n"},
	{"version: 1\npolicy: p\nfile:\n  - deny: write\n    path: /etc/\n",
	 "test.yaml:4:5: warning: policies could not be changed: rule 'file[0]' refuses "
	 "'file write /etc/policyd/policy.d/any.yaml' to /usr/bin/bash of root (once enforced)\n"},
	{HEAD "subject: {exe: /usr/bin/login}\ndefault: {file: deny}\nfile:\n  - allow: read\n"
	      "    path: /srv/\n",
	 "test.yaml:5:17: warning: nobody could log in: the default refuses 'file read /etc/passwd' to "
	 "/usr/bin/login of root\n"},
	{HEAD "subject: {user: 1000}\nexec:\n  - deny: run\n    path: /**\n", ""},
	/* what is not enforced */
	{HEAD "file:\n  - deny: [write, chmod]\n    path: /a\n",
	 "test.yaml:5:5: warning: rule 'file[0]': operation 'chmod' of section file is not enforced by this "
	 "kernel (it has no hook path_chmod)\n"},
	{HEAD "file:\n  - deny: all\n    path: /a\n", ""},
};

START_TEST(test_lint_messages)
{
	lint_check(cases[_i].policy, -1, cases[_i].messages);
}
END_TEST

static void file_make(int root, const char *path, bool directory)
{
	CLEANUP_CLOSE int fd = -1;

	if (directory) {
		ck_assert_int_eq(mkdirat(root, path, 0700), 0);
		return;
	}
	fd = openat(root, path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	ck_assert_int_ge(fd, 0);
}

/* A host with /srv/app1/main.conf and an empty /var. */
START_TEST(test_lint_nothing)
{
	char path[] = "/tmp/policyd-lint-XXXXXX";
	CLEANUP_CLOSE int root = -1;

	ck_assert_ptr_nonnull(mkdtemp(path));
	root = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_ge(root, 0);
	file_make(root, "srv", true);
	file_make(root, "var", true);
	file_make(root, "srv/app1", true);
	file_make(root, "srv/app1/main.conf", false);
	lint_check(
		HEAD
		"file:\n  - deny: read\n    path: [\"/srv/*[0-9]/m?in.*\", /var/, /srv/**/x, /srv/app1/*]\n",
		root, "");
	lint_check(
		HEAD "file:\n  - deny: read\n    path: /srv/*/*.yaml\n", root,
		"test.yaml:6:11: warning: pattern '/srv/*/*.yaml' of rule 'file[0]' matches no file of this "
		"host\n");
	lint_check(HEAD "file:\n  - deny: read\n    path: [/srv/app1/main.conf, /srv/app2/]\n", root,
		   "test.yaml:6:33: note: pattern '/srv/app2/' of rule 'file[0]' matches no file of this "
		   "host\n");
	lint_check(HEAD "subject: {exe: [/usr/bin/a, /opt/*]}\nfile:\n  - deny: read\n    path: /srv/\n",
		   root,
		   "test.yaml:4:17: warning: none of the 2 patterns of the subject matches a file of this "
		   "host\n");
	/* what is to be created needs only a place */
	lint_check(HEAD "file:\n  - deny: create\n    path: [/srv/app1/new, /var/log/x]\n", root,
		   "test.yaml:6:27: note: pattern '/var/log/x' of rule 'file[0]' matches no file of this "
		   "host\n");
	(void)unlinkat(root, "srv/app1/main.conf", 0);
	(void)unlinkat(root, "srv/app1", AT_REMOVEDIR);
	(void)unlinkat(root, "srv", AT_REMOVEDIR);
	(void)unlinkat(root, "var", AT_REMOVEDIR);
	(void)rmdir(path);
}
END_TEST

/* An alias is one text, wherever it is used. */
START_TEST(test_lint_note_once)
{
	CLEANUP(compile_case_end) struct compile_case compiled;

	compile_case_begin(&compiled,
			   HEAD
			   "file:\n  - deny: read\n    path: &p [/bin/a]\n  - deny: write\n    path: *p\n"
			   "  - deny: create\n    path: *p\n",
			   FACTS, false);
	ck_assert_uint_eq(compiled.diagnostics.count, 1);
	ck_assert(compile_case_says(&compiled, "test.yaml:6:15: note: /bin/a means /usr/bin/a on this host"));
}
END_TEST

static void on_test(void *data, const struct selftest *test)
{
	unsigned int *count = data;

	if (test->state == SELFTEST_FAILED)
		ck_abort_msg("%s: %s %s: %s", test->policy->name, test->allow ? "allow" : "deny",
			     test->operation, test->why);
	(*count)++;
}

static void library_begin(struct compile_case *library)
{
	struct policyd_hash_key key;
	uint64_t *words = (uint64_t *)&key;

	for (size_t i = 0; i < sizeof(key) / sizeof(*words); i++)
		words[i] = (i + 1) * 0x9e3779b97f4a7c15ULL;
	compile_case_begin(library, HEAD "file: []\n", FACTS, false);
	compiled_free(library->compiled);
	library->compiled = NULL;
	policy_set_free(&library->set);
	diagnostics_clear(&library->diagnostics);
	ck_assert_int_eq(parse_directory(&library->set, SOURCE_DIR "/policies", false, &library->diagnostics),
			 0);
	if (compile(&library->set, library->host, &(struct compile_options){.generation = 1, .key = &key},
		    &library->diagnostics, &library->compiled) < 0)
		ck_abort_msg("%s", library->diagnostics.items[library->diagnostics.count - 1].text);
}

/* Every policy of the library says what it is for, only reports, and has tests that pass. */
START_TEST(test_lint_library)
{
	CLEANUP(compile_case_end) struct compile_case library;
	unsigned int count = 0;

	library_begin(&library);
	ck_assert_int_eq(selftest_run(library.compiled, library.host, on_test, &count), 0);
	ck_assert_uint_ge(count, 150);
	for (size_t i = 0; i < library.set.count; i++) {
		const struct policy *policy = &library.set.policies[i];

		ck_assert_int_eq(policy->mode, POLICY_AUDIT);
		ck_assert_uint_gt(policy->test_count, 0);
		ck_assert_uint_gt(policy->tags.count, 0);
		ck_assert_ptr_nonnull(policy->description);
	}
}
END_TEST

/* No policy of the library has a rule that never applies, or locks anybody out. */
START_TEST(test_lint_library_clean)
{
	CLEANUP(compile_case_end) struct compile_case library;
	CLEANUP_FREE char *text = NULL;

	library_begin(&library);
	text = lint_text(&library, -1, library.diagnostics.count);
	ck_assert_ptr_null(strstr(text, "never applies"));
	ck_assert_ptr_null(strstr(text, "has no effect"));
	ck_assert_ptr_null(strstr(text, "of root"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("lint");
	TCase *all = tcase_create("lint");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(all, 60);
	tcase_add_loop_test(all, test_lint_messages, 0, ARRAY_SIZE(cases));
	tcase_add_test(all, test_lint_nothing);
	tcase_add_test(all, test_lint_note_once);
	tcase_add_test(all, test_lint_library);
	tcase_add_test(all, test_lint_library_clean);
	suite_add_tcase(suite, all);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
