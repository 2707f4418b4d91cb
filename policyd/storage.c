/* SPDX-License-Identifier: Apache-2.0 */
#include "storage.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "util.h"

#define TRIAL ".trial"

/* A file of a few bytes may have room in its inode, where a policy has none. */
#define TRIAL_BYTES 4096

int storage_make(const char *path, mode_t mode, const char **ret_untrusted)
{
	struct stat status;

	if (mkdir(path, mode) < 0 && errno != EEXIST)
		return -errno;
	if (stat(path, &status) < 0)
		return -errno;
	if (S_ISDIR(status.st_mode) && status.st_uid == geteuid() && !(status.st_mode & (S_IWGRP | S_IWOTH)))
		return 0;
	*ret_untrusted = "it must be a directory of root that nobody else can write";
	return -EPERM;
}

int storage_try(const char *path)
{
	static const char bytes[TRIAL_BYTES];
	CLEANUP_CLOSE int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CLEANUP_CLOSE int fd = -1;
	ssize_t size;
	int r;

	if (directory < 0)
		return -errno;
	fd = openat(directory, TRIAL, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
		    0600);
	if (fd < 0)
		return -errno;
	size = write(fd, bytes, sizeof(bytes));
	r = size == (ssize_t)sizeof(bytes) ? 0 : size < 0 ? -errno : -ENOSPC;
	if (unlinkat(directory, TRIAL, 0) < 0 && r == 0)
		r = -errno;
	return r;
}
