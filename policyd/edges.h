/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The edge table: every look-up by key of an image, placed by cuckoo hashing in buckets of four.
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

/* Buckets that are enough for the list. */
uint32_t edges_buckets(const struct edge_list *list);

/*
 * Places all edges in `buckets` zeroed lines, trying one salt after the other. Returns 0 with *ret_salt;
 * -EEXIST when two keys are the same (with a keyed hash: two names collide); -ENOSPC when no salt will do;
 * -ENOMEM.
 */
int edges_place(const struct edge_list *list, struct policyd_line *lines, uint32_t buckets,
		uint32_t *ret_salt);

void edges_clear(struct edge_list *list);

#endif
