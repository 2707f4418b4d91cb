// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "command.h"
#include "json_text.h"
#include "selftest.h"
#include "source.h"
#include "util.h"

static const char help[] =
	"policyctl test - run the tests inside policies\n"
	"\n"
	"Usage: policyctl test [OPTION]... FILE|DIR...\n"
	"\n"
	"The tests run with the decision code that the kernel runs. Each is about its own policy, as if that "
	"were\n"
	"enforced. Needs no privileges and no daemon.\n"
	"\n"
	"  --host FILE  facts of another host, as for policyctl check\n"
	"  --tap        output for test harnesses (TAP)\n"
	"  --json       one JSON object\n"
	"  --help       this text\n"
	"\n"
	"Exit status: 0 all passed, 1 some failed or the files are not valid, 2 could not be run.\n"
	"\n"
	"Example: policyctl test --tap /usr/share/policyd/policies\n";

enum style { STYLE_TEXT, STYLE_TAP, STYLE_JSON };

struct results {
	enum style style;
	unsigned int counts[SELFTEST_STATE_COUNT];
	json_t *list;
};

static unsigned int results_sum(const struct results *results)
{
	unsigned int sum = 0;

	for (size_t i = 0; i < SELFTEST_STATE_COUNT; i++)
		sum += results->counts[i];
	return sum;
}

static void print_text(const struct selftest *test)
{
	if (test->state != SELFTEST_FAILED)
		return;
	(void)printf("%s:%u:%u: test of policy '%s' failed: '%s' must be %s: %s\n", test->at.file,
		     test->at.line, test->at.column, test->policy->name, command_clean(test->operation),
		     test->allow ? "allowed" : "denied", command_clean(test->why));
}

static void print_tap(const struct selftest *test, unsigned int number)
{
	(void)printf("%sok %u - %s: %s %s%s\n", test->state == SELFTEST_FAILED ? "not " : "", number,
		     test->policy->name, test->allow ? "allow" : "deny", command_clean(test->operation),
		     test->state == SELFTEST_SKIPPED ? " # SKIP" : "");
	if (test->why[0])
		(void)printf("# %s:%u: %s\n", test->at.file, test->at.line, command_clean(test->why));
}

static void add_json(json_t *list, const struct selftest *test)
{
	(void)json_array_append_new(
		list, json_pack("{s:o,s:o,s:b,s:s,s:o,s:o,s:i}", "policy", json_text(test->policy->name),
				"operation", json_text(test->operation), "allow", (int)test->allow, "state",
				selftest_state_name(test->state), "why", json_text(test->why), "file",
				json_text(test->at.file), "line", (int)test->at.line));
}

static void on_test(void *data, const struct selftest *test)
{
	struct results *results = data;

	results->counts[test->state]++;
	if (results->style == STYLE_TAP)
		print_tap(test, results_sum(results));
	else if (results->style == STYLE_JSON)
		add_json(results->list, test);
	else
		print_text(test);
}

static enum status report(struct results *results)
{
	enum status status = results->counts[SELFTEST_FAILED] ? STATUS_NO : STATUS_GOOD;

	if (results->style == STYLE_JSON)
		return command_print_json(
			json_pack("{s:i,s:i,s:i,s:O}", "passed", (int)results->counts[SELFTEST_PASSED],
				  "failed", (int)results->counts[SELFTEST_FAILED], "skipped",
				  (int)results->counts[SELFTEST_SKIPPED], "tests", results->list),
			status);
	if (results->style == STYLE_TAP)
		(void)printf("1..%u\n", results_sum(results));
	else
		(void)printf("%u passed, %u failed, %u skipped\n", results->counts[SELFTEST_PASSED],
			     results->counts[SELFTEST_FAILED], results->counts[SELFTEST_SKIPPED]);
	return command_finish(status);
}

static void results_clear(struct results *results)
{
	json_decref(results->list);
}

static enum status test(char *const *paths, int count, const char *host, enum style style)
{
	CLEANUP(source_clear) struct source source = {};
	CLEANUP(results_clear) struct results results = {.style = style, .list = json_array()};
	int r = source_parse(&source, paths, count);

	if (r == 0)
		r = source_compile(&source, host);
	source_print(&source, stderr, command_colour(stderr));
	if (r == -EINVAL)
		return STATUS_NO;
	if (r == 0)
		r = selftest_run(source.compiled, source.host, on_test, &results);
	if (r < 0)
		return command_fail("test", "cannot run the tests: %s", strerror(-r));
	return report(&results);
}

enum status command_test(int argc, char **argv)
{
	static const struct option options[] = {
		{"host", required_argument, NULL, 'H'},
		{"tap", no_argument, NULL, 't'},
		{"json", no_argument, NULL, 'j'},
		COMMAND_HELP_OPTION,
		{0},
	};
	enum style style = STYLE_TEXT;
	const char *host = NULL;
	enum status status;
	int option;

	while ((option = command_option(argc, argv, options, help, &status)) != -1) {
		if (option == -2)
			return status;
		style = option == 't' ? STYLE_TAP : option == 'j' ? STYLE_JSON : style;
		host = option == 'H' ? optarg : host;
	}
	if (optind == argc)
		return command_fail("test", "no file or directory given; see policyctl test --help");
	return test(argv + optind, argc - optind, host, style);
}
