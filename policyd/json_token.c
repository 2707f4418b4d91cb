// SPDX-License-Identifier: Apache-2.0
#include "json_token.h"

#include <string.h>

#include "json.h"

/* A list or an object that is being filled. */
struct level {
	json_t *value; /* borrowed from what it stands in */
	char *key;     /* of an object: what the next value belongs to, NULL: a key comes next */
};

struct builder {
	json_t *root;
	struct level levels[JSON_TOKEN_DEPTH];
	size_t depth;
};

static void builder_clear(struct builder *builder)
{
	for (size_t i = 0; i < builder->depth; i++)
		free(builder->levels[i].key);
	json_decref(builder->root);
}

/* Puts a value, which it takes over, where the next one belongs. */
static int value_put(struct builder *builder, json_t *value)
{
	struct level *level = builder->depth > 0 ? &builder->levels[builder->depth - 1] : NULL;
	int r;

	if (!value)
		return -ENOMEM;
	if (!level && !builder->root) {
		builder->root = value;
		return 0;
	}
	if (!level || (json_is_object(level->value) && !level->key)) {
		json_decref(value);
		return -EBADMSG;
	}
	if (json_is_array(level->value))
		return json_array_append_new(level->value, value) < 0 ? -ENOMEM : 0;
	r = json_object_set_new(level->value, level->key, value) < 0 ? -ENOMEM : 0;
	free(TAKE_PTR(level->key));
	return r;
}

static int level_open(struct builder *builder, json_t *value)
{
	int r = builder->depth < JSON_TOKEN_DEPTH ? value_put(builder, value) : -EBADMSG;

	if (builder->depth == JSON_TOKEN_DEPTH)
		json_decref(value);
	if (r == 0)
		builder->levels[builder->depth++] = (struct level){.value = value};
	return r;
}

static int level_close(struct builder *builder)
{
	if (builder->depth == 0 || builder->levels[builder->depth - 1].key)
		return -EBADMSG;
	builder->depth--;
	return 0;
}

/* A value that no string is: what JSON calls true, false, null, or a number. */
static int plain_put(struct builder *builder, const char *text)
{
	long long number;
	double real;
	char *end;

	if (strcmp(text, "true") == 0)
		return value_put(builder, json_true());
	if (strcmp(text, "false") == 0)
		return value_put(builder, json_false());
	if (strcmp(text, "null") == 0)
		return value_put(builder, json_null());
	errno = 0;
	number = strtoll(text, &end, 10);
	if (*text && !*end && errno == 0)
		return value_put(builder, json_integer(number));
	real = strtod(text, &end);
	return *text && !*end ? value_put(builder, json_real(real)) : -EBADMSG;
}

static int scalar_put(struct builder *builder, const struct token *token)
{
	struct level *level = builder->depth > 0 ? &builder->levels[builder->depth - 1] : NULL;

	if (level && json_is_object(level->value) && !level->key) {
		if (token->plain || json_object_get(level->value, token->text))
			return -EBADMSG;
		level->key = strdup(token->text);
		return level->key ? 0 : -ENOMEM;
	}
	return token->plain ? plain_put(builder, token->text) : value_put(builder, json_string(token->text));
}

/* 1: the text is over. */
static int token_take(struct builder *builder, const struct token *token)
{
	switch (token->kind) {
	case TOKEN_END:
		return builder->root && builder->depth == 0 ? 1 : -EBADMSG;
	case TOKEN_ERROR:
		return -EINVAL;
	case TOKEN_LIST:
		return level_open(builder, json_array());
	case TOKEN_MAPPING:
		return level_open(builder, json_object());
	case TOKEN_CLOSE:
		return level_close(builder);
	case TOKEN_SCALAR:
		return scalar_put(builder, token);
	case TOKEN_DOCUMENT:
	case TOKEN_DOCUMENT_END:
		return 0;
	default:
		return -EBADMSG;
	}
}

int json_token_read(struct token_source *source, json_t **ret_json)
{
	CLEANUP(builder_clear) struct builder builder = {};
	int r;

	do {
		struct token token;

		r = token_source_next(source, &token);
		if (r == 0)
			r = token_take(&builder, &token);
	} while (r == 0);
	if (r < 0)
		return r;
	*ret_json = TAKE_PTR(builder.root);
	return 0;
}

int json_token_load(struct tokenizer *tokenizer, const char *text, size_t length, json_t **ret_json,
		    char **ret_why)
{
	CLEANUP_TOKEN_SOURCE struct token_source *source = NULL;
	int r = tokenizer_open(tokenizer, TOKEN_JSON, text, length, &source);

	if (r == 0)
		r = json_token_read(source, ret_json);
	if (r < 0 && source && source->why)
		*ret_why = strdup(source->why);
	return r;
}
