/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Self-protection: the files of a cgroup that stop, end or starve all that is in it. Those of policyd's
 * cgroup, and of each one above, are opened for writing by process 1 alone, as it alone sends such signals.
 *
 * What is kept is not a list of cgroups but policyd's task: its cgroups are looked at when such a file is
 * opened, so nobody can make the list wrong, or long, by moving policyd.
 */
#ifndef BPF_LSM_GUARD_CGROUP_H
#define BPF_LSM_GUARD_CGROUP_H

#include "cgroup.bpf.h"
#include "guard.bpf.h"

#define CGROUP2_MAGIC 0x63677270
#define CGROUP1_MAGIC 0x27e0eb

/* The number of the freezer among the controllers of version 1. */
enum cgroup_subsys_id {
	freezer_cgrp_id = 1,
};

struct policyd_guard_self guard_self __weak;

static __always_inline void guard_cgroup_learn(struct task_struct *task)
{
	struct task_struct *leader = task->group_leader;

	guard_self.started = leader->start_boottime;
	guard_self.task = (__u64)leader;
}

struct guard_climb {
	__u64 node;
	__u64 sought;
	__u32 kept; /* not yet known to be another's */
};

static long guard_climb_one(__u32 i, struct guard_climb *climb)
{
	__u64 parent = 0;

	if (climb->node == climb->sought || cgroup_parent(climb->node, &parent))
		return 1;
	climb->node = parent;
	climb->kept = parent != 0;
	return !parent;
}

/* The node of policyd's cgroup in the freezer's hierarchy of version 1, 0: it is in none. */
static __always_inline long freezer_node(struct css_set *set, __u64 *ret_node)
{
	struct cgroup_subsys_state *state = NULL;
	struct cgroup *cgroup = NULL;
	__u64 number;

	if (!bpf_core_enum_value_exists(enum cgroup_subsys_id, freezer_cgrp_id))
		return 0;
	number = bpf_core_enum_value(enum cgroup_subsys_id, freezer_cgrp_id);
	if (bpf_probe_read_kernel(&state, sizeof(state),
				  (void *)set + bpf_core_field_offset(set->subsys) +
					  number * sizeof(state)) ||
	    bpf_core_read(&cgroup, sizeof(cgroup), &state->cgroup))
		return -1;
	return bpf_core_read(ret_node, sizeof(*ret_node), &cgroup->kn);
}

/* Whether `node` is a cgroup that policyd is in, or one above. What cannot be read is taken for one. */
static __always_inline bool guard_is_inside(__u64 node, bool legacy)
{
	struct task_struct___cgroup *task = (void *)guard_self.task;
	struct guard_climb climb = {.sought = node, .kept = 1};
	struct css_set *set = NULL;
	__u64 started = 0;

	if (!task ||
	    bpf_core_read(&started, sizeof(started), &((struct task_struct *)task)->start_boottime) ||
	    started != guard_self.started)
		return false; /* it has ended */
	if (bpf_core_read(&set, sizeof(set), &task->cgroups))
		return true;
	if (legacy) {
		if (freezer_node(set, &climb.node))
			return true;
	} else {
		climb.node = cgroup_node((struct task_struct *)task);
	}
	if (!climb.node)
		return !legacy;
	bpf_loop(CGROUP_DEPTH_MAX + 1, guard_climb_one, &climb, 0);
	return climb.kept;
}

static __always_inline bool name_is(const __u64 *name, __u64 first, __u64 second)
{
	return name[0] == first && name[1] == second;
}

/* Whether this file of a cgroup's stops or ends what is in the cgroup, or takes what it lives on. */
static __always_inline bool is_stop(struct kernfs_node *kn, bool legacy)
{
	const char *address = NULL;
	__u64 name[2] = {};

	if (bpf_core_read(&address, sizeof(address), &kn->name) ||
	    bpf_probe_read_kernel_str(name, sizeof(name), address) < 0)
		return true;
	if (legacy)
		return name_is(name, GUARD_WORD("freezer."), GUARD_WORD("state\0\0\0"));
	return name_is(name, GUARD_WORD("cgroup.f"), GUARD_WORD("reeze\0\0\0")) ||
	       name_is(name, GUARD_WORD("cgroup.k"), GUARD_WORD("ill\0\0\0\0\0")) ||
	       name_is(name, GUARD_WORD("memory.m"), GUARD_WORD("ax\0\0\0\0\0\0")) ||
	       name_is(name, GUARD_WORD("memory.h"), GUARD_WORD("igh\0\0\0\0\0")) ||
	       name_is(name, GUARD_WORD("pids.max"), 0) || name_is(name, GUARD_WORD("cpu.max\0"), 0);
}

/* Whether this file, which is opened for writing, would stop, end or starve policyd. */
static __noinline bool guard_stops(struct inode *inode)
{
	__u64 magic = 0, node = 0, parent = 0;
	struct super_block *super = NULL;

	bpf_core_read(&super, sizeof(super), &inode->i_sb);
	bpf_core_read(&magic, sizeof(magic), &super->s_magic);
	if (magic != CGROUP2_MAGIC && magic != CGROUP1_MAGIC)
		return false;
	if (bpf_core_read(&node, sizeof(node), &inode->i_private) ||
	    !is_stop((void *)node, magic == CGROUP1_MAGIC))
		return false;
	return cgroup_parent(node, &parent) || guard_is_inside(parent, magic == CGROUP1_MAGIC);
}

#endif
