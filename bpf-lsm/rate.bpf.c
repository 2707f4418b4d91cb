/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What rates count. None of these refuses; they are attached while a policy has such a rate.
 *
 *   rate_exec (the hook bprm_check_security)
 *                      exec: once for each program started, by whoever starts it; interpreters of scripts are
 *                      not counted again. What fails later was counted.
 *   rate_fork (the tracepoint sched_process_fork)
 *                      fork: new processes; threads are none
 *   rate_connect, rate_send (the hooks socket_connect, socket_sendmsg)
 *                      connect: an internet address named as a destination, also where it is refused later
 *   rate_open (the function do_filp_open, do_file_open since 7.0, at its end)
 *                      open-failed: opening for whatever reason, from every system call and io_uring, but not
 *                      looking for a program to execute. Refusals by security modules are among the failures.
 *
 *   rate_write, rate_rename, rate_delete (the hooks file_open, path_rename, path_unlink)
 *                      write, rename, delete: of regular files opened for writing; of any names but
 * directories' removals
 *
 * Programs at hooks run after those before them on the same hook let the operation pass.
 */
#include "anomaly.bpf.h"

#define AF_IS_INTERNET(family) ((family) == AF_INET || (family) == AF_INET6)
#define ERRNO_MAX	       4095

SEC("lsm/bprm_check_security")
int BPF_PROG(rate_exec, struct linux_binprm *bprm, int ret)
{
	struct dentry *dentry = bprm->file->f_path.dentry;

	if (ret || bprm->interp != bprm->filename)
		return ret;
	anomaly_happened(POLICYD_ANOMALY_EXEC, address_of(dentry), 0, 0);
	return 0;
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(rate_fork, struct task_struct *parent, struct task_struct *child)
{
	if (child->pid == child->tgid)
		anomaly_happened(POLICYD_ANOMALY_FORK, 0, (__u32)child->tgid, 0);
	return 0;
}

/* An address that is named as a destination. */
static __always_inline void destination_count(const void *address, int size)
{
	__u16 family = 0;

	bpf_probe_read_kernel(&family, sizeof(family), address);
	if (AF_IS_INTERNET(family))
		anomaly_happened(POLICYD_ANOMALY_CONNECT, (__u64)address, (__u32)size, 0);
}

SEC("lsm/socket_connect")
int BPF_PROG(rate_connect, struct socket *sock, struct sockaddr *address, int size, int ret)
{
	if (ret)
		return ret;
	destination_count(address, size);
	return 0;
}

SEC("lsm/socket_sendmsg")
int BPF_PROG(rate_send, struct socket *sock, struct msghdr *msg, int size, int ret)
{
	if (ret || !msg->msg_name)
		return ret;
	destination_count(msg->msg_name, msg->msg_namelen);
	return 0;
}

SEC("lsm/file_open")
int BPF_PROG(rate_write, struct file *file, int ret)
{
	struct dentry *dentry = file->f_path.dentry;

	if (ret || !(file->f_mode & FMODE_WRITE) || (file->f_inode->i_mode & S_IFMT) != S_IFREG)
		return ret;
	anomaly_happened(POLICYD_ANOMALY_WRITE, address_of(dentry), 0, 0);
	return 0;
}

SEC("lsm/path_rename")
int BPF_PROG(rate_rename, const struct path *old_dir, struct dentry *old_dentry, const struct path *new_dir,
	     struct dentry *new_dentry, unsigned int flags, int ret)
{
	if (ret)
		return ret;
	anomaly_happened(POLICYD_ANOMALY_RENAME, address_of(old_dentry), 0, 0);
	return 0;
}

SEC("lsm/path_unlink")
int BPF_PROG(rate_delete, const struct path *dir, struct dentry *dentry, int ret)
{
	if (ret)
		return ret;
	anomaly_happened(POLICYD_ANOMALY_DELETE, address_of(dentry), 0, 0);
	return 0;
}

SEC("fexit/do_filp_open")
int BPF_PROG(rate_open, int dfd, struct filename *pathname, const struct open_flags *op, struct file *ret)
{
	__s64 result = (__s64)ret;

	if (result >= 0 || result < -ERRNO_MAX || op->open_flag & __FMODE_EXEC)
		return 0;
	anomaly_happened(POLICYD_ANOMALY_OPEN_FAILED, (__u64)pathname->name, (__u32)-result, 0);
	return 0;
}
