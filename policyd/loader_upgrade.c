// SPDX-License-Identifier: Apache-2.0
/*
 * Takes the place of other programs without a moment in which nothing is enforced: their pins are put aside,
 * ours are made beside them, both refuse, and only then theirs are removed. Of programs of another layout
 * nothing is read; what they have written to their ring is counted. Those of another build of the same layout
 * have the same maps (loader_renew.c).
 */
#include <bpf/bpf.h>
#include <string.h>
#include <unistd.h>

#include "loader_internal.h"
#include "loader_skip.h"
#include "util.h"

/* Names in a BPF file system have no dots. */
#define ASIDE "-old"

static char *aside_path(const char *pin_dir)
{
	char *path;

	return asprintf(&path, "%s" ASIDE, pin_dir) < 0 ? NULL : path;
}

static char *aside_map(const char *directory, enum loader_map map)
{
	char *path;

	return asprintf(&path, "%s/%s", directory, loader_map_names[map].pin) < 0 ? NULL : path;
}

/* Whether the other version's policies are locked; what cannot be read counts as locked. */
static bool is_locked(const char *directory)
{
	CLEANUP_FREE char *path = aside_map(directory, LOADER_MAP_LOCKED);
	CLEANUP_CLOSE int fd = path ? bpf_obj_get(path) : -1;
	CLEANUP_FREE void *value = NULL;
	uint32_t zero = 0, size;

	if (fd < 0)
		return !path || access(path, F_OK) == 0; /* an early version could not lock */
	if (loader_map_value(fd, &zero, &value, &size) < 0)
		return true;
	for (uint32_t i = 0; i < size; i++)
		if (((const char *)value)[i])
			return true;
	return false;
}

int loader_move_aside(const struct loader *loader, char **ret_error)
{
	CLEANUP_FREE char *aside = aside_path(loader->pin_dir);
	int r;

	if (!aside)
		return -ENOMEM;
	/* Of an upgrade that was cut off; what is to be put aside now enforces as well. */
	r = loader_unload(aside);
	if (r == 0 && rename(loader->pin_dir, aside) < 0)
		r = -errno;
	return r < 0 ? loader_fail(
			       ret_error, r,
			       "the pinned programs are of another version and go on enforcing; they cannot "
			       "be put aside as '%s': %s",
			       aside, strerror(-r))
		     : 0;
}

int loader_put_aside(struct loader *loader, char **ret_error)
{
	int r;

	if (is_locked(loader->pin_dir))
		return loader_fail(
			ret_error, -EPERM,
			"policies are locked, by a version of another layout: this one can take over "
			"after the next start of the machine; until then that one goes on enforcing");
	r = loader_move_aside(loader, ret_error);
	if (r < 0)
		return r;
	for (size_t i = 0; i < LOADER_MAP_COUNT; i++) {
		util_close(&loader->maps[i]);
		loader->maps[i] = -1;
	}
	return 0;
}

static int record_count(void *context, void *record, size_t size)
{
	(void)record;
	(void)size;
	*(uint64_t *)context += 1;
	return 0;
}

/* Whether the programs that are put aside have our maps. */
static bool is_akin(const struct loader *loader, const char *directory)
{
	CLEANUP_FREE char *path = aside_map(directory, LOADER_MAP_COUNTERS);
	CLEANUP_CLOSE int fd = path ? bpf_obj_get(path) : -1;

	return fd >= 0 && loader_same_object(fd, loader->maps[LOADER_MAP_COUNTERS]);
}

/* What waits in another's ring for a reader that will not come. */
static uint64_t records_count(const struct loader *loader, const char *directory)
{
	CLEANUP_FREE char *path = aside_map(directory, LOADER_MAP_EVENTS);
	CLEANUP_CLOSE int fd = path ? bpf_obj_get(path) : -1;
	struct ring_buffer *ring;
	uint64_t count = 0;

	if (fd < 0 || loader_same_object(fd, loader->maps[LOADER_MAP_EVENTS]))
		return 0;
	ring = ring_buffer__new(fd, record_count, &count, NULL);
	if (!ring)
		return 0;
	(void)ring_buffer__consume(ring);
	ring_buffer__free(ring);
	return count;
}

int loader_retire(struct loader *loader, uint64_t *ret_lost, char **ret_error)
{
	CLEANUP_FREE char *aside = loader->pin_dir ? aside_path(loader->pin_dir) : NULL;
	int r;

	*ret_error = NULL;
	r = loader_act(loader);
	if (r < 0)
		return loader_fail(ret_error, r, "cannot let the programs of this version count: %s",
				   strerror(-r));
	if (!loader->pin_dir || (aside && access(aside, F_OK) < 0))
		return 0;
	if (!aside)
		return -ENOMEM;
	*ret_lost = records_count(loader, aside);
	/* Nobody stands without what was skipped: at worst it is told less of. */
	if (is_akin(loader, aside))
		(void)loader_skips_keep(loader, aside);
	r = loader_unload(aside);
	return r < 0 ? loader_fail(ret_error, r,
				   "the programs of another version go on enforcing beside these: '%s': %s",
				   aside, strerror(-r))
		     : 1;
}

/* Whether all pins of a directory are made: those of the constants are the last. */
static bool is_complete(const char *directory)
{
	CLEANUP_FREE char *path = aside_map(directory, LOADER_MAP_CONSTANTS);

	return !path || access(path, F_OK) == 0;
}

void loader_put_back(const char *pin_dir)
{
	CLEANUP_FREE char *aside = aside_path(pin_dir);

	if (aside && access(aside, F_OK) == 0 && !is_complete(pin_dir) && loader_unload(pin_dir) == 0)
		(void)rename(aside, pin_dir);
}
