// SPDX-License-Identifier: Apache-2.0
/*
 * policyd's own process: no policy can stop the daemon that enforces it. The mark goes with the task, so no
 * number can be taken over by another one, and is gone when it executes another program.
 */
#include <bpf/bpf.h>
#include <sys/syscall.h>

#include "loader_internal.h"
#include "util.h"

/* What tasks keep of their class: in their storage, where it is the number that stands first (struct
 * task_entry), */
static int entry_forget(const struct loader *loader, int process)
{
	struct bpf_map_info info = {0};
	CLEANUP_FREE uint64_t *entry = NULL;
	uint32_t size = sizeof(info);
	int r = bpf_obj_get_info_by_fd(loader->maps[LOADER_MAP_TASKS], &info, &size);

	if (r < 0)
		return r;
	entry = calloc(1, info.value_size);
	if (!entry)
		return -ENOMEM;
	r = bpf_map_lookup_elem(loader->maps[LOADER_MAP_TASKS], &process, entry);
	if (r < 0)
		return r == -ENOENT ? 0 : r;
	entry[0] = 0;
	return bpf_map_update_elem(loader->maps[LOADER_MAP_TASKS], &process, entry, BPF_EXIST);
}

/* and in a word that they share with others. */
static int word_forget(const struct loader *loader, pid_t pid)
{
	struct bpf_map_info info = {0};
	uint32_t size = sizeof(info), slot;
	uint64_t none = 0;
	int r = bpf_obj_get_info_by_fd(loader->maps[LOADER_MAP_SUBJECTS], &info, &size);

	if (r < 0)
		return r;
	slot = (uint32_t)pid & (info.max_entries - 1);
	return bpf_map_update_elem(loader->maps[LOADER_MAP_SUBJECTS], &slot, &none, BPF_ANY);
}

static int process_mark(const struct loader *loader, pid_t pid)
{
	CLEANUP_CLOSE int process = (int)syscall(SYS_pidfd_open, pid, 0);
	uint32_t mark = 1;
	int r;

	if (process < 0)
		return -errno;
	r = bpf_map_update_elem(loader->maps[LOADER_MAP_SELF], &process, &mark, BPF_ANY);
	if (r == 0)
		r = entry_forget(loader, process);
	return r < 0 ? r : word_forget(loader, pid);
}

int loader_self_mark(const struct loader *loader)
{
	int r = process_mark(loader, getpid());

	if (r == 0 && loader->helper)
		r = process_mark(loader, loader->helper);
	return r < 0 ? r : loader_guard_mark(loader);
}
