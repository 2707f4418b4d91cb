// SPDX-License-Identifier: Apache-2.0
#include <bpf/bpf.h>

#include "loader_internal.h"
#include "util.h"

int loader_baseline_renew(struct loader *loader)
{
	uint32_t zero = 0;
	uint64_t epoch = 0;
	int r = bpf_map_lookup_elem(loader->maps[LOADER_MAP_EPOCH], &zero, &epoch);

	if (r < 0)
		return r;
	epoch++;
	return bpf_map_update_elem(loader->maps[LOADER_MAP_EPOCH], &zero, &epoch, BPF_ANY);
}

static int map_empty(int map)
{
	uint64_t key;
	int r = 0;

	/* More may come while this goes on; those are told, too. */
	for (int i = 0; i < 2 * POLICYD_EXECUTABLES_MAX && r == 0; i++) {
		r = bpf_map_get_next_key(map, NULL, &key);
		if (r == 0)
			r = bpf_map_delete_elem(map, &key);
	}
	return r == -ENOENT ? 0 : r;
}

int loader_baselines_clear(struct loader *loader)
{
	int r = map_empty(loader->maps[LOADER_MAP_KNOWN]);

	if (r == 0)
		r = map_empty(loader->maps[LOADER_MAP_LEARNT]);
	return r == 0 ? loader_baseline_renew(loader) : r;
}

int loader_baseline_forget(struct loader *loader, uint64_t executable)
{
	int r = bpf_map_delete_elem(loader->maps[LOADER_MAP_KNOWN], &executable);

	if (r == 0 || r == -ENOENT)
		r = bpf_map_delete_elem(loader->maps[LOADER_MAP_LEARNT], &executable);
	return r == 0 || r == -ENOENT ? loader_baseline_renew(loader) : r;
}

int loader_baseline_know(struct loader *loader, uint64_t executable, const struct policyd_known *known)
{
	return bpf_map_update_elem(loader->maps[LOADER_MAP_KNOWN], &executable, known, BPF_ANY);
}

int loader_baseline_count(const struct loader *loader, uint64_t executable, uint64_t item,
			  uint64_t *ret_count)
{
	struct policyd_learnt learnt;
	uint32_t place = policyd_item_place(item);
	int r = bpf_map_lookup_elem(loader->maps[LOADER_MAP_LEARNT], &executable, &learnt);

	if (r < 0 && r != -ENOENT)
		return r;
	*ret_count = 0;
	for (uint32_t i = 0; r == 0 && i < POLICYD_ITEMS_MAX && learnt.items[place]; i++) {
		if (learnt.items[place] == item)
			*ret_count = learnt.counts[place];
		place = (place + 1) % POLICYD_ITEMS_MAX;
	}
	return 0;
}
