// SPDX-License-Identifier: Apache-2.0
#include "freeze.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "util.h"

#define PATH_SIZE 4096
#define UNIFIED	  "0::" /* what stands before the path in the hierarchy of version 2 */

static int fail(char *why, size_t size, int error, const char *text)
{
	(void)snprintf(why, size, "%s%s%s", text, error ? ": " : "", error ? strerror(error) : "");
	return error ? -error : -EPERM;
}

/* The path of a process's cgroup from its file in /proc. Returns 0 or -errno. */
static int place_read(const char *file, char *ret_path, size_t size)
{
	CLEANUP_FCLOSE FILE *stream = fopen(file, "re");
	char line[PATH_SIZE + sizeof(UNIFIED)];

	if (!stream)
		return -errno;
	while (fgets(line, sizeof(line), stream)) {
		size_t length = strcspn(line, "\n");

		if (strncmp(line, UNIFIED, strlen(UNIFIED)) != 0)
			continue;
		if (line[length] != '\n' || length - strlen(UNIFIED) >= size)
			return -ENAMETOOLONG;
		line[length] = 0;
		memcpy(ret_path, line + strlen(UNIFIED), length - strlen(UNIFIED) + 1);
		return 0;
	}
	return -ENOENT;
}

/* Whether a path is that of the cgroup or below it. Seen from a namespace of cgroups it need not be either.
 */
static bool is_within(const char *path, const char *cgroup)
{
	size_t length = strlen(cgroup);

	return strncmp(path, cgroup, length) == 0 && (path[length] == 0 || path[length] == '/');
}

static int spared_check(const struct freeze_places *places, const char *cgroup, char *why, size_t size)
{
	char path[PATH_SIZE];

	for (size_t i = 0; places->spared[i]; i++) {
		int r = place_read(places->spared[i], path, sizeof(path));

		if (r < 0)
			return fail(why, size, -r, places->spared[i]);
		if (strncmp(path, "/..", 3) == 0)
			return fail(why, size, 0, "policyd does not see all cgroups");
		if (is_within(path, cgroup))
			return fail(why, size, 0, "init or policyd is in it");
	}
	return 0;
}

/* The cgroup's directory, if it is still the one with the id: a descriptor or -errno. */
static int directory_open(const struct freeze_places *places, const char *path, uint64_t id)
{
	char name[2 * PATH_SIZE];
	CLEANUP_CLOSE int fd = -1;
	struct stat status;

	if ((size_t)snprintf(name, sizeof(name), "%s%s", places->cgroups, path) >= sizeof(name))
		return -ENAMETOOLONG;
	fd = open(name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &status) < 0)
		return -errno;
	return status.st_ino == id ? TAKE_FD(fd) : -ENOENT;
}

int freeze_cgroup(const struct freeze_places *places, const char *path, uint64_t id, char *ret_why,
		  size_t size)
{
	CLEANUP_CLOSE int directory = -1, fd = -1;
	int r;

	if (!places->cgroups)
		return fail(ret_why, size, 0, "there is no cgroup v2");
	if (strcmp(path, "/") == 0)
		return fail(ret_why, size, 0, "it is the root of all cgroups");
	r = spared_check(places, path, ret_why, size);
	if (r < 0)
		return r;
	directory = directory_open(places, path, id);
	if (directory < 0)
		return fail(ret_why, size, -directory, "the cgroup");
	fd = openat(directory, "cgroup.freeze", O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "1", 1) != 1)
		return fail(ret_why, size, errno, "cgroup.freeze");
	return 0;
}
