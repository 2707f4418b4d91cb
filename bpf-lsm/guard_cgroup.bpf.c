/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Self-protection: policyd is moved to another cgroup. No hook can refuse that (what is written to
 * cgroup.procs is seen by none), and who has opened cgroup.freeze of the other one before can stop policyd
 * there. So it is told, with who did it; opening that file afterwards is refused (guard_cgroup.bpf.h).
 *
 *   cgroup_attach_task   a tracepoint: a task has been moved, in a hierarchy of either version
 */
#include "guard.bpf.h"

struct cgroup;

SEC("tp_btf/cgroup_attach_task")
int BPF_PROG(guard_moved, struct cgroup *to, const char *path, struct task_struct *task, bool whole)
{
	if (guard_covers(task) && !guard_is_init())
		guard_tell(POLICYD_GUARD_DEED_CGROUP, 0, event_exe(task), 0);
	return 0;
}
