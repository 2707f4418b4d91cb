/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What is compared with baselines. None of these refuses; they are attached while a policy has a baseline of
 * the kind.
 *
 *   baseline_start (the hook bprm_committed_creds)
 *                      any: what a task keeps of its executable is out of date; and tells that the executable
 *                      was started, once in each generation, so that its time to learn begins
 *   baseline_syscall (the tracepoint sys_enter)
 *                      syscall: by the way into the kernel and the number; whether it succeeds is not known
 *   baseline_exec (the hook bprm_check_security)
 *                      exec: programs started, by the executable that starts them; interpreters of scripts
 *                      do not count again. What fails later counts.
 *   baseline_connect, baseline_send (the hooks socket_connect, socket_sendmsg)
 *                      connect: internet addresses named as a destination: class of the address, protocol and
 *                      port
 *   baseline_listen (the hook socket_listen)
 *                      listen: protocol and port, 0 where the kernel chooses one
 *   baseline_write (the hook file_open)
 *                      write-dir: the directory of a regular file that is opened for writing. Not of files
 *                      without a name, nor of /proc, where names come and go with processes
 */
#include "baseline.bpf.h"
#include "syscall.bpf.h"

#define AF_IS_INTERNET(family) ((family) == AF_INET || (family) == AF_INET6)
#define PROC_SUPER_MAGIC       0x9fa0

/* The first kind that is asked of the subject class in `decision`, POLICYD_ANOMALY_COUNT: none is. */
static __always_inline __u32 baseline_first(const struct decision *decision)
{
	if (decision->subject_reason) {
		counter_add(POLICYD_COUNT_UNRESOLVED + (decision->subject_reason & 7));
		return POLICYD_ANOMALY_COUNT;
	}
	for (__u32 kind = POLICYD_ANOMALY_LEARNT; kind < POLICYD_ANOMALY_COUNT; kind++)
		if (baseline_asked(decision, kind))
			return kind;
	return POLICYD_ANOMALY_COUNT;
}

SEC("lsm/bprm_committed_creds")
int BPF_PROG(baseline_start, const struct linux_binprm *bprm)
{
	struct observation observation = {};
	const struct policyd_anomalies *anomalies;
	struct decision decision;
	struct observed *mine;

	observed_forget();
	if (!decision_open(&decision))
		return 0;
	anomalies = policyd_anomalies_at(decision.image);
	if (!anomalies || !(anomalies->kinds & POLICYD_ANOMALY_LEARNT_ALL))
		return 0;
	subject_current(&decision);
	observation.kind = baseline_first(&decision);
	if (observation.kind == POLICYD_ANOMALY_COUNT)
		return 0;
	observation.generation = decision.header->generation;
	observation.subject = decision.subject;
	mine = observed_current();
	if (mine)
		start_tell(&observation, mine->executable);
	return 0;
}

/* A call whose bit the task does not have: known to policyd, told already, or new. */
static __noinline int syscall_observe(struct observed *mine, const struct observation *observation)
{
	__u64 number = observation->what, executable = mine->executable, bit = 1ULL << (number & 63);
	__u32 word = (number >> 6) & (POLICYD_TOLD_WORDS - 1);
	struct policyd_known *sure = bpf_map_lookup_elem(&known, &executable);
	struct policyd_learnt *entry = bpf_map_lookup_elem(&learnt, &executable);

	if (!entry ||
	    (sure && sure->learnt >> POLICYD_ANOMALY_NEW_SYSCALL & 1 && !(sure->syscalls[word] & bit)))
		return observation_add(observation, executable);
	if (!(sure && sure->syscalls[word] & bit) && !(entry->syscalls[word] & bit)) {
		if (!observation_tell(observation, executable,
				      policyd_item(observation->kind, observation->what)))
			return 0;
		__sync_fetch_and_or(&entry->syscalls[word], bit);
	}
	mine->syscalls[word] |= bit;
	return 0;
}

/* Whether the task keeps that the call, one of the machine's own, is known. */
static __always_inline bool syscall_is_known(struct task_struct *task, __u64 number)
{
	struct observed *mine = bpf_task_storage_get(&observed, task, NULL, 0);

	return mine && mine->epoch == epoch_now() &&
	       mine->syscalls[(number >> 6) & (POLICYD_TOLD_WORDS - 1)] >> (number & 63) & 1;
}

SEC("raw_tp/sys_enter")
int BPF_PROG(baseline_syscall, void *registers, long id)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct observation observation = {};
	__u64 number = (__u64)id;
	struct decision decision;
	struct observed *mine;
	__u32 arch;
	bool own;

	if (id < 0)
		return 0;
	arch = syscall_arch(task, &number);
	own = (arch == POLICYD_ARCH_X86_64 || arch == POLICYD_ARCH_AARCH64) && number < POLICYD_TOLD_SYSCALLS;
	if (own && syscall_is_known(task, number))
		return 0;
	if (!anomaly_open(&decision, POLICYD_ANOMALY_NEW_SYSCALL))
		return 0;
	subject_current(&decision);
	if (!baseline_asked(&decision, POLICYD_ANOMALY_NEW_SYSCALL))
		return 0;
	observation.generation = decision.header->generation;
	observation.what = policyd_syscall_what(arch, (__u32)number);
	observation.kind = POLICYD_ANOMALY_NEW_SYSCALL;
	observation.subject = decision.subject;
	mine = observed_current();
	if (mine && own)
		syscall_observe(mine, &observation);
	else if (mine)
		observation_add(&observation, mine->executable);
	return 0;
}

SEC("lsm/bprm_check_security")
int BPF_PROG(baseline_exec, struct linux_binprm *bprm, int ret)
{
	struct dentry *dentry = bprm->file->f_path.dentry;

	if (ret || bprm->interp != bprm->filename)
		return ret;
	baseline_compare(POLICYD_ANOMALY_NEW_EXEC, 0, address_of(dentry), 0);
	return 0;
}

static __always_inline void destination_compare(struct socket *sock, const void *address, int size)
{
	struct endpoint endpoint = {};
	struct sock *sk = sock->sk;

	endpoint_read(&endpoint, address, size, NULL);
	if (!sk || !AF_IS_INTERNET(endpoint.family))
		return;
	baseline_compare(POLICYD_ANOMALY_NEW_CONNECT,
			 policyd_port_what(policyd_address_class(endpoint.high, endpoint.low),
					   sk->sk_protocol, endpoint.port),
			 address_of((void *)address), (__u32)size);
}

SEC("lsm/socket_connect")
int BPF_PROG(baseline_connect, struct socket *sock, struct sockaddr *address, int size, int ret)
{
	if (ret)
		return ret;
	destination_compare(sock, address, size);
	return 0;
}

SEC("lsm/socket_sendmsg")
int BPF_PROG(baseline_send, struct socket *sock, struct msghdr *msg, int size, int ret)
{
	if (ret || !msg->msg_name)
		return ret;
	destination_compare(sock, msg->msg_name, msg->msg_namelen);
	return 0;
}

SEC("lsm/socket_listen")
int BPF_PROG(baseline_listen, struct socket *sock, int backlog, int ret)
{
	struct sock *sk = sock->sk;

	if (ret)
		return ret;
	if (sk && AF_IS_INTERNET(sk->__sk_common.skc_family))
		baseline_compare(
			POLICYD_ANOMALY_NEW_LISTEN,
			policyd_port_what(POLICYD_ADDRESS_COUNT, sk->sk_protocol, sk->__sk_common.skc_num), 0,
			0);
	return 0;
}

SEC("lsm/file_open")
int BPF_PROG(baseline_write, struct file *file, int ret)
{
	struct dentry *dentry = file->f_path.dentry, *directory = dentry->d_parent;

	if (ret || !(file->f_mode & FMODE_WRITE) || (file->f_inode->i_mode & S_IFMT) != S_IFREG ||
	    directory == dentry || dentry->d_sb->s_magic == PROC_SUPER_MAGIC)
		return ret;
	baseline_compare(POLICYD_ANOMALY_NEW_DIRECTORY, 0, address_of(directory), 0);
	return 0;
}
