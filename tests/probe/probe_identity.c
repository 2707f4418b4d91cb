// SPDX-License-Identifier: Apache-2.0
/*
 * Ways to another user id.
 */
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

static uid_t id_of(const char *text)
{
	return (uid_t)strtoul(text, NULL, 10);
}

/* What comes after the ids; without anything the change itself was what was tried. */
static enum probe_outcome go_on(char **arguments)
{
	if (*arguments && strcmp(*arguments, "--") == 0)
		arguments++;
	return *arguments ? probe_run(arguments) : PROBE_ALLOWED;
}

static int change(uid_t uid)
{
	return setresuid(uid, uid, uid) < 0 ? errno : 0;
}

/* Drops to an id and keeps the capability, then takes another id by it. */
static enum probe_outcome by_capability(char **arguments)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2] = {
		{.effective = 1U << CAP_SETUID, .permitted = 1U << CAP_SETUID},
	};
	int r;

	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0 || change(id_of(arguments[0])) ||
	    syscall(SYS_capset, &header, data) < 0)
		return probe_not_tried("keeping the capability", errno);
	r = change(id_of(arguments[1]));
	return r ? probe_verdict(r) : go_on(arguments + 2);
}

/* Drops to an id, keeps the old one as the saved one, and takes it again. */
static enum probe_outcome by_saved(char **arguments)
{
	uid_t saved = geteuid(), uid = id_of(arguments[0]);

	if (setresuid(uid, uid, saved) < 0 || setresuid(uid, saved, saved) < 0)
		return probe_verdict(errno);
	return go_on(arguments + 1);
}

static int write_text(const char *path, const char *text)
{
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CLOEXEC);

	return fd < 0 || write(fd, text, strlen(text)) < 0 ? errno : 0;
}

/* In a user namespace of its own, as the id, then as one that the namespace was given. */
static enum probe_outcome in_namespace(uid_t uid, int ready, int mapped)
{
	char byte;
	int r = change(uid);

	if (r || unshare(CLONE_NEWUSER) < 0)
		return probe_not_tried("a user namespace", r ? r : errno);
	if (write(ready, "", 1) != 1 || read(mapped, &byte, 1) != 1)
		return probe_not_tried("waiting for the map", errno);
	return probe_verdict(change(1));
}

static enum probe_outcome by_namespace(char **arguments)
{
	char path[64], map[64], byte;
	int ready[2], mapped[2], status = 0, r;
	pid_t pid;

	if (pipe2(ready, O_CLOEXEC) < 0 || pipe2(mapped, O_CLOEXEC) < 0)
		return probe_not_tried("pipe2", errno);
	pid = fork();
	if (pid == 0)
		_exit((int)in_namespace(id_of(arguments[0]), ready[1], mapped[0]));
	if (pid < 0 || read(ready[0], &byte, 1) != 1)
		return probe_not_tried("the child", errno);
	(void)snprintf(path, sizeof(path), "/proc/%d/uid_map", (int)pid);
	(void)snprintf(map, sizeof(map), "0 %s 1\n1 100000 9\n", arguments[0]);
	r = write_text(path, map);
	if (r)
		return probe_not_tried("uid_map", r);
	if (write(mapped[1], "", 1) != 1 || waitpid(pid, &status, 0) < 0)
		return probe_not_tried("waiting", errno);
	return WIFEXITED(status) ? (enum probe_outcome)WEXITSTATUS(status)
				 : probe_not_tried("the child was killed", 0);
}

/* struct identity of bpf-lsm/identity.bpf.h, as words. */
#define RECORD_WORDS 18
#define RECORD_IDS   8 /* the known ones and the pending ones stand from here on */
#define RECORD_COUNT 8

/*
 * Writes into policyd's record of this process that its ids were others. For the kernel side that is the same
 * as ids that were overwritten: what the task has is not what is known of it.
 */
static enum probe_outcome by_record(char **arguments)
{
	uint32_t record[RECORD_WORDS] = {0};
	int process = (int)syscall(SYS_pidfd_open, getpid(), 0);
	union bpf_attr attr = {.pathname = (uintptr_t)arguments[0]};
	int map = (int)syscall(SYS_bpf, BPF_OBJ_GET, &attr, sizeof(attr));

	if (process < 0 || map < 0)
		return probe_not_tried(arguments[0], errno);
	memset(&attr, 0, sizeof(attr));
	attr.map_fd = (uint32_t)map;
	attr.key = (uintptr_t)&process;
	attr.value = (uintptr_t)record;
	if (syscall(SYS_bpf, BPF_MAP_LOOKUP_ELEM, &attr, sizeof(attr)) < 0)
		return probe_not_tried("the record", errno);
	for (int i = 0; i < RECORD_COUNT; i++)
		record[RECORD_IDS + i] = id_of(arguments[1]);
	if (syscall(SYS_bpf, BPF_MAP_UPDATE_ELEM, &attr, sizeof(attr)) < 0)
		return probe_not_tried("the record", errno);
	return go_on(arguments + 2);
}

const struct probe probe_identity_table[] = {
	{"uid-capability", "UID NEW [-- WHAT…]: drops to UID, takes NEW by the capability alone", 2,
	 by_capability},
	{"uid-saved", "UID [-- WHAT…]: drops to UID, takes the saved id again", 1, by_saved},
	{"uid-namespace", "UID: drops to UID, takes an id that its own user namespace was given", 1,
	 by_namespace},
	{"uid-record", "PIN UID -- WHAT…: tells policyd's record that the ids were UID", 3, by_record},
	{0},
};
