// SPDX-License-Identifier: Apache-2.0
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "fingerprint.h"
#include "snapshot.h"
#include "util.h"

static void dir_cleanup(DIR **dir)
{
	if (*dir)
		(void)closedir(*dir);
}

/* Calls `visit` for each name in `fd` but "." and "..", until one returns an error. */
static int names_visit(int fd, int (*visit)(int fd, const char *name, int to), int to)
{
	CLEANUP_CLOSE int own = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CLEANUP(dir_cleanup) DIR *dir = NULL;
	const struct dirent *entry;
	int r;

	dir = own < 0 ? NULL : fdopendir(own);
	if (!dir)
		return -errno;
	(void)TAKE_FD(own); /* closed with the stream */
	while ((errno = 0, entry = readdir(dir))) {
		const char *name = entry->d_name;

		if (name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2])))
			continue;
		r = visit(fd, name, to);
		if (r < 0)
			return r;
	}
	return -errno;
}

static int bytes_write(int fd, const char *bytes, size_t count)
{
	while (count > 0) {
		ssize_t n = write(fd, bytes, count);

		if (n < 0)
			return -errno;
		bytes += n;
		count -= (size_t)n;
	}
	return 0;
}

static int bytes_copy(int source, int target)
{
	char bytes[8192];
	ssize_t n;
	int r;

	while ((n = read(source, bytes, sizeof(bytes))) > 0) {
		r = bytes_write(target, bytes, (size_t)n);
		if (r < 0)
			return r;
	}
	return n < 0 || fsync(target) < 0 ? -errno : 0;
}

/* Copies `name` of `fd` to the new file `fresh` of `to`. */
static int file_copy_as(int fd, const char *name, int to, const char *fresh, mode_t mode)
{
	CLEANUP_CLOSE int source = openat(fd, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	CLEANUP_CLOSE int target = -1;
	struct stat status;

	if (source < 0 || fstat(source, &status) < 0)
		return -errno;
	if (!S_ISREG(status.st_mode))
		return -EINVAL;
	target = openat(to, fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (target < 0 || fchmod(target, mode) < 0)
		return -errno;
	return bytes_copy(source, target);
}

static int file_copy(int fd, const char *name, int to)
{
	return fingerprint_counts(name) ? file_copy_as(fd, name, to, name, 0600) : 0;
}

/* Into a directory that people use: in one step, so that nobody reads half a file. */
static int file_install(int fd, const char *name, int to)
{
	CLEANUP_FREE char *fresh = NULL;
	struct stat status;
	mode_t mode = 0644;
	int r;

	if (!fingerprint_counts(name))
		return 0;
	if (asprintf(&fresh, ".%s.new", name) < 0) {
		fresh = NULL;
		return -ENOMEM;
	}
	if (fstatat(to, name, &status, 0) == 0 && S_ISREG(status.st_mode))
		mode = status.st_mode & 0777;
	if (unlinkat(to, fresh, 0) < 0 && errno != ENOENT)
		return -errno;
	r = file_copy_as(fd, name, to, fresh, mode);
	if (r == 0 && renameat(to, fresh, to, name) < 0)
		r = -errno;
	if (r < 0)
		(void)unlinkat(to, fresh, 0);
	return r;
}

/* Of the directory `fd` what the copy `to` does not have. */
static int file_retire(int fd, const char *name, int to)
{
	struct stat status;

	if (!fingerprint_counts(name) || fstatat(to, name, &status, AT_SYMLINK_NOFOLLOW) == 0)
		return 0;
	if (errno != ENOENT)
		return -errno;
	return unlinkat(fd, name, 0) < 0 ? -errno : 0;
}

static int file_remove(int fd, const char *name, int to)
{
	(void)to;
	return unlinkat(fd, name, 0) < 0 ? -errno : 0;
}

static int tree_remove(int parent, const char *name)
{
	CLEANUP_CLOSE int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	int r;

	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	r = names_visit(fd, file_remove, -1);
	if (r < 0)
		return r;
	return unlinkat(parent, name, AT_REMOVEDIR) < 0 ? -errno : 0;
}

static int tree_fill(const char *source, int parent, const char *name)
{
	CLEANUP_CLOSE int from = open(source, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CLEANUP_CLOSE int to = -1;
	int r;

	if (from < 0 || mkdirat(parent, name, 0700) < 0)
		return -errno;
	to = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (to < 0)
		return -errno;
	r = names_visit(from, file_copy, to);
	if (r < 0)
		return r;
	return fsync(to) < 0 ? -errno : 0;
}

/* A directory cannot be renamed over one that has files: they change places, and the old one goes. */
static int tree_install(int parent, const char *fresh, const char *name)
{
	if (renameat2(parent, fresh, parent, name, RENAME_EXCHANGE) < 0 &&
	    (errno != ENOENT || renameat(parent, fresh, parent, name) < 0))
		return -errno;
	return fsync(parent) < 0 ? -errno : 0;
}

int snapshot_replace(const char *source, const char *parent, const char *name)
{
	CLEANUP_CLOSE int fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CLEANUP_FREE char *fresh = NULL;
	int r;

	if (fd < 0)
		return -errno;
	if (asprintf(&fresh, ".%s.new", name) < 0) {
		fresh = NULL;
		return -ENOMEM;
	}
	r = tree_remove(fd, fresh); /* of a writer that was cut off */
	if (r == 0)
		r = tree_fill(source, fd, fresh);
	if (r == 0)
		r = tree_install(fd, fresh, name);
	(void)tree_remove(fd, fresh);
	return r;
}

int snapshot_rename(const char *parent, const char *from, const char *to)
{
	CLEANUP_CLOSE int fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r;

	if (fd < 0)
		return -errno;
	r = tree_install(fd, from, to);
	if (r == 0)
		(void)tree_remove(fd, from);
	return r;
}

int snapshot_install(const char *source, const char *directory)
{
	CLEANUP_CLOSE int from = open(source, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CLEANUP_CLOSE int to = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r;

	if (from < 0 || to < 0)
		return -errno;
	r = names_visit(from, file_install, to);
	if (r == 0)
		r = names_visit(to, file_retire, from);
	if (r < 0)
		return r;
	return fsync(to) < 0 ? -errno : 0;
}

static int file_check(int fd, const char *name, int to)
{
	struct stat status;

	(void)to;
	if (fstatat(fd, name, &status, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	return S_ISREG(status.st_mode) && status.st_uid == geteuid() && status.st_nlink == 1 &&
			       !(status.st_mode & 077)
		       ? 0
		       : -EPERM;
}

int snapshot_check(const char *path)
{
	CLEANUP_CLOSE int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	struct stat status;

	if (fd < 0)
		return errno == ENOENT ? -ENOENT : -EPERM;
	if (fstat(fd, &status) < 0)
		return -errno;
	if (status.st_uid != geteuid() || status.st_mode & 077)
		return -EPERM;
	return names_visit(fd, file_check, -1);
}
