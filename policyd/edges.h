/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The edge table: every look-up by key of an image, placed by perfect hashing ("hash, displace, and
 * compress", Belazzougui, Botelho and Dietzfelbinger), so that a look-up costs the same whatever the table
 * holds.
 */
#ifndef POLICYD_EDGES_H
#define POLICYD_EDGES_H

#include <stddef.h>
#include <stdint.h>

#include <policyd/image.h>

/* Start with a zeroed struct. */
struct edge_list {
	struct policyd_edge *items;
	size_t count, allocated;
};

/* Adds a key and its value. Returns 0 or -ENOMEM. */
int edges_add(struct edge_list *list, uint32_t state, uint64_t hash, uint32_t next);

/* Lines of edges that are enough for the list: `edge_lines` of the header. */
uint32_t edges_lines(const struct edge_list *list);

/* Lines that a table of `edge_lines` takes with its displacements. */
uint32_t edges_size(uint32_t edge_lines);

/*
 * Places all edges in a table of `edge_lines` at `lines`, which are edges_size() zeroed ones, trying one salt
 * after the other. Returns 0 with *ret_salt; -EEXIST when two keys are the same (with a keyed hash: two names
 * collide); -ENOSPC when no salt will do; -ENOMEM.
 */
int edges_place(const struct edge_list *list, struct policyd_line *lines, uint32_t edge_lines,
		uint32_t *ret_salt);

void edges_clear(struct edge_list *list);

#endif
