/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asks the compiled tables and the reference the same questions.
 */
#ifndef POLICYD_COMPARE_H
#define POLICYD_COMPARE_H

#include <stddef.h>

#include "generate.h"

/*
 * Draws a host and a set, compiles it and compares `subjects` times `questions` decisions. Returns NULL
 * where both agree, else what differs (malloc'ed). Adds the number of comparisons to *count.
 */
char *compare_run(struct source *source, size_t subjects, size_t questions, size_t *count);

/* Moves of directories that were judged, found to be a way around something, and seen to be one. */
struct compare_moves {
	size_t count, refused, gained;
};

/*
 * The same for moves of directories: what the tables do not say is gained must not be gained on any of the
 * names below that are drawn. Adds to *moves.
 */
char *compare_moves_run(struct source *source, size_t subjects, size_t questions,
			struct compare_moves *moves);

#endif
