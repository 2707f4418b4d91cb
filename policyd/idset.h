/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Interned sets: sorted lists of numbers, equal sets having the same number. Set 0 is the empty set. Start
 * with a zeroed table.
 */
#ifndef POLICYD_IDSET_H
#define POLICYD_IDSET_H

#include "index.h"

struct idset {
	size_t at;
	uint32_t count;
};

struct idset_table {
	uint32_t *ids; /* of all sets, one after another */
	size_t used;
	size_t allocated;
	struct idset *sets; /* number 1 is at [0] */
	size_t count;
	size_t sets_allocated;
	struct index index;
};

/*
 * The number of the set of `count` ids, which ascend without doubles and may be part of the table's own
 * `ids`. Returns 0 or -ENOMEM.
 */
int idset_intern(struct idset_table *table, const uint32_t *ids, size_t count, uint32_t *ret_set);

/* The ids of a set, valid until the next idset_intern(). */
const uint32_t *idset_ids(const struct idset_table *table, uint32_t set, size_t *ret_count);

bool idset_has(const struct idset_table *table, uint32_t set, uint32_t id);

/* The union of two sets. Returns 0 or -ENOMEM. */
int idset_union(struct idset_table *table, uint32_t a, uint32_t b, uint32_t *ret_set);

void idset_clear(struct idset_table *table);

/* Strings of bytes numbered from 0 in the order in which they come; equal ones have the same number. */
struct text_table {
	char *bytes;
	size_t used;
	size_t allocated;
	size_t *ends; /* text i is bytes[ends[i - 1]] up to bytes[ends[i]] */
	size_t count;
	size_t ends_allocated;
	struct index index;
};

int text_intern(struct text_table *table, const void *bytes, size_t length, uint32_t *ret_text);
const char *text_bytes(const struct text_table *table, uint32_t text, size_t *ret_length);
void text_clear(struct text_table *table);

#endif
