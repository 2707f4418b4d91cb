/* SPDX-License-Identifier: Apache-2.0 */
#include "idset.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "util.h"

const uint32_t *idset_ids(const struct idset_table *table, uint32_t set, size_t *ret_count)
{
	if (!set) {
		*ret_count = 0;
		return NULL;
	}
	*ret_count = table->sets[set - 1].count;
	return table->ids + table->sets[set - 1].at;
}

static int idset_append(struct idset_table *table, const uint32_t *ids, size_t count, uint64_t hash)
{
	size_t inside = table->ids && ids >= table->ids && ids < table->ids + table->used
				? (size_t)(ids - table->ids)
				: SIZE_MAX;
	int r;

	r = ARRAY_RESERVE(table->ids, table->allocated, table->used + count);
	if (r < 0)
		return r;
	r = ARRAY_RESERVE(table->sets, table->sets_allocated, table->count + 1);
	if (r < 0)
		return r;
	r = index_add(&table->index, hash, (uint32_t)table->count);
	if (r < 0)
		return r;
	memcpy(table->ids + table->used, inside != SIZE_MAX ? table->ids + inside : ids,
	       count * sizeof(*ids));
	table->sets[table->count++] = (struct idset){.at = table->used, .count = (uint32_t)count};
	table->used += count;
	return 0;
}

int idset_intern(struct idset_table *table, const uint32_t *ids, size_t count, uint32_t *ret_set)
{
	uint64_t hash = index_hash_bytes(ids, count * sizeof(*ids));
	size_t cursor = 0;
	uint32_t i;
	int r;

	if (!count) {
		*ret_set = 0;
		return 0;
	}
	while (index_next(&table->index, hash, &cursor, &i))
		if (table->sets[i].count == count &&
		    !memcmp(table->ids + table->sets[i].at, ids, count * sizeof(*ids))) {
			*ret_set = i + 1;
			return 0;
		}
	r = idset_append(table, ids, count, hash);
	if (r < 0)
		return r;
	*ret_set = (uint32_t)table->count;
	return 0;
}

bool idset_has(const struct idset_table *table, uint32_t set, uint32_t id)
{
	size_t count;
	const uint32_t *ids = idset_ids(table, set, &count);
	size_t low = 0;

	while (low < count) {
		size_t middle = low + (count - low) / 2;

		if (ids[middle] == id)
			return true;
		if (ids[middle] < id)
			low = middle + 1;
		else
			count = middle;
	}
	return false;
}

int idset_union(struct idset_table *table, uint32_t a, uint32_t b, uint32_t *ret_set)
{
	CLEANUP_FREE uint32_t *merged = NULL;
	size_t a_count, b_count;
	const uint32_t *a_ids = idset_ids(table, a, &a_count);
	const uint32_t *b_ids = idset_ids(table, b, &b_count);

	if (a == b || !a_count || !b_count) {
		*ret_set = a_count ? a : b;
		return 0;
	}
	merged = calloc(a_count + b_count, sizeof(*merged));
	if (!merged)
		return -ENOMEM;
	memcpy(merged, a_ids, a_count * sizeof(*merged));
	memcpy(merged + a_count, b_ids, b_count * sizeof(*merged));
	return idset_intern(table, merged, array_sort_unique(merged, a_count + b_count), ret_set);
}

void idset_clear(struct idset_table *table)
{
	free(table->ids);
	free(table->sets);
	index_clear(&table->index);
	*table = (struct idset_table){0};
}

const char *text_bytes(const struct text_table *table, uint32_t text, size_t *ret_length)
{
	size_t start = text ? table->ends[text - 1] : 0;

	*ret_length = table->ends[text] - start;
	return table->bytes + start;
}

static int text_append(struct text_table *table, const void *bytes, size_t length, uint64_t hash)
{
	int r;

	r = ARRAY_RESERVE(table->bytes, table->allocated, table->used + length + 1);
	if (r < 0)
		return r;
	r = ARRAY_RESERVE(table->ends, table->ends_allocated, table->count + 1);
	if (r < 0)
		return r;
	r = index_add(&table->index, hash, (uint32_t)table->count);
	if (r < 0)
		return r;
	if (length)
		memcpy(table->bytes + table->used, bytes, length);
	table->used += length;
	table->ends[table->count++] = table->used;
	return 0;
}

int text_intern(struct text_table *table, const void *bytes, size_t length, uint32_t *ret_text)
{
	uint64_t hash = index_hash_bytes(bytes, length);
	size_t cursor = 0;
	uint32_t i;
	int r;

	while (index_next(&table->index, hash, &cursor, &i)) {
		size_t known;
		const char *text = text_bytes(table, i, &known);

		if (known == length && !memcmp(text, bytes, length)) {
			*ret_text = i;
			return 0;
		}
	}
	r = text_append(table, bytes, length, hash);
	if (r < 0)
		return r;
	*ret_text = (uint32_t)table->count - 1;
	return 0;
}

void text_clear(struct text_table *table)
{
	free(table->bytes);
	free(table->ends);
	index_clear(&table->index);
	*table = (struct text_table){0};
}
