// SPDX-License-Identifier: Apache-2.0
/*
 * Checks that ask the kernel: the active security modules, the privileges, an attempt to load a program.
 */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <inttypes.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/syscall.h>

#include "doctor_check.h"
#include "util.h"

#define GUARD_PIN "/sys/fs/bpf/policyd/link_guard_call"

#define LSM_PATH  "/sys/kernel/security/lsm"
#define NAMES_MAX 256

/* Newer than the headers of the build machine may be; the same number on x86-64 and arm64. */
#ifndef __NR_lsm_list_modules
/* NOLINTNEXTLINE(bugprone-reserved-identifier): its name in newer headers. */
#define __NR_lsm_list_modules 461
#endif

/* LSM_ID_* of linux/lsm.h, from 100 on. */
static const char *const module_names[] = {
	"capability", "selinux",  "smack", "tomoyo",   "apparmor", "yama", "loadpin",
	"safesetid",  "lockdown", "bpf",   "landlock", "ima",	   "evm",  "ipe",
};

static bool list_has(const char *list, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = list; *at; at += *at == ',') {
		size_t span = strcspn(at, ",");

		if (span == length && memcmp(at, name, length) == 0)
			return true;
		at += span;
	}
	return false;
}

/* The list without securityfs, in the form of its file. Returns 0 and *ret_list (malloc'ed), or -errno. */
static int modules_ask(char **ret_list)
{
	uint64_t ids[64];
	uint32_t size = sizeof(ids);
	char names[NAMES_MAX] = "";
	size_t length = 0;
	long count = syscall(__NR_lsm_list_modules, ids, &size, 0);

	if (count < 0)
		return -errno;
	for (long i = 0; i < count && i < (long)ARRAY_SIZE(ids); i++) {
		uint64_t module = ids[i] - 100;
		int r;

		if (module >= ARRAY_SIZE(module_names))
			continue;
		r = snprintf(names + length, sizeof(names) - length, "%s%s", length > 0 ? "," : "",
			     module_names[module]);
		if (r < 0 || (size_t)r >= sizeof(names) - length)
			return -E2BIG;
		length += (size_t)r;
	}
	*ret_list = strdup(names);
	return *ret_list ? 0 : -ENOMEM;
}

/*
 * The list of active modules that has bpf added, as lsm= takes it. lockdown and capability, which stand first
 * whatever lsm= says, are left out.
 */
static char *modules_remedy(const char *list)
{
	static const char *const always[] = {"lockdown", "capability"};
	char *text;

	for (size_t i = 0; i < ARRAY_SIZE(always); i++) {
		size_t length = strlen(always[i]);

		if (strncmp(list, always[i], length) == 0 && (list[length] == ',' || list[length] == '\0'))
			list += list[length] ? length + 1 : length;
	}
	if (asprintf(&text,
		     "put lsm=%s%sbpf on the kernel command line (Debian: GRUB_CMDLINE_LINUX in "
		     "/etc/default/grub, "
		     "then update-grub) and boot again",
		     list, *list ? "," : "") < 0)
		return NULL;
	return text;
}

static int lsm_unknown(struct doctor_check *check, int error)
{
	char *sentence;

	if (asprintf(&sentence, "the list of active security modules (" LSM_PATH ") cannot be read: %s",
		     strerror(-error)) < 0)
		return -ENOMEM;
	return doctor_find(check, DOCTOR_WARN, sentence,
			   strdup("mount -t securityfs securityfs /sys/kernel/security"));
}

int doctor_look_lsm(const struct doctor_host *host, struct doctor_check *check)
{
	CLEANUP_FREE char *list = NULL;
	char *sentence;
	int r = doctor_read(host, LSM_PATH, &list);

	if (r < 0 && r != -ENOMEM && host->running && modules_ask(&list) == 0)
		r = 0;
	if (r == -ENOMEM)
		return r;
	if (r < 0)
		return lsm_unknown(check, r);
	if (list_has(list, "bpf")) {
		if (asprintf(&sentence, "bpf is among the active security modules (%s)", list) < 0)
			return -ENOMEM;
		return doctor_find(check, DOCTOR_OK, sentence, NULL);
	}
	if (asprintf(&sentence,
		     "bpf is not among the active security modules (%s): hooks would attach and never be "
		     "called",
		     list) < 0)
		return -ENOMEM;
	return doctor_find(check, DOCTOR_FAIL, sentence, modules_remedy(list));
}

/* Effective capabilities of this process as /proc/self/status of the host says, or -errno. */
static int capabilities_read(const struct doctor_host *host, uint64_t *ret_capabilities)
{
	static const char key[] = "CapEff:";
	CLEANUP_FREE char *path = NULL;
	CLEANUP_FREE char *line = NULL;
	CLEANUP_FCLOSE FILE *file = NULL;
	size_t size = 0;

	if (asprintf(&path, "%s/proc/self/status", host->root) < 0) {
		path = NULL;
		return -ENOMEM;
	}
	file = fopen(path, "re");
	if (!file)
		return -errno;
	while (getline(&line, &size, file) > 0)
		if (strncmp(line, key, strlen(key)) == 0) {
			*ret_capabilities = strtoull(line + strlen(key), NULL, 16);
			return 0;
		}
	return -ENODATA;
}

int doctor_look_privileges(const struct doctor_host *host, struct doctor_check *check)
{
	const uint64_t admin = 1ULL << CAP_SYS_ADMIN;
	const uint64_t parts = 1ULL << CAP_BPF | 1ULL << CAP_PERFMON;
	uint64_t have = 0;
	char *sentence;
	int r = capabilities_read(host, &have);

	if (r == -ENOMEM)
		return r;
	if (r < 0) {
		if (asprintf(&sentence, "the capabilities (/proc/self/status) cannot be read: %s",
			     strerror(-r)) < 0)
			return -ENOMEM;
		return doctor_find(check, DOCTOR_WARN, sentence, strdup("mount -t proc proc /proc"));
	}
	if (have & admin || (have & parts) == parts)
		return doctor_find(check, DOCTOR_OK, strdup("this process may load BPF programs"), NULL);
	return doctor_find(
		check, DOCTOR_FAIL,
		strdup("this process may not load BPF programs: it has neither CAP_SYS_ADMIN nor both "
		       "CAP_BPF and CAP_PERFMON"),
		strdup("run as root, outside containers and user namespaces"));
}

/* Tries the smallest LSM program there is. Returns 0 when the kernel took it, or -errno. */
static int program_try(const struct btf *types)
{
	static const struct bpf_insn pass[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 0},
		{.code = BPF_JMP | BPF_EXIT},
	};
	LIBBPF_OPTS(bpf_prog_load_opts, options, .expected_attach_type = BPF_LSM_MAC);
	CLEANUP_CLOSE int fd = -1;
	int id = types ? btf__find_by_name_kind(types, "bpf_lsm_file_open", BTF_KIND_FUNC) : -ENOENT;

	if (id < 0)
		return id;
	options.attach_btf_id = (uint32_t)id;
	fd = bpf_prog_load(BPF_PROG_TYPE_LSM, "policyd_probe", "GPL", pass, ARRAY_SIZE(pass), &options);
	return fd < 0 ? fd : 0;
}

static int program_refused(struct doctor_check *check, int error)
{
	char *sentence;

	if (error == -EPERM)
		return doctor_find(
			check, DOCTOR_FAIL,
			strdup("this host refuses LSM programs: loading the smallest one gave "
			       "EPERM"),
			strdup("run as root on the host itself; where root is refused too, another security "
			       "layer forbids it (container, hypervisor, lockdown) and has to allow it"));
	if (asprintf(&sentence, "the kernel has no BPF LSM: loading the smallest LSM program gave %s",
		     strerrorname_np(-error)) < 0)
		return -ENOMEM;
	return doctor_find(check, DOCTOR_FAIL, sentence,
			   strdup("boot a kernel built with CONFIG_BPF_LSM=y and CONFIG_DEBUG_INFO_BTF=y"));
}

int doctor_look_program(const struct doctor_host *host, struct doctor_check *check)
{
	libbpf_print_fn_t print;
	int r;

	if (!host->running)
		return doctor_find(check, DOCTOR_WARN, strdup("not tried: this is not the running host"),
				   NULL);
	if (access(GUARD_PIN, F_OK) == 0)
		return doctor_find(check, DOCTOR_OK,
				   strdup("policyd has loaded LSM programs, and its self-protection lets "
					  "nobody else try"),
				   NULL);
	print = libbpf_set_print(NULL);
	r = program_try(host->types);
	(void)libbpf_set_print(print);
	if (r == -ENOMEM)
		return r;
	if (r < 0)
		return program_refused(check, r);
	return doctor_find(check, DOCTOR_OK, strdup("the kernel takes LSM programs"), NULL);
}

/* Others that decide about the same operations. Nothing has to be done about them. */
int doctor_look_modules(const struct doctor_host *host, struct doctor_check *check)
{
	static const char *const deciders[] = {"selinux", "smack", "tomoyo", "apparmor", "ipe"};
	CLEANUP_FREE char *list = NULL;
	char found[NAMES_MAX] = "", *sentence;
	size_t length = 0;
	int r = doctor_read(host, LSM_PATH, &list);

	if (r < 0 && r != -ENOMEM && host->running && modules_ask(&list) == 0)
		r = 0;
	if (r == -ENOMEM)
		return r;
	if (r < 0)
		return doctor_find(check, DOCTOR_WARN,
				   strdup("other security modules are not known (see lsm)"), NULL);
	for (size_t i = 0; i < ARRAY_SIZE(deciders); i++)
		if (list_has(list, deciders[i]))
			length += (size_t)snprintf(found + length, sizeof(found) - length, "%s%s",
						   length ? ", " : "", deciders[i]);
	if (length == 0)
		return doctor_find(check, DOCTOR_OK, strdup("no other security module decides"), NULL);
	if (asprintf(
		    &sentence,
		    "%s may refuse, too: each is asked, what one refuses is refused, and what one before bpf "
		    "refuses is no event here",
		    found) < 0)
		return -ENOMEM;
	return doctor_find(check, DOCTOR_OK, sentence, NULL);
}
