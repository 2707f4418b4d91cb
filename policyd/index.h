/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hash index: from the hash of a key to the numbers filed under it. The index holds no keys; the owner
 * compares them. Start with a zeroed struct.
 */
#ifndef POLICYD_INDEX_H
#define POLICYD_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct index_slot {
	uint32_t hash;
	uint32_t value; /* + 1; 0: empty */
};

struct index {
	struct index_slot *slots;
	size_t size; /* a power of 2, or 0 */
	size_t count;
};

/* Files `value` (below UINT32_MAX) under the hash. Returns 0 or -ENOMEM. */
int index_add(struct index *index, uint64_t hash, uint32_t value);

/* Steps through the values under a hash: start with *cursor = 0; false when there are no more. */
bool index_next(const struct index *index, uint64_t hash, size_t *cursor, uint32_t *ret_value);

void index_clear(struct index *index);

/* Hashes for keys: of bytes, and of a hash with one more word. Not keyed, for trusted input. */
uint64_t index_hash_bytes(const void *bytes, size_t size);
uint64_t index_hash_word(uint64_t hash, uint64_t word);

#endif
