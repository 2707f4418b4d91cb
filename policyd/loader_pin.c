// SPDX-License-Identifier: Apache-2.0
#include <bpf/bpf.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#include "loader_internal.h"
#include "util.h"

const struct map_name loader_map_names[] = {
	[LOADER_MAP_LIVE] = {"live", "map_live"},
	[LOADER_MAP_EVENTS] = {"events", "map_events"},
	[LOADER_MAP_COUNTERS] = {"counters", "map_counters"},
	[LOADER_MAP_SELF] = {"self", "map_self"},
	[LOADER_MAP_GUARD] = {"guard", "map_guard"},
	[LOADER_MAP_GUARDED] = {"guarded", "map_guarded"},
	[LOADER_MAP_LOCKED] = {"locked", "map_locked"},
	[LOADER_MAP_FILES] = {"files", "map_files"},
	[LOADER_MAP_DIRECTORIES] = {"directories", "map_directories"},
	[LOADER_MAP_BIRTHS] = {"births", "map_births"},
	[LOADER_MAP_ENDPOINTS] = {"endpoints", "map_endpoints"},
	[LOADER_MAP_SUBJECTS] = {".data.subjects", "map_subjects"},
	[LOADER_MAP_TASKS] = {"tasks", "map_tasks"},
	[LOADER_MAP_ORIGINS] = {"origins", "map_origins"},
	[LOADER_MAP_PROGRAMS] = {"programs", "map_programs"},
	[LOADER_MAP_BLANK] = {"blank", "map_blank"},
	[LOADER_MAP_LISTENERS] = {"listeners", "map_listeners"},
	[LOADER_MAP_COUNTS] = {"counts", "map_counts"},
	[LOADER_MAP_SEEN] = {"seen", "map_seen"},
	[LOADER_MAP_WRITERS] = {"writers", "map_writers"},
	[LOADER_MAP_SERVICES] = {"services", "map_services"},
	[LOADER_MAP_IDENTITIES] = {"identities", "map_identities"},
	[LOADER_MAP_LEARNT] = {"learnt", "map_learnt"},
	[LOADER_MAP_KNOWN] = {"known", "map_known"},
	[LOADER_MAP_EPOCH] = {"epoch", "map_epoch"},
	[LOADER_MAP_OBSERVED] = {"observed", "map_observed"},
	[LOADER_MAP_NGRAMS] = {"ngrams", "map_ngrams"},
	[LOADER_MAP_STATES] = {"ngram_states", "map_states"},
	[LOADER_MAP_RECENTS] = {"recents", "map_recents"},
	[LOADER_MAP_CALLS] = {".data.calls", "map_calls"},
	[LOADER_MAP_CONTENTS] = {"contents", "map_contents"},
	[LOADER_MAP_READINGS] = {"readings", "map_readings"},
	[LOADER_MAP_RENAMING] = {"renaming", "map_renaming"},
	[LOADER_MAP_INGRESS] = {"ingress_counts", "map_ingress"},
	[LOADER_MAP_SCOPE] = {"scope", "map_scope"},
	[LOADER_MAP_PUBLISHED] = {".data.published", "map_published"},
	[LOADER_MAP_ACTING] = {".data.acting", "map_acting"},
	[LOADER_MAP_VARIABLES] = {".bss", "map_variables"},
	[LOADER_MAP_CONSTANTS] = {".rodata", "map_constants"},
};
_Static_assert(ARRAY_SIZE(loader_map_names) == LOADER_MAP_COUNT, "every map has a name");

char *loader_pin_path(const struct loader *loader, const char *prefix, const char *name)
{
	char *path;

	return asprintf(&path, "%s/%s%s", loader->pin_dir, prefix, name) < 0 ? NULL : path;
}

static int pin_one(const struct loader *loader, const char *prefix, const char *name, int fd,
		   char **ret_error)
{
	CLEANUP_FREE char *path = loader_pin_path(loader, prefix, name);
	int r;

	if (fd < 0)
		return 0;
	if (!path)
		return -ENOMEM;
	if (access(path, F_OK) == 0)
		return 0;
	r = bpf_obj_pin(fd, path);
	return r < 0 ? loader_fail(ret_error, r, "cannot pin '%s': %s", path, strerror(-r)) : 0;
}

static int pin_directory(const struct loader *loader, char **ret_error)
{
	struct statfs fs;

	if (mkdir(loader->pin_dir, 0700) < 0 && errno != EEXIST)
		return loader_fail(ret_error, -errno,
				   "cannot make '%s': %s; is a BPF file system mounted there "
				   "(mount -t bpf bpf /sys/fs/bpf)?",
				   loader->pin_dir, strerror(errno));
	if (statfs(loader->pin_dir, &fs) < 0)
		return loader_fail(ret_error, -errno, "cannot look at '%s': %s", loader->pin_dir,
				   strerror(errno));
	if (fs.f_type != BPF_FS_MAGIC)
		return loader_fail(ret_error, -ENOENT,
				   "'%s' is not on a BPF file system; mount one: "
				   "mount -t bpf bpf /sys/fs/bpf",
				   loader->pin_dir);
	return 0;
}

int loader_pin(struct loader *loader, char **ret_error)
{
	int r = pin_directory(loader, ret_error);

	for (size_t i = 0; r == 0 && i < loader_hook_count; i++) {
		r = pin_one(loader, "prog_", loader_hook_table[i].program, loader->programs[i], ret_error);
		if (r == 0)
			r = pin_one(loader, "link_", loader_hook_table[i].program, loader->links[i],
				    ret_error);
	}
	/* Maps last: a pin of the constants says that the rest is complete. */
	for (size_t i = 0; r == 0 && i < LOADER_MAP_COUNT; i++)
		r = pin_one(loader, "", loader_map_names[i].pin, loader->maps[i], ret_error);
	return r;
}

static int pin_get(const struct loader *loader, const char *prefix, const char *name)
{
	CLEANUP_FREE char *path = loader_pin_path(loader, prefix, name);

	return path ? bpf_obj_get(path) : -ENOMEM;
}

/* What is pinned has to be of the same kind as this loader: with LSM programs, or without. */
static int lane_check(const struct loader *loader, char **ret_error)
{
	CLEANUP_CLOSE int scope = pin_get(loader, "", loader_map_names[LOADER_MAP_SCOPE].pin);

	if ((scope >= 0) == loader->degraded)
		return 0;
	return loader_fail(ret_error, -EPROTO,
			   "the pins in '%s' are of a policyd %s LSM programs; end what they enforce with "
			   "'rm -r %s', then start again",
			   loader->pin_dir, loader->degraded ? "with" : "without", loader->pin_dir);
}

static int maps_adopt(struct loader *loader, char **ret_error)
{
	for (size_t i = 0; i < LOADER_MAP_COUNT; i++) {
		if (loader->maps[i] >= 0 || !loader_map_used(loader, i))
			continue;
		loader->maps[i] = pin_get(loader, "", loader_map_names[i].pin);
		if (loader->maps[i] < 0)
			return loader_fail(ret_error, -EPROTO,
					   "the pins in '%s' are not complete: no '%s'; end "
					   "what they enforce with 'rm -r %s', then start again",
					   loader->pin_dir, loader_map_names[i].pin, loader->pin_dir);
	}
	return 0;
}

int loader_adopt(struct loader *loader, char **ret_error)
{
	int fd = pin_get(loader, "", loader_map_names[LOADER_MAP_CONSTANTS].pin);
	int r;

	if (fd == -EPERM)
		return loader_fail(
			ret_error, fd,
			"the pins in '%s' may not be opened; where self-protection is in force, only "
			"the policyd may that it knows: its executable and its libraries, started by "
			"root and not traced; otherwise restart the machine",
			loader->pin_dir);
	if (fd < 0)
		return fd;
	loader->maps[LOADER_MAP_CONSTANTS] = fd;
	r = loader_constants(loader, ret_error);
	if (r == 0)
		r = lane_check(loader, ret_error);
	if (r == 0)
		r = maps_adopt(loader, ret_error);
	if (r < 0)
		return r;
	for (size_t i = 0; i < loader_hook_count; i++) {
		loader->programs[i] = pin_get(loader, "prog_", loader_hook_table[i].program);
		loader->links[i] = pin_get(loader, "link_", loader_hook_table[i].program);
		if (loader->programs[i] < 0 && !loader->degraded &&
		    (loader_hook_table[i].need == HOOK_ALWAYS || loader_hook_table[i].need == HOOK_READ))
			return loader_fail(ret_error, -EPROTO,
					   "the pins in '%s' have no program '%s'; end what they "
					   "enforce with 'rm -r %s', then start again",
					   loader->pin_dir, loader_hook_table[i].program, loader->pin_dir);
		loader->guarded |= loader_hook_table[i].need == HOOK_GUARD && loader->links[i] >= 0;
	}
	loader->adopted = true;
	return 0;
}
