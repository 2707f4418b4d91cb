// SPDX-License-Identifier: Apache-2.0
/*
 * Takes enforcement away. The kernel detaches a program some time after the last reference to its link went,
 * one program after the other. A link's id goes before that, its program's id after it: so the programs are
 * what is waited for.
 */
#include <bpf/bpf.h>
#include <dirent.h>
#include <string.h>
#include <unistd.h>

#include "loader_internal.h"
#include "util.h"

#define WAIT_STEP_USEC 10000
#define WAIT_STEPS     (LOADER_UNLOAD_SECONDS * 1000000 / WAIT_STEP_USEC)

/* Ids of the programs that are pinned. */
struct programs {
	uint32_t *ids;
	size_t count;
};

static void programs_clear(struct programs *programs)
{
	free(programs->ids);
}

static void directory_close(DIR **directory)
{
	if (*directory)
		(void)closedir(*directory);
}

static int programs_add(struct programs *programs, const char *path)
{
	CLEANUP_CLOSE int fd = bpf_obj_get(path);
	struct loader_object program;
	uint32_t *ids;
	int r = fd < 0 ? fd : loader_object(fd, &program);

	if (r < 0)
		return r;
	ids = reallocarray(programs->ids, programs->count + 1, sizeof(*ids));
	if (!ids)
		return -ENOMEM;
	programs->ids = ids;
	programs->ids[programs->count++] = program.id;
	return 0;
}

/* Removes one pin; of a program the id is kept. */
static int pin_remove(const char *pin_dir, const char *name, struct programs *programs)
{
	CLEANUP_FREE char *path = NULL;
	int r = 0;

	if (asprintf(&path, "%s/%s", pin_dir, name) < 0) {
		path = NULL;
		return -ENOMEM;
	}
	if (strncmp(name, "prog_", strlen("prog_")) == 0)
		r = programs_add(programs, path);
	if (unlink(path) < 0)
		return -errno;
	return r;
}

static int pins_remove(const char *pin_dir, struct programs *programs)
{
	CLEANUP(directory_close) DIR *directory = opendir(pin_dir);
	int r = 0;

	if (!directory)
		return errno == ENOENT ? 0 : -errno;
	for (struct dirent *entry = readdir(directory); entry; entry = readdir(directory)) {
		int one = entry->d_name[0] == '.' ? 0 : pin_remove(pin_dir, entry->d_name, programs);

		r = one < 0 ? one : r;
	}
	if (r == 0 && rmdir(pin_dir) < 0)
		r = -errno;
	return r;
}

/* 1: the kernel still has the program; 0: it is gone; -errno. */
static int program_lives(uint32_t id)
{
	CLEANUP_CLOSE int fd = bpf_prog_get_fd_by_id(id);

	if (fd >= 0)
		return 1;
	return errno == ENOENT ? 0 : -errno;
}

static int programs_wait(const struct programs *programs)
{
	int steps = WAIT_STEPS;

	for (size_t i = 0; i < programs->count; i++) {
		int r = program_lives(programs->ids[i]);

		for (; r > 0 && steps > 0; steps--) {
			(void)usleep(WAIT_STEP_USEC);
			r = program_lives(programs->ids[i]);
		}
		if (r != 0)
			return r < 0 ? r : -ETIMEDOUT;
	}
	return 0;
}

int loader_unload(const char *pin_dir)
{
	CLEANUP(programs_clear) struct programs programs = {};
	int r = pins_remove(pin_dir, &programs);

	return r < 0 ? r : programs_wait(&programs);
}
