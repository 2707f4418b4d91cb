// SPDX-License-Identifier: Apache-2.0
/*
 * What somebody would do to policyd itself: descriptors of its BPF objects, programs that run before its own,
 * limits of its process. Attempts leave things as they are where they are permitted.
 */
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

static int bpf_call(enum bpf_cmd command, union bpf_attr *attr)
{
	return (int)syscall(SYS_bpf, command, attr, sizeof(*attr));
}

static enum probe_outcome descriptor_get(enum bpf_cmd command, const char *id)
{
	union bpf_attr attr = {.map_id = (uint32_t)atoi(id)};
	_cleanup_close_ int fd = bpf_call(command, &attr);

	return probe_verdict(fd < 0 ? errno : 0);
}

static enum probe_outcome map_get(char **arguments)
{
	return descriptor_get(BPF_MAP_GET_FD_BY_ID, arguments[0]);
}

static enum probe_outcome program_get(char **arguments)
{
	return descriptor_get(BPF_PROG_GET_FD_BY_ID, arguments[0]);
}

static enum probe_outcome link_get(char **arguments)
{
	return descriptor_get(BPF_LINK_GET_FD_BY_ID, arguments[0]);
}

static int pin_open(const char *path)
{
	union bpf_attr attr = {.pathname = (uint64_t)(uintptr_t)path};

	return bpf_call(BPF_OBJ_GET, &attr);
}

static enum probe_outcome pin_get(char **arguments)
{
	_cleanup_close_ int fd = pin_open(arguments[0]);

	return probe_verdict(fd < 0 ? errno : 0);
}

/* What the kernel answers to whoever has a descriptor of the link. */
static enum probe_outcome link_detach(char **arguments)
{
	_cleanup_close_ int fd = pin_open(arguments[0]);
	union bpf_attr attr = {.link_detach = {.link_fd = (uint32_t)fd}};

	if (fd < 0)
		return probe_not_tried(arguments[0], errno);
	return probe_verdict(bpf_call(BPF_LINK_DETACH, &attr) < 0 ? errno : 0);
}

/* A map of one's own as a pin. */
static enum probe_outcome pin_make(char **arguments)
{
	union bpf_attr create = {
		.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1};
	_cleanup_close_ int fd = bpf_call(BPF_MAP_CREATE, &create);
	union bpf_attr pin = {.pathname = (uint64_t)(uintptr_t)arguments[0], .bpf_fd = (uint32_t)fd};

	if (fd < 0)
		return probe_not_tried("BPF_MAP_CREATE", errno);
	return probe_verdict(bpf_call(BPF_OBJ_PIN, &pin) < 0 ? errno : 0);
}

/* The kernel says EINVAL or the like of a program whose target is none: that is after it was asked. */
static enum probe_outcome program_load(uint32_t type, uint32_t attach)
{
	static const struct bpf_insn pass[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 0},
		{.code = BPF_JMP | BPF_EXIT},
	};
	union bpf_attr attr = {
		.prog_type = type,
		.insns = (uint64_t)(uintptr_t)pass,
		.insn_cnt = 2,
		.license = (uint64_t)(uintptr_t) "GPL",
		.expected_attach_type = attach,
		.attach_btf_id = UINT32_MAX,
	};
	_cleanup_close_ int fd = bpf_call(BPF_PROG_LOAD, &attr);

	return probe_verdict(fd < 0 && errno == EPERM ? EPERM : 0);
}

static enum probe_outcome load_lsm(char **arguments)
{
	(void)arguments;
	return program_load(BPF_PROG_TYPE_LSM, BPF_LSM_MAC);
}

static enum probe_outcome load_modify(char **arguments)
{
	(void)arguments;
	return program_load(BPF_PROG_TYPE_TRACING, BPF_MODIFY_RETURN);
}

static enum probe_outcome load_trace(char **arguments)
{
	(void)arguments;
	return program_load(BPF_PROG_TYPE_TRACING, BPF_TRACE_FENTRY);
}

static enum probe_outcome limit_set(char **arguments)
{
	struct rlimit limit;
	pid_t pid = atoi(arguments[0]);

	if (prlimit(pid, RLIMIT_NOFILE, NULL, &limit) < 0)
		return probe_not_tried("prlimit", errno);
	return probe_verdict(prlimit(pid, RLIMIT_NOFILE, &limit, NULL) < 0 ? errno : 0);
}

static enum probe_outcome processors_set(char **arguments)
{
	pid_t pid = atoi(arguments[0]);
	cpu_set_t set;

	if (sched_getaffinity(pid, sizeof(set), &set) < 0)
		return probe_not_tried("sched_getaffinity", errno);
	return probe_verdict(sched_setaffinity(pid, sizeof(set), &set) < 0 ? errno : 0);
}

static enum probe_outcome nice_set(char **arguments)
{
	id_t pid = (id_t)atoi(arguments[0]);

	return probe_verdict(setpriority(PRIO_PROCESS, pid, getpriority(PRIO_PROCESS, pid)) < 0 ? errno : 0);
}

/* Executes a program under a tracer and says whether its pins could be opened by what came of it: its status.
 */
static enum probe_outcome traced_run(char **arguments)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		(void)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		execv(arguments[0], arguments);
		_exit(PROBE_NOT_TRIED);
	}
	while (waitpid(pid, &status, 0) > 0 && WIFSTOPPED(status))
		(void)ptrace(PTRACE_CONT, pid, NULL, WSTOPSIG(status) == SIGTRAP ? 0 : WSTOPSIG(status));
	return WIFEXITED(status) ? (enum probe_outcome)WEXITSTATUS(status) : PROBE_OTHER;
}

/* Executes a program whose system call 9999 this process, or who inherits its descriptors, could answer. */
static enum probe_outcome supervised_run(char **arguments)
{
	static struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 9999, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = {.len = sizeof(code) / sizeof(*code), .filter = code};
	int fd = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER,
			      &program);

	if (fd < 0 || fcntl(fd, F_SETFD, 0) < 0)
		return probe_not_tried("seccomp", errno);
	execv(arguments[0], arguments);
	return probe_not_tried(arguments[0], errno);
}

/* Replaces a number of 64 bits wherever it stands in a file. */
static enum probe_outcome number_replace(char **arguments)
{
	uint64_t from = strtoull(arguments[1], NULL, 16), to = strtoull(arguments[2], NULL, 16);
	int fd = open(arguments[0], O_RDWR | O_CLOEXEC), count = 0;
	struct stat status;
	char *bytes;

	if (fd < 0 || fstat(fd, &status) < 0)
		return probe_not_tried(arguments[0], errno);
	bytes = mmap(NULL, (size_t)status.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (bytes == MAP_FAILED)
		return probe_not_tried("mmap", errno);
	for (off_t i = 0; i + (off_t)sizeof(from) <= status.st_size; i++)
		if (memcmp(bytes + i, &from, sizeof(from)) == 0) {
			memcpy(bytes + i, &to, sizeof(to));
			count++;
		}
	return count ? PROBE_ALLOWED : probe_not_tried("no such number", 0);
}

const struct probe probe_guard_table[] = {
	{"bpf-map", "ID", 1, map_get},
	{"bpf-program", "ID", 1, program_get},
	{"bpf-link", "ID", 1, link_get},
	{"pin-get", "PATH", 1, pin_get},
	{"pin-make", "PATH: a map of its own", 1, pin_make},
	{"link-detach", "PATH: the link of this pin", 1, link_detach},
	{"load-lsm", "a program of type LSM", 0, load_lsm},
	{"load-modify", "a program that modifies a return", 0, load_modify},
	{"load-trace", "a tracing program", 0, load_trace},
	{"limit", "PID: its limits to what they are", 1, limit_set},
	{"processors", "PID: its processors to what they are", 1, processors_set},
	{"nice", "PID: its niceness to what it is", 1, nice_set},
	{"number-replace", "FILE HEX HEX: a number of 64 bits by another", 3, number_replace},
	{"traced", "PROGRAM [ARGUMENT…]: its exit status under a tracer", 1, traced_run},
	{"supervised", "PROGRAM [ARGUMENT…]: its exit status with a seccomp listener", 1, supervised_run},
	{NULL, NULL, 0, NULL},
};
