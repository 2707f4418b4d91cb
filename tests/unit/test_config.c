// SPDX-License-Identifier: Apache-2.0
#include <check.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "config.h"
#include "tokenizer.h"
#include "unit.h"
#include "util.h"

static int parse(struct config *config, const char *text, struct diagnostics *diagnostics)
{
	return config_parse(config, NULL, "policyd.yaml", text, strlen(text), diagnostics);
}

/* Text of the only error of a configuration. */
static void expect_error(const char *text, const char *line)
{
	CLEANUP(config_free) struct config config = {};
	CLEANUP(diagnostics_clear) struct diagnostics diagnostics = {};
	CLEANUP_FREE char *found = NULL;

	ck_assert_int_eq(config_init(&config), 0);
	ck_assert_int_eq(parse(&config, text, &diagnostics), -EINVAL);
	ck_assert_uint_eq(diagnostics.count, 1);
	found = diagnostic_line(&diagnostics.items[0]);
	ck_assert_str_eq(found, line);
}

START_TEST(defaults)
{
	CLEANUP(config_free) struct config config = {};

	ck_assert_int_eq(config_init(&config), 0);
	ck_assert_str_eq(config.policy_dir, "/etc/policyd/policy.d");
	ck_assert(config.pin);
	ck_assert_uint_eq(config.ring_size, 8 << 20);
	ck_assert_uint_eq(config.canary_interval, 10000000000ULL);
	ck_assert_uint_eq(config.output_count, 1);
	ck_assert_str_eq(config.outputs[0].url, "/dev/log");
}
END_TEST

START_TEST(values)
{
	CLEANUP(config_free) struct config config = {};
	CLEANUP(diagnostics_clear) struct diagnostics diagnostics = {};

	ck_assert_int_eq(config_init(&config), 0);
	ck_assert_int_eq(parse(&config,
			       "policy_dir: /tmp/p\npin: false\nlog_level: debug\nring_size: 1MiB\n"
			       "merge_window: 0\ncanary_interval: 500ms\nunresolved: audit\n"
			       "outputs:\n  - {name: a, url: 'udp://10.0.0.1:514', format: cef}\n"
			       "  - {name: b, url: 'file:/var/log/p', queue: 64KiB}\n",
			       &diagnostics),
			 0);
	ck_assert_str_eq(config.policy_dir, "/tmp/p");
	ck_assert(!config.pin);
	ck_assert(config.audit_unresolved);
	ck_assert_uint_eq(config.ring_size, 1 << 20);
	ck_assert_uint_eq(config.merge_window, 0);
	ck_assert_uint_eq(config.canary_interval, 500000000ULL);
	ck_assert_uint_eq(config.output_count, 2);
	ck_assert_str_eq(config.outputs[0].format, "cef");
	ck_assert_uint_eq(config.outputs[1].queue, 65536);
}
END_TEST

START_TEST(empty)
{
	CLEANUP(config_free) struct config config = {};
	CLEANUP(diagnostics_clear) struct diagnostics diagnostics = {};

	ck_assert_int_eq(config_init(&config), 0);
	ck_assert_int_eq(parse(&config, "", &diagnostics), 0);
	ck_assert_int_eq(parse(&config, "# nothing\n", &diagnostics), 0);
	ck_assert_int_eq(parse(&config, "outputs: []\n", &diagnostics), 0);
	ck_assert_uint_eq(config.output_count, 0);
}
END_TEST

START_TEST(errors)
{
	expect_error("policy_dri: /x\n",
		     "policyd.yaml:1:1: error: unknown key 'policy_dri' (did you mean 'policy_dir'?)");
	expect_error("ring_size: 3MiB\n",
		     "policyd.yaml:1:12: error: bad value '3MiB' of 'ring_size': a power of two is expected");
	expect_error("policy_dir: etc\n",
		     "policyd.yaml:1:13: error: bad value 'etc' of 'policy_dir': an absolute "
		     "path is expected");
	expect_error(
		"ingress: a/b\n",
		"policyd.yaml:1:10: error: bad value 'a/b' of 'ingress': names of network interfaces are "
		"expected, separated by commas");
	expect_error(
		"unresolved: allow\n",
		"policyd.yaml:1:13: error: bad value 'allow' of 'unresolved': deny or audit is expected");
	expect_error("pin: [true]\n", "policyd.yaml:1:6: error: 'pin' takes one value");
	expect_error("outputs: {name: x}\n", "policyd.yaml:1:10: error: 'outputs' is a list");
	expect_error("outputs: [{name: x}]\n", "policyd.yaml:1:11: error: an output needs 'name' and 'url'");
	expect_error("outputs: [{name: '', url: /dev/log}]\n",
		     "policyd.yaml:1:11: error: an output needs 'name' and 'url'");
	expect_error("outputs:\n  - {name: x, url: /dev/log}\n  - {name: x, url: 'udp://10.0.0.1:514'}\n",
		     "policyd.yaml:3:5: error: another output has this name");
	expect_error("outputs: [{name: x, url: /dev/log, formta: json}]\n",
		     "policyd.yaml:1:36: error: unknown key 'formta' of an output (did you mean 'format'?)");
	expect_error("outputs:\n  - {name: x, url: /dev/log, queue: 4095}\n",
		     "policyd.yaml:2:37: error: '4095' is too small for a queue: at least 4KiB is expected");
	expect_error("outputs:\n  - {name: x, url: /dev/log, queue: 0}\n",
		     "policyd.yaml:2:37: error: '0' is too small for a queue: at least 4KiB is expected");
	expect_error("outputs:\n  - {name: x, url: /dev/log, queue: 8MB}\n",
		     "policyd.yaml:2:37: error: a size such as 8MiB is expected");
	expect_error("- x\n", "policyd.yaml:1:1: error: settings are a mapping, not a list");
}
END_TEST

START_TEST(printed_is_read)
{
	CLEANUP(config_free) struct config config = {};
	CLEANUP(config_free) struct config again = {};
	CLEANUP(diagnostics_clear) struct diagnostics diagnostics = {};
	CLEANUP_FREE char *first = NULL;
	CLEANUP_FREE char *second = NULL;
	size_t first_size, second_size;
	FILE *stream;

	ck_assert_int_eq(config_init(&config), 0);
	ck_assert_int_eq(config_init(&again), 0);
	ck_assert_int_eq(config_set(&config, "merge_window", "90s"), 0);
	ck_assert_int_eq(config_set(&config, "no_such", "1"), -ENOENT);
	stream = open_memstream(&first, &first_size);
	config_print(&config, stream);
	ck_assert_int_eq(fclose(stream), 0);
	ck_assert_int_eq(config_parse(&again, NULL, "printed", first, first_size, &diagnostics), 0);
	stream = open_memstream(&second, &second_size);
	config_print(&again, stream);
	ck_assert_int_eq(fclose(stream), 0);
	ck_assert_str_eq(first, second);
	ck_assert_uint_eq(again.merge_window, 90000000000ULL);
}
END_TEST

START_TEST(file_of_others)
{
	char path[] = "/tmp/policyd-config-XXXXXX";
	CLEANUP_CLOSE int fd = mkstemp(path);
	CLEANUP(config_free) struct config config = {};
	CLEANUP(diagnostics_clear) struct diagnostics diagnostics = {};

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(config_init(&config), 0);
	ck_assert_int_eq(fchmod(fd, 0666), 0);
	ck_assert_int_eq(config_read(&config, NULL, path, true, &diagnostics), -EINVAL);
	ck_assert_int_eq(config_read(&config, NULL, path, false, &diagnostics), 0);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(config_read(&config, NULL, path, false, &diagnostics), -ENOENT);
}
END_TEST

/* Who may exchange the file may write it. */
START_TEST(directory_of_others)
{
	char folder[] = "/tmp/policyd-config-XXXXXX";
	CLEANUP_FREE char *path = NULL, *link = NULL, *line = NULL, *expected = NULL;
	CLEANUP_CLOSE int fd = -1;
	CLEANUP(config_free) struct config config = {};
	CLEANUP(diagnostics_clear) struct diagnostics diagnostics = {};

	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_gt(asprintf(&path, "%s/policyd.yaml", folder), 0);
	ck_assert_int_gt(asprintf(&link, "%s.link", folder), 0);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(symlink(path, link), 0);
	ck_assert_int_eq(config_init(&config), 0);
	ck_assert_int_eq(config_read(&config, NULL, path, true, &diagnostics), 0);
	ck_assert_int_eq(config_read(&config, NULL, link, true, &diagnostics), 0);
	ck_assert_int_eq(chmod(folder, 0777), 0);
	ck_assert_int_eq(config_read(&config, NULL, path, true, &diagnostics), -EINVAL);
	ck_assert_int_gt(asprintf(&expected,
				  "%s: error: not trusted: '%s' above it can be written by its group", path,
				  folder),
			 0);
	line = diagnostic_line(&diagnostics.items[0]);
	ck_assert_str_eq(line, expected);
	/* What a link leads to is what counts. */
	ck_assert_int_eq(config_read(&config, NULL, link, true, &diagnostics), -EINVAL);
	ck_assert_int_eq(config_read(&config, NULL, path, false, &diagnostics), 0);
	ck_assert_int_eq(unlink(link), 0);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

/* As the daemon does it: the text is read by another process. */
START_TEST(read_elsewhere)
{
	static const char good[] = "ring_size: 1MiB\n", bad[] = "ring_size: 1MiB\nring: [\n";
	CLEANUP(config_free) struct config config = {};
	CLEANUP(diagnostics_clear) struct diagnostics diagnostics = {};
	CLEANUP_FREE char *here = NULL, *there = NULL;
	struct tokenizer *tokenizer;

	ck_assert_int_eq(config_init(&config), 0);
	ck_assert_int_eq(tokenizer_new(CONFINE_KILL, &tokenizer), 0);
	ck_assert_int_eq(config_parse(&config, tokenizer, "f", good, strlen(good), &diagnostics), 0);
	ck_assert_uint_eq(config.ring_size, 1 << 20);
	ck_assert_int_eq(config_parse(&config, tokenizer, "f", bad, strlen(bad), &diagnostics), -EINVAL);
	ck_assert_int_eq(config_parse(&config, NULL, "f", bad, strlen(bad), &diagnostics), -EINVAL);
	ck_assert_uint_eq(diagnostics.count, 2);
	there = diagnostic_line(&diagnostics.items[0]);
	here = diagnostic_line(&diagnostics.items[1]);
	ck_assert_str_eq(there, here);
	tokenizer_free(tokenizer);
}
END_TEST

START_TEST(units)
{
	char text[UNIT_TEXT_SIZE];
	uint64_t value = 7;

	ck_assert_int_eq(unit_parse_duration("10", &value), -EINVAL);
	ck_assert_int_eq(unit_parse_duration("s", &value), -EINVAL);
	ck_assert_int_eq(unit_parse_duration("10 s", &value), -EINVAL);
	ck_assert_int_eq(unit_parse_duration("-1s", &value), -EINVAL);
	ck_assert_int_eq(unit_parse_duration("99999999999999d", &value), -ERANGE);
	ck_assert_int_eq(unit_parse_size("99999999999999999999999", &value), -ERANGE);
	ck_assert_uint_eq(value, 7);
	ck_assert_int_eq(unit_parse_duration("0", &value), 0);
	ck_assert_uint_eq(value, 0);
	ck_assert_int_eq(unit_parse_size("12", &value), 0);
	ck_assert_uint_eq(value, 12);
	unit_format_duration(1500000000ULL, text);
	ck_assert_str_eq(text, "1500ms");
	unit_format_size(3 << 10, text);
	ck_assert_str_eq(text, "3KiB");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("config");
	TCase *tests = tcase_create("config");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tests);
	tcase_add_test(tests, defaults);
	tcase_add_test(tests, values);
	tcase_add_test(tests, empty);
	tcase_add_test(tests, errors);
	tcase_add_test(tests, printed_is_read);
	tcase_add_test(tests, file_of_others);
	tcase_add_test(tests, directory_of_others);
	tcase_add_test(tests, read_elsewhere);
	tcase_add_test(tests, units);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
