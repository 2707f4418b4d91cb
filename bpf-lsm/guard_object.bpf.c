/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Self-protection: policyd's maps, programs and links. Whoever has a descriptor of a map can write it, so
 * nobody else gets one.
 *
 *   bpf_map    every new descriptor of a map: by its number or by its pin. Images are known by their name,
 *              since each publication makes one; nobody else can make a map of that name
 *   bpf_prog   the same of a program: without a descriptor nothing attaches to it (fentry, fexit, freplace)
 *   bpf        links by their number (the link has no hook; by its pin it can be opened, and neither be
 *              detached nor updated); and loading programs that could run before policyd's: of type LSM, and
 *              those that modify a return. Process 1 may load LSM programs: systemd has some
 */
#include "guard.bpf.h"

#define BPF_PROG_LOAD	      5
#define BPF_LINK_GET_FD_BY_ID 30
#define BPF_PROG_TYPE_TRACING 26
#define BPF_PROG_TYPE_LSM     29
#define BPF_MODIFY_RETURN     26

/* The start of the arguments of BPF_PROG_LOAD, which is the kernel's ABI. */
struct load_arguments {
	__u32 type;
	__u32 unused[16];
	__u32 attach_type;
};

static __always_inline bool map_is_image(struct bpf_map *map)
{
	__u64 name[2] = {};

	if (bpf_probe_read_kernel(name, sizeof(name), map->name))
		return true; /* never seen; what cannot be told apart is refused */
	return name[0] == GUARD_WORD(POLICYD_GUARD_IMAGE_1) && name[1] == GUARD_WORD(POLICYD_GUARD_IMAGE_2);
}

SEC("lsm/bpf_map")
int BPF_PROG(guard_map, struct bpf_map *map, unsigned int mode, int ret)
{
	if (ret)
		return ret;
	if (!guard_knows(POLICYD_GUARD_MAP, map->id) && !map_is_image(map))
		return 0;
	return guard_is_policyd() ? 0 : guard_refuse(POLICYD_GUARD_DEED_MAP, map->id, NULL);
}

SEC("lsm/bpf_prog")
int BPF_PROG(guard_program, struct bpf_prog *program, int ret)
{
	__u32 id;

	if (ret)
		return ret;
	id = program->aux->id;
	if (!guard_knows(POLICYD_GUARD_PROGRAM, id) || guard_is_policyd())
		return 0;
	return guard_refuse(POLICYD_GUARD_DEED_PROGRAM, id, NULL);
}

static __always_inline int guard_load(const void *attr)
{
	struct load_arguments load = {};

	if (bpf_probe_read_kernel(&load, sizeof(load), attr))
		return -EPERM;
	if (load.type == BPF_PROG_TYPE_LSM
		    ? guard_is_init()
		    : (load.type != BPF_PROG_TYPE_TRACING || load.attach_type != BPF_MODIFY_RETURN))
		return 0;
	return guard_is_policyd() ? 0 : guard_refuse(POLICYD_GUARD_DEED_LOAD, load.type, NULL);
}

/* How many arguments follow differs between kernels, so the earlier verdict cannot be read here. */
SEC("lsm/bpf")
int BPF_PROG(guard_call, int command, void *attr)
{
	__u32 id = 0;

	if (command == BPF_PROG_LOAD)
		return guard_load(attr);
	if (command != BPF_LINK_GET_FD_BY_ID)
		return 0;
	if (bpf_probe_read_kernel(&id, sizeof(id), attr))
		return -EPERM;
	if (!guard_knows(POLICYD_GUARD_LINK, id) || guard_is_policyd())
		return 0;
	return guard_refuse(POLICYD_GUARD_DEED_LINK, id, NULL);
}
