// SPDX-License-Identifier: Apache-2.0
/*
 * What a process asks of the kernel as a whole. Attempts are chosen so that they change nothing where they
 * are permitted: a module that is none, an unloading kexec, the time that it is.
 */
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/mount.h>
#include <linux/perf_event.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <sys/wait.h>
#include <time.h>

/* What the kernel says of bytes that are no module shows that it was asked: that is permitted. */
static enum probe_outcome verdict_of(long result, int asked)
{
	int error = result < 0 ? errno : 0;

	return probe_verdict(error == asked ? 0 : error);
}

static enum probe_outcome init_module_memory(char **arguments)
{
	static const char bytes[64] = "not a module";

	(void)arguments;
	return verdict_of(syscall(SYS_init_module, bytes, sizeof(bytes), ""), ENOEXEC);
}

static enum probe_outcome init_module_file(char **arguments)
{
	_cleanup_close_ int fd = open(arguments[0], O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return probe_not_tried(arguments[0], errno);
	return verdict_of(syscall(SYS_finit_module, fd, "", 0), ENOEXEC);
}

/* A protocol of its own module: refused is the same as not there. */
static enum probe_outcome module_request(char **arguments)
{
	int fd = socket(AF_INET, SOCK_STREAM, IPPROTO_SCTP);
	int error = fd < 0 ? errno : 0;

	(void)arguments;
	probe_closep(&fd);
	return probe_verdict(error);
}

static enum probe_outcome kexec_memory(char **arguments)
{
	(void)arguments;
	return verdict_of(syscall(SYS_kexec_load, 0L, 0L, NULL, 0L), 0);
}

static enum probe_outcome kexec_file(char **arguments)
{
	_cleanup_close_ int fd = open(arguments[0], O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return probe_not_tried(arguments[0], errno);
	return verdict_of(syscall(SYS_kexec_file_load, fd, -1, 1L, "", 4UL /* no initramfs */), ENOEXEC);
}

static enum probe_outcome perf_open(char **arguments)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_TASK_CLOCK,
	};
	_cleanup_close_ int fd = (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0UL);

	(void)arguments;
	return probe_verdict(fd < 0 ? errno : 0);
}

static enum probe_outcome bpf_map(char **arguments)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_ARRAY,
		.key_size = 4,
		.value_size = 4,
		.max_entries = 1,
	};
	_cleanup_close_ int fd = (int)syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof(attr));

	(void)arguments;
	return probe_verdict(fd < 0 ? errno : 0);
}

/* A line for each LSM program in the kernel: "ID RUNS", where the kernel counts them. */
static enum probe_outcome program_runs(char **arguments)
{
	union bpf_attr next = {.start_id = 0};

	(void)arguments;
	for (; syscall(SYS_bpf, BPF_PROG_GET_NEXT_ID, &next, sizeof(next)) == 0;
	     next.start_id = next.next_id) {
		struct bpf_prog_info info = {.id = 0};
		union bpf_attr attr = {.prog_id = next.next_id};
		_cleanup_close_ int fd = (int)syscall(SYS_bpf, BPF_PROG_GET_FD_BY_ID, &attr, sizeof(attr));

		if (fd < 0)
			continue; /* gone since */
		memset(&attr, 0, sizeof(attr));
		attr.info.bpf_fd = (__u32)fd;
		attr.info.info_len = sizeof(info);
		attr.info.info = (uintptr_t)&info;
		if (syscall(SYS_bpf, BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr)) < 0)
			return probe_not_tried("BPF_OBJ_GET_INFO_BY_FD", errno);
		if (info.type == BPF_PROG_TYPE_LSM)
			printf("%u %llu\n", info.id, (unsigned long long)info.run_cnt);
	}
	return errno == ENOENT ? PROBE_ALLOWED : probe_not_tried("BPF_PROG_GET_NEXT_ID", errno);
}

/* The ports of processors that have them; elsewhere this cannot be tried. */
static enum probe_outcome ports(char **arguments)
{
	(void)arguments;
#ifdef SYS_ioperm
	return verdict_of((int)syscall(SYS_ioperm, 0x80UL, 1UL, 1), 0);
#else
	return PROBE_NOT_TRIED;
#endif
}

static enum probe_outcome userns_unshare(char **arguments)
{
	(void)arguments;
	return verdict_of(unshare(CLONE_NEWUSER), 0);
}

static enum probe_outcome userns_clone(char **arguments)
{
	long pid = syscall(SYS_clone, (unsigned long)CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, 0UL);
	int error = errno;

	(void)arguments;
	if (pid == 0)
		_exit(0);
	if (pid > 0)
		(void)waitpid((pid_t)pid, NULL, 0);
	return probe_verdict(pid < 0 ? error : 0);
}

static enum probe_outcome unshare_mounts(char **arguments)
{
	(void)arguments;
	return verdict_of(unshare(CLONE_NEWNS), 0);
}

static enum probe_outcome clock_write(char **arguments)
{
	struct timespec now;

	(void)arguments;
	if (clock_gettime(CLOCK_REALTIME, &now) < 0)
		return probe_not_tried("clock_gettime", errno);
	return verdict_of(clock_settime(CLOCK_REALTIME, &now), 0);
}

static enum probe_outcome day_write(char **arguments)
{
	struct timeval now;

	(void)arguments;
	if (gettimeofday(&now, NULL) < 0)
		return probe_not_tried("gettimeofday", errno);
	return verdict_of(settimeofday(&now, NULL), 0);
}

/* Detached until move_mount attaches it. */
static enum probe_outcome mount_new(char **arguments)
{
	_cleanup_close_ int context = (int)syscall(SYS_fsopen, "tmpfs", 0);
	_cleanup_close_ int tree = -1;

	if (context < 0 || syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return probe_not_tried("fsopen", errno);
	tree = (int)syscall(SYS_fsmount, context, 0, 0);
	if (tree < 0)
		return probe_not_tried("fsmount", errno);
	return verdict_of(syscall(SYS_move_mount, tree, "", AT_FDCWD, arguments[0], MOVE_MOUNT_F_EMPTY_PATH),
			  0);
}

static enum probe_outcome mount_old(char **arguments)
{
	return verdict_of(mount("none", arguments[0], "tmpfs", 0, NULL), 0);
}

static enum probe_outcome mount_end(char **arguments)
{
	return verdict_of(umount2(arguments[0], MNT_DETACH), 0);
}

/* The file system that is mounted there gets the option that it has. */
static enum probe_outcome mount_options(char **arguments)
{
	_cleanup_close_ int context = (int)syscall(SYS_fspick, AT_FDCWD, arguments[0], 0);

	if (context < 0)
		return probe_not_tried("fspick", errno);
	return verdict_of(syscall(SYS_fsconfig, context, FSCONFIG_CMD_RECONFIGURE, NULL, NULL, 0), 0);
}

static enum probe_outcome mount_attributes(char **arguments)
{
	struct mount_attr attributes = {.attr_set = MOUNT_ATTR_NOATIME, .attr_clr = MOUNT_ATTR__ATIME};

	return verdict_of(
		syscall(SYS_mount_setattr, AT_FDCWD, arguments[0], 0, &attributes, sizeof(attributes)), 0);
}

static enum probe_outcome tree_copy(char **arguments)
{
	_cleanup_close_ int tree = (int)syscall(SYS_open_tree, AT_FDCWD, arguments[0], OPEN_TREE_CLONE);

	return probe_verdict(tree < 0 ? errno : 0);
}

static enum probe_outcome tree_open(char **arguments)
{
	_cleanup_close_ int tree = (int)syscall(SYS_open_tree, AT_FDCWD, arguments[0], 0);

	return probe_verdict(tree < 0 ? errno : 0);
}

static enum probe_outcome clock_read(char **arguments)
{
	struct timex state = {.modes = 0};

	(void)arguments;
	return verdict_of(adjtimex(&state) < 0 ? -1 : 0, 0);
}

/* Its frequency is set to what it is. */
static enum probe_outcome clock_adjust(char **arguments)
{
	struct timex state = {.modes = 0};

	(void)arguments;
	if (adjtimex(&state) < 0)
		return probe_not_tried("adjtimex", errno);
	state.modes = ADJ_FREQUENCY;
	return verdict_of(adjtimex(&state) < 0 ? -1 : 0, 0);
}

/* PROCESSES at once set the clock's frequency to what it is, COUNT times each. */
static enum probe_outcome clock_adjust_storm(char **arguments)
{
	unsigned long processes = strtoul(arguments[0], NULL, 10), count = strtoul(arguments[1], NULL, 10);
	struct timex state = {.modes = 0};
	int failed = adjtimex(&state) < 0, status;

	state.modes = ADJ_FREQUENCY;
	for (unsigned long i = 0; i < processes; i++) {
		pid_t child = fork();

		if (child < 0)
			return probe_not_tried("fork", errno);
		if (child > 0)
			continue;
		for (unsigned long j = 0; j < count; j++)
			failed |= adjtimex(&state) < 0;
		_exit(failed);
	}
	while (wait(&status) > 0)
		failed |= status != 0;
	return probe_verdict(failed ? EIO : 0);
}

const struct probe probe_kernel_table[] = {
	{"module-memory", "", 0, init_module_memory},
	{"module-file", "FILE", 1, init_module_file},
	{"module-request", "", 0, module_request},
	{"kexec-memory", "", 0, kexec_memory},
	{"kexec-file", "FILE", 1, kexec_file},
	{"perf", "", 0, perf_open},
	{"bpf", "", 0, bpf_map},
	{"program-runs", "", 0, program_runs},
	{"ports", "", 0, ports},
	{"userns-unshare", "", 0, userns_unshare},
	{"userns-clone", "", 0, userns_clone},
	{"unshare-mounts", "", 0, unshare_mounts},
	{"settime", "", 0, clock_write},
	{"settimeofday", "", 0, day_write},
	{"kmount", "DIRECTORY", 1, mount_old},
	{"kmount-new", "DIRECTORY", 1, mount_new},
	{"kumount", "DIRECTORY", 1, mount_end},
	{"kremount", "DIRECTORY", 1, mount_options},
	{"kmount-attributes", "DIRECTORY", 1, mount_attributes},
	{"ktree-copy", "DIRECTORY", 1, tree_copy},
	{"ktree-open", "DIRECTORY", 1, tree_open},
	{"adjust-read", "", 0, clock_read},
	{"adjust", "", 0, clock_adjust},
	{"adjust-storm", "PROCESSES COUNT", 2, clock_adjust_storm},
	{NULL, NULL, 0, NULL},
};
