// SPDX-License-Identifier: Apache-2.0
#include <assert.h>
#include <bpf/bpf.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>

#include <policyd/lineage.h>
#include <policyd/ngram.h>
#include <policyd/rename.h>

#include "complaint.h"
#include "loader_aim.h"
#include "loader_internal.h"
#include "loader_skip.h"
#include "policyd.skel.h"
#include "util.h"

/* The object is a part of the executable. It is not read again before more programs are loaded, so its pages
 * need not stay in memory; they are those of a file. */
static void object_release(void)
{
	size_t size, page = (size_t)sysconf(_SC_PAGESIZE);
	const char *bytes = policyd_bpf__elf_bytes(&size);
	size_t before = (page - (uintptr_t)bytes % page) % page; /* the first page is others', too */

	if (size > before)
		(void)madvise((void *)(bytes + before), (size - before) / page * page, MADV_DONTNEED);
	(void)malloc_trim(0); /* libbpf and what it read of the kernel's types had some 10 MiB */
}

static void skeleton_cleanup(struct policyd_bpf **skeleton)
{
	if (!*skeleton)
		return; /* nothing was opened, as by most publications; what follows is dear */
	policyd_bpf__destroy(*skeleton);
	object_release();
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

/* Leaves out what is loaded already, what is not wanted, and where the kernel has no such hook. */
static int programs_select(struct loader *loader, struct policyd_bpf *skeleton,
			   const bool wanted[static LOADER_HOOKS_MAX])
{
	CLEANUP(loader_types_cleanup) struct btf *types = NULL;
	int count = 0, r;

	for (size_t i = 0; i < loader_hook_count; i++) {
		const struct hook *hook = &loader_hook_table[i];
		struct bpf_program *program = bpf_object__find_program_by_name(skeleton->obj, hook->program);
		bool load = wanted[i] && loader->programs[i] < 0;

		if (!program)
			return -ENOENT;
		assert(!loader_skips_silently(hook, program));
		r = load ? loader_aim(hook, program, &types, &loader->absent[i]) : 0;
		if (r < 0)
			return r;
		load = load && !loader->absent[i];
		(void)bpf_program__set_autoload(program, load);
		count += load;
	}
	return count;
}

/*
 * Where nothing counts renames of directories, names are read as they are while one is under way: nothing is
 * cached, and two attempts have to agree.
 */
static int constants_set(const struct loader *loader, struct policyd_bpf *skeleton)
{
	skeleton->bss->rename_state.running = loader->degraded;
	skeleton->rodata->audit_share =
		(uint64_t)loader->ring_bytes / AUDIT_SHARE_DENOMINATOR * AUDIT_SHARE_NUMERATOR;
	skeleton->rodata->name_key = loader->key;
	skeleton->rodata->programs_build = loader_build();
	skeleton->data_acting->acting = loader_build();
	return bpf_map__set_max_entries(skeleton->maps.events, loader->ring_bytes);
}

uint64_t loader_build(void)
{
	return POLICYD_BPF_BUILD;
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
	if (complaint_text())
		return loader_fail(ret_error, error,
				   "cannot load the BPF programs: the kernel refuses %s (%s)",
				   complaint_text(), strerror(-error));
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

static struct bpf_map *map_find(struct policyd_bpf *skeleton, size_t i)
{
	return bpf_object__find_map_by_name(skeleton->obj, loader_map_names[i].object);
}

/* The loader's descriptors outlive the skeleton. */
static int descriptors_take(struct loader *loader, struct policyd_bpf *skeleton)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < LOADER_MAP_COUNT; i++)
		if (loader->maps[i] < 0 && loader_map_used(loader, i))
			r = fd_copy(bpf_map__fd(map_find(skeleton, i)), &loader->maps[i]);
	for (size_t i = 0; r == 0 && i < loader_hook_count; i++) {
		const struct bpf_program *program =
			bpf_object__find_program_by_name(skeleton->obj, loader_hook_table[i].program);

		if (bpf_program__fd(program) >= 0 && loader->programs[i] < 0)
			r = fd_copy(bpf_program__fd(program), &loader->programs[i]);
	}
	return r;
}

/* Hosts without BPF LSM may have no storage in inodes. */
static int maps_select(const struct loader *loader, struct policyd_bpf *skeleton)
{
	int r = 0;

	for (size_t i = 0; i < LOADER_MAP_COUNT && r == 0; i++)
		r = bpf_map__set_autocreate(map_find(skeleton, i), loader_map_used(loader, i));
	return r;
}

static int programs_load(struct loader *loader, struct policyd_bpf *skeleton, char **ret_error)
{
	int r;

	complaint_clear();
	r = policyd_bpf__load(skeleton);
	if (r < 0)
		return load_fail(ret_error, r);
	r = descriptors_take(loader, skeleton);
	return r < 0 ? loader_fail(ret_error, r, "cannot keep the BPF programs: %s", strerror(-r)) : 0;
}

/* Whether programs that were compiled for `map` can work on the map at `fd`. The ring's size is its user's
 * choice. */
static int map_fits(const struct bpf_map *map, int fd, bool any_size)
{
	struct bpf_map_info info;
	int r = loader_map_info(fd, &info);

	if (r < 0)
		return r;
	return info.type == bpf_map__type(map) && info.key_size == bpf_map__key_size(map) &&
			       info.value_size == bpf_map__value_size(map) &&
			       (any_size || info.max_entries == bpf_map__max_entries(map))
		       ? 0
		       : -EPROTO;
}

static int maps_reuse(const struct loader *loader, struct policyd_bpf *skeleton, char **ret_error)
{
	for (size_t i = 0; i < LOADER_MAP_COUNT; i++) {
		struct bpf_map *map = map_find(skeleton, i);
		int r;

		if (!loader_map_used(loader, i) || loader->maps[i] < 0)
			continue;
		r = map_fits(map, loader->maps[i], i == LOADER_MAP_EVENTS);
		if (r == -EPROTO)
			return loader_fail(ret_error, r,
					   "the pinned map '%s' is of another version, and the policies need "
					   "programs that are not loaded yet: run 'policyctl stop --unload', "
					   "then start again",
					   loader_map_names[i].pin);
		if (r == 0)
			r = bpf_map__reuse_fd(map, loader->maps[i]);
		if (r < 0)
			return loader_fail(ret_error, r, "cannot use the map '%s': %s",
					   loader_map_names[i].pin, strerror(-r));
	}
	return 0;
}

/* The maps are those that there are; with the first programs they are made. Constants are each build's own.
 */
static int maps_choose(const struct loader *loader, struct policyd_bpf *skeleton, char **ret_error)
{
	int r = loader->maps[LOADER_MAP_CONSTANTS] < 0 ? constants_set(loader, skeleton) : 0;

	if (r < 0)
		return loader_fail(ret_error, r, "cannot set up the BPF programs with a ring of %u bytes: %s",
				   loader->ring_bytes, strerror(-r));
	return maps_reuse(loader, skeleton, ret_error);
}

int loader_load(struct loader *loader, const bool wanted[static LOADER_HOOKS_MAX], char **ret_error)
{
	CLEANUP(skeleton_cleanup) struct policyd_bpf *skeleton = NULL;
	bool missing = loader->maps[LOADER_MAP_CONSTANTS] < 0;
	int r;

	for (size_t i = 0; i < loader_hook_count; i++)
		missing |= wanted[i] && loader->programs[i] < 0 && !loader->absent[i];
	if (!missing)
		return 0;
	skeleton = policyd_bpf__open();
	if (!skeleton)
		return loader_fail(ret_error, -errno, "cannot open the BPF programs: %s", strerror(errno));
	r = programs_select(loader, skeleton, wanted);
	if (r == 0 && loader->maps[LOADER_MAP_CONSTANTS] >= 0)
		return 0;
	if (r >= 0)
		r = maps_select(loader, skeleton);
	if (r < 0)
		return load_fail(ret_error, r);
	r = maps_choose(loader, skeleton, ret_error);
	return r < 0 ? r : programs_load(loader, skeleton, ret_error);
}

/*
 * The skeleton's struct describes the start of .rodata; behind it stand the copies of the same variables
 * that linking left over. The ABI number in it guards against other layouts.
 */
int loader_constants(struct loader *loader, char **ret_error)
{
	struct policyd_bpf__rodata constants = {0};
	CLEANUP_FREE void *value = NULL;
	uint32_t zero = 0, size;
	int r = loader_map_value(loader->maps[LOADER_MAP_CONSTANTS], &zero, &value, &size);

	if (r < 0)
		return loader_fail(ret_error, r, "cannot read the BPF maps: %s", strerror(-r));
	if (size >= sizeof(constants))
		memcpy((void *)&constants, value, sizeof(constants));
	loader->foreign = constants.abi != POLICYD_ABI;
	if (loader->foreign)
		return -EPROTO;
	loader->outdated = constants.programs_build != loader_build();
	memcpy(&loader->key, (const void *)&constants.name_key, sizeof(loader->key));
	return 0;
}
