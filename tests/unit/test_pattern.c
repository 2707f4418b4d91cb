/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "pattern.h"
#include "util.h"

/* Writes alternatives as text: literals and globs as they are, ANY as '+', DEEP as '#'. */
struct shown {
	char text[4096];
};

static void token_show(struct shown *shown, const unsigned char *token)
{
	size_t length = strlen(shown->text);
	char byte = '%';

	if (*token == GLOB_BYTE)
		byte = (char)token[1];
	else if (*token == GLOB_ANY)
		byte = '?';
	else if (*token == GLOB_STAR)
		byte = '*';
	(void)snprintf(shown->text + length, sizeof(shown->text) - length, "%c", byte);
}

static int pattern_show(void *data, const struct pattern *pattern)
{
	struct shown *shown = data;

	for (size_t i = 0; i < pattern->count; i++) {
		const struct component *component = &pattern->components[i];
		size_t length = strlen(shown->text);

		(void)snprintf(shown->text + length, sizeof(shown->text) - length, "/%.*s%s",
			       component->kind == COMPONENT_LITERAL ? (int)component->length : 0,
			       (const char *)component->bytes,
			       component->kind == COMPONENT_ANY	   ? "+"
			       : component->kind == COMPONENT_DEEP ? "#"
								   : "");
		for (size_t t = 0; component->kind == COMPONENT_GLOB && t < component->length;
		     t += glob_token_size(component->bytes + t))
			token_show(shown, component->bytes + t);
	}
	strncat(shown->text, " ", sizeof(shown->text) - strlen(shown->text) - 1);
	return 0;
}

static const struct {
	const char *text;
	enum pattern_kind kind;
	const char *shown; /* or the error */
} cases[] = {
	{"/etc/passwd", PATTERN_FILE, "/etc/passwd "},
	{"//etc/./passwd", PATTERN_FILE, "/etc/passwd "},
	{"/", PATTERN_FILE, "/# "},
	{"/.", PATTERN_FILE, " "},
	{"/etc/", PATTERN_FILE, "/etc/# "},
	{"/etc/**", PATTERN_FILE, "/etc/+/# "},
	{"/etc/**/x", PATTERN_FILE, "/etc/#/x "},
	{"/**/**/x", PATTERN_FILE, "/#/x "},
	{"/etc/*", PATTERN_FILE, "/etc/+ "},
	{"/etc/*.conf", PATTERN_FILE, "/etc/*.conf "},
	{"/a**b", PATTERN_FILE, "/a*b /a*/#/*b "},
	{"/**b", PATTERN_FILE, "/*b /+/#/*b "},
	{"/a**", PATTERN_FILE, "/a* /a*/#/+ "},
	{"/a/***/b", PATTERN_FILE, "/a/#/b "},
	{"/a[0-9]?\\*", PATTERN_FILE, "/a%?* "},
	{"/\\{a\\}", PATTERN_FILE, "/{a} "},
	{"/{a,b/{c,d}}/x", PATTERN_FILE, "/a/x /b/c/x /b/d/x "},
	{"/[{,}]", PATTERN_FILE, "/% "},
	{"memfd:a/b", PATTERN_FILE, "/a/b "},
	{"memfd:*", PATTERN_FILE, "/+ "},
	{"memfd:**x", PATTERN_FILE, "/*x "},
	{"pipe:", PATTERN_FILE, " "},
	{"unmapped:/**", PATTERN_FILE, "/+/# "},
	{"@a/b", PATTERN_UNIX, "/a/b "},
	{"etc/passwd", PATTERN_FILE, "the pattern must begin with '/'"},
	{"@a", PATTERN_FILE, "the pattern must begin with '/'"},
	{"a", PATTERN_UNIX, "the pattern must begin with '/' or '@'"},
	{"/a/../b", PATTERN_FILE, "'..' is not allowed in a pattern"},
	{"/{a", PATTERN_FILE, "'{' is not closed; write '\\{' for the byte itself"},
	{"/a}", PATTERN_FILE, "'}' without '{'; write '\\}' for the byte itself"},
	{"/[a", PATTERN_FILE, "'[' is not closed; write '\\[' for the byte itself"},
	{"/[/]", PATTERN_FILE, "'[/]' matches no byte"},
	{"/[z-a]", PATTERN_FILE, "the range in '[z-a]' ends before it begins"},
	{"/a\\", PATTERN_FILE, "'\\' at the end of the pattern"},
	{"/a\\/b", PATTERN_FILE, "'\\/' matches nothing: no name holds '/'"},
	{"pipe:x", PATTERN_FILE, "nothing may follow 'pipe:' and 'socket:'"},
	{"/{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}", PATTERN_FILE,
	 "the pattern expands to more than 4096 alternatives"},
};

START_TEST(test_pattern_cases)
{
	struct shown shown = {""};
	char error[256] = "";
	int r = pattern_parse(cases[_i].text, cases[_i].kind, pattern_show, &shown, error, sizeof(error));

	ck_assert_int_eq(r, *error ? -EINVAL : 0);
	ck_assert_str_eq(*error ? error : shown.text, cases[_i].shown);
}
END_TEST

START_TEST(test_pattern_limits)
{
	char text[PATTERN_LENGTH_MAX + 8];
	struct shown shown = {""};
	char error[256] = "";

	memset(text, 'a', sizeof(text));
	text[0] = '/';
	text[257] = '\0';
	ck_assert_int_eq(pattern_parse(text, PATTERN_FILE, pattern_show, &shown, error, sizeof(error)),
			 -EINVAL);
	ck_assert_str_eq(error, "a component longer than 255 bytes matches nothing");
	text[256] = '\0';
	ck_assert_int_eq(pattern_parse(text, PATTERN_FILE, pattern_show, &shown, error, sizeof(error)), 0);
	text[256] = 'a';
	text[257] = 'a';
	text[sizeof(text) - 1] = '\0';
	ck_assert_int_eq(pattern_parse(text, PATTERN_FILE, pattern_show, &shown, error, sizeof(error)),
			 -EINVAL);
	ck_assert_str_eq(error, "the pattern is longer than 4096 bytes");
}
END_TEST

START_TEST(test_pattern_braces_limit)
{
	char text[256] = "/";
	struct shown shown = {""};
	char error[256] = "";

	for (int i = 0; i <= PATTERN_BRACES_MAX; i++)
		strncat(text, "{a}", sizeof(text) - strlen(text) - 1);
	ck_assert_int_eq(pattern_parse(text, PATTERN_FILE, pattern_show, &shown, error, sizeof(error)),
			 -EINVAL);
	ck_assert_str_eq(error, "more than 64 pairs of braces in one pattern");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("pattern");
	TCase *all = tcase_create("pattern");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(all, test_pattern_cases, 0, ARRAY_SIZE(cases));
	tcase_add_test(all, test_pattern_limits);
	tcase_add_test(all, test_pattern_braces_limit);
	suite_add_tcase(suite, all);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
