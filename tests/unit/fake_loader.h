/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A loader without a kernel, for tests of what stands on loader.h: it takes images, can be told to fail, and
 * has a ring that tests fill. A test that includes this file links it instead of loader.c.
 */
#ifndef TEST_FAKE_LOADER_H
#define TEST_FAKE_LOADER_H

#include <fcntl.h>
#include <string.h>
#include <sys/eventfd.h>

#include "loader.h"
#include "util.h"

static struct fake_loader {
	int open_result;
	int publish_result;
	int canary_result;
	bool adopted, outdated;
	bool guarded;
	bool locked;
	struct loader_lock lock;
	struct loader_damage damage;
	int mend_result;
	int retire_result;
	uint64_t retired_lost;
	unsigned int put_back;
	uint64_t generation;
	unsigned int published;
	struct policyd_line *lines; /* what was published */
	uint32_t line_count;
	unsigned int unloaded;
	const void *record; /* waits in the ring */
	size_t record_size;
	int ring;
	/* NULL, or a ring of the user's own, which `ring` is the descriptor of then; and what it lost. */
	int (*drain)(int (*take)(void *data, const void *record, size_t size), void *data);
	const __u64 *lost_audits;
	struct policyd_count_key count_key; /* the one count that there is */
	struct policyd_count count;
	uint64_t lost_lineages;
	uint64_t counters_id;
	int count_result;
	unsigned int baselines_cleared;
	uint64_t forgotten; /* the executable that was last */
	struct policyd_known known;
	struct policyd_ngrams ngrams; /* the one page that there is, of every executable */
	struct policyd_ngram_state ngram_state;
	bool ngrams_forgotten;
} fake = {.ring = -1};

struct loader {
	struct policyd_hash_key key;
};

static void fake_key(struct policyd_hash_key *key)
{
	uint64_t state = 88172645463325252ULL;

	for (size_t i = 0; i < sizeof(*key); i += sizeof(state)) {
		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		memcpy((char *)key + i, &state, sizeof(state));
	}
}

int loader_open(const struct loader_options *options, struct loader **ret_loader, char **ret_error)
{
	if (fake.open_result < 0) {
		*ret_error = strdup("the host refuses LSM programs");
		return fake.open_result;
	}
	(void)options;
	*ret_loader = calloc(1, sizeof(**ret_loader));
	fake_key(&(*ret_loader)->key);
	if (!fake.drain)
		fake.ring = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return 0;
}

void loader_close(struct loader *loader)
{
	if (!loader)
		return;
	(void)close(TAKE_FD(fake.ring));
	free(loader);
}

uint64_t loader_build(void)
{
	return 7;
}

bool loader_outdated(const struct loader *loader)
{
	(void)loader;
	return fake.outdated;
}

bool loader_adopted(const struct loader *loader)
{
	(void)loader;
	return fake.adopted;
}

const struct policyd_hash_key *loader_key(const struct loader *loader)
{
	return &loader->key;
}

uint64_t loader_generation(const struct loader *loader)
{
	(void)loader;
	return fake.generation;
}

int loader_publish(struct loader *loader, const struct policyd_line *lines, uint32_t count, char **ret_error)
{
	const struct policyd_header *header = (const struct policyd_header *)lines;

	(void)loader;
	if (fake.publish_result < 0) {
		*ret_error = strdup("the kernel has no memory left");
		return fake.publish_result;
	}
	if (header->magic != POLICYD_IMAGE_MAGIC || header->lines != count)
		return -EINVAL;
	free(fake.lines);
	fake.lines = malloc(count * sizeof(*lines));
	memcpy(fake.lines, lines, count * sizeof(*lines));
	fake.line_count = count;
	fake.generation = header->generation;
	fake.published++;
	return 0;
}

int loader_image(const struct loader *loader, struct policyd_line **ret_lines, uint32_t *ret_count)
{
	(void)loader;
	if (!fake.lines)
		return -ENOENT;
	*ret_lines = malloc(fake.line_count * sizeof(*fake.lines));
	memcpy(*ret_lines, fake.lines, fake.line_count * sizeof(*fake.lines));
	*ret_count = fake.line_count;
	return 0;
}

int loader_ingress_attach(const struct loader *loader, unsigned int interface, int *ret_link)
{
	(void)loader;
	(void)interface;
	(void)ret_link;
	return -ENOENT;
}

int loader_ingress_counts(const struct loader *loader, uint64_t live, loader_ingress_fn *take, void *data)
{
	(void)loader;
	(void)live;
	(void)take;
	(void)data;
	return 0;
}

int loader_canary(struct loader *loader)
{
	(void)loader;
	return fake.canary_result;
}

int loader_guard(struct loader *loader, char **ret_error)
{
	(void)loader;
	(void)ret_error;
	fake.guarded = true;
	return 0;
}

bool loader_guarded(const struct loader *loader)
{
	(void)loader;
	return fake.guarded;
}

int loader_guard_count(const struct loader *loader, size_t *ret_count)
{
	(void)loader;
	*ret_count = 42;
	return fake.guarded ? 0 : -ENODATA;
}

int loader_guard_code(struct loader *loader, char **ret_error)
{
	(void)loader;
	(void)ret_error;
	return 0;
}

int loader_lock(struct loader *loader, const struct loader_lock *lock)
{
	(void)loader;
	fake.lock = *lock;
	fake.locked = true;
	return 0;
}

bool loader_locked(const struct loader *loader, struct loader_lock *ret_lock)
{
	(void)loader;
	if (fake.locked && ret_lock)
		*ret_lock = fake.lock;
	return fake.locked;
}

int loader_mend(struct loader *loader, struct loader_damage *ret_damage, char **ret_error)
{
	(void)loader;
	*ret_damage = fake.damage;
	fake.damage = (struct loader_damage){};
	if (fake.mend_result < 0)
		*ret_error = strdup("the pins cannot be made again");
	return fake.mend_result;
}

int loader_ring_fd(const struct loader *loader)
{
	(void)loader;
	return fake.ring;
}

int loader_drain(struct loader *loader, int (*take)(void *data, const void *record, size_t size), void *data)
{
	int r;

	(void)loader;
	if (fake.drain)
		return fake.drain(take, data);
	if (!fake.record)
		return 0;
	r = take(data, fake.record, fake.record_size);
	fake.record = NULL;
	return r < 0 ? r : 1;
}

const char *const *loader_hooks(const struct loader *loader)
{
	static const char *const hooks[] = {"file_open", "bprm_check_security", NULL};

	(void)loader;
	return hooks;
}

int loader_retire(struct loader *loader, uint64_t *ret_lost, char **ret_error)
{
	(void)loader;
	*ret_lost = fake.retired_lost;
	if (fake.retire_result < 0)
		*ret_error = strdup("the other programs cannot be removed");
	return fake.retire_result;
}

void loader_put_back(const char *pin_dir)
{
	(void)pin_dir;
	fake.put_back++;
}

int loader_unload(const char *pin_dir)
{
	(void)pin_dir;
	fake.unloaded++;
	return 0;
}

#include "fake_baseline.h"
#include "fake_count.h"

#endif
