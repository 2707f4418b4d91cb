// SPDX-License-Identifier: Apache-2.0
/*
 * Checks of what single kinds of rules need of the kernel.
 */
#include <bpf/btf.h>
#include <string.h>

#include "doctor_check.h"
#include "loader_enter.h"
#include "util.h"

/* What each kind of rule needs of the kernel: one of its hooks stands for all, which come and go together. */
static const struct {
	const char *rules, *function, *option;
} rule_needs[] = {
	{"file", "bpf_lsm_file_open", "CONFIG_SECURITY"},
	{"names", "bpf_lsm_path_unlink", "CONFIG_SECURITY_PATH"},
	{"exec", "bpf_lsm_bprm_check_security", "CONFIG_SECURITY"},
	{"network", "bpf_lsm_socket_connect", "CONFIG_SECURITY_NETWORK"},
	{"process", "bpf_lsm_task_kill", "CONFIG_SECURITY"},
	{"capability", "bpf_lsm_capable", "CONFIG_SECURITY"},
	{"kernel", "bpf_lsm_kernel_read_file", "CONFIG_SECURITY"},
	{"kernel: userns", "bpf_lsm_userns_create", "CONFIG_USER_NS, 6.1 or newer"},
	{"kernel: modify-lockdown", "bpf_lsm_locked_down", "CONFIG_SECURITY"},
	{"syscall", "__traceiter_sys_enter", "CONFIG_FTRACE_SYSCALLS"},
};

/* The kinds that lack something, with the options that would give it. Returns 0 and *ret_list (malloc'ed, ""
 * for none), -ENOENT where the kernel says nothing about itself, -ENOMEM. */
static int rules_missing(const struct btf *btf, char **ret_list)
{
	CLEANUP_FREE char *list = strdup("");

	if (!btf)
		return -ENOENT;
	for (size_t i = 0; list && i < ARRAY_SIZE(rule_needs); i++) {
		char *longer;

		if (btf__find_by_name_kind(btf, rule_needs[i].function, BTF_KIND_FUNC) > 0)
			continue;
		if (asprintf(&longer, "%s%s%s (%s)", list, *list ? ", " : "", rule_needs[i].rules,
			     rule_needs[i].option) < 0)
			longer = NULL;
		free(list);
		list = longer;
	}
	if (!list)
		return -ENOMEM;
	*ret_list = TAKE_PTR(list);
	return 0;
}

int doctor_look_rules(const struct doctor_host *host, struct doctor_check *check)
{
	CLEANUP_FREE char *missing = NULL;
	char *sentence;
	int r;

	if (!host->running)
		return doctor_find(check, DOCTOR_WARN, strdup("not asked: this is not the running kernel"),
				   NULL);
	r = rules_missing(host->types, &missing);
	if (r == -ENOMEM)
		return r;
	if (r < 0)
		return doctor_find(check, DOCTOR_WARN,
				   strdup("not known: the kernel does not describe itself (see btf)"), NULL);
	if (!*missing)
		return doctor_find(check, DOCTOR_OK, strdup("the kernel has what each kind of rule needs"),
				   NULL);
	if (asprintf(&sentence, "policies with such rules are refused: %s", missing) < 0)
		return -ENOMEM;
	return doctor_find(check, DOCTOR_WARN, sentence,
			   strdup("boot a kernel built with the options in brackets"));
}

/* The hash that the command line asks IMA for, NULL: none. Its length goes to *ret_length. */
static const char *hash_asked(const char *line, size_t *ret_length)
{
	static const char key[] = "ima_hash=";
	const char *last = NULL;

	for (const char *at = strstr(line, key); at; at = strstr(at + 1, key))
		if (at == line || at[-1] == ' ')
			last = at + strlen(key);
	if (last)
		*ret_length = strcspn(last, " ");
	return last;
}

static bool function_there(const struct btf *types, const char *name)
{
	return types && btf__find_by_name_kind(types, name, BTF_KIND_FUNC) > 0;
}

/* Whether rules can ask for what is in a file. The rest, the kernel's default, policyd tries when one does.
 */
int doctor_look_contents(const struct doctor_host *host, struct doctor_check *check)
{
	CLEANUP_FREE char *line = NULL;
	size_t length = 0;
	int r = doctor_read(host, "/proc/cmdline", &line);
	const char *hash = r < 0 ? NULL : hash_asked(line, &length);
	char *sentence;

	if (r == -ENOMEM)
		return r;
	if (host->running && !function_there(host->types, "ima_file_hash"))
		return doctor_find(
			check, DOCTOR_WARN,
			strdup("the kernel has no integrity subsystem (IMA), or no type information: "
			       "policies with 'sha256' are refused"),
			strdup("boot a kernel built with CONFIG_IMA=y"));
	if (hash && (length != strlen("sha256") || strncmp(hash, "sha256", length) != 0)) {
		if (asprintf(&sentence,
			     "the kernel's integrity subsystem uses %.*s: policies with 'sha256' are refused",
			     (int)length, hash) < 0)
			return -ENOMEM;
		return doctor_find(check, DOCTOR_WARN, sentence,
				   strdup("take ima_hash= off the kernel command line and boot again"));
	}
	return doctor_find(check, DOCTOR_OK, strdup("nothing speaks against 'sha256' in exec rules"), NULL);
}

/* Whether calls can be seen where they enter the kernel without others hiding them. */
int doctor_look_calls(const struct doctor_host *host, struct doctor_check *check)
{
	int event = loader_enter_event();

	if (!host->running)
		return doctor_find(check, DOCTOR_WARN, strdup("not asked: this is not the running kernel"),
				   NULL);
	if (event == -EACCES || event == -EPERM)
		return doctor_find(check, DOCTOR_WARN, strdup("not known: tracefs is for root only"), NULL);
	if (event < 0 && loader_enter_preempted(host->types))
		return doctor_find(
			check, DOCTOR_WARN,
			strdup("tracefs is not mounted: processes that are preempted can hide calls of "
			       "others from section syscall and from baselines (told as lost: skipped)"),
			strdup("mount -t tracefs tracefs /sys/kernel/tracing, and start policyd again after "
			       "'policyctl stop --unload'"));
	return doctor_find(check, DOCTOR_OK, strdup("no process can hide another's system calls"), NULL);
}
