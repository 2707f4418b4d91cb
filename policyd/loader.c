// SPDX-License-Identifier: Apache-2.0
#include <bpf/bpf.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/syscall.h>

#include "builtin.h"
#include "complaint.h"
#include "loader_internal.h"
#include "loader_skip.h"
#include "util.h"

static void loader_cleanup(struct loader **loader)
{
	loader_close(*loader);
}

static struct loader *loader_new(const struct loader_options *options)
{
	struct loader *loader = calloc(1, sizeof(*loader));

	if (!loader)
		return NULL;
	loader->image = loader->cgroup = -1;
	loader->degraded = options->degraded;
	loader->ingress = options->ingress;
	loader->ring_bytes = options->ring_bytes;
	loader->helper = options->helper;
	for (size_t i = 0; i < LOADER_MAP_COUNT; i++)
		loader->maps[i] = -1;
	for (size_t i = 0; i < LOADER_HOOKS_MAX; i++)
		loader->programs[i] = loader->links[i] = -1;
	if (!options->pin_dir)
		return loader;
	loader->pin_dir = strdup(options->pin_dir);
	if (loader->pin_dir)
		return loader;
	loader_close(loader);
	return NULL;
}

/* An adopted ring has the size that was chosen when it was made. */
static int ring_map(struct loader *loader)
{
	struct bpf_map_info info;
	int r = loader_map_info(loader->maps[LOADER_MAP_EVENTS], &info);

	if (r < 0)
		return r;
	loader->ring_bytes = info.max_entries;
	return ring_open(loader->maps[LOADER_MAP_EVENTS], loader->ring_bytes, &loader->ring);
}

int loader_begin(struct loader *loader, char **ret_error)
{
	int r = 0;

	if (loader->ring)
		return 0;
	if (loader->degraded)
		r = loader_degraded_scope(loader, ret_error);
	if (r < 0)
		return r;
	r = loader_self_mark(loader);
	if (r < 0)
		return loader_fail(ret_error, r, "cannot mark policyd's own process: %s", strerror(-r));
	r = ring_map(loader);
	return r < 0 ? loader_fail(ret_error, r, "cannot map the event ring: %s", strerror(-r)) : 0;
}

/*
 * Adopts what is pinned. Where nothing is, programs and maps come with the first image, all at once: to open
 * and relocate the object takes as long as the kernel needs for a program or two.
 */
static int loader_start(struct loader *loader, const struct loader_options *options, char **ret_error)
{
	int r = loader->degraded ? loader_degraded_open(loader, options->cgroup, ret_error) : 0;

	if (r == 0 && loader->pin_dir)
		loader_put_back(loader->pin_dir); /* of an upgrade that was cut off */
	if (r == 0)
		r = loader->pin_dir ? loader_adopt(loader, ret_error) : -ENOENT;
	if (r == 0)
		return loader_begin(loader, ret_error);
	if (r == -EPROTO && loader->foreign) {
		r = loader_put_aside(loader, ret_error);
		r = r < 0 ? r : -ENOENT;
	}
	if (r != -ENOENT)
		return r;
	if (getrandom(&loader->key, sizeof(loader->key), 0) != (ssize_t)sizeof(loader->key))
		return loader_fail(ret_error, -EIO, "cannot draw a key: %s", strerror(errno));
	return 0;
}

int loader_open(const struct loader_options *options, struct loader **ret_loader, char **ret_error)
{
	CLEANUP(loader_cleanup) struct loader *loader = loader_new(options);
	int r;

	*ret_error = NULL;
	if (!loader)
		return -ENOMEM;
	(void)libbpf_set_print(complaint_print);
	r = loader_start(loader, options, ret_error);
	if (r < 0 && loader->foreign)
		loader_put_back(loader->pin_dir);
	if (r < 0)
		return r;
	if (loader->adopted)
		loader->generation = loader_image_adopt(loader);
	if (loader->outdated)
		loader_renew(loader, ret_error);
	*ret_loader = TAKE_PTR(loader);
	return 0;
}

void loader_close(struct loader *loader)
{
	if (!loader)
		return;
	ring_close(loader->ring);
	loader_number_unmap(loader->published);
	util_close(&loader->image);
	util_close(&loader->cgroup);
	for (size_t i = 0; i < LOADER_HOOKS_MAX; i++) {
		util_close(&loader->links[i]);
		util_close(&loader->programs[i]);
	}
	for (size_t i = 0; i < LOADER_MAP_COUNT; i++)
		util_close(&loader->maps[i]);
	loader_guard_free(loader);
	free(loader->pin_dir);
	free(loader);
}

bool loader_adopted(const struct loader *loader)
{
	return loader->adopted;
}

bool loader_outdated(const struct loader *loader)
{
	return loader->outdated;
}

const struct policyd_hash_key *loader_key(const struct loader *loader)
{
	return &loader->key;
}

uint64_t loader_generation(const struct loader *loader)
{
	return loader->generation;
}

/*
 * From which generation on classes of subjects hold in an image that follows the live one. That is known only
 * of images that this loader published: another build may have meant something else by the same fingerprint.
 */
static uint64_t subjects_since(const struct loader *loader, const struct policyd_line *lines)
{
	const struct policyd_tables *tables = (const struct policyd_tables *)&lines[POLICYD_TABLES];
	const struct policyd_header *header = (const struct policyd_header *)lines;

	return loader->subjects_since && loader->subjects == tables->subjects ? loader->subjects_since
									      : header->generation;
}

int loader_publish(struct loader *loader, const struct policyd_line *lines, uint32_t count, char **ret_error)
{
	const struct policyd_header *header = (const struct policyd_header *)lines;
	const struct policyd_view image = {.lines = lines, .count = count};
	uint64_t since = subjects_since(loader, lines);
	CLEANUP_CLOSE int fd = -1;
	struct policyd_calls calls;
	int r;

	*ret_error = NULL;
	if (header->generation != loader->generation + 1)
		return loader_fail(ret_error, -EINVAL, "generation %llu cannot follow generation %llu",
				   (unsigned long long)header->generation,
				   (unsigned long long)loader->generation);
	r = loader_image_create(lines, count, since, &fd);
	if (r < 0)
		return loader_fail(ret_error, r, "cannot make an image of %u lines: %s", count, strerror(-r));
	r = loader_attach(loader, lines, ret_error);
	if (r == 0)
		r = loader_contents_try(loader, lines, ret_error);
	if (r < 0)
		return r;
	loader_calls_of(&image, &calls);
	r = loader_image_switch(loader, fd, &calls);
	if (r < 0)
		return loader_fail(ret_error, r, "cannot publish the image: %s", strerror(-r));
	util_close(&loader->image);
	loader->image = TAKE_FD(fd);
	loader->subjects = ((const struct policyd_tables *)&lines[POLICYD_TABLES])->subjects;
	loader->subjects_since = since;
	return 0;
}

int loader_canary(struct loader *loader)
{
	CLEANUP_CLOSE int file = memfd_create(BUILTIN_CANARY, MFD_CLOEXEC);
	CLEANUP_CLOSE int again = -1;
	char path[64];

	if (loader->degraded)
		return loader_degraded_canary(loader);
	if (file < 0)
		return -errno;
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	again = open(path, O_RDONLY | O_CLOEXEC);
	if (again >= 0)
		return -ENOTSUP;
	return errno == EPERM ? 0 : -errno;
}

int loader_ring_fd(const struct loader *loader)
{
	return loader->maps[LOADER_MAP_EVENTS];
}

int loader_drain(struct loader *loader, int (*take)(void *data, const void *record, size_t size), void *data)
{
	return ring_consume(loader->ring, take, data);
}

int loader_counters_id(const struct loader *loader, uint64_t *ret_id)
{
	struct bpf_map_info info;
	int r = loader_map_info(loader->maps[LOADER_MAP_COUNTERS], &info);

	if (r == 0)
		*ret_id = info.id;
	return r;
}

int loader_counters(const struct loader *loader, uint64_t ret_counters[static POLICYD_COUNT_END])
{
	int cpus = libbpf_num_possible_cpus();
	CLEANUP_FREE uint64_t *values = NULL;

	if (cpus < 0)
		return cpus;
	values = calloc((size_t)cpus, sizeof(*values));
	if (!values)
		return -ENOMEM;
	for (uint32_t i = 0; i < POLICYD_COUNT_END; i++) {
		int r = bpf_map_lookup_elem(loader->maps[LOADER_MAP_COUNTERS], &i, values);

		if (r < 0)
			return r;
		ret_counters[i] = 0;
		for (int cpu = 0; cpu < cpus; cpu++)
			ret_counters[i] += values[cpu];
	}
	loader_skips(loader, ret_counters);
	return 0;
}
