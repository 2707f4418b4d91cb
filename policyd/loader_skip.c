// SPDX-License-Identifier: Apache-2.0
/*
 * What programs did not look at: unlike those on LSM hooks the kernel skips a tracing program where it is
 * already active on that processor, which happens where programs can be preempted (see loader_enter.h). The
 * kernel counts that for each program (`recursion_misses`). Programs that are replaced leave their sum in
 * the counters, which policyd alone adds to.
 */
#include <bpf/bpf.h>
#include <string.h>

#include "loader_skip.h"
#include "util.h"

/* The tracing programs, and the counter of what each of them leaves unseen. Those that keep state which
 * decisions rest on are not among them: they are made for it (rename.bpf.c). */
static const struct {
	const char *program;
	enum policyd_counter counter;
} tracers[] = {
	{"sys_enter", POLICYD_COUNT_SKIPPED_AUDIT},
	{"uring_submit", POLICYD_COUNT_SKIPPED_AUDIT},
	{"unhooked_setattr", POLICYD_COUNT_SKIPPED_AUDIT},
	{"unhooked_setattr_compat", POLICYD_COUNT_SKIPPED_AUDIT},
	{"unhooked_tree", POLICYD_COUNT_SKIPPED_AUDIT},
	{"unhooked_tree_compat", POLICYD_COUNT_SKIPPED_AUDIT},
	{"unhooked_tree_attr", POLICYD_COUNT_SKIPPED_AUDIT},
	{"unhooked_tree_attr_compat", POLICYD_COUNT_SKIPPED_AUDIT},
	{"unhooked_fsmount", POLICYD_COUNT_SKIPPED_AUDIT},
	{"unhooked_fsmount_compat", POLICYD_COUNT_SKIPPED_AUDIT},
	{"unhooked_adjust", POLICYD_COUNT_SKIPPED_AUDIT},
	{"guard_moved", POLICYD_COUNT_SKIPPED_AUDIT},
	{"degraded_open", POLICYD_COUNT_SKIPPED_AUDIT},
	{"degraded_begin", POLICYD_COUNT_SKIPPED_AUDIT},
	{"degraded_run", POLICYD_COUNT_SKIPPED_AUDIT},
	{"rate_fork", POLICYD_COUNT_SKIPPED_ANOMALY},
	{"rate_open", POLICYD_COUNT_SKIPPED_ANOMALY},
	{"identity_commit", POLICYD_COUNT_SKIPPED_ANOMALY},
	{"baseline_syscall", POLICYD_COUNT_SKIPPED_ANOMALY},
	{"ngram_enter", POLICYD_COUNT_SKIPPED_ANOMALY},
	{"ngram_fork", POLICYD_COUNT_SKIPPED_ANOMALY},
};

/* The counter of a program, POLICYD_COUNT_END: it is none of these. */
static enum policyd_counter program_counter(const char *program)
{
	for (size_t i = 0; i < ARRAY_SIZE(tracers); i++)
		if (strcmp(tracers[i].program, program) == 0)
			return tracers[i].counter;
	return POLICYD_COUNT_END;
}

bool loader_skips_silently(const struct hook *hook, const struct bpf_program *program)
{
	enum bpf_prog_type type = bpf_program__type(program);

	return (type == BPF_PROG_TYPE_TRACING || type == BPF_PROG_TYPE_RAW_TRACEPOINT) &&
	       hook->need != HOOK_ALWAYS && hook->need != HOOK_READ &&
	       program_counter(hook->program) == POLICYD_COUNT_END;
}

static uint64_t misses_of(int program)
{
	struct bpf_prog_info info = {};
	uint32_t size = sizeof(info);

	return bpf_obj_get_info_by_fd(program, &info, &size) < 0 ? 0 : info.recursion_misses;
}

void loader_skips(const struct loader *loader, uint64_t counters[static POLICYD_COUNT_END])
{
	for (size_t i = 0; i < loader_hook_count; i++) {
		enum policyd_counter counter;

		if (loader->programs[i] < 0)
			continue;
		counter = program_counter(loader_hook_table[i].program);
		if (counter != POLICYD_COUNT_END)
			counters[counter] += misses_of(loader->programs[i]);
	}
}

/* Adds to one of the counters that no program adds to. */
static int counter_keep(const struct loader *loader, uint32_t counter, uint64_t misses)
{
	int cpus = libbpf_num_possible_cpus(), map = loader->maps[LOADER_MAP_COUNTERS];
	CLEANUP_FREE uint64_t *values = NULL;
	int r;

	if (cpus < 0)
		return cpus;
	values = calloc((size_t)cpus, sizeof(*values));
	if (!values)
		return -ENOMEM;
	r = bpf_map_lookup_elem(map, &counter, values);
	if (r < 0)
		return r;
	values[0] += misses;
	return bpf_map_update_elem(map, &counter, values, BPF_ANY);
}

int loader_skips_keep(const struct loader *loader, const char *directory)
{
	int result = 0;

	for (size_t i = 0; i < ARRAY_SIZE(tracers); i++) {
		CLEANUP_FREE char *path = NULL;
		CLEANUP_CLOSE int program = -1;
		uint64_t misses;
		int r;

		if (asprintf(&path, "%s/prog_%s", directory, tracers[i].program) < 0)
			return -ENOMEM;
		program = bpf_obj_get(path);
		misses = program < 0 ? 0 : misses_of(program);
		r = misses ? counter_keep(loader, tracers[i].counter, misses) : 0;
		result = r < 0 ? r : result;
	}
	return result;
}
