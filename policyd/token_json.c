// SPDX-License-Identifier: Apache-2.0
/*
 * Tokens of a JSON text: jansson reads it as a whole, and the values are walked.
 */
#include <jansson.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "token_internal.h"
#include "util.h"

#define DEPTH_MAX 32

/* A list or an object that is walked. */
struct level {
	json_t *value;
	size_t index; /* of a list: the next item */
	void *member; /* of an object: the next, */
	bool key;     /* whose key has been told */
};

enum json_state { JSON_TO_BEGIN, JSON_WALKED, JSON_TO_END, JSON_ENDED };

struct token_json {
	struct token_source source;
	enum json_state state;
	json_t *root;
	json_error_t error;
	struct level levels[DEPTH_MAX];
	size_t depth;
	char number[64];
};

static void error_set(struct token_json *json, const char *text, struct token *token)
{
	*token = (struct token){.kind = TOKEN_ERROR,
				.line = json->error.line > 0 ? (unsigned int)json->error.line : 1,
				.column = json->error.column > 0 ? (unsigned int)json->error.column : 1,
				.text = text,
				.length = strlen(text)};
}

static void text_set(const char *text, bool plain, struct token *token)
{
	*token = (struct token){.kind = TOKEN_SCALAR, .plain = plain, .text = text, .length = strlen(text)};
}

static void level_open(struct token_json *json, json_t *value, struct token *token)
{
	if (json->depth == DEPTH_MAX) {
		error_set(json, "nested deeper than 32", token);
		return;
	}
	json->levels[json->depth++] = (struct level){.value = value, .member = json_object_iter(value)};
	token->kind = json_is_array(value) ? TOKEN_LIST : TOKEN_MAPPING;
}

static void value_set(struct token_json *json, json_t *value, struct token *token)
{
	switch (json_typeof(value)) {
	case JSON_OBJECT:
	case JSON_ARRAY:
		level_open(json, value, token);
		break;
	case JSON_STRING:
		text_set(json_string_value(value), false, token);
		break;
	case JSON_INTEGER:
		(void)snprintf(json->number, sizeof(json->number), "%" JSON_INTEGER_FORMAT,
			       json_integer_value(value));
		text_set(json->number, true, token);
		break;
	case JSON_REAL:
		(void)snprintf(json->number, sizeof(json->number), "%.17g", json_real_value(value));
		text_set(json->number, true, token);
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		text_set(json_is_true(value) ? "true" : "false", true, token);
		break;
	default:
		text_set("null", true, token);
	}
}

/* The next token of the innermost list or object. */
static void level_next(struct token_json *json, struct token *token)
{
	struct level *level = &json->levels[json->depth - 1];
	json_t *value;

	if (json_is_array(level->value) && level->index < json_array_size(level->value)) {
		value_set(json, json_array_get(level->value, level->index++), token);
	} else if (level->member && !level->key) {
		level->key = true;
		text_set(json_object_iter_key(level->member), false, token);
	} else if (level->member) {
		value = json_object_iter_value(level->member);
		level->key = false;
		level->member = json_object_iter_next(level->value, level->member);
		value_set(json, value, token);
	} else {
		json->depth--;
		token->kind = TOKEN_CLOSE;
	}
}

static int json_next(struct token_source *source, struct token *token)
{
	struct token_json *json = (struct token_json *)source;

	token->line = token->column = 1;
	switch (json->state) {
	case JSON_TO_BEGIN:
		json->state = JSON_WALKED;
		if (json->root)
			token->kind = TOKEN_DOCUMENT;
		else
			error_set(json, json->error.text, token);
		return 0;
	case JSON_WALKED:
		if (json->depth > 0)
			level_next(json, token);
		else
			value_set(json, json->root, token);
		if (json->depth == 0)
			json->state = JSON_TO_END;
		return 0;
	case JSON_TO_END:
		json->state = JSON_ENDED;
		token->kind = TOKEN_DOCUMENT_END;
		return 0;
	default:
		token->kind = TOKEN_END;
		return 0;
	}
}

static void json_free(struct token_source *source)
{
	struct token_json *json = (struct token_json *)source;

	json_decref(json->root);
	free(json);
}

int token_json_new(const char *text, size_t length, struct token_source **ret_source)
{
	static const struct token_source_class class = {.next = json_next, .free = json_free};
	struct token_json *json = calloc(1, sizeof(*json));

	if (!json)
		return -ENOMEM;
	json->source.class = &class;
	json->root = json_loadb(text, length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &json->error);
	*ret_source = &json->source;
	return 0;
}
