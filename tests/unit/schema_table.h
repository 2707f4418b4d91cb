/* SPDX-License-Identifier: Apache-2.0 */
/* Facts of a published schema as a table: a row a line, tabs between its cells, `#` begins a comment. */
#ifndef SCHEMA_TABLE_H
#define SCHEMA_TABLE_H

#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "util.h"

#define SCHEMA_CELLS 7

struct schema_row {
	char text[1024];
	const char *cells[SCHEMA_CELLS]; /* "" beyond the last */
	bool used;
};

struct schema_table {
	struct schema_row rows[256];
	size_t count;
};

static inline void schema_row_split(struct schema_row *row)
{
	char *at = row->text;

	at[strcspn(at, "\n")] = '\0';
	for (size_t i = 0; i < SCHEMA_CELLS; i++) {
		row->cells[i] = at;
		at += strcspn(at, "\t");
		if (*at == '\t')
			*at++ = '\0';
	}
	ck_assert_msg(*at == '\0', "too many cells: %s", at);
}

static inline void schema_table_read(struct schema_table *table, const char *path)
{
	CLEANUP_FCLOSE FILE *file = fopen(path, "re");

	ck_assert_msg(file != NULL, "%s", path);
	for (table->count = 0; table->count < ARRAY_SIZE(table->rows);) {
		struct schema_row *row = &table->rows[table->count];

		if (!fgets(row->text, sizeof(row->text), file))
			return;
		ck_assert_ptr_nonnull(strchr(row->text, '\n'));
		if (row->text[0] == '#')
			continue;
		row->used = false;
		schema_row_split(row);
		table->count++;
	}
	ck_abort_msg("%s is too long", path);
}

/* The row that begins with these two cells, or NULL. */
static inline struct schema_row *schema_table_find(struct schema_table *table, const char *first,
						   const char *second)
{
	for (size_t i = 0; i < table->count; i++)
		if (strcmp(table->rows[i].cells[0], first) == 0 &&
		    strcmp(table->rows[i].cells[1], second) == 0)
			return &table->rows[i];
	return NULL;
}

/* A row that no event needed says nothing that was seen to hold. */
static inline void schema_table_check_use(const struct schema_table *table)
{
	ck_assert_uint_gt(table->count, 20);
	for (size_t i = 0; i < table->count; i++)
		ck_assert_msg(table->rows[i].used, "no event has %s %s", table->rows[i].cells[0],
			      table->rows[i].cells[1]);
}

/* What follows `name` and "=" in "a|b=x|c", with all behind it, or "" without "="; NULL: not listed. */
static inline const char *schema_listed(const char *list, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = list; at; at = strchr(at, '|')) {
		at += *at == '|';
		if (strncmp(at, name, length) != 0)
			continue;
		if (at[length] == '=')
			return at + length + 1;
		if (at[length] == '|' || at[length] == '\0')
			return "";
	}
	return NULL;
}

#endif
