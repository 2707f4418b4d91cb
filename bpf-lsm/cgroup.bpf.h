/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The cgroup (v2) that a task is in: the state of the automaton after the cgroup's path from the root of the
 * hierarchy, whatever cgroup namespace the task sees. Works on addresses with probe reads, like the slow
 * walk. A cgroup of version 2 cannot be renamed, so a node's id stands for its path as long as the node
 * lives.
 */
#ifndef BPF_LSM_CGROUP_H
#define BPF_LSM_CGROUP_H

#include "text.bpf.h"

#define CGROUP_DEPTH_MAX 256 /* components; the subject of a task deeper down cannot be established */

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct kernfs_node {
	struct kernfs_node *parent;
	const char *name;
	__u64 id;
};

/* The parent since it is protected by RCU. */
struct kernfs_node___rcu {
	struct kernfs_node *__parent;
};

struct cgroup {
	struct kernfs_node *kn;
};

struct cgroup_subsys_state {
	struct cgroup *cgroup;
};

struct css_set {
	struct cgroup *dfl_cgrp;
	struct cgroup_subsys_state *subsys[1]; /* by number, which the kernel's configuration gives */
};

struct task_struct___cgroup {
	struct css_set *cgroups;
};

#pragma clang attribute pop

/* Address of the node of a task's cgroup, 0 where it cannot be read. It lives as long as the program runs. */
static __always_inline __u64 cgroup_node(struct task_struct *task)
{
	struct task_struct___cgroup *member = (void *)task;
	struct cgroup *cgroup = NULL;
	struct css_set *set = NULL;
	__u64 node = 0;

	if (bpf_core_read(&set, sizeof(set), &member->cgroups) ||
	    bpf_core_read(&cgroup, sizeof(cgroup), &set->dfl_cgrp) ||
	    bpf_core_read(&node, sizeof(node), &cgroup->kn))
		return 0;
	return node;
}

/* Id of the cgroup of a node, as bpf_get_current_cgroup_id() gives it; 0 for no node. */
static __always_inline __u64 cgroup_id(__u64 node)
{
	struct kernfs_node *kn = (void *)node;
	__u64 id = 0;

	if (bpf_core_read(&id, sizeof(id), &kn->id))
		return 0;
	return id;
}

struct cgroup_climb {
	__u64 node;
	__u32 depth;
	__u32 ended; /* 1: `node` is the root */
};

/* Address of the node above, 0 above the root. Returns 0, or less where it cannot be read. */
static __always_inline long cgroup_parent(__u64 node, __u64 *ret_parent)
{
	struct kernfs_node *kn = (void *)node;
	struct kernfs_node___rcu *rcu = (void *)node;

	if (bpf_core_field_exists(rcu->__parent))
		return bpf_core_read(ret_parent, sizeof(*ret_parent), &rcu->__parent);
	return bpf_core_read(ret_parent, sizeof(*ret_parent), &kn->parent);
}

static long cgroup_climb_one(__u32 i, struct cgroup_climb *climb)
{
	__u64 parent = 0;

	climb->depth = i;
	if (cgroup_parent(climb->node, &parent))
		return 1;
	if (!parent) {
		climb->ended = 1;
		return 1;
	}
	climb->node = parent;
	return 0;
}

/* Number of components of a cgroup's path, or NAME_FAILED. */
__noinline __weak __u64 cgroup_depth(__u64 node)
{
	struct cgroup_climb climb = {.node = node};

	bpf_loop(CGROUP_DEPTH_MAX + 1, cgroup_climb_one, &climb, 0);
	return climb.ended ? climb.depth : NAME_FAILED | POLICYD_REASON_DEPTH;
}

/* The node `distance` levels above; the root, or a node on the way, where that cannot be reached. */
__noinline __weak __u64 cgroup_above(__u64 node, __u64 distance)
{
	struct cgroup_climb climb = {.node = node};

	bpf_loop((__u32)distance, cgroup_climb_one, &climb, 0);
	return climb.node;
}

/* Reads the component that the node stands for from `state`. */
static __always_inline __u64 cgroup_component(__u64 node, __u32 state, __u64 generation)
{
	struct kernfs_node *kn = (void *)node;
	__u64 address = 0;

	if (bpf_core_read(&address, sizeof(address), &kn->name))
		return NAME_FAILED | POLICYD_REASON_READ;
	return text_step(address, state, generation);
}

struct cgroup_walk {
	__u64 leaf;
	__u64 depth;
	__u64 generation;
	__u64 state; /* or NAME_FAILED | reason */
};

/* Component i from the top. */
static long cgroup_walk_one(__u32 i, struct cgroup_walk *walk)
{
	__u64 node = cgroup_above(walk->leaf, walk->depth - 1 - i);

	walk->state = cgroup_component(node, (__u32)walk->state, walk->generation);
	return !!(walk->state & NAME_FAILED);
}

/* Where the path of a cgroup starts: 0 where no policy asks for cgroups, or NAME_FAILED. */
static __always_inline __u64 cgroup_start(const struct decision *decision)
{
	return name_root(decision->image, decision->header, POLICYD_ROOT_CGROUP, 0);
}

/* State after the path of the cgroup of a node, from `start`; or NAME_FAILED | reason. */
__noinline __weak __u64 cgroup_state(__u64 node, __u64 start, __u64 generation)
{
	struct cgroup_walk walk = {.leaf = node, .generation = generation, .state = start};

	if (start & NAME_FAILED)
		return start;
	walk.depth = cgroup_depth(node);
	if (walk.depth & NAME_FAILED)
		return walk.depth;
	bpf_loop((__u32)walk.depth, cgroup_walk_one, &walk, 0);
	return walk.state;
}

/* Where the path of a cgroup starts, for code that cannot be handed the image. */
__noinline __weak __u64 cgroup_start_of(__u64 generation)
{
	const struct policyd_header *header;
	void *image = image_of(generation);

	if (!image)
		return NAME_FAILED | POLICYD_REASON_IMAGE;
	header = policyd_header_at(image);
	if (!header || header->generation != generation)
		return NAME_FAILED | POLICYD_REASON_GENERATION;
	return name_root(image, header, POLICYD_ROOT_CGROUP, 0);
}

/* The same as cgroup_state() of a node by its address, 0 where no policy asks for cgroups. */
static __always_inline __u64 cgroup_of(__u64 node, __u64 generation)
{
	__u64 start = cgroup_start_of(generation);

	return start ? cgroup_state(node, start, generation) : 0;
}

#endif
