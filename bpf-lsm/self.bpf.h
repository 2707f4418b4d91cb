/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Who is policyd: its own process, known by a mark that no name, no program and no user gives.
 */
#ifndef BPF_LSM_SELF_H
#define BPF_LSM_SELF_H

#include "maps.bpf.h"

/* policyd's own process carries the mark, which user space sets through a descriptor of the process. */
static __always_inline bool self_is_policyd(void)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct task_struct *leader = task->group_leader;
	__u32 *mark = leader ? bpf_task_storage_get(&self, leader, NULL, 0) : NULL;

	return mark && *mark;
}

#endif
