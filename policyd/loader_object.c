// SPDX-License-Identifier: Apache-2.0
#include <bpf/bpf.h>
#include <string.h>
#include <sys/mman.h>

#include "loader_internal.h"
#include "util.h"

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

bool loader_same_object(int one, int other)
{
	struct loader_object first, second;

	return loader_object(one, &first) == 0 && loader_object(other, &second) == 0 &&
	       memcmp(&first, &second, sizeof(first)) == 0;
}

int loader_map_info(int fd, struct bpf_map_info *ret_info)
{
	uint32_t size = sizeof(*ret_info);

	*ret_info = (struct bpf_map_info){};
	return bpf_obj_get_info_by_fd(fd, ret_info, &size);
}

int loader_map_value(int fd, const void *key, void **ret_value, uint32_t *ret_size)
{
	CLEANUP_FREE void *value = NULL;
	struct bpf_map_info info;
	int r = loader_map_info(fd, &info);

	if (r < 0)
		return r;
	value = calloc(1, info.value_size);
	if (!value)
		return -ENOMEM;
	r = bpf_map_lookup_elem(fd, key, value);
	if (r < 0)
		return r;
	*ret_value = TAKE_PTR(value);
	*ret_size = info.value_size;
	return 0;
}

int loader_number_map(int fd, volatile uint64_t **ret_number)
{
	void *memory = mmap(NULL, sizeof(**ret_number), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (memory == MAP_FAILED)
		return -errno;
	*ret_number = memory;
	return 0;
}

void loader_number_unmap(volatile uint64_t *number)
{
	if (number)
		(void)munmap((void *)number, sizeof(*number));
}

int loader_image_map(int fd, struct policyd_view *ret_view)
{
	struct bpf_map_info info;
	void *memory;
	int r = loader_map_info(fd, &info);

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
