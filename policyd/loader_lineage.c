// SPDX-License-Identifier: Apache-2.0
/*
 * What tasks came from: the kernel keeps it, policyd makes room among the names.
 */
#include <bpf/bpf.h>
#include <string.h>
#include <unistd.h>

#include "loader_internal.h"
#include "util.h"

#define PROGRAM_MARK "lineage_mark"
#define PASSES_KEPT  2 /* a name goes when so many passes in a row have found it with no task */

static int mark_program(const struct loader *loader)
{
	for (size_t i = 0; i < loader_hook_count; i++)
		if (strcmp(loader_hook_table[i].program, PROGRAM_MARK) == 0)
			return loader->programs[i];
	return -1;
}

int loader_lineage_pass(const struct loader *loader, struct policyd_lineage_pass *ret_pass)
{
	int program = mark_program(loader);
	CLEANUP_CLOSE int link = program < 0 ? -1 : bpf_link_create(program, 0, BPF_TRACE_ITER, NULL);
	CLEANUP_CLOSE int iterator = link < 0 ? -1 : bpf_iter_create(link);
	struct policyd_lineage_pass pass;
	ssize_t size;

	if (program < 0)
		return -ENOENT;
	if (link < 0)
		return link;
	if (iterator < 0)
		return iterator;
	/* The kernel reports once, at the end. */
	size = read(iterator, &pass, sizeof(pass));
	if (size < 0)
		return -errno;
	if (size != (ssize_t)sizeof(pass))
		return -EPROTO;
	*ret_pass = pass;
	return 0;
}

/* Whether no task holds the name any more, as of the last passes. Its own number may be ahead of the pass. */
static bool program_is_idle(const struct policyd_program *program, uint32_t epoch)
{
	return (int32_t)(epoch - program->epoch) >= PASSES_KEPT;
}

int loader_lineage_sweep(struct loader *loader, struct policyd_lineage_pass *ret_pass)
{
	int map = loader->maps[LOADER_MAP_PROGRAMS], removed = 0;
	struct policyd_program program;
	uint64_t key, next;
	int r = loader_lineage_pass(loader, ret_pass);

	if (r < 0)
		return r;
	r = bpf_map_get_next_key(map, NULL, &next);
	/* A key that goes away meanwhile makes the walk begin anew: it is bounded all the same. */
	for (unsigned int i = 0; i < 2 * POLICYD_PROGRAMS_MAX && r == 0; i++) {
		key = next;
		r = bpf_map_get_next_key(map, &key, &next);
		if (bpf_map_lookup_elem(map, &key, &program) == 0 &&
		    program_is_idle(&program, ret_pass->epoch))
			removed += bpf_map_delete_elem(map, &key) == 0;
	}
	return r < 0 && r != -ENOENT ? r : removed;
}

int loader_program(const struct loader *loader, uint64_t key, struct policyd_program *ret_program)
{
	struct policyd_program program;
	int r = bpf_map_lookup_elem(loader->maps[LOADER_MAP_PROGRAMS], &key, &program);

	if (r < 0)
		return r;
	if (!program.ready)
		return -ENOENT;
	*ret_program = program;
	return 0;
}
