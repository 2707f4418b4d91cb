/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The processes that read texts in the daemon's place, so that a fault of a library that parses them gives
 * nothing away: a helper that is forked before the daemon has anything worth having, and for each text a
 * child of the helper's with no descriptor but one socket, no capability, no system call but reading, writing
 * and memory (confine.h), and limits of time and memory. What a child says is a stream of tokens, which is
 * checked like any input. The helper sees no text; it ends with the daemon.
 */
#ifndef POLICYD_TOKENIZER_H
#define POLICYD_TOKENIZER_H

#include "confine.h"
#include "token.h"

#define TOKENIZER_SECONDS 60U	      /* a text may take: processor time, and waiting for the next bytes */
#define TOKENIZER_MEMORY  (1UL << 30) /* bytes of address space of a process */

struct tokenizer;

/* Forks the helper. `action` is what forbidden system calls meet. Returns 0 or -errno. */
int tokenizer_new(enum confine_action action, struct tokenizer **ret_tokenizer);

/* Told whenever a text could not be read because of its process: `why` is a sentence. */
typedef void tokenizer_report(void *data, const char *why);
void tokenizer_set_report(struct tokenizer *tokenizer, tokenizer_report *report, void *data);

/* Ends the helper. Takes NULL. */
void tokenizer_free(struct tokenizer *tokenizer);

/* The process that starts those that read. */
pid_t tokenizer_helper(const struct tokenizer *tokenizer);

/* A descriptor that hangs up when the helper ends; borrowed. */
int tokenizer_fd(const struct tokenizer *tokenizer);

/*
 * As token_source_new(), the text read by a child of the helper's; by this process where `tokenizer` is NULL.
 * One source at a time. Returns 0, -ENOMEM, -EPIPE: the helper is gone, or -errno of starting the child.
 */
int tokenizer_open(struct tokenizer *tokenizer, enum token_language language, const char *text, size_t length,
		   struct token_source **ret_source);

#endif
