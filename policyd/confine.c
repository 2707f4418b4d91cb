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
static const char *const daemon_calls[] = {
	/* memory; mmap and mprotect are below */
	"brk", "madvise", "mremap", "munmap",
	/* time, waiting */
	"clock_getres", "clock_gettime", "clock_nanosleep", "futex", "getcpu", "getrandom", "gettimeofday",
	"membarrier", "nanosleep", "restart_syscall", "sched_yield", "time",
	/* who we are */
	"getegid", "geteuid", "getgid", "getpid", "getppid", "getrlimit", "getrusage", "gettid", "getuid",
	"prlimit64", "sysinfo", "uname",
	/* signals, and ends: of the helper's too; an assertion that fails is told */
	"exit", "exit_group", "rt_sigaction", "rt_sigpending", "rt_sigprocmask", "rt_sigreturn",
	"rt_sigtimedwait", "sigaltstack", "sigreturn", "tgkill", "wait4",
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
	/* the event that programs attach to; see loader_enter.h */
	"perf_event_open",
	/* sockets; socket and socketpair are below */
	"accept", "accept4", "bind", "connect", "getpeername", "getsockname", "getsockopt", "listen",
	"recvfrom", "recvmmsg", "recvmsg", "sendmmsg", "sendmsg", "sendto", "setsockopt", "shutdown"};

/* What reading a text takes; mmap, mprotect are below. */
static const char *const reader_calls[] = {
	"brk",		"madvise",   "mremap", "munmap",     "recvfrom",       "sendto",
	"read",		"write",     "futex",  "getrandom",  "clock_gettime",  "restart_syscall",
	"rt_sigreturn", "sigreturn", "exit",   "exit_group", "rt_sigprocmask", "rt_sigaction",
	"sigaltstack",	"tgkill",    "gettid", "getpid",     "sched_yield"};

/* The helper's children have its list too, until theirs is on top of it. */
static const char *const helper_calls[] = {
	"recvmsg",	   "sendmsg",	      "clone", "clone3",      "fork",	   "vfork",
	"wait4",	   "waitid",	      "close", "close_range", "setrlimit", "prlimit64",
	"set_robust_list", "set_tid_address", "rseq",  "prctl",	      "seccomp"};

static const int families[] = {AF_UNIX, AF_INET, AF_INET6}; /* pairs only of the first */

/*
 * Tables, and programs of hooks that no set needed before, with what the library tries out first: a type that
 * the kernel does not have is looked for in those of its modules. Running programs (but for the one that
 * looks at all tasks), attaching them elsewhere, and looking through the programs and tables of others is not
 * among it.
 */
static const int bpf_commands[] = {BPF_MAP_CREATE,	  BPF_MAP_LOOKUP_ELEM,	BPF_MAP_UPDATE_ELEM,
				   BPF_MAP_DELETE_ELEM,	  BPF_MAP_GET_NEXT_KEY, BPF_MAP_FREEZE,
				   BPF_MAP_GET_FD_BY_ID,  BPF_PROG_LOAD,	BPF_PROG_BIND_MAP,
				   BPF_PROG_GET_FD_BY_ID, BPF_BTF_LOAD,		BPF_BTF_GET_NEXT_ID,
				   BPF_BTF_GET_FD_BY_ID,  BPF_LINK_CREATE,	BPF_RAW_TRACEPOINT_OPEN,
				   BPF_OBJ_PIN,		  BPF_OBJ_GET,		BPF_OBJ_GET_INFO_BY_FD,
				   BPF_ITER_CREATE};

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

int confine_capabilities(enum confine_role role)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {};
	uint64_t capabilities = role == CONFINE_DAEMON ? CAPABILITIES : 0;

	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0 ||
	    syscall(SYS_capget, &header, sets) < 0)
		return -errno;
	for (size_t i = 0; i < ARRAY_SIZE(sets); i++) {
		uint32_t kept = (uint32_t)(capabilities >> (32 * i));

		sets[i].permitted &= kept;
		sets[i].effective = sets[i].permitted;
		sets[i].inheritable = 0;
	}
	return syscall(SYS_capset, &header, sets) < 0 ? -errno : 0;
}

/* A call that this architecture does not have needs no rule. */
static int calls_allow(scmp_filter_ctx filter, const char *const *calls, size_t count)
{
	for (size_t i = 0; i < count; i++) {
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

/*
 * Memory is never writable and executable. Of the daemon's, libraries that the C library opens for names of
 * users are mapped.
 */
static int memory_allow(scmp_filter_ctx filter, bool code_too)
{
	const struct scmp_arg_cmp no_code = SCMP_A2_32(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
	const struct scmp_arg_cmp code = SCMP_A2_32(SCMP_CMP_MASKED_EQ, PROT_EXEC | PROT_WRITE, PROT_EXEC);
	int r = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, &no_code);

	if (r == 0 && code_too)
		r = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, &code);
	if (r == 0)
		r = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, &no_code);
	return r;
}

static int daemon_allow(scmp_filter_ctx filter)
{
	int r = calls_allow(filter, daemon_calls, ARRAY_SIZE(daemon_calls));

	if (r == 0)
		r = values_allow(filter, SCMP_SYS(socket), families, ARRAY_SIZE(families));
	if (r == 0)
		r = values_allow(filter, SCMP_SYS(socketpair), families, 1);
	if (r == 0)
		r = values_allow(filter, SCMP_SYS(bpf), bpf_commands, ARRAY_SIZE(bpf_commands));
	return r < 0 ? r : memory_allow(filter, true);
}

static int reader_allow(scmp_filter_ctx filter)
{
	int r = calls_allow(filter, reader_calls, ARRAY_SIZE(reader_calls));

	return r < 0 ? r : memory_allow(filter, false);
}

static int helper_allow(scmp_filter_ctx filter)
{
	int r = calls_allow(filter, helper_calls, ARRAY_SIZE(helper_calls));

	return r < 0 ? r : reader_allow(filter);
}

/*
 * Fills a filter. EPERM for the calls of other architectures too: the library ends the process there if
 * nobody says what else. Every refusal is logged; the rules form a tree, since events make calls by the
 * thousand.
 */
static int filter_fill(scmp_filter_ctx filter, enum confine_role role, uint32_t refusal)
{
	static int (*const allow[])(scmp_filter_ctx filter) = {[CONFINE_DAEMON] = daemon_allow,
							       [CONFINE_HELPER] = helper_allow,
							       [CONFINE_READER] = reader_allow};
	int r = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, refusal);

	_Static_assert(ARRAY_SIZE(allow) == CONFINE_ROLE_COUNT, "every role has a list");
	if (r == 0)
		r = seccomp_attr_set(filter, SCMP_FLTATR_CTL_LOG, 1);
	if (r == 0)
		r = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	return r < 0 ? r : allow[role](filter);
}

int confine_system_calls(enum confine_role role, enum confine_action action)
{
	uint32_t refusal = action == CONFINE_KILL ? SCMP_ACT_KILL_PROCESS : SCMP_ACT_ERRNO(EPERM);
	scmp_filter_ctx filter;
	int r;

	if (action == CONFINE_OFF)
		return 0;
	filter = seccomp_init(refusal);
	if (!filter)
		return -ENOMEM;
	r = filter_fill(filter, role, refusal);
	if (r == 0)
		r = seccomp_load(filter);
	seccomp_release(filter);
	return r;
}
