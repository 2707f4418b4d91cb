// SPDX-License-Identifier: Apache-2.0
/*
 * System calls: names as libseccomp knows them, groups as systemd names them, numbers.
 */
#include <seccomp.h>
#include <string.h>

#include "parse_internal.h"
#include "syscall_group.h"

/* Numbers beyond the native ones: x32 calls have bit 30 set. */
#define NUMBER_MAX 0x7fffffffU

/* No architecture has numbers up to here all in use; enough to find every name for suggestions. */
#define NATIVE_MAX 1024

/* Which rule refuses what a system call does: tracepoints see calls but cannot refuse them. */
static const struct {
	const char *name;
	const char *instead;
} refusals[] = {
	{"open", "a file rule (read, write, create)"},
	{"openat", "a file rule (read, write, create)"},
	{"openat2", "a file rule (read, write, create)"},
	{"creat", "a file rule (create, write)"},
	{"truncate", "a file rule (write)"},
	{"ftruncate", "a file rule (write)"},
	{"fallocate", "a file rule (write)"},
	{"write", "a file rule (write)"},
	{"read", "a file rule (read)"},
	{"getdents", "a file rule (read)"},
	{"getdents64", "a file rule (read)"},
	{"mkdir", "a file rule (create)"},
	{"mkdirat", "a file rule (create)"},
	{"mknod", "a file rule (create)"},
	{"mknodat", "a file rule (create)"},
	{"symlink", "a file rule (create)"},
	{"symlinkat", "a file rule (create)"},
	{"unlink", "a file rule (delete)"},
	{"unlinkat", "a file rule (delete)"},
	{"rmdir", "a file rule (delete)"},
	{"rename", "a file rule (rename)"},
	{"renameat", "a file rule (rename)"},
	{"renameat2", "a file rule (rename)"},
	{"link", "a file rule (link)"},
	{"linkat", "a file rule (link)"},
	{"chmod", "a file rule (chmod)"},
	{"fchmod", "a file rule (chmod)"},
	{"fchmodat", "a file rule (chmod)"},
	{"chown", "a file rule (chown)"},
	{"fchown", "a file rule (chown)"},
	{"lchown", "a file rule (chown)"},
	{"fchownat", "a file rule (chown)"},
	{"utimensat", "a file rule (setattr)"},
	{"setxattr", "a file rule (setattr)"},
	{"lsetxattr", "a file rule (setattr)"},
	{"fsetxattr", "a file rule (setattr)"},
	{"removexattr", "a file rule (setattr)"},
	{"ioctl", "a file rule (ioctl)"},
	{"chroot", "a file rule (mount)"},
	{"pivot_root", "a file rule (mount)"},
	{"mount", "a kernel rule (mount) or a file rule (mount)"},
	{"umount", "a kernel rule (mount) or a file rule (mount)"},
	{"umount2", "a kernel rule (mount) or a file rule (mount)"},
	{"move_mount", "a kernel rule (mount) or a file rule (mount)"},
	{"@mount", "a kernel rule (mount) or a file rule (mount)"},
	{"@file-system", "a file rule"},
	{"@chown", "a file rule (chown)"},
	{"execve", "an exec rule (run)"},
	{"execveat", "an exec rule (run)"},
	{"mmap", "an exec rule (load, anonymous)"},
	{"mprotect", "an exec rule (load, anonymous)"},
	{"memfd_create", "an exec rule (run, load) with path memfd:*"},
	{"socket", "a network rule (create)"},
	{"socketpair", "a network rule (create)"},
	{"bind", "a network rule (bind)"},
	{"listen", "a network rule (listen)"},
	{"accept", "a network rule (accept)"},
	{"accept4", "a network rule (accept)"},
	{"connect", "a network rule (connect)"},
	{"sendto", "a network rule (connect)"},
	{"sendmsg", "a network rule (connect)"},
	{"sendmmsg", "a network rule (connect)"},
	{"@network-io", "a network rule"},
	{"ptrace", "a process rule (ptrace) or a kernel rule (ptrace-any)"},
	{"process_vm_readv", "a process rule (ptrace) or a kernel rule (ptrace-any)"},
	{"process_vm_writev", "a process rule (ptrace) or a kernel rule (ptrace-any)"},
	{"@debug", "a process rule (ptrace) or a kernel rule (ptrace-any)"},
	{"kill", "a process rule (signal)"},
	{"tkill", "a process rule (signal)"},
	{"tgkill", "a process rule (signal)"},
	{"pidfd_send_signal", "a process rule (signal)"},
	{"init_module", "a kernel rule (module-load)"},
	{"finit_module", "a kernel rule (module-load)"},
	{"@module", "a kernel rule (module-load)"},
	{"kexec_load", "a kernel rule (kexec)"},
	{"kexec_file_load", "a kernel rule (kexec)"},
	{"bpf", "a kernel rule (bpf)"},
	{"perf_event_open", "a kernel rule (perf)"},
	{"unshare", "a kernel rule (userns)"},
	{"settimeofday", "a kernel rule (settime)"},
	{"clock_settime", "a kernel rule (settime)"},
	{"adjtimex", "a kernel rule (settime)"},
	{"clock_adjtime", "a kernel rule (settime)"},
	{"@clock", "a kernel rule (settime)"},
	{"reboot", "a capability rule (sys_boot)"},
	{"@reboot", "a capability rule (sys_boot)"},
	{"setuid", "a capability rule (setuid)"},
	{"setgid", "a capability rule (setgid)"},
	{"@setuid", "a capability rule (setuid, setgid)"},
	{"iopl", "a capability rule (sys_rawio)"},
	{"ioperm", "a capability rule (sys_rawio)"},
	{"@raw-io", "a capability rule (sys_rawio)"},
	{"swapon", "a capability rule (sys_admin)"},
	{"swapoff", "a capability rule (sys_admin)"},
	{"@swap", "a capability rule (sys_admin)"},
};

static void names_free(char ***names)
{
	for (size_t i = 0; *names && i < NATIVE_MAX; i++)
		free((*names)[i]);
	free(*names);
}

static const char *name_hint(struct parser *parser, const char *text)
{
	CLEANUP(names_free) char **names = NULL;
	size_t count = 0;

	if (parser->diagnostics->count >= DIAGNOSTICS_MAX)
		return "";
	names = calloc(NATIVE_MAX, sizeof(*names));
	if (!names)
		return "";
	for (int number = 0; number < NATIVE_MAX; number++) {
		names[count] = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, number);
		if (names[count])
			count++;
	}
	return parse_hint(parser, text, (const char *const *)names, count);
}

int parse_syscall_name(struct parser *parser, struct location at, const char *text)
{
	if (text[0] == '@') {
		if (syscall_group_members(text))
			return 0;
		return parse_error(parser, at, "unknown group of system calls '%.60s'%s", text,
				   parse_hint(parser, text, syscall_groups, SYSCALL_GROUP_COUNT));
	}
	if (seccomp_syscall_resolve_name(text) == __NR_SCMP_ERROR)
		return parse_error(parser, at, "unknown system call '%.60s'%s", text,
				   name_hint(parser, text));
	return 0;
}

static int syscall_item(struct parser *parser, const struct parse_key *key, const struct node *item,
			void *ret)
{
	struct pattern_text *name = ret;
	uint64_t number;
	const char *text;
	int r;

	r = parse_scalar(parser, key, item, &text);
	if (r < 0)
		return r;
	if (text[0] >= '0' && text[0] <= '9')
		r = parse_number(parser, key, item, 0, NUMBER_MAX, &number);
	else if (strcmp(text, "all") == 0)
		text = "@known";
	else
		r = parse_syscall_name(parser, item->at, text);
	if (r < 0)
		return r;
	name->at = item->at;
	name->text = policy_set_strndup(parser->set, text, strlen(text));
	return name->text ? 0 : -ENOMEM;
}

static int denied_item(struct parser *parser, const struct parse_key *key, const struct node *item, void *ret)
{
	const struct pattern_text *name = ret;
	int r;

	r = syscall_item(parser, key, item, ret);
	if (r < 0)
		return r;
	for (size_t i = 0; i < ARRAY_SIZE(refusals); i++)
		if (strcmp(refusals[i].name, name->text) == 0)
			return parse_error(parser, item->at,
					   "a syscall rule cannot deny: '%s' is denied by %s", name->text,
					   refusals[i].instead);
	return parse_error(parser, item->at, "a syscall rule cannot deny '%s': it can audit or kill",
			   name->text);
}

int parse_syscalls(struct parser *parser, const struct parse_key *key, const struct node *value,
		   struct rule *rule)
{
	parse_item *read = rule->verdict == POLICY_DENY ? denied_item : syscall_item;
	void *items;
	size_t count;
	int r;

	if (rule->verdict == POLICY_ALLOW)
		return parse_error(parser, rule->at,
				   "a syscall rule cannot allow: calls are only audited or killed");
	r = parse_list(parser, key, value, sizeof(*rule->syscalls.items), read, &items, &count);
	if (r < 0)
		return r;
	rule->syscalls = (struct string_list){.items = items, .count = count};
	return 0;
}
