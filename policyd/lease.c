// SPDX-License-Identifier: Apache-2.0
#include <dirent.h>
#include <fcntl.h>
#include <string.h>

#include "fingerprint.h"
#include "lease.h"
#include "util.h"

struct leases {
	int *fds;
	size_t count;
	size_t room;
};

static void leases_cleanup(struct leases **leases)
{
	leases_free(*leases);
}

static void dir_cleanup(DIR **dir)
{
	if (*dir)
		(void)closedir(*dir);
}

static int leases_add(struct leases *leases, int fd)
{
	if (leases->count == leases->room) {
		size_t room = leases->room ? 2 * leases->room : 16;
		int *fds = reallocarray(leases->fds, room, sizeof(*fds));

		if (!fds)
			return -ENOMEM;
		leases->fds = fds;
		leases->room = room;
	}
	leases->fds[leases->count++] = fd;
	return 0;
}

/* Only a file that is being written is an error: what cannot be opened is the parser's to report. */
static int lease_take(struct leases *leases, int directory, const char *name)
{
	CLEANUP_CLOSE int fd = openat(directory, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	int r;

	if (fd < 0)
		return 0;
	if (fcntl(fd, F_SETLEASE, F_RDLCK) < 0)
		return errno == EAGAIN ? -EBUSY : 0;
	r = leases_add(leases, fd);
	if (r == 0)
		(void)TAKE_FD(fd);
	return r;
}

int leases_take(const char *directory, struct leases **ret_leases, char **ret_busy)
{
	CLEANUP(leases_cleanup) struct leases *leases = calloc(1, sizeof(*leases));
	CLEANUP(dir_cleanup) DIR *dir = opendir(directory);
	const struct dirent *entry;
	int r;

	if (!dir)
		return -errno;
	if (!leases)
		return -ENOMEM;
	while ((entry = readdir(dir))) {
		if (!fingerprint_counts(entry->d_name))
			continue;
		r = lease_take(leases, dirfd(dir), entry->d_name);
		if (r == -EBUSY)
			*ret_busy = strdup(entry->d_name);
		if (r < 0)
			return r;
	}
	*ret_leases = TAKE_PTR(leases);
	return 0;
}

void leases_free(struct leases *leases)
{
	if (!leases)
		return;
	for (size_t i = 0; i < leases->count; i++)
		(void)close(leases->fds[i]);
	free(leases->fds);
	free(leases);
}
