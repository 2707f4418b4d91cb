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

/* What the kernel counts between the look and the removal is forgotten: of a count that had been idle. */
static int idle_remove(int map, const struct policyd_count_key *key, uint64_t now)
{
	struct policyd_count count;

	if (bpf_map_lookup_elem(map, key, &count) < 0 || !policyd_count_idle(&count, now))
		return 0;
	return bpf_map_delete_elem(map, key) == 0;
}

int loader_counts_sweep(struct loader *loader, uint64_t now)
{
	int map = loader->maps[LOADER_MAP_COUNTS], removed = 0, r;
	struct policyd_count_key key, next;

	r = bpf_map_get_next_key(map, NULL, &next);
	/* A key that the kernel takes away meanwhile would begin the walk anew: bounded all the same. */
	for (int i = 0; i < 2 * POLICYD_COUNTS_MAX && r == 0; i++) {
		key = next;
		r = bpf_map_get_next_key(map, &key, &next);
		removed += idle_remove(map, &key, now);
	}
	return r < 0 && r != -ENOENT ? r : removed;
}
