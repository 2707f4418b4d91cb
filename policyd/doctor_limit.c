// SPDX-License-Identifier: Apache-2.0
/*
 * What keeps the unit from memory, processors and processes: the limits of its cgroup and of the one above.
 */
#include <inttypes.h>
#include <string.h>

#include "doctor_check.h"
#include "util.h"

#define UNIT	      "policyd.service"
#define SLICE	      "system.slice"
#define PROCESSES_MIN 16 /* the daemon, its helper, and a child of that for each text */

/* A file of a cgroup, and the least number in it that is no harm. */
static const struct limit {
	const char *file;
	uint64_t enough;
	const char *what;
} limits[] = {
	{"memory.max", UINT64_MAX,
	 "all tables in the kernel count to it, and the memory killer ends policyd"},
	{"memory.high", UINT64_MAX, "all tables in the kernel count to it, and policyd waits for memory"},
	{"cpu.max", UINT64_MAX, "reloads and events wait for the processor"},
	{"pids.max", PROCESSES_MIN, "a process reads each policy and each request"},
};

static const char *const groups[] = {SLICE "/" UNIT, SLICE};

/* Whether a line of such a file, "max" or a number first, says less than enough. */
static bool is_short(const char *line, uint64_t enough)
{
	return strncmp(line, "max", 3) != 0 && strtoull(line, NULL, 10) < enough;
}

/* Returns 1 where the limit is a finding, 0, or -ENOMEM. */
static int limit_look(const struct doctor_host *host, struct doctor_check *check, const char *group,
		      const struct limit *limit)
{
	CLEANUP_FREE char *path = NULL, *line = NULL;
	char *sentence = NULL;
	int r;

	if (asprintf(&path, "/sys/fs/cgroup/%s/%s", group, limit->file) < 0) {
		path = NULL;
		return -ENOMEM;
	}
	r = doctor_read(host, path, &line);
	if (r < 0)
		return r == -ENOMEM ? r : 0; /* no unit, no such controller */
	if (!is_short(line, limit->enough))
		return 0;
	if (asprintf(&sentence, "%s of %s is '%s': %s", limit->file, group, line, limit->what) < 0)
		sentence = NULL;
	r = doctor_find(check, DOCTOR_WARN, sentence,
			strdup("take the limit away: 'systemctl cat " UNIT " " SLICE "' shows who sets one"));
	return r < 0 ? r : 1;
}

int doctor_look_limits(const struct doctor_host *host, struct doctor_check *check)
{
	for (size_t i = 0; i < ARRAY_SIZE(groups); i++)
		for (size_t j = 0; j < ARRAY_SIZE(limits); j++) {
			int r = limit_look(host, check, groups[i], &limits[j]);

			if (r != 0)
				return r < 0 ? r : 0;
		}
	return doctor_find(check, DOCTOR_OK,
			   strdup("no cgroup limits memory, processor time or processes of " UNIT), NULL);
}
