/* SPDX-License-Identifier: Apache-2.0 */
#include "index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"

uint64_t index_hash_word(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * 0x9e3779b97f4a7c15ULL;
	hash ^= hash >> 32;
	hash *= 0xbf58476d1ce4e5b9ULL;
	return hash ^ (hash >> 29);
}

uint64_t index_hash_bytes(const void *bytes, size_t size)
{
	uint64_t hash = index_hash_word(0x2545f4914f6cdd1dULL, size);

	for (size_t i = 0; i < size; i += 8) {
		uint64_t word = 0;

		memcpy(&word, (const char *)bytes + i, size - i < 8 ? size - i : 8);
		hash = index_hash_word(hash, word);
	}
	return hash;
}

static uint32_t index_fold(uint64_t hash)
{
	return (uint32_t)(hash ^ (hash >> 32));
}

static void index_place(struct index *index, uint32_t hash, uint32_t value)
{
	size_t i = hash & (index->size - 1);

	while (index->slots[i].value)
		i = (i + 1) & (index->size - 1);
	index->slots[i] = (struct index_slot){.hash = hash, .value = value};
}

static int index_grow(struct index *index)
{
	struct index grown = {.size = index->size ? index->size * 2 : 64, .count = index->count};

	grown.slots = calloc(grown.size, sizeof(*grown.slots));
	if (!grown.slots)
		return -ENOMEM;
	for (size_t i = 0; i < index->size; i++)
		if (index->slots[i].value)
			index_place(&grown, index->slots[i].hash, index->slots[i].value);
	free(index->slots);
	*index = grown;
	return 0;
}

int index_add(struct index *index, uint64_t hash, uint32_t value)
{
	if ((index->count + 1) * 3 > index->size * 2) {
		int r = index_grow(index);

		if (r < 0)
			return r;
	}
	index_place(index, index_fold(hash), value + 1);
	index->count++;
	return 0;
}

bool index_next(const struct index *index, uint64_t hash, size_t *cursor, uint32_t *ret_value)
{
	uint32_t folded = index_fold(hash);

	if (!index->size)
		return false;
	for (size_t i = *cursor;; i++) {
		const struct index_slot *slot = &index->slots[(folded + i) & (index->size - 1)];

		if (!slot->value)
			return false;
		if (slot->hash != folded)
			continue;
		*cursor = i + 1;
		*ret_value = slot->value - 1;
		return true;
	}
}

void index_clear(struct index *index)
{
	free(index->slots);
	*index = (struct index){0};
}

static int number_compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a;
	uint32_t y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static bool numbers_ascend(const uint32_t *numbers, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (numbers[i - 1] >= numbers[i])
			return false;
	return true;
}

size_t array_sort_unique(uint32_t *numbers, size_t count)
{
	size_t used = 0;

	if (numbers_ascend(numbers, count))
		return count;
	qsort(numbers, count, sizeof(*numbers), number_compare);
	for (size_t i = 0; i < count; i++)
		if (!used || numbers[used - 1] != numbers[i])
			numbers[used++] = numbers[i];
	return used;
}
