// SPDX-License-Identifier: Apache-2.0
#include <bpf/bpf.h>
#include <linux/membarrier.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "loader_internal.h"
#include "util.h"

/* The generation that decides, 0: none. */
static uint64_t published(const struct loader *loader)
{
	uint64_t generation;
	uint32_t zero = 0;

	return bpf_map_lookup_elem(loader->maps[LOADER_MAP_PUBLISHED], &zero, &generation) < 0 ? 0
											       : generation;
}

/* The mapping stays: making one takes longer than all that is done with it. */
static int publish(struct loader *loader, uint64_t generation)
{
	int r = loader->published ? 0
				  : loader_number_map(loader->maps[LOADER_MAP_PUBLISHED], &loader->published);

	if (r == 0)
		*loader->published = generation;
	return r;
}

/* The image of the map in the slot of a generation: its id, or -errno. */
static int slot_id(const struct loader *loader, uint64_t generation, uint32_t *ret_id)
{
	uint32_t slot = policyd_live_slot(generation);

	return bpf_map_lookup_elem(loader->maps[LOADER_MAP_LIVE], &slot, ret_id);
}

uint64_t loader_image_adopt(struct loader *loader)
{
	uint64_t generation = published(loader);
	CLEANUP_CLOSE int fd = -1;
	struct policyd_line line;
	uint32_t id, zero = 0;

	if (!generation || slot_id(loader, generation, &id) < 0)
		return 0;
	fd = bpf_map_get_fd_by_id(id);
	if (fd < 0 || bpf_map_lookup_elem(fd, &zero, &line) < 0 ||
	    ((const struct policyd_header *)&line)->generation != generation)
		return 0;
	loader->image = TAKE_FD(fd);
	return generation;
}

bool loader_image_stands(const struct loader *loader, uint32_t id)
{
	uint32_t now;

	return published(loader) == loader->generation && slot_id(loader, loader->generation, &now) == 0 &&
	       now == id;
}

static struct policyd_tables *tables_of(void *lines)
{
	return (struct policyd_tables *)((struct policyd_line *)lines + POLICYD_TABLES);
}

int loader_image_create(const struct policyd_line *lines, uint32_t count, uint64_t since, int *ret_fd)
{
	LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = BPF_F_INNER_MAP | BPF_F_MMAPABLE);
	CLEANUP_CLOSE int fd = -1;
	size_t size = (size_t)count * sizeof(*lines);
	void *memory;
	int r;

	fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, POLICYD_GUARD_IMAGE, sizeof(uint32_t), sizeof(*lines), count,
			    &options);
	if (fd < 0)
		return fd;
	memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED)
		return -errno;
	memcpy(memory, lines, size);
	tables_of(memory)->subjects_since = since;
	if (munmap(memory, size) < 0)
		return -errno;
	r = bpf_map_freeze(fd);
	if (r < 0)
		return r;
	*ret_fd = TAKE_FD(fd);
	return 0;
}

int loader_image(const struct loader *loader, struct policyd_line **ret_lines, uint32_t *ret_count)
{
	CLEANUP_FREE struct policyd_line *lines = NULL;
	struct policyd_view view;
	int r;

	if (loader->image < 0)
		return -ENOENT;
	r = loader_image_map(loader->image, &view);
	if (r < 0)
		return r;
	lines = malloc(view.count * sizeof(*lines));
	if (lines)
		memcpy(lines, view.lines, view.count * sizeof(*lines));
	if (lines)
		tables_of(lines)->subjects_since = 0; /* as it was given to be published */
	r = loader_image_unmap(&view);
	if (!lines)
		return -ENOMEM;
	if (r < 0)
		return r;
	*ret_lines = TAKE_PTR(lines);
	*ret_count = view.count;
	return 0;
}

int loader_image_switch(struct loader *loader, int fd, const struct policyd_calls *calls)
{
	uint32_t slot = policyd_live_slot(calls->generation);
	int r = loader_calls_add(loader, calls);

	if (r == 0)
		r = bpf_map_update_elem(loader->maps[LOADER_MAP_LIVE], &slot, &fd, BPF_ANY);
	if (r == 0)
		r = publish(loader, calls->generation);
	if (r < 0)
		return r;
	/* After this no decision uses the generation before, so its slot's next image harms none. */
	(void)syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
	loader->generation = calls->generation;
	/* A list that stays too long costs some instructions and nothing else. */
	(void)loader_calls_set(loader, calls);
	return 0;
}
