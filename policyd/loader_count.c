// SPDX-License-Identifier: Apache-2.0
#include <bpf/bpf.h>

#include "loader_internal.h"
#include "util.h"

int loader_count_get(const struct loader *loader, const struct policyd_count_key *key,
		     struct policyd_count *ret_count)
{
	struct policyd_count count = {0};
	int r = bpf_map_lookup_elem(loader->maps[LOADER_MAP_COUNTS], key, &count);

	if (r < 0 && r != -ENOENT)
		return r;
	*ret_count = count;
	return 0;
}

int loader_count_set(struct loader *loader, const struct policyd_count_key *key,
		     const struct policyd_count *count)
{
	return bpf_map_update_elem(loader->maps[LOADER_MAP_COUNTS], key, count, BPF_ANY);
}

/* Whether what a map holds is of the past; `value` is the map's. */
typedef bool idle_fn(const void *value, uint64_t now);

static bool count_is_idle(const void *value, uint64_t now)
{
	return policyd_count_idle(value, now);
}

static bool seen_is_over(const void *value, uint64_t now)
{
	return policyd_seen_over(value, now);
}

/*
 * Takes what is idle out of a map with keys of up to sizeof(struct policyd_seen_key). What the kernel counts
 * between the look and the removal is forgotten: of a count that had been idle.
 */
static int sweep(int map, uint64_t now, unsigned int entries, idle_fn *is_idle)
{
	struct policyd_seen_key key, next;
	struct policyd_count value; /* the larger one */
	int removed = 0, r;

	r = bpf_map_get_next_key(map, NULL, &next);
	/* A key that goes away meanwhile makes the walk begin anew: it is bounded all the same. */
	for (unsigned int i = 0; i < 2 * entries && r == 0; i++) {
		key = next;
		r = bpf_map_get_next_key(map, &key, &next);
		if (bpf_map_lookup_elem(map, &key, &value) == 0 && is_idle(&value, now))
			removed += bpf_map_delete_elem(map, &key) == 0;
	}
	return r < 0 && r != -ENOENT ? r : removed;
}

int loader_counts_sweep(struct loader *loader, uint64_t now)
{
	int r = sweep(loader->maps[LOADER_MAP_COUNTS], now, POLICYD_COUNTS_MAX, count_is_idle);
	int seen;

	if (r < 0)
		return r;
	seen = sweep(loader->maps[LOADER_MAP_SEEN], now, POLICYD_SEEN_MAX, seen_is_over);
	return seen < 0 ? seen : r + seen;
}
