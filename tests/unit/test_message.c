// SPDX-License-Identifier: Apache-2.0
/*
 * What is said about sets that are too large or too special for the other tests: each with its exact text.
 */
#include <string.h>
#include <sys/stat.h>

#include "builtin.h"
#include "compile_case.h"
#include "parse_case.h"
#include "query.h"
#include "selftest.h"
#include "subject_text.h"

#define HEAD "version: 1\npolicy: p\nmode: enforce\n"
#define ROOT "mount 1 / / ext4\n"

static void expect_compiled(const char *text, bool unsupported, const char *message)
{
	struct compile_case compile_case;

	compile_case_begin(&compile_case, text, ROOT, unsupported);
	if (!compile_case_says(&compile_case, message))
		ck_abort_msg("not said: %s; but: %s", message,
			     compile_case.diagnostics.count ? compile_case.diagnostics.items[0].text
							    : "nothing");
	compile_case_end(&compile_case);
}

/* Likewise, at a line of the file: of the rule that adds most, or of the last. */
static void expect_at(const char *text, unsigned int line, const char *message)
{
	struct compile_case compile_case;
	const struct diagnostic *said;

	compile_case_begin(&compile_case, text, ROOT, false);
	ck_assert_uint_gt(compile_case.diagnostics.count, 0);
	said = &compile_case.diagnostics.items[0];
	ck_assert_str_eq(said->text, message);
	ck_assert_uint_eq(said->at.line, line);
	ck_assert_uint_eq(said->at.column, 6);
	compile_case_end(&compile_case);
}

static void expect_compiles(const char *text)
{
	struct compile_case compile_case;

	compile_case_begin(&compile_case, text, ROOT, false);
	ck_assert_ptr_nonnull(compile_case.compiled);
	compile_case_end(&compile_case);
}

/* `count` policies, each with its number (twice, where the part asks for it). */
static void expect_policies(unsigned int count, const char *part, const char *message)
{
	CLEANUP_FREE char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	for (unsigned int i = 0; i < count; i++) {
		(void)fprintf(stream, "---\nversion: 1\npolicy: p%u\n", i);
		for (const char *at = part; *at; at++)
			if (*at == '#')
				(void)fprintf(stream, "%u", i);
			else
				(void)fputc(*at, stream);
	}
	ck_assert_int_eq(fclose(stream), 0);
	expect_compiled(text, true, message);
}

START_TEST(too_many)
{
	static const char subject[] = "subject: {exe: /bin/a#}\nfile:\n  - {deny: read, path: /b}\n";
	static const char ancestor[] = "subject: {ancestor: /bin/a#}\nfile:\n  - {deny: read, path: /b}\n";
	static const char rates[] = "subject: {exe: /bin/a#}\nanomaly:\n  rate:\n"
				    "    - {count: exec, over: 1s, limit: 1}\n"
				    "    - {count: exec, over: 2s, limit: 1}\n"
				    "    - {count: exec, over: 3s, limit: 1}\n";
	static const char calls[] = "syscall:\n  - {audit: ptrace}\n";

	expect_policies(513, subject, "more than 512 distinct subjects and exceptions of subjects");
	expect_policies(
		13, ancestor,
		"the selectors of 'ancestor' and of the other subject keys make more than 4096 different "
		"subjects");
	expect_policies(342, rates, "more than 1024 rates, detectors and kinds of baselines in a set");
	expect_policies(4097, calls, "more than 4096 syscall rules in a set");
}
END_TEST

/* A text that goes on with `count` rules, the parts of each before and after its number; malloc'ed. */
static char *rules_add(const char *head, const char *before, const char *after, unsigned int count)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	(void)fputs(head, stream);
	for (unsigned int i = 0; i < count; i++)
		(void)fprintf(stream, "%s%u%s}\n", before, i, after);
	ck_assert_int_eq(fclose(stream), 0);
	return text;
}

/* Rules that list a digest each, so that each is of its own kind. */
static char *digests_add(unsigned int count)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	(void)fputs(HEAD "exec:\n", stream);
	for (unsigned int i = 0; i < count; i++)
		(void)fprintf(stream, "  - {deny: run, sha256: '%064x'}\n", i);
	ck_assert_int_eq(fclose(stream), 0);
	return text;
}

#define CONNECT "  - {deny: connect, "
#define READ	"  - {deny: read, path: /a, "

/* What rules tell apart, and what that combines to. */
START_TEST(too_different)
{
	CLEANUP_FREE char *lengths = rules_add(HEAD "network:\n", CONNECT "to: '::/", "'", 66);
	CLEANUP_FREE char *protocols = rules_add(HEAD "network:\n", CONNECT "protocol: ", "", 257);
	CLEANUP_FREE char *addresses = rules_add(HEAD "network:\n", CONNECT "to: '10.0.", ".0/24'", 200);
	CLEANUP_FREE char *ports = rules_add(addresses, CONNECT "port: 1", "", 400);
	CLEANUP_FREE char *combined = rules_add(ports, CONNECT "protocol: ", "", 200);
	CLEANUP_FREE char *wide = rules_add(ports, CONNECT "protocol: [250, 251, 3", "]", 1);
	CLEANUP_FREE char *late = rules_add(wide, CONNECT "protocol: ", "", 200);
	CLEANUP_FREE char *locals = rules_add(HEAD "network:\n", "  - {deny: accept, at: '::", "'", 257);
	CLEANUP_FREE char *devices = rules_add(HEAD "file:\n", READ "device: '1:", "'", 400);
	CLEANUP_FREE char *enough = digests_add(63);
	CLEANUP_FREE char *contents = digests_add(64);
	CLEANUP_FREE char *fstypes = rules_add(devices, READ "fstype: t", "", 200);

	expect_at(lengths, 4 + 66, "IPv6 prefixes of more than 64 different lengths");
	expect_at(protocols, 4 + 257, "rules tell more than 256 protocols apart");
	expect_at(combined, 4 + 200 + 400 + 200,
		  "201 address classes, 401 port classes, 202 protocol classes and 1 classes of local "
		  "addresses combine in more than "
		  "8388608 ways");
	expect_at(late, 4 + 200 + 400 + 1,
		  "201 address classes, 401 port classes, 203 protocol classes and 1 classes of local "
		  "addresses combine in more than "
		  "8388608 ways");
	expect_at(locals, 4 + 257, "rules tell more than 256 kinds of local addresses ('at') apart");
	expect_compiles(enough);
	expect_at(contents, 4 + 64,
		  "the lists of 'sha256' tell 64 kinds of contents apart, and no more than 63 can be");
	expect_at(fstypes, 4 + 400 + 200,
		  "400 devices, 200 file system types and 0 kinds of contents make too many combinations");
}
END_TEST

START_TEST(special)
{
	expect_compiled(
		HEAD "file:\n  - {deny: read, path: /a, "
		     "fstype: a2345678901234567890123456789012345678901234567890}\n",
		false,
		"'a234567890123456789012345678901234567890…' is longer than a file system type's name");
	expect_compiled(HEAD "network:\n  - kill: all\n", false,
			"'all' refuses connections from the internet without ending the process");
	expect_compiled(
		HEAD "capability:\n  - {deny: sys_admin, errno: EACCES}\n", false,
		"'errno' of a capability rule has little effect: the kernel returns its own error, mostly "
		"EPERM, where a capability is missing");
}
END_TEST

START_TEST(name_of_ours)
{
	static const char text[] = "version: 1\npolicy: policyd-canary\nfile:\n  - {deny: read, path: /a}\n";
	CLEANUP(policy_set_free) struct policy_set set = {0};
	CLEANUP(diagnostics_clear) struct diagnostics diagnostics = {0};
	CLEANUP_FREE char *messages = NULL;

	ck_assert_int_eq(parse_text(&set, "t.yaml", text, strlen(text), &diagnostics), 0);
	ck_assert_int_eq(builtin_add(&set, &diagnostics), -EINVAL);
	messages = messages_of(&diagnostics);
	ck_assert_str_eq(messages, "t.yaml:2:9: error: the name 'policyd-canary' belongs to a policy of "
				   "policyd's own\n");
}
END_TEST

START_TEST(needs_report)
{
	static const struct {
		const char *key;
		const char *message;
	} cases[] = {
		{"learn: 1d", "t.yaml:5:3: error: 'learn' needs 'report'\n"},
		{"adopt: true", "t.yaml:5:3: error: 'adopt' needs 'report'\n"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(policy_set_free) struct policy_set set = {0};
		CLEANUP(diagnostics_clear) struct diagnostics diagnostics = {0};
		CLEANUP_FREE char *messages = NULL;
		char text[256];

		(void)snprintf(text, sizeof(text),
			       HEAD "anomaly:\n  %s\n  rate:\n    - {count: exec, over: 1s, limit: 1}\n",
			       cases[i].key);
		ck_assert_int_eq(parse_text(&set, "t.yaml", text, strlen(text), &diagnostics), -EINVAL);
		messages = messages_of(&diagnostics);
		ck_assert_str_eq(messages, cases[i].message);
	}
}
END_TEST

/* One file more than a directory may have, empty ones; one less is no error of this kind. */
START_TEST(too_many_files)
{
	char directory[] = "/tmp/policyd-files-XXXXXX";
	char expected[128];

	ck_assert_ptr_nonnull(mkdtemp(directory));
	(void)snprintf(expected, sizeof(expected),
		       "%s: error: more than 10000 policy files (limit 'files')\n", directory);
	for (int last = 0; last <= 10000; last += 10000) {
		CLEANUP(policy_set_free) struct policy_set set = {0};
		CLEANUP(diagnostics_clear) struct diagnostics diagnostics = {0};
		CLEANUP_FREE char *messages = NULL;

		for (int i = last ? 1 : 0; i <= last; i++) {
			char path[64];

			(void)snprintf(path, sizeof(path), "%s/%05d.yaml", directory, i);
			ck_assert_int_eq(mknod(path, S_IFREG | 0600, 0), 0);
		}
		(void)parse_directory(&set, directory, false, &diagnostics);
		messages = messages_of(&diagnostics);
		ck_assert_int_eq(strcmp(messages, expected) == 0, last == 10000);
	}
	for (int i = 0; i <= 10000; i++) {
		char path[64];

		(void)snprintf(path, sizeof(path), "%s/%05d.yaml", directory, i);
		ck_assert_int_eq(unlink(path), 0);
	}
	ck_assert_int_eq(rmdir(directory), 0);
}
END_TEST

static void on_test(void *data, const struct selftest *test)
{
	FILE *stream = data;

	(void)fprintf(stream, "%u: %s\n", test->at.line, *test->why ? test->why : "passed");
}

/* Why a policy's own test fails, or is not run. */
START_TEST(tests_that_fail)
{
	static const char text[] = HEAD "subject: {exe: /bin/a}\n"
					"default: {exec: deny}\n"
					"file:\n"
					"  - {deny: read, path: /secret, name: no-secret}\n"
					"tests:\n"
					"  - subject: {exe: /bin/a}\n"
					"    expect:\n"
					"      allow:\n"
					"        - file read /secret\n"
					"        - exec run /bin/sh\n"
					"        - file read /other\n"
					"      deny:\n"
					"        - file write /secret\n"
					"  - subject: {exe: /bin/b}\n"
					"    expect: {deny: [file read /secret]}\n"
					"---\n"
					"version: 1\n"
					"policy: off\n"
					"mode: disabled\n"
					"file: [{deny: read, path: /a}]\n"
					"tests:\n"
					"  - {subject: {exe: /bin/a}, expect: {deny: [file read /a]}}\n";
	struct compile_case compile_case;
	CLEANUP_FREE char *said = NULL;
	size_t size;
	FILE *stream = open_memstream(&said, &size);

	compile_case_begin(&compile_case, text, ROOT, false);
	ck_assert_int_eq(selftest_run(compile_case.compiled, compile_case.host, on_test, stream), 0);
	ck_assert_int_eq(fclose(stream), 0);
	ck_assert_str_eq(said, "12: denied by rule no-secret (line 7)\n"
			       "13: denied by the section's default\n"
			       "14: passed\n"
			       "16: allowed: no rule is about it\n"
			       "18: the policy does not apply to the process\n"
			       "25: the policy is disabled\n");
	compile_case_end(&compile_case);
}
END_TEST

/* A process that the host cannot have. */
START_TEST(unknown_user)
{
	CLEANUP(subject_text_clear) struct subject_text subject = {0};
	struct compile_case compile_case;
	CLEANUP_FREE char *error = NULL;
	uint32_t class;

	compile_case_begin(&compile_case, HEAD "file:\n  - {deny: read, path: /a}\n", ROOT, false);
	ck_assert_int_eq(subject_text_read(&subject, "exe=/bin/a,user=nemo"), 0);
	ck_assert_int_eq(
		query_subject(compile_case.compiled, compile_case.host, &subject.keys, &class, &error),
		-EINVAL);
	ck_assert_pstr_eq(error, "'nemo' is not known on this host");
	compile_case_end(&compile_case);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {too_many,	      special,	       name_of_ours, needs_report,
				      too_many_files, tests_that_fail, unknown_user, too_different};

	return tests_run("message", tests, ARRAY_SIZE(tests));
}
