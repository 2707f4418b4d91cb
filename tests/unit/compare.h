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

#endif
