/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ownership and error idioms that every file uses: cleanup attributes, TAKE_PTR, TAKE_FD.
 */
#ifndef POLICYD_UTIL_H
#define POLICYD_UTIL_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* Runs `function(&variable)` when the variable goes out of scope. */
#define CLEANUP(function) __attribute__((cleanup(function)))

/* Moves ownership out of a variable: its value, leaving NULL (or -1) behind. */
#define TAKE_PTR(pointer)                                                                                    \
	({                                                                                                   \
		__typeof__(pointer) *taken_from_ = &(pointer);                                               \
		__typeof__(pointer) taken_ = *taken_from_;                                                   \
		*taken_from_ = NULL;                                                                         \
		taken_;                                                                                      \
	})
#define TAKE_FD(fd)                                                                                          \
	({                                                                                                   \
		int *taken_from_ = &(fd);                                                                    \
		int taken_ = *taken_from_;                                                                   \
		*taken_from_ = -1;                                                                           \
		taken_;                                                                                      \
	})

/* A count and its noun, for printf: "%zu %s", PLURAL(count, "policy", "policies"). */
#define PLURAL(count, one, many) (count), (count) == 1 ? (one) : (many)

static inline void util_free(void *pointer)
{
	free(*(void **)pointer);
}

static inline void util_close(const int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
}

static inline void util_fclose(FILE **file)
{
	if (*file)
		(void)fclose(*file);
}

#define CLEANUP_FREE   CLEANUP(util_free)
#define CLEANUP_CLOSE  CLEANUP(util_close)
#define CLEANUP_FCLOSE CLEANUP(util_fclose)

#endif
