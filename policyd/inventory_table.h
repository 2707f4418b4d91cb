/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables of an image: which lines each takes and what is in it.
 */
#ifndef POLICYD_INVENTORY_TABLE_H
#define POLICYD_INVENTORY_TABLE_H

#include "compile.h"

#define INVENTORY_TABLES_MAX 12

struct inventory_table {
	const char *name;
	const char *what; /* what an entry is */
	uint32_t first;	  /* line */
	uint32_t lines;
	uint64_t entries;
	uint64_t limit; /* of entries; 0: only the image's size limits it */
};

/*
 * Fills `tables` in the order of their lines, which they share out without a gap; what the set does not need
 * is left out. Returns how many there are.
 */
size_t inventory_tables(const struct compiled *compiled,
			struct inventory_table tables[static INVENTORY_TABLES_MAX]);

#endif
