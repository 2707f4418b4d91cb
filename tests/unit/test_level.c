// SPDX-License-Identifier: Apache-2.0
/*
 * What a daemon holds after many reloads: no more than after a few. The kernel's part is in the virtual
 * machines.
 */
#include <dirent.h>

#include "daemon_case.h"

#define WARM 100
#ifdef __SANITIZE_ADDRESS__
#define RELOADS 1000 /* which takes its time; only descriptors are counted */
#else
#define RELOADS 6000
#endif
/* What is free in the heap comes and goes by some MiB; 1 KiB lost in a reload is more. */
#define GROWTH_KIB 6144

static const char other[] = "version: 1\npolicy: other\nfile:\n  - {deny: write, path: /srv/**/x}\n"
			    "network:\n  - {deny: connect, to: 10.0.0.0/8}\n";

static int descriptors_now(void)
{
	char path[64];
	int count = 0;
	DIR *directory;

	(void)snprintf(path, sizeof(path), "/proc/%d/fd", (int)daemon_pid);
	directory = opendir(path);
	ck_assert_ptr_nonnull(directory);
	while (readdir(directory))
		count++;
	(void)closedir(directory);
	return count;
}

/* The fewest within a while: the connection of the last request may be open yet. */
static int descriptors(void)
{
	int fewest = descriptors_now();

	for (int i = 0; i < 50; i++) {
		int count = descriptors_now();

		(void)usleep(10000);
		fewest = count < fewest ? count : fewest;
	}
	return fewest;
}

static long memory_kib(void)
{
	char path[64], line[256];
	long kib = -1;
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/%d/status", (int)daemon_pid);
	file = fopen(path, "re");
	ck_assert_ptr_nonnull(file);
	while (fgets(line, sizeof(line), file))
		if (strncmp(line, "VmRSS:", 6) == 0)
			kib = strtol(line + 6, NULL, 10);
	(void)fclose(file);
	ck_assert_int_ge(kib, 0);
	return kib;
}

/* Each is a set that comes into force, or one that is refused. */
static void reload_often(int count)
{
	static const char *const texts[] = {good, other, bad};

	for (int i = 0; i < count; i++) {
		put("a.yaml", texts[i % (int)ARRAY_SIZE(texts)]);
		json_decref(ask("reload"));
	}
}

/* What it needs goes up and down with the sets that are in memory together: the least of a few times. */
static long memory_least(void)
{
	long least = memory_kib();

	for (int i = 0; i < 20; i++) {
		long kib;

		reload_often(3);
		kib = memory_kib();
		least = kib < least ? kib : least;
	}
	return least;
}

START_TEST(reloads)
{
	long memory;
	int open;

	put("a.yaml", good);
	start();
	expect_status("ok", 1);
	reload_often(WARM);
	open = descriptors();
	memory = memory_least();
	reload_often(RELOADS);
	ck_assert_int_ge(events_with("\"published\""), RELOADS / 2);
	ck_assert_int_ge(events_with("\"rejected\""), RELOADS / 4);
	ck_assert_int_le(descriptors(), open);
#ifndef __SANITIZE_ADDRESS__ /* which keeps freed memory for a while */
	ck_assert_int_le(memory_least(), memory + GROWTH_KIB);
#else
	(void)memory;
#endif
	ck_assert_int_eq(stop(SIGTERM), 0);
}
END_TEST

int main(void)
{
	const TTest *const rooted[] = {reloads};

	return daemon_suite_run("level", 500, rooted, ARRAY_SIZE(rooted), NULL, 0);
}
