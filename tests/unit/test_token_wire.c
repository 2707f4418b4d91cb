// SPDX-License-Identifier: Apache-2.0
/*
 * Tokens from a process that was taken over: whatever it sends, nothing but an error comes of it.
 */
#include <sys/socket.h>
#include <unistd.h>

#include "json_token.h"
#include "parse_case.h"
#include "token_wire.h"
#include "yaml_tree.h"

#define LIMIT 1000

/* A source that has got these bytes and the end. */
static struct token_source *source_of(const void *bytes, size_t length)
{
	struct token_source *source = NULL;
	int pair[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	ck_assert_int_eq(write(pair[1], bytes, length), length);
	(void)close(pair[1]);
	ck_assert_int_eq(token_wire_new(pair[0], LIMIT, &source), 0);
	return source;
}

/* A source that has got these tokens and the end. */
static struct token_source *source_of_tokens(const struct token *tokens, size_t count)
{
	static struct token_writer writer;
	struct token_source *source = NULL;
	int pair[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	writer.fd = pair[1];
	for (size_t i = 0; i < count; i++)
		ck_assert_int_eq(token_write(&writer, &tokens[i]), 0);
	ck_assert_int_eq(token_write_flush(&writer), 0);
	(void)close(pair[1]);
	ck_assert_int_eq(token_wire_new(pair[0], LIMIT, &source), 0);
	return source;
}

/* One token on the wire: kind, flags, lengths of text, tag and anchor, then the bytes. */
static int sent(uint8_t kind, uint8_t flags, const uint32_t lengths[3], const char *bytes, size_t length)
{
	CLEANUP_TOKEN_SOURCE struct token_source *source = NULL;
	unsigned char wire[256] = {kind, flags};
	struct token token;

	memcpy(wire + 12, lengths, 12);
	memcpy(wire + 24, bytes, length);
	source = source_of(wire, 24 + length);
	return token_source_next(source, &token);
}

START_TEST(bytes)
{
	static const uint32_t none[3] = {0}, one[3] = {1}, two[3] = {2}, huge[3] = {UINT32_MAX, 0, 0};
	static const uint32_t tag[3] = {0, 1, 0};

	ck_assert_int_eq(sent(TOKEN_SCALAR, 2, one, TEXT("a\0")), 0);
	ck_assert_int_eq(sent(TOKEN_SCALAR, 2, none, TEXT("\0")), 0);
	ck_assert_int_eq(sent(TOKEN_SCALAR, 2, one, TEXT("a")), -EIO);		 /* cut off */
	ck_assert_int_eq(sent(TOKEN_SCALAR, 2, one, TEXT("ab")), -EBADMSG);	 /* no NUL */
	ck_assert_int_eq(sent(TOKEN_SCALAR, 0, none, TEXT("")), -EBADMSG);	 /* no text */
	ck_assert_int_eq(sent(TOKEN_SCALAR, 2, two, TEXT("\xc3(\0")), -EBADMSG); /* not UTF-8 */
	ck_assert_int_eq(sent(TOKEN_SCALAR, 2, two, TEXT("\xc3\xa9\0")), 0);
	ck_assert_int_eq(sent(TOKEN_SCALAR, 2, huge, TEXT("a\0")), -EBADMSG);
	ck_assert_int_eq(sent(TOKEN_LIST, 0, tag, TEXT("")), -EBADMSG); /* a length without its text */
	ck_assert_int_eq(sent(TOKEN_LIST, 4, tag, TEXT("t\0")), 0);
	ck_assert_int_eq(sent(TOKEN_KIND_COUNT, 0, none, TEXT("")), -EBADMSG);
	ck_assert_int_eq(sent(TOKEN_LIST, 16, none, TEXT("")), -EBADMSG);
}
END_TEST

#define T(token_kind)                                                                                        \
	{                                                                                                    \
		.kind = (token_kind)                                                                         \
	}
#define SCALAR(word)                                                                                         \
	{                                                                                                    \
		.kind = TOKEN_SCALAR, .text = (word), .length = sizeof(word) - 1                             \
	}
#define ALIAS(word)                                                                                          \
	{                                                                                                    \
		.kind = TOKEN_ALIAS, .text = (word), .length = sizeof(word) - 1                              \
	}
#define TOKENS(...) (const struct token[]){__VA_ARGS__}, ARRAY_SIZE(((const struct token[]){__VA_ARGS__}))

static void yaml_reader_cleanup(struct yaml_reader **reader)
{
	yaml_reader_free(*reader);
}

/* What reading documents gives, until the last or an error. */
static int yaml_read(const struct token *tokens, size_t count)
{
	CLEANUP(yaml_reader_cleanup) struct yaml_reader *reader = NULL;
	CLEANUP(diagnostics_clear) struct diagnostics diagnostics = {0};
	int r;

	ck_assert_int_eq(yaml_reader_new("f", source_of_tokens(tokens, count), 100, &diagnostics, &reader),
			 0);
	do {
		CLEANUP(yaml_tree_free) struct yaml_tree tree = {0};

		r = yaml_reader_next(reader, &tree);
		if (r == 0 && !tree.root)
			return 0;
	} while (r == 0);
	ck_assert_uint_eq(diagnostics.errors, 1);
	return r;
}

START_TEST(yaml_nesting)
{
	static const struct token anchored = {.kind = TOKEN_SCALAR, .text = "a", .length = 1, .anchor = "x"};

	ck_assert_int_eq(
		yaml_read(TOKENS(T(TOKEN_DOCUMENT), SCALAR("a"), T(TOKEN_DOCUMENT_END), T(TOKEN_END))), 0);
	ck_assert_int_eq(yaml_read(TOKENS(T(TOKEN_DOCUMENT), T(TOKEN_CLOSE))), -EINVAL);
	ck_assert_int_eq(yaml_read(TOKENS(T(TOKEN_DOCUMENT), T(TOKEN_DOCUMENT_END))), -EINVAL);
	ck_assert_int_eq(yaml_read(TOKENS(T(TOKEN_DOCUMENT), T(TOKEN_LIST), T(TOKEN_DOCUMENT_END))), -EINVAL);
	ck_assert_int_eq(
		yaml_read(TOKENS(T(TOKEN_DOCUMENT), SCALAR("a"), SCALAR("b"), T(TOKEN_DOCUMENT_END))),
		-EINVAL);
	ck_assert_int_eq(yaml_read(TOKENS(T(TOKEN_DOCUMENT), T(TOKEN_MAPPING), SCALAR("a"), T(TOKEN_CLOSE))),
			 -EINVAL);
	ck_assert_int_eq(yaml_read(TOKENS(T(TOKEN_CLOSE))), -EINVAL);
	/* An anchor is gone with its document. */
	ck_assert_int_eq(yaml_read(TOKENS(T(TOKEN_DOCUMENT), anchored, T(TOKEN_DOCUMENT_END), ALIAS("x"),
					  T(TOKEN_DOCUMENT_END))),
			 -EINVAL);
	/* The stream ends without its end. */
	ck_assert_int_eq(yaml_read(TOKENS(T(TOKEN_DOCUMENT), SCALAR("a"))), -EINVAL);
}
END_TEST

static int json_read(const struct token *tokens, size_t count)
{
	CLEANUP_TOKEN_SOURCE struct token_source *source = source_of_tokens(tokens, count);
	json_t *json = NULL;
	int r = json_token_read(source, &json);

	json_decref(json);
	return r;
}

START_TEST(json_nesting)
{
	static const struct token word = {.kind = TOKEN_SCALAR, .plain = true, .text = "word", .length = 4};
	struct token deep[JSON_TOKEN_DEPTH + 1];

	ck_assert_int_eq(json_read(TOKENS(SCALAR("a"), T(TOKEN_END))), 0);
	ck_assert_int_eq(json_read(TOKENS(T(TOKEN_END))), -EBADMSG);
	ck_assert_int_eq(json_read(TOKENS(SCALAR("a"), SCALAR("b"), T(TOKEN_END))), -EBADMSG);
	ck_assert_int_eq(json_read(TOKENS(T(TOKEN_LIST), T(TOKEN_END))), -EBADMSG);
	ck_assert_int_eq(json_read(TOKENS(T(TOKEN_CLOSE))), -EBADMSG);
	ck_assert_int_eq(json_read(TOKENS(T(TOKEN_MAPPING), SCALAR("a"), T(TOKEN_CLOSE))), -EBADMSG);
	ck_assert_int_eq(json_read(TOKENS(T(TOKEN_MAPPING), T(TOKEN_LIST))), -EBADMSG);
	ck_assert_int_eq(json_read(TOKENS(T(TOKEN_MAPPING), SCALAR("a"), SCALAR("1"), SCALAR("a"))),
			 -EBADMSG);
	ck_assert_int_eq(json_read(TOKENS(ALIAS("x"))), -EBADMSG);
	ck_assert_int_eq(json_read(TOKENS(word)), -EBADMSG);
	ck_assert_int_eq(json_read(TOKENS(SCALAR("a"))), -EIO);
	for (size_t i = 0; i < ARRAY_SIZE(deep); i++)
		deep[i] = (struct token){.kind = TOKEN_LIST};
	ck_assert_int_eq(json_read(deep, ARRAY_SIZE(deep)), -EBADMSG);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {bytes, yaml_nesting, json_nesting};

	return tests_run("token_wire", tests, ARRAY_SIZE(tests));
}
