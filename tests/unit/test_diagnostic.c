// SPDX-License-Identifier: Apache-2.0
/* Collecting, sorting, suggesting and printing messages. */
#include "parse_case.h"

START_TEST(lines_say_what_is_known_of_the_place)
{
	static const struct {
		struct location at;
		enum diagnostic_level level;
		const char *line;
	} cases[] = {
		{{"web.yaml", 17, 9}, DIAGNOSTIC_ERROR, "web.yaml:17:9: error: text"},
		{{"web.yaml", 17, 0}, DIAGNOSTIC_WARNING, "web.yaml:17: warning: text"},
		{{"web.yaml", 0, 0}, DIAGNOSTIC_NOTE, "web.yaml: note: text"},
		{{NULL, 0, 0}, DIAGNOSTIC_ERROR, "error: text"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(diagnostics_clear) struct diagnostics diagnostics = {0};
		CLEANUP_FREE char *line = NULL;

		diagnostic_add(&diagnostics, cases[i].level, cases[i].at, "%s", "text");
		line = diagnostic_line(&diagnostics.items[0]);
		ck_assert_str_eq(line, cases[i].line);
	}
}
END_TEST

START_TEST(file_names_and_texts_are_copied)
{
	CLEANUP(diagnostics_clear) struct diagnostics diagnostics = {0};
	char file[] = "a.yaml";
	char text[] = "text";

	diagnostic_add(&diagnostics, DIAGNOSTIC_ERROR, (struct location){file, 1, 1}, "%s", text);
	diagnostic_add(&diagnostics, DIAGNOSTIC_ERROR, (struct location){file, 2, 1}, "%s", text);
	file[0] = text[0] = 'x';
	ck_assert_str_eq(diagnostics.items[0].at.file, "a.yaml");
	ck_assert_str_eq(diagnostics.items[0].text, "text");
	ck_assert_ptr_eq(diagnostics.items[0].at.file, diagnostics.items[1].at.file);
}
END_TEST

START_TEST(too_many_are_counted)
{
	CLEANUP(diagnostics_clear) struct diagnostics diagnostics = {0};

	for (unsigned int i = 0; i < DIAGNOSTICS_MAX + 5; i++)
		diagnostic_add(&diagnostics, i % 2 ? DIAGNOSTIC_WARNING : DIAGNOSTIC_ERROR,
			       (struct location){"f", i, 1}, "n");
	ck_assert_uint_eq(diagnostics.count, DIAGNOSTICS_MAX);
	ck_assert_uint_eq(diagnostics.errors, DIAGNOSTICS_MAX / 2 + 3);
	ck_assert_uint_eq(diagnostics.warnings, DIAGNOSTICS_MAX / 2 + 2);
	ck_assert_uint_eq(diagnostics.dropped, 5);
}
END_TEST

START_TEST(texts_are_one_printable_line)
{
	static const struct {
		const char *text;
		const char *clean;
	} cases[] = {
		{"a\nb\tc", "a\\x0ab\\x09c"},
		{"\033[31m\177", "\\x1b[31m\\x7f"},
		{"\302\205", "\\xc2\\x85"},
		/* NOLINTNEXTLINE(misc-misleading-bidirectional): that is what is tested */
		{"\342\200\256 \342\201\246", "\\xe2\\x80\\xae \\xe2\\x81\\xa6"},
		{"\303\244 \342\202\254", "\303\244 \342\202\254"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(diagnostics_clear) struct diagnostics diagnostics = {0};

		diagnostic_add(&diagnostics, DIAGNOSTIC_ERROR, (struct location){0}, "%s", cases[i].text);
		ck_assert_str_eq(diagnostics.items[0].text, cases[i].clean);
	}
}
END_TEST

START_TEST(long_texts_are_cut_between_characters)
{
	CLEANUP(diagnostics_clear) struct diagnostics diagnostics = {0};
	char text[4096];

	memset(text, 'a', sizeof(text));
	for (size_t i = 999; i + 1 < sizeof(text); i += 2) {
		text[i] = '\303';
		text[i + 1] = '\244';
	}
	text[sizeof(text) - 1] = '\0';
	diagnostic_add(&diagnostics, DIAGNOSTIC_ERROR, (struct location){0}, "%s", text);
	ck_assert_uint_eq(strlen(diagnostics.items[0].text), 999 + 3);
	ck_assert_str_eq(diagnostics.items[0].text + 998, "a...");
}
END_TEST

START_TEST(nearest_is_near)
{
	static const char *const words[] = {"read", "write", "append", "create", "delete", "rename", "io"};
	static const struct {
		const char *word;
		const char *nearest;
	} cases[] = {
		{"wirte", "write"},   {"wrte", "write"},     {"Write", "write"}, {"reat", "read"},
		{"delet", "delete"},  {"creaet", "create"},  {"oi", NULL},	 {"i", NULL},
		{"frobnicate", NULL}, {"apendd", "append"},  {"", NULL},	 {"re", NULL},
		{"read", "read"},     {"renamed", "rename"},
	};
	char word[200];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *nearest = diagnostic_nearest(cases[i].word, words, ARRAY_SIZE(words));

		if (cases[i].nearest)
			ck_assert_msg(nearest && strcmp(nearest, cases[i].nearest) == 0, "%s: %s",
				      cases[i].word, nearest ? nearest : "none");
		else
			ck_assert_msg(!nearest, "%s: %s", cases[i].word, nearest);
	}
	memset(word, 'a', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	ck_assert_ptr_null(diagnostic_nearest(word, words, ARRAY_SIZE(words)));
}
END_TEST

START_TEST(sorting_keeps_equals_in_order)
{
	static const struct location places[] = {{"f", 3, 1}, {"f", 1, 5}, {"f", 3, 1}, {"f", 1, 2}};
	CLEANUP(diagnostics_clear) struct diagnostics diagnostics = {0};
	CLEANUP_FREE char *messages = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		diagnostic_add(&diagnostics, DIAGNOSTIC_ERROR, places[i], "%zu", i);
	diagnostics_sort(&diagnostics, 1);
	messages = messages_of(&diagnostics);
	ck_assert_str_eq(messages, "f:3:1: error: 0\nf:1:2: error: 3\nf:1:5: error: 1\nf:3:1: error: 2\n");
}
END_TEST

/* What diagnostic_print writes, malloc'ed. */
static char *printed(struct location at, const char *source, bool colour)
{
	CLEANUP(diagnostics_clear) struct diagnostics diagnostics = {0};
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	diagnostic_add(&diagnostics, DIAGNOSTIC_ERROR, at, "wrong");
	diagnostic_print(stream, &diagnostics.items[0], source, colour);
	(void)fclose(stream);
	return text;
}

START_TEST(printing_shows_the_line_and_a_caret)
{
	static const struct {
		struct location at;
		const char *source;
		const char *output;
	} cases[] = {
		{{"f", 2, 5}, "a\nbcd: e\n", "f:2:5: error: wrong\n    2 | bcd: e\n      |     ^\n"},
		{{"f", 1, 3},
		 "\303\244\303\244x\r\n",
		 "f:1:3: error: wrong\n    1 | \303\244\303\244x\n      |   ^\n"},
		{{"f", 1, 3}, "\ta\033b", "f:1:3: error: wrong\n    1 | \ta?b\n      | \t ^\n"},
		{{"f", 1, 1}, "\357\273\277a", "f:1:1: error: wrong\n    1 | a\n      | ^\n"},
		{{"f", 1, 9}, "ab", "f:1:9: error: wrong\n    1 | ab\n      |   ^\n"},
		{{"f", 3, 1}, "a\nb", "f:3:1: error: wrong\n"},
		{{"f", 0, 0}, "a\nb", "f: error: wrong\n"},
		{{"f", 1, 1}, NULL, "f:1:1: error: wrong\n"},
	};
	CLEANUP_FREE char *coloured = printed((struct location){"f", 1, 1}, "a", true);

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP_FREE char *output = printed(cases[i].at, cases[i].source, false);

		ck_assert_str_eq(output, cases[i].output);
	}
	ck_assert_str_eq(coloured, "\033[1mf:1:1: \033[0m\033[1;31merror:\033[0m wrong\n"
				   "    1 | a\n      | \033[1;32m^\033[0m\n");
}
END_TEST

START_TEST(printing_shows_a_part_of_a_long_line)
{
	CLEANUP_FREE char *source = malloc(1000001);
	CLEANUP_FREE char *output = NULL;

	memset(source, 'a', 1000000);
	source[1000000] = '\0';
	output = printed((struct location){"f", 1, 500000}, source, false);
	ck_assert_uint_lt(strlen(output), 400);
	ck_assert_ptr_nonnull(strstr(output, "^\n"));
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		lines_say_what_is_known_of_the_place,
		file_names_and_texts_are_copied,
		too_many_are_counted,
		texts_are_one_printable_line,
		long_texts_are_cut_between_characters,
		nearest_is_near,
		sorting_keeps_equals_in_order,
		printing_shows_the_line_and_a_caret,
		printing_shows_a_part_of_a_long_line,
	};

	return tests_run("diagnostic", tests, ARRAY_SIZE(tests));
}
