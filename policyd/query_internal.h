/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parts of questions in words.
 */
#ifndef POLICYD_QUERY_INTERNAL_H
#define POLICYD_QUERY_INTERNAL_H

#include <stdio.h>
#include <string.h>

#include "query.h"

#define WORD_SIZE 128

/* Copies the word at *text and moves behind the blank after it. A word that is too long is cut: unknown. */
static inline void word_take(const char **text, char word[static WORD_SIZE])
{
	size_t length = strcspn(*text, " ");

	(void)snprintf(word, WORD_SIZE, "%.*s", length < WORD_SIZE ? (int)length : WORD_SIZE - 1, *text);
	*text += length + ((*text)[length] == ' ');
}

/*
 * Objects of the network: "FAMILY [PROTOCOL]" of create (the protocol may be raw), and what other operations
 * but those of unix sockets are about: "PROTOCOL ADDRESS:PORT", for accept and connect with "at ADDRESS", or
 * a family. Errors as of query_parse().
 */
int query_socket(const struct compiled *compiled, const char *text, struct decision_object *ret_object,
		 char **ret_error);
int query_endpoint(const struct compiled *compiled, const char *text, struct query *query, char **ret_error);

#endif
