// SPDX-License-Identifier: Apache-2.0
/*
 * What one process may do to another, and the use of capabilities. Attempts leave the other process as it is,
 * signals aside.
 */
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>

#define CONSOLE_ON 7

/* What the kernel says after its checks shows that it was asked: that is permitted. */
static enum probe_outcome verdict_of(long result, int asked)
{
	int error = result < 0 ? errno : 0;

	return probe_verdict(error == asked ? 0 : error);
}

static enum probe_outcome wait_long(char **arguments)
{
	(void)arguments;
	while (pause() < 0)
		continue;
	return PROBE_NOT_TRIED;
}

/* Waits, and can be told apart by SIGUSR1, which it outlives. */
static enum probe_outcome wait_deaf(char **arguments)
{
	(void)signal(SIGUSR1, SIG_IGN);
	(void)signal(SIGCONT, SIG_IGN);
	return wait_long(arguments);
}

/* As another user from here on. */
static enum probe_outcome as_user(char **arguments)
{
	if (setresuid((uid_t)atoi(arguments[0]), (uid_t)atoi(arguments[0]), (uid_t)atoi(arguments[0])) < 0)
		return probe_not_tried("setresuid", errno);
	return probe_run(arguments + 1);
}

static enum probe_outcome trace_attach(char **arguments)
{
	return verdict_of(ptrace(PTRACE_SEIZE, atoi(arguments[0]), NULL, NULL), 0);
}

static enum probe_outcome trace_me(char **arguments)
{
	(void)arguments;
	return verdict_of(ptrace(PTRACE_TRACEME, 0, NULL, NULL), 0);
}

/* Runs another probe in a child of its own program; its outcome is this one's. */
static enum probe_outcome child(char **arguments)
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0) {
		(void)execv(arguments[0], arguments);
		_exit(PROBE_NOT_TRIED);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0 || !WIFEXITED(status))
		return probe_not_tried(arguments[0], errno);
	return (enum probe_outcome)WEXITSTATUS(status);
}

static enum probe_outcome proc_open(const char *pid, const char *file, int flags)
{
	_cleanup_close_ int fd = -1;
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/%s/%s", pid, file);
	fd = open(path, flags | O_CLOEXEC);
	return probe_verdict(fd < 0 ? errno : 0);
}

static enum probe_outcome memory_open(char **arguments)
{
	return proc_open(arguments[0], "mem", O_RDWR);
}

static enum probe_outcome environment_open(char **arguments)
{
	return proc_open(arguments[0], "environ", O_RDONLY);
}

static enum probe_outcome maps_open(char **arguments)
{
	return proc_open(arguments[0], "maps", O_RDONLY);
}

/* What ps reads. */
static enum probe_outcome status_open(char **arguments)
{
	return proc_open(arguments[0], "stat", O_RDONLY);
}

static enum probe_outcome memory_read(char **arguments)
{
	char byte;
	const struct iovec here = {.iov_base = &byte, .iov_len = 1};
	const struct iovec there = {.iov_base = (void *)16, .iov_len = 1};

	return verdict_of(process_vm_readv(atoi(arguments[0]), &here, 1, &there, 1, 0), EFAULT);
}

static enum probe_outcome memory_write(char **arguments)
{
	char byte = 0;
	const struct iovec here = {.iov_base = &byte, .iov_len = 1};
	const struct iovec there = {.iov_base = (void *)16, .iov_len = 1};

	return verdict_of(process_vm_writev(atoi(arguments[0]), &here, 1, &there, 1, 0), EFAULT);
}

static enum probe_outcome descriptor_get(char **arguments)
{
	_cleanup_close_ int process = (int)syscall(SYS_pidfd_open, atoi(arguments[0]), 0);
	_cleanup_close_ int fd = -1;

	if (process < 0)
		return probe_not_tried("pidfd_open", errno);
	fd = (int)syscall(SYS_pidfd_getfd, process, 0, 0);
	return verdict_of(fd, EBADF);
}

static enum probe_outcome compare(char **arguments)
{
	return verdict_of(syscall(SYS_kcmp, getpid(), atoi(arguments[0]), KCMP_VM, 0L, 0L), 0);
}

static enum probe_outcome signal_send(char **arguments)
{
	return verdict_of(kill(atoi(arguments[1]), atoi(arguments[0])), 0);
}

static enum probe_outcome signal_thread(char **arguments)
{
	int pid = atoi(arguments[1]);

	return verdict_of(syscall(SYS_tgkill, pid, pid, atoi(arguments[0])), 0);
}

static enum probe_outcome signal_queue(char **arguments)
{
	return verdict_of(sigqueue(atoi(arguments[1]), atoi(arguments[0]), (union sigval){0}), 0);
}

static enum probe_outcome signal_descriptor(char **arguments)
{
	_cleanup_close_ int process = (int)syscall(SYS_pidfd_open, atoi(arguments[1]), 0);

	if (process < 0)
		return probe_not_tried("pidfd_open", errno);
	return verdict_of(syscall(SYS_pidfd_send_signal, process, atoi(arguments[0]), NULL, 0), 0);
}

static enum probe_outcome signal_self(char **arguments)
{
	int number = atoi(arguments[0]);

	(void)signal(number, SIG_IGN);
	return verdict_of(kill(getpid(), number), 0);
}

static enum probe_outcome use_chroot(char **arguments)
{
	(void)arguments;
	return verdict_of(chroot("/"), 0);
}

static enum probe_outcome use_nice(char **arguments)
{
	(void)arguments;
	return verdict_of(setpriority(PRIO_PROCESS, 0, -1), 0);
}

static enum probe_outcome use_raw(char **arguments)
{
	_cleanup_close_ int fd = socket(AF_INET, SOCK_RAW, 1);

	(void)arguments;
	return probe_verdict(fd < 0 ? errno : 0);
}

static enum probe_outcome use_syslog(char **arguments)
{
	(void)arguments;
	return verdict_of(klogctl(CONSOLE_ON, NULL, 0), 0);
}

static enum probe_outcome use_admin(char **arguments)
{
	char name[65];

	(void)arguments;
	if (gethostname(name, sizeof(name)) < 0)
		return probe_not_tried("gethostname", errno);
	return verdict_of(sethostname(name, strlen(name)), 0);
}

/* With all capabilities of a namespace of one's own. */
static enum probe_outcome use_admin_inside(char **arguments)
{
	(void)arguments;
	if (unshare(CLONE_NEWUSER) < 0)
		return probe_not_tried("unshare", errno);
	return verdict_of(unshare(CLONE_NEWUTS), 0);
}

const struct probe probe_process_table[] = {
	{"stay", "", 0, wait_long},
	{"stay-deaf", "", 0, wait_deaf},
	{"as-user", "UID WHAT…", 2, as_user},
	{"child", "PROGRAM WHAT…: in a child that executes PROGRAM", 1, child},
	{"trace", "PID", 1, trace_attach},
	{"trace-me", "", 0, trace_me},
	{"memory-open", "PID", 1, memory_open},
	{"memory-read", "PID", 1, memory_read},
	{"memory-write", "PID", 1, memory_write},
	{"pidfd-getfd", "PID", 1, descriptor_get},
	{"kcmp", "PID", 1, compare},
	{"environ-open", "PID", 1, environment_open},
	{"maps-open", "PID", 1, maps_open},
	{"stat-open", "PID", 1, status_open},
	{"signal", "NUMBER PID", 2, signal_send},
	{"signal-thread", "NUMBER PID", 2, signal_thread},
	{"signal-queue", "NUMBER PID", 2, signal_queue},
	{"signal-pidfd", "NUMBER PID", 2, signal_descriptor},
	{"signal-self", "NUMBER", 1, signal_self},
	{"use-chroot", "", 0, use_chroot},
	{"use-nice", "", 0, use_nice},
	{"use-raw", "", 0, use_raw},
	{"use-syslog", "", 0, use_syslog},
	{"use-admin", "", 0, use_admin},
	{"use-admin-inside", "", 0, use_admin_inside},
	{NULL, NULL, 0, NULL},
};
