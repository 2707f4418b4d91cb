/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The use of capabilities.
 *
 *   capable    a capability that the kernel found in the credentials, in whatever user namespace: what it is
 *              used for is often the same code, and a namespace of one's own must not be a way round
 *
 * The kernel asks very often, with locks held, and for other credentials than the task's own (those of an
 * open file, of a tracer). The one that is judged is the process that runs. Kernel threads are the kernel's
 * own and pass. Where the kernel asks in advance and says so (CAP_OPT_NOAUDIT), the answer is the same,
 * without an event: programs that never wanted the capability would fill the log.
 */
#include "pseudo.bpf.h"

#define CAP_OPT_NOAUDIT (1U << 1)

SEC("lsm/capable")
int BPF_PROG(capable, const struct cred *cred, void *namespace, int cap, unsigned int options, int ret)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct pseudo pseudo = {};
	__u32 number = (__u32)cap;

	if (ret)
		return ret;
	if (task->flags & PF_KTHREAD || number > 63)
		return 0;
	pseudo.kind = number < 32 ? POLICYD_PSEUDO_CAPABILITY_LOW : POLICYD_PSEUDO_CAPABILITY_HIGH;
	pseudo.op = 1U << (number & 31);
	pseudo.first = number & 32;
	pseudo.flags = POLICYD_EVENT_OF_CAPABILITY;
	pseudo.silent = options & CAP_OPT_NOAUDIT;
	return decide_pseudo_object(&pseudo, NULL);
}
