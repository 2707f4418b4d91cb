// SPDX-License-Identifier: Apache-2.0
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

static int result(int r)
{
	return r < 0 ? errno : 0;
}

static enum probe_outcome try_open(const char *path, int flags)
{
	_cleanup_close_ int fd = open(path, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0644);

	return probe_verdict(result(fd));
}

static enum probe_outcome open_read(char **arguments)
{
	return try_open(arguments[0], O_RDONLY);
}

static enum probe_outcome open_write(char **arguments)
{
	return try_open(arguments[0], O_WRONLY);
}

static enum probe_outcome open_path(char **arguments)
{
	return try_open(arguments[0], O_PATH);
}

static enum probe_outcome open_append(char **arguments)
{
	return try_open(arguments[0], O_WRONLY | O_APPEND);
}

static enum probe_outcome open_trunc(char **arguments)
{
	return try_open(arguments[0], O_RDONLY | O_TRUNC);
}

/* Opened for appending, and no longer so. */
static enum probe_outcome append_drop(char **arguments)
{
	_cleanup_close_ int fd = open(arguments[0], O_WRONLY | O_APPEND | O_CLOEXEC);

	if (fd < 0)
		return probe_not_tried(arguments[0], errno);
	return probe_verdict(result(fcntl(fd, F_SETFL, 0)));
}

/* Opened for reading and appending, and mapped. */
static enum probe_outcome append_map(char **arguments)
{
	_cleanup_close_ int fd = open(arguments[0], O_RDWR | O_APPEND | O_CLOEXEC);
	void *memory;

	if (fd < 0)
		return probe_not_tried(arguments[0], errno);
	memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	return probe_verdict(memory == MAP_FAILED ? errno : 0);
}

static enum probe_outcome append_turn(char **arguments)
{
	_cleanup_close_ int fd = open(arguments[0], O_RDWR | O_APPEND | O_CLOEXEC);
	void *memory = fd < 0 ? MAP_FAILED : mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);

	if (memory == MAP_FAILED)
		return probe_not_tried(arguments[0], errno);
	return probe_verdict(result(mprotect(memory, 4096, PROT_READ | PROT_WRITE)));
}

static enum probe_outcome create(char **arguments)
{
	return try_open(arguments[0], O_WRONLY | O_CREAT | O_EXCL);
}

static enum probe_outcome try_unlink(char **arguments)
{
	return probe_verdict(result(unlink(arguments[0])));
}

static enum probe_outcome try_rename(char **arguments)
{
	return probe_verdict(result(rename(arguments[0], arguments[1])));
}

static enum probe_outcome try_link(char **arguments)
{
	return probe_verdict(result(link(arguments[0], arguments[1])));
}

static enum probe_outcome try_symlink(char **arguments)
{
	return probe_verdict(result(symlink(arguments[0], arguments[1])));
}

static enum probe_outcome try_mkdir(char **arguments)
{
	return probe_verdict(result(mkdir(arguments[0], 0755)));
}

static enum probe_outcome try_truncate(char **arguments)
{
	return probe_verdict(result(truncate(arguments[0], 0)));
}

static enum probe_outcome try_rmdir(char **arguments)
{
	return probe_verdict(result(rmdir(arguments[0])));
}

static enum probe_outcome try_mkfifo(char **arguments)
{
	return probe_verdict(result(mkfifo(arguments[0], 0644)));
}

static enum probe_outcome try_exchange(char **arguments)
{
	return probe_verdict(
		result(renameat2(AT_FDCWD, arguments[0], AT_FDCWD, arguments[1], RENAME_EXCHANGE)));
}

static enum probe_outcome try_whiteout(char **arguments)
{
	return probe_verdict(
		result(renameat2(AT_FDCWD, arguments[0], AT_FDCWD, arguments[1], RENAME_WHITEOUT)));
}

/* mknod PATH b|c MAJOR MINOR */
static enum probe_outcome try_mknod(char **arguments)
{
	mode_t type = arguments[1][0] == 'b' ? S_IFBLK : S_IFCHR;
	dev_t device = makedev((unsigned int)atoi(arguments[2]), (unsigned int)atoi(arguments[3]));

	return probe_verdict(result(mknod(arguments[0], type | 0600, device)));
}

static enum probe_outcome try_chown(char **arguments)
{
	struct stat st;

	if (lstat(arguments[0], &st) < 0)
		return probe_not_tried(arguments[0], errno);
	return probe_verdict(result(lchown(arguments[0], st.st_uid, st.st_gid)));
}

static enum probe_outcome try_fchmod(char **arguments)
{
	_cleanup_close_ int fd = open(arguments[0], O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return probe_not_tried(arguments[0], errno);
	return probe_verdict(result(fchmod(fd, st.st_mode & 07777)));
}

static enum probe_outcome try_chmod(char **arguments)
{
	struct stat st;

	if (stat(arguments[0], &st) < 0)
		return probe_not_tried(arguments[0], errno);
	/* The mode it has: the attempt is what counts. */
	return probe_verdict(result(chmod(arguments[0], st.st_mode & 07777)));
}

static enum probe_outcome mmap_exec(char **arguments)
{
	_cleanup_close_ int fd = open(arguments[0], O_RDONLY | O_CLOEXEC);
	void *mapping;

	if (fd < 0)
		return probe_not_tried(arguments[0], errno);
	mapping = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
	return probe_verdict(mapping == MAP_FAILED ? errno : 0);
}

static enum probe_outcome mprotect_exec(char **arguments)
{
	_cleanup_close_ int fd = open(arguments[0], O_RDONLY | O_CLOEXEC);
	void *mapping;

	if (fd < 0)
		return probe_not_tried(arguments[0], errno);
	mapping = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
	if (mapping == MAP_FAILED)
		return probe_not_tried("mmap", errno);
	return probe_verdict(result(mprotect(mapping, 4096, PROT_READ | PROT_EXEC)));
}

const struct probe probe_file_table[] = {
	{"open-read", "PATH", 1, open_read},
	{"open-write", "PATH", 1, open_write},
	{"open-append", "PATH: open for appending", 1, open_append},
	{"open-trunc", "PATH: open with O_RDONLY|O_TRUNC", 1, open_trunc},
	{"open-path", "PATH: open with O_PATH", 1, open_path},
	{"append-drop", "PATH: open for appending, take O_APPEND off", 1, append_drop},
	{"append-map", "PATH: open for reading and appending, map shared and writable", 1, append_map},
	{"append-turn", "PATH: the same mapping for reading, turned writable", 1, append_turn},
	{"create", "PATH: make a file that is not there", 1, create},
	{"unlink", "PATH", 1, try_unlink},
	{"rename", "OLD NEW", 2, try_rename},
	{"link", "OLD NEW", 2, try_link},
	{"symlink", "TARGET NEW", 2, try_symlink},
	{"mkdir", "PATH", 1, try_mkdir},
	{"rmdir", "PATH", 1, try_rmdir},
	{"mkfifo", "PATH", 1, try_mkfifo},
	{"mknod", "PATH b|c MAJOR MINOR", 4, try_mknod},
	{"exchange", "ONE OTHER: rename with RENAME_EXCHANGE", 2, try_exchange},
	{"whiteout", "OLD NEW: rename with RENAME_WHITEOUT", 2, try_whiteout},
	{"truncate", "PATH: truncate(2) to nothing", 1, try_truncate},
	{"chmod", "PATH: chmod(2) to the mode it has", 1, try_chmod},
	{"fchmod", "PATH: fchmod(2) to the mode it has", 1, try_fchmod},
	{"chown", "PATH: lchown(2) to the owner it has", 1, try_chown},
	{"mmap-exec", "PATH: open for reading, map executable", 1, mmap_exec},
	{"mprotect-exec", "PATH: map for reading, then turn executable", 1, mprotect_exec},
	{0},
};
