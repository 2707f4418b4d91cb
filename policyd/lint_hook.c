// SPDX-License-Identifier: Apache-2.0
/*
 * Operations that are not enforced: by this version, which has no program for them, or by this kernel, which
 * has no hook for the program.
 */
#include <string.h>

#include "lint_internal.h"
#include "loader_internal.h"
#include "util.h"

/* The hook without which an operation is not enforced, by bit. */
static const char *const hooks[] = {
	[POLICYD_BIT_FILE_READ] = "file_open",		[POLICYD_BIT_FILE_WRITE] = "file_open",
	[POLICYD_BIT_FILE_APPEND] = "file_open",	[POLICYD_BIT_FILE_CREATE] = "path_mknod",
	[POLICYD_BIT_FILE_DELETE] = "path_unlink",	[POLICYD_BIT_FILE_RENAME] = "path_rename",
	[POLICYD_BIT_FILE_LINK] = "path_link",		[POLICYD_BIT_FILE_CHMOD] = "path_chmod",
	[POLICYD_BIT_FILE_CHOWN] = "path_chown",	[POLICYD_BIT_FILE_SETATTR] = "inode_setattr",
	[POLICYD_BIT_FILE_IOCTL] = "file_ioctl",	[POLICYD_BIT_FILE_MOUNT] = "sb_mount",
	[POLICYD_BIT_EXEC_RUN] = "bprm_check_security", [POLICYD_BIT_EXEC_LOAD] = "mmap_file",
	[POLICYD_BIT_EXEC_ANONYMOUS] = "file_mprotect", [POLICYD_BIT_NETWORK_CREATE] = "socket_create",
	[POLICYD_BIT_NETWORK_BIND] = "socket_bind",	[POLICYD_BIT_NETWORK_LISTEN] = "socket_listen",
	[POLICYD_BIT_NETWORK_ACCEPT] = "socket_accept", [POLICYD_BIT_NETWORK_CONNECT] = "socket_connect",
};

/* The same for the section kernel. */
static const char *const kernel_hooks[ARRAY_SIZE(hooks)] = {
	[POLICYD_BIT_KERNEL_MODULE_LOAD] = "kernel_read_file",
	[POLICYD_BIT_KERNEL_KEXEC] = "kernel_load_data",
	[POLICYD_BIT_KERNEL_BPF] = "bpf",
	[POLICYD_BIT_KERNEL_PERF] = "perf_event_open",
	[POLICYD_BIT_KERNEL_USERNS] = "userns_create",
	[POLICYD_BIT_KERNEL_MOUNT] = "sb_mount",
	[POLICYD_BIT_KERNEL_SETTIME] = "settime",
	[POLICYD_BIT_KERNEL_PTRACE_ANY] = "ptrace_access_check",
	[POLICYD_BIT_KERNEL_MODIFY_LOCKDOWN] = "locked_down",
};

/* The hook of a rule's operation, NULL where there is none. */
static const char *hook_of(const struct rule *rule, unsigned int bit)
{
	return (rule->section == POLICYD_SECTION_KERNEL ? kernel_hooks : hooks)[bit];
}

static bool is_implemented(const char *hook)
{
	for (size_t i = 0; i < loader_hook_count; i++)
		if (strcmp(loader_hook_table[i].program, hook) == 0)
			return true;
	return false;
}

static void operation_report(struct lint *lint, const struct rule *rule, unsigned int bit)
{
	const struct lint_options *options = lint->options;
	const char *hook = hook_of(rule, bit);
	bool implemented = is_implemented(hook);

	if (implemented && (!options->has_hook || options->has_hook(options->data, hook)))
		return;
	diagnostic_add(lint->diagnostics, DIAGNOSTIC_WARNING, rule->at,
		       "rule '%s': operation '%s' of section %s is not enforced by this %s%s%s%s", rule->name,
		       op_name(rule->section, bit), section_name(rule->section),
		       implemented ? "kernel" : "version", implemented ? " (it has no hook " : "",
		       implemented ? hook : "", implemented ? ")" : "");
}

/* `all` and what allows are about what there is; other operations were asked for by name. */
void lint_hooks_report(struct lint *lint, const struct model_policy *policy)
{
	for (uint32_t i = policy->first_rule; i < policy->first_rule + policy->rule_count; i++) {
		const struct rule *rule = lint->model->rules[i].rule;

		if (rule->verdict == POLICY_ALLOW || rule->ops == op_all(rule->section))
			continue;
		for (unsigned int bit = 0; bit < ARRAY_SIZE(hooks); bit++)
			if (rule->ops & 1U << bit && hook_of(rule, bit))
				operation_report(lint, rule, bit);
	}
}
