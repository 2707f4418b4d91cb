/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_measure [--landlock RULES] [--seccomp] [--times N] FOLDER [ROW...]: what system calls cost, a line
 * each: "ROW<tab>NANOSECONDS", the least of several repetitions. In a machine whose clock counts instructions
 * (tests/vm/run --count-instructions) the nanoseconds are instructions. Needs root.
 *
 * bench_measure ... FOLDER --run COMMAND...: the command instead, confined in the same way.
 *
 * FOLDER is where the files of the rows are made: depth 2, like /srv/bench, so that plain names have depth 3.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "bench_row.h"

static int repetitions = 60; /* and one before them that does not count */

/* --- Others that confine ---------------------------------------------------------------------------- */

static void landlock_beneath(int ruleset, const char *path, uint64_t access)
{
	struct landlock_path_beneath_attr rule = {.allowed_access = access};

	rule.parent_fd = bench_must(open(path, O_PATH | O_CLOEXEC), path);
	bench_must((int)syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0),
		   "landlock_add_rule");
	(void)close(rule.parent_fd);
}

/* Everything is allowed by a rule for the root folder; the others are rules for files of their own. */
static void landlock_on(const struct bench *bench, int count)
{
	static const struct landlock_ruleset_attr attributes = {
		.handled_access_fs = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE};
	char path[512];
	int ruleset = bench_must((int)syscall(SYS_landlock_create_ruleset, &attributes,
					      sizeof(attributes.handled_access_fs), 0),
				 "landlock_create_ruleset");

	landlock_beneath(ruleset, "/", attributes.handled_access_fs);
	for (int i = 1; i < count; i++) {
		(void)snprintf(path, sizeof(path), "%s/rule%d", bench->folder, i);
		bench_file(path);
		landlock_beneath(ruleset, path, LANDLOCK_ACCESS_FS_READ_FILE);
	}
	bench_must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs");
	bench_must((int)syscall(SYS_landlock_restrict_self, ruleset, 0), "landlock_restrict_self");
}

/* A list that allows all but one call, as programs have it. */
static void seccomp_on(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);

	if (!filter || seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(kexec_load), 0) < 0 ||
	    seccomp_load(filter) < 0)
		bench_fail("seccomp");
	seccomp_release(filter);
}

/* --- Measuring --------------------------------------------------------------------------------------- */

static uint64_t now(void)
{
	struct timespec time;

	(void)clock_gettime(CLOCK_MONOTONIC_RAW, &time);
	return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static uint64_t repetition(const struct row *row, struct bench *bench)
{
	uint64_t from = now();
	int r;

	for (int i = 0; i < row->loops; i++) {
		r = row->run(bench);
		if (r < 0) {
			errno = -r;
			bench_fail(row->name);
		}
	}
	return (now() - from) / (uint64_t)row->loops;
}

static void measure(const struct row *row, struct bench *bench)
{
	uint64_t least = UINT64_MAX;

	if (row->takes_new)
		bench_new_files(bench, row->loops * (repetitions + 1));
	/* Caches of the kernel's are full of a row's entries after some 400. */
	(void)repetition(row, bench);
	for (int i = 0; i < repetitions; i++) {
		uint64_t took = repetition(row, bench);

		if (took < least)
			least = took;
	}
	(void)printf("%s\t%llu\n", row->name, (unsigned long long)least);
	(void)fflush(stdout);
	/* Others have their turn between two rows: this task gives way to none. */
	(void)usleep(20000);
}

static bool is_wanted(const struct row *row, char **names)
{
	if (!*names)
		return true;
	for (; *names; names++) {
		if (strcmp(row->name, *names) == 0)
			return true;
	}
	return false;
}

/*
 * Starts over with addresses that are not random, unless they are: how many tables of pages a process has,
 * which fork and exec copy and free, depends on them. By its own name, which TOMOYO knows it by.
 */
static void addresses_fixed(char **argv)
{
	int now = personality(0xffffffff);
	char path[512] = {0};

	if (now & ADDR_NO_RANDOMIZE)
		return;
	bench_must(personality((unsigned long)now | ADDR_NO_RANDOMIZE), "personality");
	bench_must((int)readlink("/proc/self/exe", path, sizeof(path) - 1), "/proc/self/exe");
	bench_must(execv(path, argv), path);
}

int main(int argc, char **argv)
{
	static struct bench bench;
	int landlock = 0;
	bool seccomp = false;
	int i = 1;

	for (; i < argc && strncmp(argv[i], "--", 2) == 0; i++) {
		if (strcmp(argv[i], "--nothing") == 0)
			return 0;
		if (strcmp(argv[i], "--seccomp") == 0)
			seccomp = true;
		else if (strcmp(argv[i], "--landlock") == 0 && i + 1 < argc)
			landlock = (int)strtol(argv[++i], NULL, 10);
		else if (strcmp(argv[i], "--times") == 0 && i + 1 < argc)
			repetitions = (int)strtol(argv[++i], NULL, 10);
	}
	if (i >= argc)
		return 2;
	addresses_fixed(argv);
	(void)snprintf(bench.folder, sizeof(bench.folder), "%s", argv[i]);
	bench_prepare(&bench);
	if (landlock > 0)
		landlock_on(&bench, landlock);
	if (seccomp)
		seccomp_on();
	if (i + 2 < argc && strcmp(argv[i + 1], "--run") == 0)
		bench_must(execvp(argv[i + 2], argv + i + 2), argv[i + 2]);
	bench_must(sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){.sched_priority = 50}),
		   "SCHED_FIFO");
	for (const struct row *row = BENCH_ROWS; row->name; row++) {
		if (is_wanted(row, argv + i + 1))
			measure(row, &bench);
	}
	return 0;
}
