// SPDX-License-Identifier: Apache-2.0
/* Every limit gives an error that names it, and what is just within passes. */
#include "parse_case.h"

#define HEAD "version: 1\npolicy: p\n"

/* A text that repeats a part; "%u" in the part is the repetition's number. */
struct repetition {
	const char *limit;
	const char *head;
	const char *part;
	const char *tail;
	const char *message; /* of one part more than the limit */
};

static unsigned long limit_value(const char *name)
{
	for (size_t i = 0; i < parse_limit_count; i++)
		if (strcmp(parse_limits[i].name, name) == 0)
			return parse_limits[i].value;
	ck_abort_msg("no limit '%s'", name);
}

static char *repetition_text(const struct repetition *repetition, unsigned long count, size_t *ret_length)
{
	const char *number = strstr(repetition->part, "%u");
	char *text = NULL;
	FILE *stream = open_memstream(&text, ret_length);

	(void)fputs(repetition->head, stream);
	for (unsigned long i = 0; i < count; i++) {
		if (number)
			(void)fprintf(stream, "%.*s%lu%s", (int)(number - repetition->part), repetition->part,
				      i, number + 2);
		else
			(void)fputs(repetition->part, stream);
	}
	(void)fputs(repetition->tail, stream);
	(void)fclose(stream);
	return text;
}

static int repetition_parse(const struct repetition *repetition, unsigned long count, char **ret_messages)
{
	CLEANUP(policy_set_free) struct policy_set set = {0};
	CLEANUP(diagnostics_clear) struct diagnostics diagnostics = {0};
	CLEANUP_FREE char *text = NULL;
	size_t length;
	int r;

	text = repetition_text(repetition, count, &length);
	r = parse_text(&set, "t.yaml", text, length, &diagnostics);
	*ret_messages = messages_of(&diagnostics);
	return r;
}

static const struct repetition repetitions[] = {
	{"policies", "", "---\nversion: 1\npolicy: p%u\ndefault: {file: deny}\n", "",
	 "t.yaml:262146:1: error: more than 65536 policies (limit 'policies')\n"},
	{"list", HEAD "network:\n  - deny: connect\n    port: [1", ", 1", "]\n",
	 "t.yaml:5:11: error: more than 100000 values in a list (limit 'list')\n"},
	{"vars", HEAD "default: {file: deny}\nvars: {", "v%u: /x, ", "}\n",
	 "t.yaml:4:7: error: more than 1000 variables (limit 'vars')\n"},
	{"var-values", HEAD "file: [{deny: all, path: \"${a}\"}]\nvars: {a: [", "/x, ", "]}\n",
	 "t.yaml:4:11: error: more than 10000 values of a variable (limit 'var-values')\n"},
	{"rule-patterns", HEAD "file:\n  - deny: all\n    path: [", "/x, ", "]\n",
	 "t.yaml:5:11: error: more than 100000 path patterns in a rule (limit 'rule-patterns')\n"},
	{"text", HEAD "default: {file: deny}\ndescription: ", "x", "\n",
	 "t.yaml:4:14: error: more than 4096 bytes of text (limit 'text')\n"},
	{"tags", HEAD "default: {file: deny}\ntags: [", "x, ", "]\n",
	 "t.yaml:4:7: error: more than 64 tags (limit 'tags')\n"},
	{"rates", HEAD "anomaly:\n  rate:\n", "    - {count: exec, over: 1s, limit: 1}\n", "",
	 "t.yaml:5:5: error: more than 64 rates (limit 'rates')\n"},
	{"tests", HEAD "default: {file: deny}\ntests:\n", "  - {expect: {allow: file read /x}}\n", "",
	 "t.yaml:5:3: error: more than 10000 tests (limit 'tests')\n"},
	{"expectations", HEAD "default: {file: deny}\ntests:\n  - expect:\n      deny:\n",
	 "        - file read /x\n", "",
	 "t.yaml:7:9: error: more than 10000 operations in a test (limit 'expectations')\n"},
	{"pattern-length", HEAD "file:\n  - deny: all\n    path: \"/{a,b}", "?", "\"\n", NULL},
	{"depth", HEAD "description: ", "[", "]\n", NULL},
	{"anchors", HEAD "description: [", "&a%u x, ", "]\n", NULL},
	{"name", "version: 1\ndefault: {file: deny}\npolicy: ", "x", "\n", NULL},
};

START_TEST(one_more_is_too_many)
{
	for (size_t i = 0; i < ARRAY_SIZE(repetitions); i++) {
		const struct repetition *repetition = &repetitions[i];
		CLEANUP_FREE char *messages = NULL;
		int r;

		r = repetition_parse(repetition, limit_value(repetition->limit) + 1, &messages);
		ck_assert_msg(r == -EINVAL, "%s", repetition->limit);
		if (repetition->message)
			ck_assert_str_eq(messages, repetition->message);
	}
}
END_TEST

START_TEST(the_limit_itself_passes)
{
	for (size_t i = 0; i < ARRAY_SIZE(repetitions); i++) {
		const struct repetition *repetition = &repetitions[i];
		CLEANUP_FREE char *messages = NULL;
		unsigned long count = limit_value(repetition->limit);

		/* Not for what has a value before its repetitions, or other errors. */
		if (!repetition->message && strcmp(repetition->limit, "name") != 0)
			continue;
		if (strcmp(repetition->limit, "list") == 0)
			count--;
		ck_assert_msg(repetition_parse(repetition, count, &messages) == 0, "%s: %s",
			      repetition->limit, messages);
	}
}
END_TEST

START_TEST(rules_are_counted_over_all_policies)
{
	static const struct repetition rules = {NULL,
						"version: 1\npolicy: a\nfile: [{deny: all}]\n---\n" HEAD
						"base: &r {deny: all}\nfile: [",
						"*r,", "]\n", NULL};
	CLEANUP_FREE char *messages = NULL;

	ck_assert_int_eq(repetition_parse(&rules, limit_value("rules"), &messages), -EINVAL);
	ck_assert_str_eq(messages,
			 "t.yaml:6:9: error: more than 1000000 rules in all policies (limit 'rules')\n"
			 "t.yaml:7:1: error: unknown key 'base' in policy\n");
}
END_TEST

START_TEST(products_of_variables_are_counted)
{
	CLEANUP(policy_set_free) struct policy_set set = {0};
	CLEANUP(diagnostics_clear) struct diagnostics diagnostics = {0};
	CLEANUP_FREE char *messages = NULL;
	static const char text[] = HEAD
		"vars: {a: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], b: ['0', '1', '2', '3', '4', '5', '6', '7']}\n"
		"file:\n  - deny: all\n    path: /${b}${b}${b}${b}${b}${b}\n";

	ck_assert_int_eq(parse_text(&set, "t.yaml", TEXT(text), &diagnostics), -EINVAL);
	messages = messages_of(&diagnostics);
	ck_assert_ptr_nonnull(strstr(
		messages,
		"t.yaml:6:11: error: more than 100000 path patterns in a rule (limit 'rule-patterns')\n"));
}
END_TEST

START_TEST(patterns_are_counted_over_all_policies)
{
	static const struct repetition patterns = {
		NULL, HEAD "vars: {a: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']}\nfile:\n",
		"  - {deny: all, path: \"/%u${a}${a}${a}${a}${a}\"}\n", "", NULL};
	CLEANUP_FREE char *messages = NULL;

	ck_assert_int_eq(repetition_parse(&patterns, 21, &messages), -EINVAL);
	ck_assert_str_eq(messages,
			 "t.yaml:25:23: error: more than 2000000 path patterns in all policies (limit "
			 "'patterns')\n");
}
END_TEST

START_TEST(long_patterns_and_files)
{
	static const struct repetition pattern = {NULL, HEAD "vars: {a: '/", "x",
						  "'}\nfile:\n  - deny: all\n    path: ${a}${a}${a}\n", NULL};
	CLEANUP(policy_set_free) struct policy_set set = {0};
	CLEANUP(diagnostics_clear) struct diagnostics diagnostics = {0};
	CLEANUP_FREE char *messages = NULL;
	CLEANUP_FREE char *size_messages = NULL;

	ck_assert_int_eq(repetition_parse(&pattern, 2000, &messages), -EINVAL);
	ck_assert_str_eq(
		messages,
		"t.yaml:6:11: error: the pattern is longer than 4096 bytes (limit 'pattern-length')\n");
	ck_assert_int_eq(parse_text(&set, "t.yaml", "", limit_value("file-size") + 1, &diagnostics), -EINVAL);
	size_messages = messages_of(&diagnostics);
	ck_assert_str_eq(size_messages,
			 "t.yaml: error: more than 67108864 bytes in a file (limit 'file-size')\n");
}
END_TEST

START_TEST(errors_are_counted_beyond_their_limit)
{
	static const struct repetition errors = {NULL, HEAD "file:\n", "  - deny: wirte\n", "", NULL};
	CLEANUP(policy_set_free) struct policy_set set = {0};
	CLEANUP(diagnostics_clear) struct diagnostics diagnostics = {0};
	CLEANUP_FREE char *text = NULL;
	size_t length;

	text = repetition_text(&errors, 100000, &length);
	ck_assert_int_eq(parse_text(&set, "t.yaml", text, length, &diagnostics), -EINVAL);
	ck_assert_uint_eq(diagnostics.count, limit_value("errors"));
	ck_assert_uint_eq(diagnostics.errors, 100000);
	ck_assert_uint_eq(diagnostics.dropped, 100000 - limit_value("errors"));
}
END_TEST

START_TEST(limits_are_described)
{
	for (size_t i = 0; i < parse_limit_count; i++) {
		ck_assert_ptr_nonnull(parse_limits[i].name);
		ck_assert_ptr_nonnull(parse_limits[i].what);
		ck_assert_uint_gt(parse_limits[i].value, 0);
	}
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		one_more_is_too_many,
		the_limit_itself_passes,
		rules_are_counted_over_all_policies,
		products_of_variables_are_counted,
		patterns_are_counted_over_all_policies,
		long_patterns_and_files,
		errors_are_counted_beyond_their_limit,
		limits_are_described,
	};

	return tests_run("parse limit", tests, ARRAY_SIZE(tests));
}
