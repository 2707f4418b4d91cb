// SPDX-License-Identifier: Apache-2.0
/*
 * The entries of the guard's map. Each start of policyd adds some of its own (process, mount namespace,
 * objects that were loaded anew): those of earlier ones go, or the map would be full after some thousand
 * starts and policyd could not start any more. What is still right is never missing in between: it is learnt
 * again before the rest goes.
 */
#include <bpf/bpf.h>
#include <stdlib.h>

#include "loader_internal.h"
#include "util.h"

struct entries {
	struct policyd_guard_key *keys;
	size_t count;
};

static void entries_clear(struct entries *entries)
{
	free(entries->keys);
}

/* Nobody but this process changes the map. */
static int entries_list(int map, struct entries *ret_entries)
{
	CLEANUP(entries_clear)
	struct entries entries = {
		.keys = calloc(POLICYD_GUARD_ENTRIES, sizeof(*entries.keys)),
	};
	struct policyd_guard_key *last = NULL;
	int r = entries.keys ? 0 : -ENOMEM;

	while (r == 0 && entries.count < POLICYD_GUARD_ENTRIES) {
		r = bpf_map_get_next_key(map, last, &entries.keys[entries.count]);
		if (r == 0)
			last = &entries.keys[entries.count++];
	}
	if (r < 0 && r != -ENOENT)
		return r;
	*ret_entries = entries;
	entries.keys = NULL;
	return 0;
}

static int entry_remove(int map, const struct policyd_guard_key *key)
{
	int r = bpf_map_delete_elem(map, key);

	return r == -ENOENT ? 0 : r;
}

/*
 * An earlier process is gone: policyd holds its lock. What has run as policyd's code may run still, or be
 * what somebody goes back to.
 */
static int entry_age(int map, const struct policyd_guard_key *key)
{
	static const uint32_t old = POLICYD_GUARD_OLD;

	if (key->kind == POLICYD_GUARD_CODE)
		return 0;
	if (key->kind == POLICYD_GUARD_PROCESS)
		return entry_remove(map, key);
	return bpf_map_update_elem(map, key, &old, BPF_EXIST);
}

static int entry_sweep(int map, const struct policyd_guard_key *key)
{
	uint32_t value;
	int r = bpf_map_lookup_elem(map, key, &value);

	return r == 0 && value == POLICYD_GUARD_OLD ? entry_remove(map, key) : r;
}

static int each(const struct loader *loader, int (*visit)(int map, const struct policyd_guard_key *key))
{
	int map = loader->maps[LOADER_MAP_GUARD];
	CLEANUP(entries_clear) struct entries entries = {0};
	int r = entries_list(map, &entries);

	for (size_t i = 0; i < entries.count && r == 0; i++)
		r = visit(map, &entries.keys[i]);
	return r;
}

int loader_guard_age(const struct loader *loader)
{
	return each(loader, entry_age);
}

int loader_guard_sweep(const struct loader *loader)
{
	return each(loader, entry_sweep);
}

int loader_guard_count(const struct loader *loader, size_t *ret_count)
{
	CLEANUP(entries_clear) struct entries entries = {0};
	int r;

	if (!loader->guarded)
		return -ENODATA;
	r = entries_list(loader->maps[LOADER_MAP_GUARD], &entries);
	if (r == 0)
		*ret_count = entries.count;
	return r;
}
