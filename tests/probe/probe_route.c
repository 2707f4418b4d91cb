// SPDX-License-Identifier: Apache-2.0
/*
 * Ways to a file other than its name.
 */
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/quota.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>

#define FD_PATH_SIZE 32

static int result(int r)
{
	return r < 0 ? errno : 0;
}

static enum probe_outcome open_at(int dir, const char *path, int flags)
{
	_cleanup_close_ int fd = openat(dir, path, flags | O_CLOEXEC | O_NONBLOCK, 0644);

	return probe_verdict(result(fd));
}

static void fd_path(int fd, char path[FD_PATH_SIZE])
{
	(void)snprintf(path, FD_PATH_SIZE, "/proc/self/fd/%d", fd);
}

static enum probe_outcome openat2_beneath(char **arguments)
{
	_cleanup_close_ int dir = open(arguments[0], O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct open_how how = {.flags = O_RDONLY | O_CLOEXEC, .resolve = RESOLVE_BENEATH};
	_cleanup_close_ int fd = -1;

	if (dir < 0)
		return probe_not_tried(arguments[0], errno);
	fd = (int)syscall(SYS_openat2, dir, arguments[1], &how, sizeof(how));
	return probe_verdict(result(fd));
}

static enum probe_outcome reopen(char **arguments)
{
	_cleanup_close_ int handle = open(arguments[0], O_PATH | O_CLOEXEC);
	char path[FD_PATH_SIZE];

	if (handle < 0)
		return probe_not_tried(arguments[0], errno);
	fd_path(handle, path);
	return open_at(AT_FDCWD, path, O_RDONLY);
}

/* A copy of the mount that is nowhere in the tree. */
static enum probe_outcome detached(char **arguments)
{
	_cleanup_close_ int tree = (int)syscall(SYS_open_tree, AT_FDCWD, arguments[0],
						OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);

	if (tree < 0)
		return probe_not_tried("open_tree", errno);
	return open_at(tree, arguments[1], O_RDONLY);
}

/* A new instance of a filesystem type that is nowhere in the tree. */
static enum probe_outcome unmounted(char **arguments)
{
	_cleanup_close_ int context = (int)syscall(SYS_fsopen, arguments[0], 1);
	_cleanup_close_ int mount = -1, fd = -1;

	if (context < 0 || syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return probe_not_tried("fsopen", errno);
	mount = (int)syscall(SYS_fsmount, context, 1, 0);
	if (mount < 0)
		return probe_not_tried("fsmount", errno);
	fd = openat(mount, arguments[1], O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	return probe_verdict(result(fd));
}

#define DROP_DENTRIES "2"

#define DROP_TIMES 4 /* a name that was used since the last time is passed over once */

/* Has the kernel forget the names that nobody uses. */
static bool names_forget(void)
{
	_cleanup_close_ int fd = open("/proc/sys/vm/drop_caches", O_WRONLY | O_CLOEXEC);

	for (int i = 0; fd >= 0 && i < DROP_TIMES; i++)
		if (write(fd, DROP_DENTRIES, 1) != 1)
			return false;
	return fd >= 0;
}

/* Opens a file of the file system at DIR by its handle. */
static enum probe_outcome handle_open(char **arguments, bool cold)
{
	_cleanup_close_ int mount = open(arguments[0], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	union {
		struct file_handle handle;
		char bytes[sizeof(struct file_handle) + MAX_HANDLE_SZ];
	} name = {.handle.handle_bytes = MAX_HANDLE_SZ};
	_cleanup_close_ int fd = -1;
	int unused;

	if (mount < 0 || name_to_handle_at(AT_FDCWD, arguments[1], &name.handle, &unused, 0) < 0)
		return probe_not_tried(arguments[1], errno);
	if (cold && !names_forget())
		return probe_not_tried("drop_caches", errno);
	fd = open_by_handle_at(mount, &name.handle, O_RDONLY | O_CLOEXEC);
	return probe_verdict(result(fd));
}

static enum probe_outcome handle_warm(char **arguments)
{
	return handle_open(arguments, false);
}

static enum probe_outcome handle_cold(char **arguments)
{
	return handle_open(arguments, true);
}

static enum probe_outcome in_chroot(char **arguments)
{
	char **rest = arguments + 1;

	if (*rest && strcmp(*rest, "--") == 0)
		rest++;
	if (chroot(arguments[0]) < 0 || chdir("/") < 0)
		return probe_not_tried(arguments[0], errno);
	return probe_run(rest);
}

static enum probe_outcome in_directory(char **arguments)
{
	char **rest = arguments + 1;

	if (*rest && strcmp(*rest, "--") == 0)
		rest++;
	if (chdir(arguments[0]) < 0)
		return probe_not_tried(arguments[0], errno);
	return probe_run(rest);
}

/* Makes DEPTH directories of 200 bytes each below DIR, a file at the end, and opens that. */
static enum probe_outcome deep(char **arguments)
{
	int dir = open(arguments[0], O_PATH | O_DIRECTORY | O_CLOEXEC);
	int depth = atoi(arguments[1]);
	enum probe_outcome outcome;
	char name[201];

	memset(name, 'd', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	for (int i = 0; i < depth && dir >= 0; i++) {
		int next;

		if (mkdirat(dir, name, 0755) < 0 && errno != EEXIST)
			return probe_not_tried("mkdirat", errno);
		next = openat(dir, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
		(void)close(dir);
		dir = next;
	}
	if (dir < 0 || (mknodat(dir, "file", S_IFREG | 0644, 0) < 0 && errno != EEXIST))
		return probe_not_tried("mknodat", errno);
	outcome = open_at(dir, "file", O_RDONLY);
	(void)close(dir);
	return outcome;
}

static enum probe_outcome memfd(char **arguments)
{
	_cleanup_close_ int file = memfd_create(arguments[0], MFD_CLOEXEC);
	char path[FD_PATH_SIZE];

	if (file < 0)
		return probe_not_tried("memfd_create", errno);
	fd_path(file, path);
	return open_at(AT_FDCWD, path, O_RDONLY);
}

static enum probe_outcome link_fd(char **arguments)
{
	_cleanup_close_ int handle = open(arguments[0], O_PATH | O_CLOEXEC);
	char path[FD_PATH_SIZE];

	if (handle < 0)
		return probe_not_tried(arguments[0], errno);
	fd_path(handle, path);
	return probe_verdict(result(linkat(AT_FDCWD, path, AT_FDCWD, arguments[1], AT_SYMLINK_FOLLOW)));
}

static enum probe_outcome link_empty(char **arguments)
{
	_cleanup_close_ int handle = open(arguments[0], O_PATH | O_CLOEXEC);

	if (handle < 0)
		return probe_not_tried(arguments[0], errno);
	return probe_verdict(result(linkat(handle, "", AT_FDCWD, arguments[1], AT_EMPTY_PATH)));
}

/* A file without a name, given one. */
static enum probe_outcome tmpfile_link(char **arguments)
{
	_cleanup_close_ int file = open(arguments[0], O_TMPFILE | O_RDWR | O_CLOEXEC, 0644);

	if (file < 0)
		return probe_not_tried(arguments[0], errno);
	return probe_verdict(result(linkat(file, "", AT_FDCWD, arguments[1], AT_EMPTY_PATH)));
}

/* What the kernel opens for who asks. */
static enum probe_outcome try_swap(char **arguments)
{
	int r = swapon(arguments[0], 0);

	if (r == 0)
		(void)swapoff(arguments[0]);
	return probe_verdict(result(r));
}

#define QUOTA_FORMAT 4 /* QFMT_VFS_V1 */

static enum probe_outcome try_quota(char **arguments)
{
	return probe_verdict(
		result(quotactl(QCMD(Q_QUOTAON, USRQUOTA), arguments[0], QUOTA_FORMAT, arguments[1])));
}

static enum probe_outcome try_account(char **arguments)
{
	int r = acct(arguments[0]);

	if (r == 0)
		(void)acct(NULL);
	return probe_verdict(result(r));
}

/* Dies in the directory with its core: allowed where a file is there afterwards. */
static enum probe_outcome try_core(char **arguments)
{
	struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
	pid_t child = fork();
	int status = 0;

	if (child == 0) {
		if (chdir(arguments[0]) < 0 || setrlimit(RLIMIT_CORE, &limit) < 0 ||
		    prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) < 0)
			_exit(PROBE_NOT_TRIED);
		(void)raise(SIGABRT);
		_exit(PROBE_NOT_TRIED);
	}
	if (child < 0 || waitpid(child, &status, 0) < 0 || !WIFSIGNALED(status))
		return probe_not_tried("abort", 0);
	return WCOREDUMP(status) ? PROBE_ALLOWED : PROBE_DENIED;
}

static enum probe_outcome try_attribute(char **arguments)
{
	return probe_verdict(result(setxattr(arguments[0], "user.probe", "x", 1, 0)));
}

static enum probe_outcome try_attribute_end(char **arguments)
{
	return probe_verdict(result(removexattr(arguments[0], "user.probe")));
}

/* Everybody may read, the group may write. */
static enum probe_outcome try_acl(char **arguments)
{
	static const struct {
		uint32_t version;
		struct {
			uint16_t tag;
			uint16_t permissions;
			uint32_t id;
		} entries[3];
	} list = {2, {{0x01, 6, ~0U}, {0x04, 6, ~0U}, {0x20, 4, ~0U}}};

	return probe_verdict(
		result(setxattr(arguments[0], "system.posix_acl_access", &list, sizeof(list), 0)));
}

static enum probe_outcome try_ioctl(char **arguments)
{
	_cleanup_close_ int fd = open(arguments[0], O_RDONLY | O_CLOEXEC);
	char nothing[256] = {0};

	if (fd < 0)
		return probe_not_tried(arguments[0], errno);
	return probe_verdict(result(ioctl(fd, strtoul(arguments[1], NULL, 0), nothing)));
}

const struct probe probe_route_table[] = {
	{"openat2", "DIR PATH: read it, with RESOLVE_BENEATH", 2, openat2_beneath},
	{"reopen", "PATH: open with O_PATH, then read /proc/self/fd/N", 1, reopen},
	{"detached", "DIR PATH: read below a detached copy of the mount", 2, detached},
	{"unmounted", "TYPE PATH: make and open a file in a filesystem that is mounted nowhere", 2,
	 unmounted},
	{"handle", "DIR PATH: read by handle, in the file system at DIR", 2, handle_warm},
	{"handle-cold", "DIR PATH: the same, after the kernel has forgotten the name", 2, handle_cold},
	{"chroot", "DIR -- WHAT…", 3, in_chroot},
	{"chdir", "DIR -- WHAT…", 3, in_directory},
	{"deep", "DIR DEPTH: read a file below DEPTH directories with names of 200 bytes", 2, deep},
	{"memfd", "NAME: make a memory file, open it again", 1, memfd},
	{"link-fd", "OLD NEW: link /proc/self/fd/N", 2, link_fd},
	{"link-empty", "OLD NEW: link a descriptor with AT_EMPTY_PATH", 2, link_empty},
	{"swap", "PATH: swapon(2)", 1, try_swap},
	{"quota", "DEVICE PATH: quotactl(2), Q_QUOTAON", 2, try_quota},
	{"account", "PATH: acct(2)", 1, try_account},
	{"core", "DIR: leave a core there", 1, try_core},
	{"attribute", "PATH: an extended attribute", 1, try_attribute},
	{"attribute-end", "PATH: removes it", 1, try_attribute_end},
	{"acl", "PATH: an access list", 1, try_acl},
	{"ioctl", "PATH NUMBER: with 256 bytes of nothing", 2, try_ioctl},
	{"link-tmpfile", "DIR NEW: give a file of O_TMPFILE a name", 2, tmpfile_link},
	{0},
};
