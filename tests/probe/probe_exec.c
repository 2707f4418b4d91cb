// SPDX-License-Identifier: Apache-2.0
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>

extern char **environ;

/* A way to execute arguments[0] with these arguments; returns an errno when it failed. */
typedef int exec_fn(char **arguments);

static int by_path(char **arguments)
{
	execve(arguments[0], arguments, environ);
	return errno;
}

static int by_fd(char **arguments)
{
	_cleanup_close_ int fd = open(arguments[0], O_PATH | O_CLOEXEC);

	if (fd >= 0)
		(void)syscall(SYS_execveat, fd, "", arguments, environ, AT_EMPTY_PATH);
	return errno;
}

static int by_other_name(char **arguments)
{
	char *path = arguments[0];

	arguments[0] = arguments[1];
	execve(path, arguments, environ);
	return errno;
}

static int by_unlinked(char **arguments)
{
	_cleanup_close_ int fd = open(arguments[0], O_PATH | O_CLOEXEC);

	if (fd >= 0 && unlink(arguments[0]) == 0)
		(void)syscall(SYS_execveat, fd, "", arguments, environ, AT_EMPTY_PATH);
	return errno;
}

static int by_memfd(char **arguments)
{
	_cleanup_close_ int from = open(arguments[0], O_RDONLY | O_CLOEXEC);
	_cleanup_close_ int to = memfd_create(arguments[1], MFD_CLOEXEC);
	ssize_t got = -1;

	if (from >= 0 && to >= 0)
		do
			got = sendfile(to, from, NULL, 1 << 20);
		while (got > 0);
	if (got == 0)
		(void)syscall(SYS_execveat, to, "", arguments, environ, AT_EMPTY_PATH);
	return errno;
}

/* The child: executes, or writes the reason to the pipe, which closes by itself when the exec works. */
static _Noreturn void child_exec(int report, exec_fn *way, char **arguments)
{
	int error = way(arguments);

	if (write(report, &error, sizeof(error)) != sizeof(error))
		_exit(126);
	_exit(127);
}

static enum probe_outcome try_exec(exec_fn *way, char **arguments)
{
	_cleanup_close_ int reader = -1;
	int fds[2], error = 0, status;
	ssize_t got;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return probe_not_tried("pipe", errno);
	reader = fds[0];

	pid = fork();
	if (pid == 0)
		child_exec(fds[1], way, arguments);
	(void)close(fds[1]);
	if (pid < 0)
		return probe_not_tried("fork", errno);

	got = read(reader, &error, sizeof(error));
	if (waitpid(pid, &status, 0) < 0)
		return probe_not_tried("waitpid", errno);
	if (got != 0 && got != sizeof(error))
		return probe_not_tried("the child says nothing", 0);
	/* Killed before or in the exec: the pipe closed as well, but nothing was executed on purpose. */
	if (got == 0 && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		return probe_not_tried("the child was killed", 0);

	return probe_verdict(error);
}

#ifndef AT_EXECVE_CHECK
#define AT_EXECVE_CHECK 0x10000
#endif

/* Only asks, by a descriptor. */
static enum probe_outcome exec_check(char **arguments)
{
	_cleanup_close_ int fd = open(arguments[0], O_PATH | O_CLOEXEC);

	if (fd < 0)
		return probe_not_tried(arguments[0], errno);
	if (syscall(SYS_execveat, fd, "", arguments, environ, AT_EMPTY_PATH | AT_EXECVE_CHECK) < 0)
		return probe_verdict(errno);
	return probe_verdict(0);
}

static enum probe_outcome exec_path(char **arguments)
{
	return try_exec(by_path, arguments);
}

static enum probe_outcome exec_narrow(char **arguments)
{
	return try_exec(exec_32, arguments);
}

static enum probe_outcome exec_fd(char **arguments)
{
	return try_exec(by_fd, arguments);
}

static enum probe_outcome exec_named(char **arguments)
{
	return try_exec(by_other_name, arguments);
}

static enum probe_outcome exec_unlinked(char **arguments)
{
	return try_exec(by_unlinked, arguments);
}

static enum probe_outcome exec_memfd(char **arguments)
{
	return try_exec(by_memfd, arguments);
}

static enum probe_outcome spawn(char **arguments)
{
	pid_t pid;
	int r = posix_spawn(&pid, arguments[0], NULL, NULL, arguments, environ);

	if (r == 0)
		(void)waitpid(pid, NULL, 0);
	return probe_verdict(r);
}

/* as UID GID -- WHAT…: drops to the ids and no supplementary groups, then probes. */
static enum probe_outcome try_as(char **arguments)
{
	uid_t uid = (uid_t)strtoul(arguments[0], NULL, 10);
	gid_t gid = (gid_t)strtoul(arguments[1], NULL, 10);
	char **rest = arguments + 2;

	if (*rest && strcmp(*rest, "--") == 0)
		rest++;
	if (setgroups(0, NULL) < 0 || setresgid(gid, gid, gid) < 0 || setresuid(uid, uid, uid) < 0)
		return probe_not_tried("changing ids", errno);

	return probe_run(rest);
}

const struct probe probe_exec_table[] = {
	{"exec", "PATH [ARGUMENT…]: allowed when execve succeeds, whatever the program then says", 1,
	 exec_path},
	{"exec-32", "PATH [ARGUMENT…]: by the 32-bit entry, at most 30 arguments", 1, exec_narrow},
	{"exec-fd", "PATH [ARGUMENT…]: by execveat with AT_EMPTY_PATH", 1, exec_fd},
	{"exec-named", "PATH ARGV0: with another argv[0]", 2, exec_named},
	{"exec-unlinked", "PATH: unlinks it first", 1, exec_unlinked},
	{"exec-memfd", "PATH NAME: a memory file with its contents", 2, exec_memfd},
	{"exec-check", "PATH [ARGUMENT…]: asks with AT_EXECVE_CHECK", 1, exec_check},
	{"spawn", "PATH [ARGUMENT…]: by posix_spawn", 1, spawn},
	{"as", "UID GID -- WHAT…: probe with other ids", 3, try_as},
	{0},
};
