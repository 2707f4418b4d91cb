/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A JSON value of the tokens that it was taken apart into (token.h).
 */
#ifndef POLICYD_JSON_TOKEN_H
#define POLICYD_JSON_TOKEN_H

#include <jansson.h>

#include "tokenizer.h"

#define JSON_TOKEN_DEPTH 32 /* of lists and objects in each other */

/*
 * Reads the source to its end. Returns 0; -EINVAL: the text is not one JSON value, or nested too deep;
 * -EBADMSG: the tokens are not those of a JSON value; -ENOMEM; or what token_source_next() returns.
 */
int json_token_read(struct token_source *source, json_t **ret_json);

/*
 * Reads a text by way of the tokenizer (NULL: in this process). As json_token_read() and tokenizer_open().
 * *ret_why, malloc'ed, says what happened to the process that reads it; untouched where nothing did.
 */
int json_token_load(struct tokenizer *tokenizer, const char *text, size_t length, json_t **ret_json,
		    char **ret_why);

#endif
