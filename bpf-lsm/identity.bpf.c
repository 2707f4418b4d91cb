/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * uid-gain: a task whose user ids are not those that the kernel's own ways gave it, and one that asks for an
 * id of which it has nothing but the capability. Attached when a policy first looks for it; from then on the
 * ids are followed whether a policy looks or not, since what is not followed would look like a gain later.
 *
 * The ids of a task are kept in its storage, where a fork takes them along. Two things may change them:
 *
 *   identity_call (the hook task_fix_setuid)
 *                      set*uid(): what it asks for is judged, and is then pending
 *   identity_run (the hook bprm_committing_creds)
 *                      an execution: what it gives is pending, a setuid program's ids too
 *   identity_commit (the end of commit_creds)
 *                      what is pending is now known. A call can fail after its hook, so it is not before. The
 *                      kernel may skip a tracing program; then the next look finds the ids pending.
 *   identity_fork (the hook task_alloc)
 *                      copies what is known, not what the task has: a child must not launder
 *
 * Everything else that changes them is what is looked for, at
 *
 *   identity_commit, identity_call, identity_execute, identity_open, identity_connect, identity_capable
 *                      (the hooks bprm_check_security, file_open, socket_connect, capable)
 *
 * These look at `real_cred`: the kernel lends other credentials (`cred`) for a while, as overlayfs does.
 */
#include "identity.bpf.h"

static __always_inline bool identity_wanted(void)
{
	struct decision decision;

	return anomaly_open(&decision, POLICYD_ANOMALY_UID_GAIN);
}

/* Looks at the ids of the current task. Returns -EPERM where some policy refuses, 0. */
static __always_inline int identity_look(void)
{
	struct identity *identity;
	__u64 gain;
	int r;

	if (!identity_wanted())
		return 0;
	identity = identity_current(BPF_LOCAL_STORAGE_GET_F_CREATE);
	gain = identity_gain(identity);
	if (!gain)
		return 0;
	r = anomaly_happened(POLICYD_ANOMALY_UID_GAIN, gain, 0, (__u64)identity);
	if (!r)
		identity_believe(identity);
	return r;
}

/*
 * Whether set*uid() may go from the ids of one credential to those of another: to ids that the process has
 * already, from root to any, and inside a user namespace to any that the namespace was given, but for root.
 * The rest is by the capability alone.
 */
static __noinline bool identity_may(const struct ids *from, const struct ids *to, __u32 level)
{
	bool own = ids_have(from, to->uid) && ids_have(from, to->euid) && ids_have(from, to->suid) &&
		   ids_have(from, to->fsuid);

	return own || ids_have(from, 0) || (level && !ids_have(to, 0));
}

static __always_inline int identity_judge(struct cred *new, const struct cred *old)
{
	struct ids from, to;
	struct identity *identity;
	int r = 0;

	ids_of(old, &from);
	ids_of(new, &to);
	identity = identity_current(0);
	if (!identity_may(&from, &to, (__u32)old->user_ns->level))
		r = anomaly_happened(POLICYD_ANOMALY_UID_GAIN,
				     gain_pack(POLICYD_GAIN_CAPABILITY, ids_gained(&to, &from)), 0,
				     (__u64)identity);
	if (!r && identity)
		identity->pending = to;
	return r;
}

SEC("lsm/task_fix_setuid")
int BPF_PROG(identity_call, struct cred *new, const struct cred *old, int flags, int ret)
{
	int r;

	if (ret)
		return ret;
	r = identity_look();
	return r ? r : identity_judge(new, old);
}

SEC("lsm/bprm_committing_creds")
int BPF_PROG(identity_run, struct linux_binprm *bprm)
{
	struct identity *identity = identity_current(0);

	if (identity)
		ids_of(bprm->cred, &identity->pending);
	return 0;
}

SEC("fexit/commit_creds")
int BPF_PROG(identity_commit, struct cred *new, int ret)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct identity *identity = identity_current(0);
	struct ids now;

	if (!identity)
		return 0;
	ids_of(task->real_cred, &now);
	if (!identity_settle(identity, &now))
		identity_look();
	return 0;
}

SEC("lsm/task_alloc")
int BPF_PROG(identity_fork, struct task_struct *task, unsigned long clone_flags, int ret)
{
	struct identity *parent, *identity;

	if (ret)
		return ret;
	parent = identity_current(0);
	if (!parent)
		return 0;
	identity = bpf_task_storage_get(&identities, task, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (identity)
		*identity = *parent;
	else
		counter_add(POLICYD_COUNT_LOST_COUNT);
	return 0;
}

SEC("lsm/bprm_check_security")
int BPF_PROG(identity_execute, struct linux_binprm *bprm, int ret)
{
	return ret ? ret : identity_look();
}

SEC("lsm/file_open")
int BPF_PROG(identity_open, struct file *file, int ret)
{
	return ret ? ret : identity_look();
}

SEC("lsm/socket_connect")
int BPF_PROG(identity_connect, struct socket *sock, struct sockaddr *address, int size, int ret)
{
	return ret ? ret : identity_look();
}

SEC("lsm/capable")
int BPF_PROG(identity_capable, const struct cred *cred, void *namespace, int cap, unsigned int options,
	     int ret)
{
	return ret ? ret : identity_look();
}
