// SPDX-License-Identifier: Apache-2.0
/*
 * The same thing over and over, while something else changes.
 */
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OPENERS 3

struct race {
	const char *denied; /* below the directory that is renamed */
	const char *allowed;
	atomic_bool done;
	atomic_ulong tried;   /* of both */
	atomic_ulong passed;  /* that should have been refused */
	atomic_ulong refused; /* that should have passed */
	atomic_int error;     /* of the last of them, 0: it passed */
};

/* Whether an attempt to read `path` does not end with `expected`. It may not be there at the moment. */
static bool is_wrong(const char *path, int expected, int *ret_error)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);

	*ret_error = fd < 0 ? errno : 0;
	return *ret_error != expected && *ret_error != ENOENT;
}

static void *opener_main(void *data)
{
	struct race *race = data;
	int error;

	while (!race->done) {
		if (is_wrong(race->denied, EPERM, &error)) {
			race->passed++;
			race->error = error;
		}
		race->refused += is_wrong(race->allowed, 0, &error);
		race->tried += 2;
	}
	return NULL;
}

/* Renames ONE to OTHER and back, COUNT times. */
static int rename_loop(const char *one, const char *other, int count)
{
	for (int i = 0; i < count; i++) {
		if (rename(one, other) < 0 || rename(other, one) < 0)
			return -errno;
	}
	return 0;
}

/* race-rename ONE OTHER COUNT DENIED ALLOWED */
static enum probe_outcome race_rename(char **arguments)
{
	struct race race = {.denied = arguments[3], .allowed = arguments[4]};
	pthread_t openers[OPENERS];
	int r;

	for (size_t i = 0; i < OPENERS; i++)
		if (pthread_create(&openers[i], NULL, opener_main, &race))
			return probe_not_tried("pthread_create", EAGAIN);
	r = rename_loop(arguments[0], arguments[1], atoi(arguments[2]));
	race.done = true;
	for (size_t i = 0; i < OPENERS; i++)
		(void)pthread_join(openers[i], NULL);
	printf("%lu attempts, %lu wrongly passed (%s), %lu wrongly refused\n", race.tried, race.passed,
	       race.error ? strerror(race.error) : "opened", race.refused);
	if (r < 0)
		return probe_not_tried("rename", -r);
	return race.passed || race.refused ? PROBE_OTHER : PROBE_ALLOWED;
}

/* Whether one can be read may change at any time; the two others' verdicts are those of every set. */
static enum probe_outcome race_either(char **arguments)
{
	unsigned long tried = 0, wrong = 0;
	int error;

	while (access(arguments[3], F_OK) < 0) {
		_cleanup_close_ int one = open(arguments[0], O_RDONLY | O_CLOEXEC);
		int first = one < 0 ? errno : 0;

		if (first != 0 && first != EPERM)
			return probe_not_tried(arguments[0], first);
		tried += 2;
		wrong += is_wrong(arguments[1], EPERM, &error);
		wrong += is_wrong(arguments[2], 0, &error);
	}
	printf("%lu attempts, %lu wrong\n", tried, wrong);
	return wrong ? PROBE_OTHER : PROBE_ALLOWED;
}

const struct probe probe_race_table[] = {
	{"race-rename", "ONE OTHER COUNT DENIED ALLOWED: rename to and fro while threads open the two files",
	 5, race_rename},
	{"race-always",
	 "FLICKERING DENIED ALLOWED END: until END is there, the second is denied and the third allowed", 4,
	 race_either},
	{0},
};
