// SPDX-License-Identifier: Apache-2.0
/*
 * policyd's own process: no policy can stop the daemon that enforces it. The mark goes with the task, so no
 * number can be taken over by another one, and is gone when it executes another program.
 */
#include <bpf/bpf.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "loader_internal.h"
#include "util.h"

/* What tasks keep of their class: in their storage, where it is the number that stands first (struct
 * task_entry), */
static int entry_forget(const struct loader *loader, int process)
{
	int map = loader->maps[LOADER_MAP_TASKS];
	CLEANUP_FREE void *entry = NULL;
	uint32_t size;
	int r = loader_map_value(map, &process, &entry, &size);

	if (r < 0)
		return r == -ENOENT ? 0 : r;
	*(uint64_t *)entry = 0;
	return bpf_map_update_elem(map, &process, entry, BPF_EXIST);
}

/* and in a word that they share with others, which cannot be set but by a store: programs write to those
 * beside it. */
static int word_forget(const struct loader *loader, pid_t pid)
{
	int map = loader->maps[LOADER_MAP_SUBJECTS];
	struct bpf_map_info info;
	volatile uint64_t *words;
	int r = loader_map_info(map, &info);

	if (r < 0)
		return r;
	words = mmap(NULL, info.value_size, PROT_READ | PROT_WRITE, MAP_SHARED, map, 0);
	if (words == MAP_FAILED)
		return -errno;
	words[(size_t)pid & (info.value_size / sizeof(*words) - 1)] = 0;
	return munmap((void *)words, info.value_size) < 0 ? -errno : 0;
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
