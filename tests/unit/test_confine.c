// SPDX-License-Identifier: Apache-2.0
#include <check.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "confine.h"
#include "event_suite.h"
#include "util.h"

enum { DONE, REFUSED, OTHER, NOT_CONFINED };

static int outcome(long result)
{
	if (result >= 0)
		return DONE;
	return errno == EPERM ? REFUSED : OTHER;
}

/* What `attempt` returns in a child that is confined; -signal where the child was ended by one. */
static int confined(enum confine_action action, int (*attempt)(void))
{
	pid_t child = fork();
	int status;

	ck_assert_int_ge(child, 0);
	if (child == 0)
		_exit(confine_system_calls(CONFINE_DAEMON, action) == 0 ? attempt() : NOT_CONFINED);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static int work(void)
{
	char name[] = "/tmp/policyd-confine-XXXXXX";
	int fd = mkstemp(name);

	if (fd < 0 || write(fd, "x", 1) != 1 || fsync(fd) < 0 || close(fd) < 0 || unlink(name) < 0)
		return OTHER;
	fd = memfd_create("x", MFD_CLOEXEC);
	return fd < 0 || mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0) == MAP_FAILED ? OTHER : DONE;
}

static int execute(void)
{
	return outcome(execl("/bin/true", "true", NULL));
}

static int make_process(void)
{
	long child = syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);

	if (child == 0)
		_exit(DONE);
	return outcome(child);
}

static int trace(void)
{
	return outcome(syscall(SYS_ptrace, 0, 0, NULL, NULL));
}

static int become(void)
{
	return outcome(syscall(SYS_setuid, getuid()));
}

static int socket_packet(void)
{
	return outcome(socket(AF_PACKET, SOCK_RAW, 0));
}

static int socket_netlink(void)
{
	return outcome(socket(AF_NETLINK, SOCK_RAW, 0));
}

static int socket_unix(void)
{
	return outcome(socket(AF_UNIX, SOCK_DGRAM, 0));
}

static int socket_inet6(void)
{
	return outcome(socket(AF_INET6, SOCK_STREAM, 0));
}

static int map(int protection)
{
	return mmap(NULL, 4096, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? outcome(-1)
											      : DONE;
}

static int map_both(void)
{
	return map(PROT_READ | PROT_WRITE | PROT_EXEC);
}

static int map_code(void)
{
	return map(PROT_READ | PROT_EXEC);
}

static int turn_executable(void)
{
	void *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return memory == MAP_FAILED ? OTHER : outcome(mprotect(memory, 4096, PROT_READ | PROT_EXEC));
}

/* The kernel may say EPERM by itself: only the end by a signal tells who refused. */
static int bpf_run(void)
{
	union bpf_attr attribute = {.test = {.prog_fd = (__u32)-1}};

	(void)syscall(SYS_bpf, BPF_PROG_TEST_RUN, &attribute, sizeof(attribute));
	return DONE;
}

static int bpf_look_up(void)
{
	union bpf_attr attribute = {.map_fd = (__u32)-1};

	(void)syscall(SYS_bpf, BPF_MAP_LOOKUP_ELEM, &attribute, sizeof(attribute));
	return DONE;
}

static const struct {
	const char *what;
	int (*attempt)(void);
	bool allowed;
} attempts[] = {
	{"ordinary work", work, true},
	{"a unix socket", socket_unix, true},
	{"a socket of IPv6", socket_inet6, true},
	{"mapped code", map_code, true},
	{"a look-up in a table", bpf_look_up, true},
	{"another program", execute, false},
	{"another process", make_process, false},
	{"ptrace", trace, false},
	{"another identity", become, false},
	{"a packet socket", socket_packet, false},
	{"a netlink socket", socket_netlink, false},
	{"memory for writing and code", map_both, false},
	{"data that turns code", turn_executable, false},
	{"running a BPF program", bpf_run, false},
};

START_TEST(attempts_killed)
{
	for (size_t i = 0; i < ARRAY_SIZE(attempts); i++)
		ck_assert_msg(confined(CONFINE_KILL, attempts[i].attempt) ==
				      (attempts[i].allowed ? DONE : -SIGSYS),
			      "%s", attempts[i].what);
}
END_TEST

START_TEST(attempts_refused)
{
	for (size_t i = 0; i < ARRAY_SIZE(attempts); i++)
		if (attempts[i].attempt != bpf_run)
			ck_assert_msg(confined(CONFINE_ERRNO, attempts[i].attempt) ==
					      (attempts[i].allowed ? DONE : REFUSED),
				      "%s", attempts[i].what);
}
END_TEST

START_TEST(off)
{
	ck_assert_int_eq(confined(CONFINE_OFF, map_both), DONE);
	ck_assert_int_eq(confined(CONFINE_OFF, become), DONE);
}
END_TEST

/* Exit status of a child: 0 when exactly the capabilities that are kept are left, of those it had. */
static int capabilities_given_up(void)
{
	static const int kept[] = {CAP_BPF, CAP_PERFMON, CAP_SYS_ADMIN, CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH};
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct before[2] = {}, after[2] = {};
	uint64_t had, has, mask = 0;

	if (syscall(SYS_capget, &header, before) < 0 || confine_capabilities(CONFINE_DAEMON) < 0 ||
	    syscall(SYS_capget, &header, after) < 0)
		return 1;
	for (size_t i = 0; i < ARRAY_SIZE(kept); i++)
		mask |= 1ULL << kept[i];
	had = before[0].permitted | (uint64_t)before[1].permitted << 32;
	has = after[0].permitted | (uint64_t)after[1].permitted << 32;
	if (has != (had & mask) || after[0].inheritable || after[1].inheritable)
		return 2;
	return after[0].effective == after[0].permitted && after[1].effective == after[1].permitted ? 0 : 3;
}

START_TEST(capabilities)
{
	pid_t child = fork();
	int status;

	ck_assert_int_ge(child, 0);
	if (child == 0)
		_exit(capabilities_given_up());
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 0);
}
END_TEST

START_TEST(names)
{
	enum confine_action action;

	for (int i = 0; i < CONFINE_ACTION_COUNT; i++) {
		ck_assert_int_eq(confine_action_from_name(confine_action_name(i), &action), 0);
		ck_assert_int_eq(action, i);
	}
	ck_assert_int_eq(confine_action_from_name("log", &action), -EINVAL);
	ck_assert_int_eq(confine_action_from_name("", &action), -EINVAL);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		attempts_killed, attempts_refused, off, capabilities, names,
	};

	return suite_run("confine", tests, ARRAY_SIZE(tests));
}
