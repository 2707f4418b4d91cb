// SPDX-License-Identifier: Apache-2.0
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/random.h>

#include <policyd/rename.h>

#include "loader_internal.h"
#include "policyd.skel.h"
#include "util.h"

static void skeleton_cleanup(struct policyd_bpf **skeleton)
{
	policyd_bpf__destroy(*skeleton);
}

#define AUDIT_SHARE_NUMERATOR	3 /* records of permitted operations may fill three quarters of the ring */
#define AUDIT_SHARE_DENOMINATOR 4

int loader_fail(char **ret_error, int error, const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	va_end(arguments);
	free(*ret_error);
	*ret_error = text;
	return error;
}

/* Leaves out the optional programs whose hooks this kernel does not have. */
static void programs_select(struct policyd_bpf *skeleton)
{
	for (size_t i = 0; i < loader_hook_count; i++) {
		const struct hook *hook = &loader_hook_table[i];
		struct bpf_program *program;

		if (!hook->optional)
			continue;
		program = bpf_object__find_program_by_name(skeleton->obj, hook->program);
		if (program)
			(void)bpf_program__set_autoload(
				program, libbpf_find_vmlinux_btf_id(hook->program, BPF_LSM_MAC) > 0);
	}
}

static int constants_set(struct policyd_bpf *skeleton, uint32_t ring_bytes)
{
	skeleton->rodata->audit_share =
		(uint64_t)ring_bytes / AUDIT_SHARE_DENOMINATOR * AUDIT_SHARE_NUMERATOR;
	if (getrandom(&skeleton->rodata->name_key, sizeof(skeleton->rodata->name_key), 0) !=
	    (ssize_t)sizeof(skeleton->rodata->name_key))
		return -EIO;
	return bpf_map__set_max_entries(skeleton->maps.events, ring_bytes);
}

static int load_fail(char **ret_error, int error)
{
	if (error == -EPERM)
		return loader_fail(ret_error, error,
				   "this host refuses to load BPF LSM programs (EPERM): start policyd "
				   "as root, and see 'policyctl doctor'");
	if (error == -ESRCH || error == -ENOENT)
		return loader_fail(ret_error, -ENOENT,
				   "the kernel has no type information (/sys/kernel/btf/vmlinux) or "
				   "lacks a hook: it needs CONFIG_DEBUG_INFO_BTF and CONFIG_BPF_LSM");
	return loader_fail(ret_error, error, "cannot load the BPF programs: %s", strerror(-error));
}

static int fd_copy(int fd, int *ret_fd)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);

	if (copy < 0)
		return -errno;
	*ret_fd = copy;
	return 0;
}

/* The loader's descriptors outlive the skeleton. */
static int descriptors_take(struct loader *loader, struct policyd_bpf *skeleton)
{
	const struct bpf_map *maps[] = {
		[LOADER_MAP_LIVE] = skeleton->maps.live,	 [LOADER_MAP_EVENTS] = skeleton->maps.events,
		[LOADER_MAP_COUNTERS] = skeleton->maps.counters, [LOADER_MAP_SELF] = skeleton->maps.self,
		[LOADER_MAP_CONSTANTS] = skeleton->maps.rodata,
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < LOADER_MAP_COUNT; i++)
		r = fd_copy(bpf_map__fd(maps[i]), &loader->maps[i]);
	for (size_t i = 0; r == 0 && i < loader_hook_count; i++) {
		struct bpf_program *program =
			bpf_object__find_program_by_name(skeleton->obj, loader_hook_table[i].program);

		if (!program)
			return -ENOENT;
		if (bpf_program__fd(program) >= 0)
			r = fd_copy(bpf_program__fd(program), &loader->programs[i]);
	}
	return r;
}

int loader_load(struct loader *loader, uint32_t ring_bytes, char **ret_error)
{
	CLEANUP(skeleton_cleanup) struct policyd_bpf *skeleton = policyd_bpf__open();
	int r;

	if (!skeleton)
		return loader_fail(ret_error, -errno, "cannot open the BPF programs: %s", strerror(errno));
	programs_select(skeleton);
	r = constants_set(skeleton, ring_bytes);
	if (r < 0)
		return loader_fail(ret_error, r, "cannot set up the BPF programs with a ring of %u bytes: %s",
				   ring_bytes, strerror(-r));
	r = policyd_bpf__load(skeleton);
	if (r < 0)
		return load_fail(ret_error, r);
	r = descriptors_take(loader, skeleton);
	if (r < 0)
		return loader_fail(ret_error, r, "cannot keep the BPF programs: %s", strerror(-r));
	return loader_constants(loader, ret_error);
}

/*
 * The skeleton's struct describes the start of .rodata; behind it stand the copies of the same variables
 * that linking left over. The ABI number in it guards against other layouts.
 */
int loader_constants(struct loader *loader, char **ret_error)
{
	struct policyd_bpf__rodata constants = {0};
	CLEANUP_FREE char *value = NULL;
	struct bpf_map_info info = {0};
	uint32_t size = sizeof(info), zero = 0;
	int fd = loader->maps[LOADER_MAP_CONSTANTS];
	int r = bpf_obj_get_info_by_fd(fd, &info, &size);

	if (r < 0)
		return loader_fail(ret_error, r, "cannot look at the BPF maps: %s", strerror(-r));
	value = calloc(1, info.value_size);
	if (!value)
		return -ENOMEM;
	r = bpf_map_lookup_elem(fd, &zero, value);
	if (r < 0)
		return loader_fail(ret_error, r, "cannot read the BPF maps: %s", strerror(-r));
	if (info.value_size >= sizeof(constants))
		memcpy((void *)&constants, value, sizeof(constants));
	if (constants.abi != POLICYD_ABI)
		return loader_fail(ret_error, -EPROTO,
				   "the pinned programs are of another version (ABI %u, this is %u): run "
				   "'policyctl stop --unload', then start again",
				   constants.abi, POLICYD_ABI);
	memcpy(&loader->key, (const void *)&constants.name_key, sizeof(loader->key));
	return 0;
}
