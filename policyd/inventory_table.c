// SPDX-License-Identifier: Apache-2.0
#include "inventory_table.h"

#include <policyd/anomaly.h>

#include "model.h"
#include "terms.h"

struct listing {
	const struct policyd_line *lines;
	const struct policyd_header *header;
	const struct policyd_tables *tables;
	const struct policyd_fixed *fixed;
	const struct model *model;
	struct inventory_table *items;
	size_t count;
};

/* The next table, from where the last one ends to line `end`. */
static void table_add(struct listing *listing, uint32_t end, struct inventory_table table)
{
	const struct inventory_table *last = &listing->items[listing->count - 1];

	table.first = listing->count ? last->first + last->lines : 0;
	if (end <= table.first)
		return;
	table.lines = end - table.first;
	listing->items[listing->count++] = table;
}

static uint64_t edges_used(const struct listing *listing)
{
	const struct policyd_edge *edge =
		(const struct policyd_edge *)&listing->lines[listing->header->edges];
	uint64_t used = 0;

	for (size_t i = 0; i < 4 * (size_t)listing->header->edge_lines; i++)
		used += edge[i].state != 0;
	return used;
}

static void names_add(struct listing *listing)
{
	const struct policyd_header *header = listing->header;
	const struct model *model = listing->model;

	table_add(listing, POLICYD_TABLES + 1,
		  (struct inventory_table){"header", "where the tables begin", .entries = 2, .limit = 2});
	table_add(listing, header->states,
		  (struct inventory_table){"edges", "names that rules spell out, and other keys",
					   .entries = edges_used(listing)});
	table_add(listing, header->classes,
		  (struct inventory_table){"states", "directories that rules tell apart",
					   .entries = listing->fixed->state_count});
	table_add(listing, header->rows,
		  (struct inventory_table){"classes", "sets of rules that names match",
					   .entries = listing->fixed->class_count});
	table_add(listing, header->rows + (uint32_t)model->rows.count * header->row_lines,
		  (struct inventory_table){"verdicts", "rows, with a verdict for each subject class",
					   .entries = model->rows.count});
	table_add(listing, header->bytes,
		  (struct inventory_table){"summaries", "rows of what is refused below a directory",
					   .entries = model->belows.count});
	table_add(listing, header->net ? header->net : header->subjects,
		  (struct inventory_table){"bytes", "states of names with wildcards inside",
					   .entries = model->bytes.count});
}

#define CALLS ((uint64_t)POLICYD_ARCH_COUNT * POLICYD_SYSCALLS)

static uint64_t prefixes(const struct model *model)
{
	return model->net.prefix_count[ADDR_IPV4] + model->net.prefix_count[ADDR_IPV6];
}

static void others_add(struct listing *listing)
{
	const struct policyd_header *header = listing->header;
	const struct model *model = listing->model;
	uint32_t calls = listing->tables->syscalls;

	table_add(
		listing, header->subjects,
		(struct inventory_table){"network", "address prefixes of rules", .entries = prefixes(model)});
	table_add(listing, header->subjects + listing->fixed->subject_count,
		  (struct inventory_table){"subjects", "kinds of processes that policies tell apart",
					   .entries = listing->fixed->subject_count,
					   .limit = SUBJECT_CLASSES_MAX});
	table_add(listing, calls ? calls + (uint32_t)(CALLS / 16) : 0,
		  (struct inventory_table){"syscalls", "system calls, by way into the kernel and number",
					   .entries = CALLS, .limit = CALLS});
	table_add(listing, header->fixed,
		  (struct inventory_table){"anomalies", "rates and detectors",
					   .entries = model->anomaly_count, .limit = POLICYD_ANOMALIES_MAX});
}

size_t inventory_tables(const struct compiled *compiled,
			struct inventory_table tables[static INVENTORY_TABLES_MAX])
{
	const struct policyd_header *header = (const struct policyd_header *)compiled->lines;
	struct listing listing = {
		.lines = compiled->lines,
		.header = header,
		.tables = (const struct policyd_tables *)&compiled->lines[POLICYD_TABLES],
		.fixed = (const struct policyd_fixed *)&compiled->lines[header->fixed],
		.model = compiled->model,
		.items = tables,
	};

	names_add(&listing);
	others_add(&listing);
	table_add(
		&listing, compiled->count,
		(struct inventory_table){"terms", "conjunctions of subject keys; ids, conditions and errnos",
					 .entries = compiled->model->term_count, .limit = POLICYD_TERMS_MAX});
	return listing.count;
}
