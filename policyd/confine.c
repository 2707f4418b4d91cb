// SPDX-License-Identifier: Apache-2.0
#include "confine.h"

#include <linux/bpf.h>
#include <linux/capability.h>
#include <seccomp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "util.h"

#define CAP(number) (1ULL << (number))

/*
 * BPF, PERFMON: tables, links. SYS_ADMIN: maps and programs by their id. SYS_PTRACE: /proc/1/root.
 * DAC_READ_SEARCH: cgroups by their id, links in directories of others.
 */
#define CAPABILITIES                                                                                         \
	(CAP(CAP_BPF) | CAP(CAP_PERFMON) | CAP(CAP_SYS_ADMIN) | CAP(CAP_SYS_PTRACE) |                        \
	 CAP(CAP_DAC_READ_SEARCH))

/*
 * The list. What some C library or architecture uses in place of another call stands beside it. Nothing here
 * starts a program, makes a process or a thread, changes identities, mounts, or loads a module.
 */
static const char *const calls[] = {
	/* memory; mmap and mprotect are below */
	"brk", "madvise", "mremap", "munmap",
	/* time, waiting */
	"clock_getres", "clock_gettime", "clock_nanosleep", "futex", "getcpu", "getrandom", "gettimeofday",
	"membarrier", "nanosleep", "restart_syscall", "sched_yield", "time",
	/* who we are */
	"getegid", "geteuid", "getgid", "getpid", "getppid", "getrlimit", "getrusage", "gettid", "getuid",
	"prlimit64", "sysinfo", "uname",
	/* signals, and ends: an assertion that fails is told */
	"exit", "exit_group", "rt_sigaction", "rt_sigpending", "rt_sigprocmask", "rt_sigreturn",
	"rt_sigtimedwait", "sigaltstack", "sigreturn", "tgkill",
	/* the event loop */
	"epoll_create1", "epoll_ctl", "epoll_pwait", "epoll_pwait2", "epoll_wait", "eventfd2",
	"inotify_add_watch", "inotify_init1", "inotify_rm_watch", "pidfd_open", "poll", "ppoll", "pselect6",
	"select", "signalfd4", "timerfd_create", "timerfd_gettime", "timerfd_settime",
	/* descriptors */
	"close", "close_range", "dup", "dup3", "fcntl", "fdatasync", "flock", "fsync", "ftruncate", "lseek",
	"pread64", "pwrite64", "read", "readv", "write", "writev",
	/* names: policy files, copies of sets, accounts, nodes of sockets */
	"access", "chmod", "chown", "faccessat", "faccessat2", "fchmod", "fchmodat", "fchown", "fchownat",
	"fstat", "fstatfs", "getcwd", "getdents64", "link", "linkat", "lstat", "mkdir", "mkdirat",
	"name_to_handle_at", "newfstatat", "open", "open_by_handle_at", "openat", "openat2", "readlink",
	"readlinkat", "rename", "renameat", "renameat2", "rmdir", "stat", "statfs", "statx", "umask",
	"unlink", "unlinkat", "utimensat",
	/* the canary */
	"memfd_create",
	/* sockets; socket is below */
	"accept", "accept4", "bind", "connect", "getpeername", "getsockname", "getsockopt", "listen",
	"recvfrom", "recvmmsg", "recvmsg", "sendmmsg", "sendmsg", "sendto", "setsockopt", "shutdown"};

static const int families[] = {AF_UNIX, AF_INET, AF_INET6};

/*
 * Tables, and programs of hooks that no set needed before, with what the library tries out first. Running
 * programs, attaching them elsewhere, and looking through what others loaded is not among it.
 */
static const int bpf_commands[] = {
	BPF_MAP_CREATE,		 BPF_MAP_LOOKUP_ELEM,	BPF_MAP_UPDATE_ELEM,  BPF_MAP_DELETE_ELEM,
	BPF_MAP_GET_NEXT_KEY,	 BPF_MAP_FREEZE,	BPF_MAP_GET_FD_BY_ID, BPF_PROG_LOAD,
	BPF_PROG_BIND_MAP,	 BPF_PROG_GET_FD_BY_ID, BPF_BTF_LOAD,	      BPF_LINK_CREATE,
	BPF_RAW_TRACEPOINT_OPEN, BPF_OBJ_PIN,		BPF_OBJ_GET,	      BPF_OBJ_GET_INFO_BY_FD};

static const char *const action_names[] = {
	[CONFINE_ERRNO] = "errno", [CONFINE_KILL] = "kill", [CONFINE_OFF] = "off"};
_Static_assert(ARRAY_SIZE(action_names) == CONFINE_ACTION_COUNT, "every action has a name");

const char *confine_action_name(enum confine_action action)
{
	return action_names[action];
}

int confine_action_from_name(const char *name, enum confine_action *ret_action)
{
	for (size_t i = 0; i < ARRAY_SIZE(action_names); i++)
		if (strcmp(name, action_names[i]) == 0) {
			*ret_action = (enum confine_action)i;
			return 0;
		}
	return -EINVAL;
}

int confine_capabilities(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {};

	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0 ||
	    syscall(SYS_capget, &header, sets) < 0)
		return -errno;
	for (size_t i = 0; i < ARRAY_SIZE(sets); i++) {
		uint32_t kept = (uint32_t)(CAPABILITIES >> (32 * i));

		sets[i].permitted &= kept;
		sets[i].effective = sets[i].permitted;
		sets[i].inheritable = 0;
	}
	return syscall(SYS_capset, &header, sets) < 0 ? -errno : 0;
}

/* A call that this architecture does not have needs no rule. */
static int calls_allow(scmp_filter_ctx filter)
{
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		int number = seccomp_syscall_resolve_name(calls[i]);
		int r = number < 0 ? 0 : seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 0);

		if (r < 0)
			return r;
	}
	return 0;
}

/* Allows a call whose first argument is one of `count` values. */
static int values_allow(scmp_filter_ctx filter, int number, const int *values, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct scmp_arg_cmp first = {.arg = 0, .op = SCMP_CMP_EQ, .datum_a = (uint32_t)values[i]};
		int r = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, number, 1, &first);

		if (r < 0)
			return r;
	}
	return 0;
}

/* Memory is never writable and executable; libraries that the C library opens for names of users are mapped.
 */
static int memory_allow(scmp_filter_ctx filter)
{
	const struct scmp_arg_cmp no_code = SCMP_A2_32(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
	const struct scmp_arg_cmp code = SCMP_A2_32(SCMP_CMP_MASKED_EQ, PROT_EXEC | PROT_WRITE, PROT_EXEC);
	int r = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, &no_code);

	if (r == 0)
		r = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, &code);
	if (r == 0)
		r = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, &no_code);
	return r;
}

/*
 * Fills a filter. EPERM for the calls of other architectures too: the library ends the process there if
 * nobody says what else. Every refusal is logged; the rules form a tree, since events make calls by the
 * thousand.
 */
static int filter_fill(scmp_filter_ctx filter, uint32_t refusal)
{
	int r = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, refusal);

	if (r == 0)
		r = seccomp_attr_set(filter, SCMP_FLTATR_CTL_LOG, 1);
	if (r == 0)
		r = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	if (r == 0)
		r = calls_allow(filter);
	if (r == 0)
		r = values_allow(filter, SCMP_SYS(socket), families, ARRAY_SIZE(families));
	if (r == 0)
		r = values_allow(filter, SCMP_SYS(bpf), bpf_commands, ARRAY_SIZE(bpf_commands));
	return r < 0 ? r : memory_allow(filter);
}

int confine_system_calls(enum confine_action action)
{
	uint32_t refusal = action == CONFINE_KILL ? SCMP_ACT_KILL_PROCESS : SCMP_ACT_ERRNO(EPERM);
	scmp_filter_ctx filter;
	int r;

	if (action == CONFINE_OFF)
		return 0;
	filter = seccomp_init(refusal);
	if (!filter)
		return -ENOMEM;
	r = filter_fill(filter, refusal);
	if (r == 0)
		r = seccomp_load(filter);
	seccomp_release(filter);
	return r;
}
