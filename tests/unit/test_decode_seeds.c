/* SPDX-License-Identifier: Apache-2.0 */
/* The fuzzer of records starts from records. One of an older version is refused at once and seeds nothing. */
#include <dirent.h>
#include <limits.h>

#include "decode_case.h"

#define SEEDS SOURCE_DIR "/tests/fuzz/corpus/decode"

/* Reads a seed into the record. Returns how many bytes it has. */
static size_t seed_read(const char *name)
{
	CLEANUP_FCLOSE FILE *file = NULL;
	char path[PATH_MAX];

	ck_assert_int_lt(snprintf(path, sizeof(path), SEEDS "/%s", name), (int)sizeof(path));
	file = fopen(path, "re");
	ck_assert_ptr_nonnull(file);
	memset(&record, 0, sizeof(record));
	return fread(record.bytes, 1, sizeof(record.bytes), file);
}

static const char *fault_name(const struct decoder *decoder)
{
	for (int i = 0; i < DECODE_FAULT_COUNT; i++)
		if (decoder->faults[i] > 0)
			return decode_fault_name((enum decode_fault)i);
	return "nothing";
}

static void check_seed(const char *name)
{
	struct decoder decoder = decoder_make();
	size_t size = seed_read(name);
	CLEANUP_EVENT struct event event;

	event_init(&event);
	if (decode(&decoder, &record, size, &event) < 0)
		ck_abort_msg("seed '%s' is refused for its %s: build it anew, for version %u", name,
			     fault_name(&decoder), (unsigned int)POLICYD_EVENT_VERSION);
	ck_assert_msg(record.head.size == size, "seed '%s' has bytes behind the record", name);
}

START_TEST(decode_takes_every_seed)
{
	DIR *folder = opendir(SEEDS);
	size_t count = 0;

	ck_assert_ptr_nonnull(folder);
	for (struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
		if (entry->d_name[0] == '.')
			continue;
		check_seed(entry->d_name);
		count++;
	}
	ck_assert_int_eq(closedir(folder), 0);
	ck_assert_uint_gt(count, 0);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {decode_takes_every_seed};

	return suite_run("decode_seeds", tests, ARRAY_SIZE(tests));
}
