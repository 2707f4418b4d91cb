// SPDX-License-Identifier: Apache-2.0
/*
 * The program at interfaces, and what it counted.
 */
#include <bpf/bpf.h>
#include <linux/if_link.h>
#include <string.h>

#include <policyd/ingress.h>

#include "loader_internal.h"
#include "util.h"

static int program_find(const struct loader *loader)
{
	for (size_t i = 0; i < loader_hook_count; i++)
		if (loader_hook_table[i].need == HOOK_INGRESS)
			return loader->programs[i];
	return -1;
}

int loader_ingress_attach(const struct loader *loader, unsigned int interface, int *ret_link)
{
	LIBBPF_OPTS(bpf_link_create_opts, generic, .flags = XDP_FLAGS_SKB_MODE);
	int program = program_find(loader);
	int link;

	if (program < 0)
		return -ENOENT;
	link = bpf_link_create(program, (int)interface, BPF_XDP, NULL);
	/* A driver that has its own way, and cannot go it now (large packets, no rings left). */
	if (link < 0 && link != -EBUSY && link != -EEXIST)
		link = bpf_link_create(program, (int)interface, BPF_XDP, &generic);
	if (link < 0)
		return link;
	*ret_link = link;
	return 0;
}

int loader_ingress_counts(const struct loader *loader, uint64_t live, loader_ingress_fn *take, void *data)
{
	int cpus = libbpf_num_possible_cpus(), map = loader->maps[LOADER_MAP_INGRESS];
	CLEANUP_FREE uint64_t *values = cpus > 0 ? calloc((size_t)cpus, sizeof(*values)) : NULL;
	struct policyd_ingress_key key, next;
	int r;

	if (!values)
		return cpus < 0 ? cpus : -ENOMEM;
	r = bpf_map_get_next_key(map, NULL, &next);
	for (size_t i = 0; i < POLICYD_INGRESS_MAX && r == 0; i++) {
		uint64_t count = 0;

		key = next;
		r = bpf_map_get_next_key(map, &key, &next);
		if (bpf_map_lookup_elem(map, &key, values) < 0)
			continue;
		for (int cpu = 0; cpu < cpus; cpu++)
			count += values[cpu];
		take(data, &key, count);
		if (live && key.generation != live)
			(void)bpf_map_delete_elem(map, &key);
	}
	return r < 0 && r != -ENOENT ? r : 0;
}
