/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that is freed all at once: what a parsed document or a set of policies consists of.
 */
#ifndef POLICYD_ARENA_H
#define POLICYD_ARENA_H

#include <stddef.h>

/* A list of blocks; NULL is the empty arena. */
struct allocation;

/* `size` zeroed bytes, aligned for every type, valid until arena_free; NULL when out of memory. */
void *arena_alloc(struct allocation **arena, size_t size);

/* As arena_alloc for an array; NULL also when count * size overflows. */
void *arena_array(struct allocation **arena, size_t count, size_t size);

/* A copy of `length` bytes and a NUL; NULL when out of memory. */
char *arena_strndup(struct allocation **arena, const char *text, size_t length);

/* Frees everything and leaves the empty arena. */
void arena_free(struct allocation **arena);

#endif
