// SPDX-License-Identifier: Apache-2.0
#include <bpf/bpf.h>
#include <sys/mman.h>

#include "loader_internal.h"

int loader_object(int fd, struct loader_object *ret_object)
{
	union {
		struct bpf_map_info map;
		struct bpf_prog_info program;
		struct bpf_link_info link;
	} info = {};
	uint32_t size = sizeof(info);

	_Static_assert(offsetof(struct bpf_map_info, id) == offsetof(struct bpf_prog_info, id) &&
			       offsetof(struct bpf_map_info, id) == offsetof(struct bpf_link_info, id),
		       "each begins with a type and a number");
	if (bpf_obj_get_info_by_fd(fd, &info, &size) < 0)
		return -errno;
	*ret_object = (struct loader_object){.type = info.map.type, .id = info.map.id, .info_size = size};
	return 0;
}

int loader_image_map(int fd, struct policyd_view *ret_view)
{
	struct bpf_map_info info = {0};
	uint32_t size = sizeof(info);
	void *memory;
	int r = bpf_obj_get_info_by_fd(fd, &info, &size);

	if (r < 0)
		return r;
	memory = mmap(NULL, info.max_entries * sizeof(*ret_view->lines), PROT_READ, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED)
		return -errno;
	*ret_view = (struct policyd_view){.lines = memory, .count = info.max_entries};
	return 0;
}

int loader_image_unmap(const struct policyd_view *view)
{
	return munmap((void *)view->lines, view->count * sizeof(*view->lines)) < 0 ? -errno : 0;
}
