/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Between the sources of tokens.
 */
#ifndef POLICYD_TOKEN_INTERNAL_H
#define POLICYD_TOKEN_INTERNAL_H

#include "token.h"

/* token_source_new() of one language each. */
int token_yaml_new(const char *text, size_t length, struct token_source **ret_source);
int token_json_new(const char *text, size_t length, struct token_source **ret_source);

#endif
