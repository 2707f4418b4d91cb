// SPDX-License-Identifier: Apache-2.0
/*
 * Checks that read files of the host.
 */
#include <inttypes.h>
#include <linux/magic.h>
#include <stdarg.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/vfs.h>

#include "doctor_check.h"
#include "util.h"

#define BPFFS_PATH "/sys/fs/bpf"

static char *text_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

static char *text_format(const char *format, ...)
{
	va_list arguments;
	char *text;
	int r;

	va_start(arguments, format);
	r = vasprintf(&text, format, arguments);
	va_end(arguments);
	return r < 0 ? NULL : text;
}

int doctor_look_kernel(const struct doctor_host *host, struct doctor_check *check)
{
	CLEANUP_FREE char *release = NULL;
	int r = doctor_read(host, "/proc/sys/kernel/osrelease", &release);

	if (r == -ENOMEM)
		return r;
	return doctor_find(check, DOCTOR_OK,
			   text_format("Linux %s (shown only: features are tried, versions never compared)",
				       release ? release : "of unknown release"),
			   NULL);
}

int doctor_look_btf(const struct doctor_host *host, struct doctor_check *check)
{
	CLEANUP_FREE char *path = text_format("%s/sys/kernel/btf/vmlinux", host->root);

	if (!path)
		return -ENOMEM;
	if (access(path, R_OK) == 0)
		return doctor_find(check, DOCTOR_OK,
				   strdup("the kernel describes its types (/sys/kernel/btf/vmlinux)"), NULL);
	return doctor_find(
		check, DOCTOR_FAIL,
		text_format("/sys/kernel/btf/vmlinux cannot be read: %s", strerror(errno)),
		strdup("boot a kernel built with CONFIG_DEBUG_INFO_BTF=y, as Debian's are, and mount "
		       "sysfs on /sys"));
}

/* For a copy of a host's files a directory is all that can be seen. */
static int bpffs_mounted(const struct doctor_host *host, bool *ret_mounted)
{
	CLEANUP_FREE char *path = text_format("%s%s", host->root, BPFFS_PATH);
	struct statfs status;

	if (!path)
		return -ENOMEM;
	if (statfs(path, &status) < 0)
		*ret_mounted = false;
	else
		*ret_mounted = !host->running || status.f_type == BPF_FS_MAGIC;
	return 0;
}

int doctor_look_bpffs(const struct doctor_host *host, struct doctor_check *check)
{
	bool mounted;
	int r = bpffs_mounted(host, &mounted);

	if (r < 0)
		return r;
	if (mounted)
		return doctor_find(check, DOCTOR_OK, strdup("bpffs is mounted on " BPFFS_PATH), NULL);
	return doctor_find(
		check, DOCTOR_FAIL,
		strdup("no bpffs is mounted on " BPFFS_PATH ": enforcement could not outlive the daemon"),
		strdup("mount -t bpf bpf " BPFFS_PATH " (systemd does it at boot), or policyd --no-pin"));
}

int doctor_look_jit(const struct doctor_host *host, struct doctor_check *check)
{
	CLEANUP_FREE char *value = NULL;
	int r = doctor_read(host, "/proc/sys/net/core/bpf_jit_enable", &value);

	if (r == -ENOMEM)
		return r;
	if (r == 0 && strcmp(value, "0") == 0)
		return doctor_find(check, DOCTOR_FAIL,
				   strdup("the BPF compiler is switched off, and LSM programs need it"),
				   strdup("sysctl -w net.core.bpf_jit_enable=1"));
	if (r < 0)
		return doctor_find(check, DOCTOR_WARN,
				   text_format("net.core.bpf_jit_enable cannot be read: %s", strerror(-r)),
				   strdup("mount proc on /proc; the kernel needs CONFIG_BPF_JIT=y"));
	return doctor_find(check, DOCTOR_OK, strdup("the BPF compiler is on"), NULL);
}

/* LSM programs are called through ftrace's direct calls: switching ftrace off takes them away. */
int doctor_look_ftrace(const struct doctor_host *host, struct doctor_check *check)
{
	CLEANUP_FREE char *value = NULL;
	int r = doctor_read(host, "/proc/sys/kernel/ftrace_enabled", &value);

	if (r == -ENOMEM)
		return r;
	if (r == 0 && strcmp(value, "0") == 0)
		return doctor_find(check, DOCTOR_FAIL,
				   strdup("kernel.ftrace_enabled is 0: hooks are attached and not called"),
				   strdup("sysctl -w kernel.ftrace_enabled=1"));
	if (r < 0)
		return doctor_find(check, DOCTOR_WARN,
				   text_format("kernel.ftrace_enabled cannot be read: %s", strerror(-r)),
				   strdup("the kernel needs CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS=y"));
	return doctor_find(check, DOCTOR_OK, strdup("kernel.ftrace_enabled is 1"), NULL);
}

int doctor_look_lockdown(const struct doctor_host *host, struct doctor_check *check)
{
	CLEANUP_FREE char *value = NULL;
	int r = doctor_read(host, "/sys/kernel/security/lockdown", &value);

	if (r == -ENOMEM)
		return r;
	if (r < 0)
		return doctor_find(check, DOCTOR_OK, strdup("no lockdown mode is known"), NULL);
	if (strstr(value, "[confidentiality]"))
		return doctor_find(
			check, DOCTOR_FAIL,
			strdup("lockdown=confidentiality forbids BPF programs to read what rules are "
			       "about"),
			strdup("boot with lockdown=integrity or without lockdown="));
	return doctor_find(check, DOCTOR_OK, text_format("lockdown: %s", value), NULL);
}

int doctor_look_memlock(const struct doctor_host *host, struct doctor_check *check)
{
	struct rlimit limit;

	(void)host;
	if (getrlimit(RLIMIT_MEMLOCK, &limit) < 0)
		return doctor_find(check, DOCTOR_WARN,
				   text_format("the limit of locked memory is unknown: %s", strerror(errno)),
				   NULL);
	if (limit.rlim_cur == RLIM_INFINITY)
		return doctor_find(check, DOCTOR_OK, strdup("locked memory is not limited"), NULL);
	return doctor_find(check, DOCTOR_OK,
			   text_format("locked memory is limited to %" PRIu64
				       " KiB, which counts only on kernels that charge "
				       "BPF memory to it",
				       (uint64_t)limit.rlim_cur / 1024),
			   NULL);
}

static bool there(const struct doctor_host *host, const char *path)
{
	CLEANUP_FREE char *name = text_format("%s%s", host->root, path);

	return name && access(name, F_OK) == 0;
}

/* Container runtimes by what they leave in /run, and whether this is a container itself. */
int doctor_look_containers(const struct doctor_host *host, struct doctor_check *check)
{
	static const struct {
		const char *name, *path;
	} runtimes[] = {
		{"docker", "/run/docker.sock"},
		{"containerd", "/run/containerd"},
		{"podman", "/run/podman"},
		{"cri-o", "/run/crio"},
		{"systemd-nspawn", "/run/systemd/nspawn/unix-export"},
		{"lxc", "/run/lxc"},
	};
	char found[128] = "";
	size_t length = 0;

	if (there(host, "/.dockerenv") || there(host, "/run/.containerenv") ||
	    there(host, "/run/systemd/container"))
		return doctor_find(check, DOCTOR_WARN,
				   strdup("this is a container: policies are about the whole host"),
				   strdup("run policyd on the host itself"));
	for (size_t i = 0; i < ARRAY_SIZE(runtimes); i++)
		if (there(host, runtimes[i].path))
			length += (size_t)snprintf(found + length, sizeof(found) - length, "%s%s",
						   length ? ", " : "", runtimes[i].name);
	if (length == 0)
		return doctor_find(check, DOCTOR_OK, strdup("no container runtime is running"), NULL);
	return doctor_find(check, DOCTOR_OK,
			   text_format("%s: policies are about processes in containers, too; files and users "
				       "are named as the host sees them",
				       found),
			   NULL);
}
