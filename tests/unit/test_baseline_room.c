// SPDX-License-Identifier: Apache-2.0
/*
 * The room that baselines of 10,000 executables take in the kernel, as it accounts for them: the tables as
 * the programs declare them, filled. Where nobody may make tables, or the kernel does not account for entries
 * that are made as they are needed (before 6.4), only the arithmetic is left.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <string.h>

#include <policyd/baseline.h>
#include <policyd/guard.h>
#include <policyd/ngram.h>
#include <policyd/rename.h>

#include "event_suite.h"
#include "loader.h"
#include "policyd.skel.h"
#include "util.h"

#define ROOM_MAX       (32UL << 20)
#define ENTRY_OVERHEAD 64 /* of the kernel, with the key, rounded up */
#define BUCKETS	       16384
#define BUCKET_SIZE    16

/* What the kernel's allocator takes for an entry. */
static size_t entry_size(size_t value)
{
	size_t size = 64;

	while (size < value + ENTRY_OVERHEAD)
		size *= 2;
	return size;
}

/* -1: not to be had. */
static long memory_of(int map)
{
	char path[64], line[128];
	long memory = -1;
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", map);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file))
		if (strncmp(line, "memlock:", 8) == 0)
			memory = strtol(line + 8, NULL, 10);
	if (file)
		(void)fclose(file);
	return memory;
}

/* Makes a table as the object declares it, fills it, and one more has no room. Its memory, or -1. */
static long filled(const struct bpf_map *declared, uint64_t entries)
{
	LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = bpf_map__map_flags(declared));
	CLEANUP_CLOSE int map =
		bpf_map_create(bpf_map__type(declared), "baseline_room", bpf_map__key_size(declared),
			       bpf_map__value_size(declared), bpf_map__max_entries(declared), &options);
	CLEANUP_FREE char *value = calloc(1, bpf_map__value_size(declared));
	uint64_t key[2] = {0}; /* as large as that of any of them */
	int r = 0;

	ck_assert_uint_eq(bpf_map__max_entries(declared), entries);
	if (map < 0)
		return -1;
	while (r == 0 && key[0] <= entries) {
		key[0]++;
		r = bpf_map_update_elem(map, key, value, BPF_NOEXIST);
	}
	ck_assert_int_eq(r, -E2BIG);
	ck_assert_uint_eq(key[0], entries + 1);
	return memory_of(map);
}

START_TEST(room_of_all)
{
	struct policyd_bpf *skeleton = policyd_bpf__open();
	size_t most = POLICYD_EXECUTABLES_MAX * (entry_size(sizeof(struct policyd_learnt)) +
						 entry_size(sizeof(struct policyd_known))) +
		      2UL * BUCKETS * BUCKET_SIZE;
	size_t sequences =
		POLICYD_NGRAM_PAGES * (entry_size(sizeof(struct policyd_ngrams)) +
				       entry_size(sizeof(struct policyd_ngram_state)) + 2UL * BUCKET_SIZE);
	long learnt, known, ngrams, states;

	ck_assert_ptr_nonnull(skeleton);
	ck_assert_uint_eq(bpf_map__value_size(skeleton->maps.learnt), sizeof(struct policyd_learnt));
	ck_assert_uint_eq(bpf_map__value_size(skeleton->maps.ngrams), sizeof(struct policyd_ngrams));
	ck_assert_uint_le(most + sequences, ROOM_MAX);
	learnt = filled(skeleton->maps.learnt, POLICYD_EXECUTABLES_MAX);
	known = filled(skeleton->maps.known, POLICYD_EXECUTABLES_MAX);
	ngrams = filled(skeleton->maps.ngrams, POLICYD_NGRAM_PAGES);
	states = filled(skeleton->maps.ngram_states, POLICYD_NGRAM_PAGES);
	if (learnt >= 0 && known >= 0)
		ck_assert_int_le(learnt + known, (long)most);
	if (ngrams >= 0 && states >= 0)
		ck_assert_int_le(ngrams + states, (long)sequences);
	(void)printf(
		"baselines of %d executables: at most %zu KiB, accounted %ld KiB; sequences: %zu, %ld KiB\n",
		POLICYD_EXECUTABLES_MAX, most >> 10, (learnt + known) >> 10, sequences >> 10,
		(ngrams + states) >> 10);
	policyd_bpf__destroy(skeleton);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {room_of_all};

	return suite_run("baseline_room", tests, ARRAY_SIZE(tests));
}
