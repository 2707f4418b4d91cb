// SPDX-License-Identifier: Apache-2.0
#include <stdalign.h>
#include <stdint.h>
#include <sys/mman.h>

#include "arena.h"
#include "util.h"

/* The first block; each further one is twice as large as the one before, up to HUGE_BLOCK. */
#define FIRST_BLOCK ((size_t)64 * 1024)

/* Blocks from here on ask for huge pages, without which first touches take a third of a large set's time. */
#define HUGE_BLOCK ((size_t)4 * 1024 * 1024)
#define PAGE	   ((size_t)4096)

struct allocation {
	struct allocation *next;
	size_t used;
	size_t size;
	alignas(max_align_t) unsigned char data[];
};

static struct allocation *block_new(size_t size)
{
	struct allocation *block = calloc(1, sizeof(*block) + size);

	if (!block)
		return NULL;
	block->size = size;
	if (size >= HUGE_BLOCK) {
		size_t skip = -(uintptr_t)block & (PAGE - 1);

		/* Only advice: without it everything works the same. */
		(void)madvise((char *)block + skip, (size - skip) & ~(PAGE - 1), MADV_HUGEPAGE);
	}
	return block;
}

static size_t next_size(const struct allocation *head)
{
	if (!head)
		return FIRST_BLOCK;
	return head->size < HUGE_BLOCK ? 2 * head->size : HUGE_BLOCK;
}

void *arena_alloc(struct allocation **arena, size_t size)
{
	struct allocation *block = *arena;
	size_t rounded;

	if (size > SIZE_MAX / 2)
		return NULL;
	rounded = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
	if (!block || block->size - block->used < rounded) {
		size_t next = next_size(*arena);

		block = block_new(rounded > next ? rounded : next);
		if (!block)
			return NULL;
		/* A block of its own goes behind the head, whose free room stays in use. */
		if (*arena && rounded > next) {
			block->next = (*arena)->next;
			(*arena)->next = block;
		} else {
			block->next = *arena;
			*arena = block;
		}
	}
	block->used += rounded;
	return block->data + block->used - rounded;
}

void *arena_array(struct allocation **arena, size_t count, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(count, size, &total))
		return NULL;
	return arena_alloc(arena, total);
}

char *arena_strndup(struct allocation **arena, const char *text, size_t length)
{
	char *copy;

	if (length == SIZE_MAX)
		return NULL;
	copy = arena_alloc(arena, length + 1);
	if (copy && length > 0)
		memcpy(copy, text, length);
	return copy;
}

void arena_free(struct allocation **arena)
{
	struct allocation *block = *arena;

	*arena = NULL;
	while (block) {
		struct allocation *next = block->next;

		free(block);
		block = next;
	}
}
