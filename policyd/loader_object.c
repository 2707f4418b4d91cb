// SPDX-License-Identifier: Apache-2.0
#include <bpf/bpf.h>

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
