// SPDX-License-Identifier: Apache-2.0
#include <check.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

#include "fake_loader.h"
#include "folder.h"
#include "reload.h"

static char directory[64];
static struct loader *loader;
static struct reload reload;

static const char good[] = "version: 1\npolicy: web\nmode: enforce\nsubject: {exe: /usr/bin/true}\n"
			   "file:\n  - {deny: read, path: /etc/shadow}\n";
static const char other[] = "version: 1\npolicy: web\nmode: enforce\nsubject: {exe: /usr/bin/true}\n"
			    "file:\n  - {deny: read, path: /etc/gshadow}\n";
static const char bad[] = "version: 1\npolicy: web\nfile:\n  - {deny: raed, path: /etc/shadow}\n";

static const char *path_of(const char *name)
{
	static char path[128];

	(void)snprintf(path, sizeof(path), "%s/%s", directory, name);
	return path;
}

static void put(const char *name, const char *text)
{
	folder_put(directory, name, text);
}

static void setup(void)
{
	const struct loader_options options = {};
	char *error = NULL;

	(void)signal(SIGIO, SIG_IGN);
	(void)snprintf(directory, sizeof(directory), "/tmp/policyd-reload-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(directory));
	ck_assert_int_eq(loader_open(&options, &loader, &error), 0);
	reload = (struct reload){.directory = directory};
}

static void teardown(void)
{
	reload_clear(&reload);
	loader_close(loader);
	folder_remove(directory);
}

START_TEST(publishes)
{
	put("a.yaml", good);
	ck_assert_int_eq(reload_run(&reload, loader, false), RELOAD_PUBLISHED);
	ck_assert_uint_eq(fake.generation, 1);
	ck_assert_ptr_nonnull(policy_set_find(&reload.generations[0]->set, "web"));
	ck_assert_ptr_eq(reload_generation(&reload, 1), reload.generations[0]);
	ck_assert_ptr_null(reload_generation(&reload, 2));
}
END_TEST

START_TEST(goes_on_from_the_kernel)
{
	fake.generation = 41;
	put("a.yaml", good);
	ck_assert_int_eq(reload_run(&reload, loader, false), RELOAD_PUBLISHED);
	ck_assert_uint_eq(fake.generation, 42);
}
END_TEST

START_TEST(unchanged)
{
	put("a.yaml", good);
	ck_assert_int_eq(reload_run(&reload, loader, false), RELOAD_PUBLISHED);
	ck_assert_int_eq(reload_run(&reload, loader, false), RELOAD_UNCHANGED);
	ck_assert_uint_eq(fake.published, 1);
	ck_assert_int_eq(reload_run(&reload, loader, true), RELOAD_PUBLISHED);
	/* Lines of rules move with a comment, so the model has to. */
	put("a.yaml", "# comment\nversion: 1\npolicy: web\n");
	ck_assert_int_eq(reload_run(&reload, loader, false), RELOAD_PUBLISHED);
}
END_TEST

START_TEST(error_keeps_what_runs)
{
	put("a.yaml", good);
	ck_assert_int_eq(reload_run(&reload, loader, false), RELOAD_PUBLISHED);
	put("a.yaml", bad);
	ck_assert_int_eq(reload_run(&reload, loader, false), RELOAD_REJECTED);
	ck_assert_uint_eq(fake.published, 1);
	ck_assert_uint_eq(reload.diagnostics.errors, 1);
	ck_assert_uint_eq(reload.rejections, 1);
	ck_assert_uint_eq(reload.generations[0]->number, 1);
	put("a.yaml", other);
	ck_assert_int_eq(reload_run(&reload, loader, false), RELOAD_PUBLISHED);
	ck_assert_uint_eq(reload.diagnostics.errors, 0);
	ck_assert_uint_eq(fake.generation, 2);
}
END_TEST

START_TEST(publishing_fails)
{
	put("a.yaml", good);
	fake.publish_result = -ENOMEM;
	ck_assert_int_eq(reload_run(&reload, loader, false), RELOAD_REJECTED);
	ck_assert_str_eq(reload.error, "the kernel has no memory left");
	ck_assert_ptr_null(reload.generations[0]);
	fake.publish_result = 0;
	ck_assert_int_eq(reload_run(&reload, loader, false), RELOAD_PUBLISHED);
	ck_assert_ptr_null(reload.error);
}
END_TEST

START_TEST(no_directory)
{
	ck_assert_int_eq(rmdir(directory), 0);
	ck_assert_int_eq(reload_run(&reload, loader, false), RELOAD_REJECTED);
	ck_assert_ptr_nonnull(strstr(reload.error, directory));
	ck_assert_int_eq(reload_publish_empty(&reload, loader), 0);
	ck_assert_uint_eq(fake.generation, 1);
	ck_assert_ptr_nonnull(reload.error);
	ck_assert_int_eq(reload.outcome, RELOAD_REJECTED);
}
END_TEST

START_TEST(untrusted_file)
{
	put("a.yaml", good);
	ck_assert_int_eq(chmod(path_of("a.yaml"), 0666), 0);
	reload.trusted = true;
	ck_assert_int_eq(reload_run(&reload, loader, false), RELOAD_REJECTED);
	ck_assert_uint_ge(reload.diagnostics.errors, 1);
}
END_TEST

START_TEST(file_being_written)
{
	CLEANUP_CLOSE int fd = -1;

	put("a.yaml", good);
	fd = open(path_of("b.yaml"), O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(reload_run(&reload, loader, false), RELOAD_WAITING);
	ck_assert_ptr_nonnull(strstr(reload.error, "b.yaml"));
	ck_assert_int_eq(close(TAKE_FD(fd)), 0);
	ck_assert_int_eq(unlink(path_of("b.yaml")), 0);
	ck_assert_int_eq(reload_run(&reload, loader, false), RELOAD_PUBLISHED);
}
END_TEST

START_TEST(own_tests)
{
	static const char passing[] =
		"tests:\n  - subject: {exe: /usr/bin/true}\n"
		"    expect: {deny: [file read /etc/shadow], allow: [file read /etc/passwd]}\n";
	static const char failing[] = "tests:\n  - subject: {exe: /usr/bin/true}\n"
				      "    expect: {allow: [file read /etc/shadow]}\n";
	char text[1024];

	(void)snprintf(text, sizeof(text), "%s%s", good, passing);
	put("a.yaml", text);
	ck_assert_int_eq(reload_run(&reload, loader, false), RELOAD_PUBLISHED);
	(void)snprintf(text, sizeof(text), "%s%s", good, failing);
	put("a.yaml", text);
	ck_assert_int_eq(reload_run(&reload, loader, false), RELOAD_REJECTED);
	ck_assert_uint_eq(reload.diagnostics.errors, 1);
	ck_assert_str_eq(
		reload.diagnostics.items[0].text,
		"test of policy 'web' failed: 'file read /etc/shadow' must be allowed: denied by rule "
		"file[0] (line 6)");
}
END_TEST

START_TEST(history)
{
	for (uint64_t i = 1; i <= RELOAD_HISTORY + 2; i++) {
		put("a.yaml", i % 2 ? good : other);
		ck_assert_int_eq(reload_run(&reload, loader, false), RELOAD_PUBLISHED);
	}
	ck_assert_ptr_null(reload_generation(&reload, 2));
	for (uint64_t i = 3; i <= RELOAD_HISTORY + 2; i++)
		ck_assert_uint_eq(reload_generation(&reload, i)->number, i);
}
END_TEST

START_TEST(checks)
{
	put("a.yaml", good);
	ck_assert_int_eq(reload_check(&reload), 0);
	put("a.yaml", bad);
	ck_assert_int_eq(reload_check(&reload), -EINVAL);
	ck_assert_uint_eq(reload.diagnostics.errors, 1);
	ck_assert_uint_eq(fake.published, 0);
}
END_TEST

/* Of the sanitizer's own allocator; glibc's figure counts what its thread cache keeps for later. */
size_t sanitizer_bytes(void) __asm__("__sanitizer_get_current_allocated_bytes") __attribute__((weak));

static size_t bytes_in_use(void)
{
	return sanitizer_bytes ? sanitizer_bytes() : 0;
}

static size_t descriptors_in_use(void)
{
	DIR *open_files = opendir("/proc/self/fd");
	size_t count = 0;

	ck_assert_ptr_nonnull(open_files);
	while (readdir(open_files))
		count++;
	(void)closedir(open_files);
	return count;
}

/* One round comes back to where it began: two sets published, one rejected, one that cannot be published. */
static void round_of_reloads(void)
{
	put("a.yaml", other);
	ck_assert_int_eq(reload_run(&reload, loader, false), RELOAD_PUBLISHED);
	put("a.yaml", bad);
	ck_assert_int_eq(reload_run(&reload, loader, false), RELOAD_REJECTED);
	put("a.yaml", good);
	fake.publish_result = -ENOMEM;
	ck_assert_int_eq(reload_run(&reload, loader, false), RELOAD_REJECTED);
	fake.publish_result = 0;
	ck_assert_int_eq(reload_run(&reload, loader, false), RELOAD_PUBLISHED);
}

START_TEST(level_over_many)
{
	size_t bytes, descriptors;

	for (int i = 0; i < RELOAD_HISTORY; i++)
		round_of_reloads();
	bytes = bytes_in_use();
	descriptors = descriptors_in_use();
	for (int i = 0; i < 250; i++)
		round_of_reloads();
	ck_assert_uint_eq(descriptors_in_use(), descriptors);
	/* Less than a byte for each reload: nothing of one stays. */
	ck_assert_uint_lt(bytes_in_use(), bytes + 1000);
}
END_TEST

/* A guard with its state beside the policies; `good` is published and confirmed. */
static void guard_begin(struct guard *guard)
{
	char state[96];

	(void)snprintf(state, sizeof(state), "%s/state", directory);
	ck_assert_int_eq(mkdir(state, 0700), 0);
	ck_assert_int_eq(guard_open(guard, state, directory, "boot"), 0);
	reload.guard = guard;
	put("a.yaml", good);
	ck_assert_int_eq(reload_run(&reload, loader, false), RELOAD_PUBLISHED);
	ck_assert_int_eq(guard_confirm(guard), 0);
}

/* From memory, however many sets came since, and although the files are gone. */
START_TEST(returns_to_the_good_set)
{
	CLEANUP(guard_clear) struct guard guard = {};
	char text[256];

	guard_begin(&guard);
	for (int i = 0; i < 2 * RELOAD_HISTORY; i++) {
		(void)snprintf(text, sizeof(text), "version: 1\npolicy: p%d\n", i);
		put("a.yaml", text);
		ck_assert_int_eq(reload_run(&reload, loader, false), RELOAD_PUBLISHED);
	}
	ck_assert_int_eq(unlink(path_of("a.yaml")), 0);
	ck_assert_int_eq(reload_return(&reload, loader, guard.good.fingerprint + 1), -ENOENT);
	ck_assert_int_eq(reload_return(&reload, loader, guard.good.fingerprint), 0);
	ck_assert_uint_eq(fake.generation, 2 + 2 * RELOAD_HISTORY);
	ck_assert_uint_eq(reload.generations[0]->number, fake.generation);
	ck_assert_ptr_nonnull(policy_set_find(&reload.generations[0]->set, "web"));
	ck_assert(!guard.candidate.known);
	ck_assert_int_eq(reload_return(&reload, loader, guard.good.fingerprint), 0);
	ck_assert_uint_eq(fake.generation, 2 + 2 * RELOAD_HISTORY);
}
END_TEST

START_TEST(returns_not)
{
	CLEANUP(guard_clear) struct guard guard = {};

	guard_begin(&guard);
	put("a.yaml", other);
	ck_assert_int_eq(reload_run(&reload, loader, false), RELOAD_PUBLISHED);
	fake.publish_result = -ENOMEM;
	ck_assert_int_eq(reload_return(&reload, loader, guard.good.fingerprint), -ENOMEM);
	ck_assert_str_eq(reload.error, "the kernel has no memory left");
	ck_assert_uint_eq(reload.generations[0]->number, 2);
	ck_assert_uint_eq(reload.generations[1]->number, 1);
	ck_assert(guard.candidate.known);
	fake.publish_result = 0;
	ck_assert_int_eq(reload_return(&reload, loader, guard.good.fingerprint), 0);
	ck_assert_uint_eq(fake.generation, 3);
}
END_TEST

/* A set that is not published leaves the one in force to be confirmed. */
START_TEST(guard_and_failures)
{
	CLEANUP(guard_clear) struct guard guard = {};
	uint64_t live;

	guard_begin(&guard);
	put("a.yaml", other);
	ck_assert_int_eq(reload_run(&reload, loader, false), RELOAD_PUBLISHED);
	live = guard.candidate.fingerprint;
	put("a.yaml", bad);
	ck_assert_int_eq(reload_run(&reload, loader, false), RELOAD_REJECTED);
	fake.publish_result = -ENOMEM;
	put("a.yaml", "version: 1\npolicy: third\n");
	ck_assert_int_eq(reload_run(&reload, loader, false), RELOAD_REJECTED);
	ck_assert(guard.candidate.known && guard.copied);
	ck_assert_uint_eq(guard.candidate.fingerprint, live);
	ck_assert_int_eq(guard_confirm(&guard), 0);
	ck_assert_uint_eq(guard.good.fingerprint, live);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("reload");
	TCase *tests = tcase_create("reload");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tests);
	tcase_set_timeout(tests, 120);
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, publishes);
	tcase_add_test(tests, goes_on_from_the_kernel);
	tcase_add_test(tests, unchanged);
	tcase_add_test(tests, error_keeps_what_runs);
	tcase_add_test(tests, publishing_fails);
	tcase_add_test(tests, no_directory);
	tcase_add_test(tests, untrusted_file);
	tcase_add_test(tests, file_being_written);
	tcase_add_test(tests, own_tests);
	tcase_add_test(tests, history);
	tcase_add_test(tests, checks);
	tcase_add_test(tests, level_over_many);
	tcase_add_test(tests, returns_to_the_good_set);
	tcase_add_test(tests, returns_not);
	tcase_add_test(tests, guard_and_failures);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
