// SPDX-License-Identifier: Apache-2.0
/*
 * Texts read by other processes: the same tokens as here, and what happens to those processes is told.
 */
#include <check.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "child.h"
#include "json_token.h"
#include "parse_case.h"
#include "tokenizer.h"

/* Sanitizers make calls of their own. */
#ifdef __SANITIZE_ADDRESS__
#define ACTION CONFINE_OFF
#else
#define ACTION CONFINE_KILL
#endif

static struct tokenizer *tokenizer;

static void start(void)
{
	ck_assert_int_eq(tokenizer_new(ACTION, &tokenizer), 0);
}

static void stop(void)
{
	tokenizer_free(TAKE_PTR(tokenizer));
}

static void text_same(const char *ours, const char *theirs)
{
	ck_assert_int_eq(!ours, !theirs);
	if (ours)
		ck_assert_str_eq(ours, theirs);
}

static void token_same(const struct token *ours, const struct token *theirs)
{
	ck_assert_int_eq(ours->kind, theirs->kind);
	ck_assert_int_eq(ours->plain, theirs->plain);
	ck_assert_uint_eq(ours->line, theirs->line);
	ck_assert_uint_eq(ours->column, theirs->column);
	ck_assert_uint_eq(ours->length, theirs->length);
	text_same(ours->text, theirs->text);
	text_same(ours->tag, theirs->tag);
	text_same(ours->anchor, theirs->anchor);
}

/* Reads the text in this process and in another, and compares. Returns the number of tokens. */
static size_t tokens_same(enum token_language language, const char *text, size_t length)
{
	CLEANUP_TOKEN_SOURCE struct token_source *ours = NULL;
	CLEANUP_TOKEN_SOURCE struct token_source *theirs = NULL;
	struct token a, b;
	size_t count = 0;

	ck_assert_int_eq(token_source_new(language, text, length, &ours), 0);
	ck_assert_int_eq(tokenizer_open(tokenizer, language, text, length, &theirs), 0);
	do {
		ck_assert_int_eq(token_source_next(ours, &a), 0);
		ck_assert_int_eq(token_source_next(theirs, &b), 0);
		token_same(&a, &b);
		count++;
	} while (a.kind != TOKEN_END && a.kind != TOKEN_ERROR);
	return count;
}

START_TEST(yaml_text)
{
	static const char text[] = "a: &x [1, 'two', !!str three]\nb: *x\n---\n- \"\\0\"\n- |\n  long\n";

	ck_assert_uint_eq(tokens_same(TOKEN_YAML, TEXT(text)), 19);
	ck_assert_uint_eq(tokens_same(TOKEN_YAML, TEXT("")), 1);
	ck_assert_uint_eq(tokens_same(TOKEN_YAML, TEXT("a: [\n")), 5);
	ck_assert_uint_eq(tokens_same(TOKEN_YAML, TEXT("a: \xff")), 1);
	ck_assert_uint_eq(tokens_same(TOKEN_YAML, TEXT("\xef\xbb\xbf"
						       "a:\n\t- b")),
			  4);
}
END_TEST

START_TEST(json_text)
{
	static const char text[] = "{\"a\": [1, -2.5, true, null, {\"\": \"\\u00e9\"}], \"b\": false}";

	ck_assert_uint_eq(tokens_same(TOKEN_JSON, TEXT(text)), 18);
	ck_assert_uint_eq(tokens_same(TOKEN_JSON, TEXT("{\"a\":1,\"a\":2}")), 1);
	ck_assert_uint_eq(tokens_same(TOKEN_JSON, TEXT("")), 1);
}
END_TEST

/* Tokens that fill more than what is sent at once. */
START_TEST(long_text)
{
	size_t length = 3000000;
	CLEANUP_FREE char *text = malloc(length);

	ck_assert_ptr_nonnull(text);
	for (size_t i = 0; i < length; i++)
		text[i] = i % 100 == 0 ? ',' : 'x';
	memcpy(text, "a: [", 4);
	text[length - 1] = ']';
	ck_assert_uint_eq(tokens_same(TOKEN_YAML, text, length), 30008);
}
END_TEST

static char *told;

static void tell(void *data, const char *why)
{
	*(int *)data += 1;
	free(told);
	told = strdup(why);
}

/* Of a language that there is not. */
START_TEST(child_ends)
{
	CLEANUP_TOKEN_SOURCE struct token_source *source = NULL;
	struct token token;
	int failures = 0, r;

	tokenizer_set_report(tokenizer, tell, &failures);
	ck_assert_int_eq(tokenizer_open(tokenizer, TOKEN_LANGUAGE_COUNT, TEXT("a"), &source), 0);
	r = token_source_next(source, &token);
	ck_assert_int_eq(r, -EIO);
	ck_assert_str_eq(source->why, "it ended with status 1");
	ck_assert_str_eq(told, source->why);
	ck_assert_int_eq(failures, 1);
	free(TAKE_PTR(told));
	ck_assert_int_eq(token_source_next(source, &token), -EIO);
	/* The next text has a child of its own. */
	ck_assert_uint_eq(tokens_same(TOKEN_YAML, TEXT("a: 1")), 7);
}
END_TEST

/* Nobody waits for a source that is given up early. */
START_TEST(given_up)
{
	static const char text[] = "a: [1, 2, 3]";
	struct token_source *source = NULL;
	struct token token;

	ck_assert_int_eq(tokenizer_open(tokenizer, TOKEN_YAML, TEXT(text), &source), 0);
	ck_assert_int_eq(token_source_next(source, &token), 0);
	token_source_free(source);
	ck_assert_uint_eq(tokens_same(TOKEN_YAML, TEXT(text)), 11);
}
END_TEST

START_TEST(policies)
{
	CLEANUP(diagnostics_clear) struct diagnostics diagnostics = {0};
	CLEANUP(policy_set_free) struct policy_set set = {.tokenizer = tokenizer};
	static const char good[] = "version: 1\npolicy: a\nfile: [{deny: read, path: /a}]\n";
	static const char bad[] = "version: 1\npolicy: b\nfile: [{deny: read, path: /a}\n";

	ck_assert_int_eq(parse_text(&set, "good.yaml", TEXT(good), &diagnostics), 0);
	ck_assert_uint_eq(set.count, 1);
	ck_assert_int_eq(parse_text(&set, "bad.yaml", TEXT(bad), &diagnostics), -EINVAL);
	ck_assert_uint_eq(diagnostics.count, 1);
	ck_assert_uint_eq(diagnostics.items[0].at.line, 4);
}
END_TEST

START_TEST(requests)
{
	static const char text[] = "{\"request\":\"apply\",\"confirm\":60,\"list\":[1.5,true,null,\"x\"]}";
	json_t *request = NULL;
	char *dumped, *why = NULL;

	ck_assert_int_eq(json_token_load(tokenizer, TEXT(text), &request, &why), 0);
	dumped = json_dumps(request, JSON_COMPACT | JSON_PRESERVE_ORDER);
	ck_assert_str_eq(dumped, text);
	free(dumped);
	json_decref(TAKE_PTR(request));
	ck_assert_int_eq(json_token_load(tokenizer, TEXT("{\"a\":"), &request, &why), -EINVAL);
	ck_assert_int_eq(json_token_load(tokenizer, TEXT("{\"a\":1,\"a\":1}"), &request, &why), -EINVAL);
	ck_assert_ptr_null(request);
	ck_assert_ptr_null(why);
}
END_TEST

/* The helper is the only child of this process. */
START_TEST(helper_ends)
{
	CLEANUP_TOKEN_SOURCE struct token_source *source = NULL;
	CLEANUP(diagnostics_clear) struct diagnostics diagnostics = {0};
	CLEANUP(policy_set_free) struct policy_set set = {.tokenizer = tokenizer};
	pid_t pid = child_first(getpid());

	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	ck_assert_int_eq(tokenizer_open(tokenizer, TOKEN_YAML, TEXT("a"), &source), -EPIPE);
	ck_assert_int_eq(parse_text(&set, "a.yaml", TEXT("version: 1"), &diagnostics), -EINVAL);
	ck_assert_uint_eq(diagnostics.count, 1);
	ck_assert_str_eq(diagnostics.items[0].text,
			 "cannot be read: the process that reads it cannot be started: Broken pipe");
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		yaml_text, json_text, long_text, child_ends, given_up, policies, requests, helper_ends,
	};

	return tests_run_with("tokenizer", tests, ARRAY_SIZE(tests), start, stop);
}
