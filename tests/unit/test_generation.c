// SPDX-License-Identifier: Apache-2.0
/*
 * What an earlier daemon left in force becomes known again, as what it was; and what cannot be known stays
 * so.
 */
#include <check.h>
#include <signal.h>
#include <sys/stat.h>

#include "fake_loader.h"
#include "folder.h"
#include "reload.h"

static char directory[64];
static char state[96];
static struct loader *loader;
static struct guard guard;
static struct reload reload;

#define HEAD "version: 1\npolicy: web\nmode: enforce\nsubject: {exe: /usr/bin/true}\nfile:\n"

static const char first[] = HEAD "  - {deny: read, path: /etc/shadow}\n";
static const char commented[] = "# comment\n" HEAD "  - {deny: read, path: /etc/shadow}\n";
static const char other[] =
	HEAD "  - {deny: write, path: /etc/group}\n  - {deny: read, path: /etc/gshadow}\n";

static void put(const char *text)
{
	folder_put(directory, "a.yaml", text);
}

static void reload_begin(void)
{
	reload = (struct reload){.directory = directory, .guard = &guard};
	ck_assert_int_eq(guard_open(&guard, state, directory, "boot"), 0);
}

static void setup(void)
{
	const struct loader_options options = {};
	char *error = NULL;

	(void)signal(SIGIO, SIG_IGN);
	(void)snprintf(directory, sizeof(directory), "/tmp/policyd-generation-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(directory));
	(void)snprintf(state, sizeof(state), "%s/state", directory);
	ck_assert_int_eq(mkdir(state, 0700), 0);
	ck_assert_int_eq(loader_open(&options, &loader, &error), 0);
	reload_begin();
}

static void reload_end(void)
{
	reload_clear(&reload);
	guard_clear(&guard);
}

static void teardown(void)
{
	reload_end();
	loader_close(loader);
	free(fake.lines);
	folder_remove(directory);
}

static void publish(const char *text)
{
	put(text);
	ck_assert_int_eq(reload_run(&reload, loader, false), RELOAD_PUBLISHED);
}

/* Another daemon, and what the first left in the kernel. */
static void restart(void)
{
	reload_end();
	reload_begin();
}

/* The rule that explains an event of the generation, as it stood then. */
static void expect_rule(uint64_t number, const char *object, uint32_t line)
{
	const struct generation *generation = reload_generation(&reload, number);
	const struct policy *policy;
	char path[96];

	ck_assert_ptr_nonnull(generation);
	policy = policy_set_find(&generation->set, "web");
	ck_assert_ptr_nonnull(policy);
	ck_assert_str_eq(policy->rules[0].object.path.items[0].text, object);
	(void)snprintf(path, sizeof(path), "%s/a.yaml", directory);
	ck_assert_str_eq(policy->rules[0].at.file, path);
	ck_assert_uint_eq(policy->rules[0].at.line, line);
}

START_TEST(nothing_is_live)
{
	ck_assert_int_eq(reload_adopt(&reload, loader), 0);
	ck_assert_ptr_null(reload.generations[0]);
}
END_TEST

START_TEST(not_confirmed)
{
	publish(first);
	restart();
	ck_assert_int_eq(reload_adopt(&reload, loader), 1);
	expect_rule(1, "/etc/shadow", 6);
	ck_assert_int_eq(reload_run(&reload, loader, true), RELOAD_PUBLISHED);
	expect_rule(1, "/etc/shadow", 6);
	expect_rule(2, "/etc/shadow", 6);
}
END_TEST

START_TEST(confirmed)
{
	publish(other);
	publish(first);
	ck_assert_int_eq(guard_confirm(&guard), 0);
	restart();
	ck_assert_int_eq(reload_adopt(&reload, loader), 1);
	expect_rule(2, "/etc/shadow", 6);
	ck_assert_ptr_null(reload_generation(&reload, 1));
}
END_TEST

/* The files say something else by now: also a line more, which the image does not show. */
START_TEST(changed_meanwhile)
{
	publish(first);
	put(commented);
	restart();
	ck_assert_int_eq(reload_adopt(&reload, loader), 1);
	expect_rule(1, "/etc/shadow", 6);
	ck_assert_int_eq(reload_run(&reload, loader, true), RELOAD_PUBLISHED);
	expect_rule(1, "/etc/shadow", 6);
	expect_rule(2, "/etc/shadow", 7);
	put(other);
	restart();
	ck_assert_int_eq(reload_adopt(&reload, loader), 1);
	expect_rule(2, "/etc/shadow", 7);
	ck_assert_int_eq(reload_run(&reload, loader, true), RELOAD_PUBLISHED);
	expect_rule(3, "/etc/group", 6);
}
END_TEST

/* Also where the set before, which is the good one, makes the same image but for the source. */
START_TEST(not_the_set_before)
{
	publish(first);
	ck_assert_int_eq(guard_confirm(&guard), 0);
	publish(commented);
	put(other);
	restart();
	ck_assert_int_eq(reload_adopt(&reload, loader), 1);
	expect_rule(2, "/etc/shadow", 7);
}
END_TEST

START_TEST(broken_meanwhile)
{
	publish(first);
	put("version: 1\npolicy: web\nfile:\n  - {deny: raed, path: /a}\n");
	restart();
	ck_assert_int_eq(reload_adopt(&reload, loader), 1);
	ck_assert_int_eq(reload_run(&reload, loader, true), RELOAD_REJECTED);
	expect_rule(1, "/etc/shadow", 6);
}
END_TEST

START_TEST(without_a_copy)
{
	reload.guard = NULL;
	publish(first);
	restart();
	ck_assert_int_eq(reload_adopt(&reload, loader), 1);
	expect_rule(1, "/etc/shadow", 6);
	put(commented);
	restart();
	ck_assert_int_eq(reload_adopt(&reload, loader), 0);
	ck_assert_ptr_null(reload_generation(&reload, 1));
}
END_TEST

/* The same files that make another image: a mode that was changed by hand, other users, another compiler. */
START_TEST(another_image)
{
	publish(first);
	fake.lines[fake.line_count - 1].w[0] ^= 1;
	restart();
	ck_assert_int_eq(reload_adopt(&reload, loader), 0);
	ck_assert_ptr_null(reload.generations[0]);
	ck_assert_int_eq(reload_run(&reload, loader, true), RELOAD_PUBLISHED);
	ck_assert_ptr_null(reload_generation(&reload, 1));
	expect_rule(2, "/etc/shadow", 6);
}
END_TEST

START_TEST(copy_that_others_could_write)
{
	publish(first);
	put(other);
	ck_assert_int_eq(chmod(guard.candidate_path, 0755), 0);
	restart();
	ck_assert_int_eq(reload_adopt(&reload, loader), 0);
	ck_assert_ptr_null(reload_generation(&reload, 1));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("generation");
	TCase *tests = tcase_create("generation");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tests);
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, nothing_is_live);
	tcase_add_test(tests, not_confirmed);
	tcase_add_test(tests, confirmed);
	tcase_add_test(tests, changed_meanwhile);
	tcase_add_test(tests, not_the_set_before);
	tcase_add_test(tests, broken_meanwhile);
	tcase_add_test(tests, without_a_copy);
	tcase_add_test(tests, another_image);
	tcase_add_test(tests, copy_that_others_could_write);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
