/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the daemon, the helper and its children tell each other.
 */
#ifndef POLICYD_TOKENIZER_INTERNAL_H
#define POLICYD_TOKENIZER_INTERNAL_H

#include "tokenizer.h"

/* From the helper, once for each socket that it was sent. */
struct tokenizer_outcome {
	int32_t error;	/* errno of starting the child, otherwise 0 */
	int32_t status; /* of the child, as wait() gives it */
};

/* To the child, over its socket, before the text. */
struct tokenizer_request {
	uint32_t language; /* enum token_language */
	uint32_t zero;
	uint64_t length;
};

/* The helper's life: starts a child for each socket that comes over `channel`, until that closes. */
_Noreturn void tokenizer_help(int channel, enum confine_action action);

#endif
