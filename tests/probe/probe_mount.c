// SPDX-License-Identifier: Apache-2.0
/*
 * Moving mounts, changing roots, and mount namespaces.
 */
#include "probe.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#ifndef MOVE_MOUNT_BENEATH
#define MOVE_MOUNT_BENEATH 0x200 /* since 6.5 */
#endif

static enum probe_outcome mount_move(char **arguments)
{
	return probe_verdict(mount(arguments[0], arguments[1], NULL, MS_MOVE, NULL) < 0 ? errno : 0);
}

static enum probe_outcome tree_move(char **arguments)
{
	return probe_verdict(
		syscall(SYS_move_mount, AT_FDCWD, arguments[0], AT_FDCWD, arguments[1], 0) < 0 ? errno : 0);
}

static enum probe_outcome remount(char **arguments)
{
	return probe_verdict(mount(NULL, arguments[0], NULL, MS_REMOUNT | MS_BIND, NULL) < 0 ? errno : 0);
}

/* In a mount namespace of its own whose mounts are `propagation` of the host's. */
static enum probe_outcome namespace_run(char **arguments, unsigned long propagation)
{
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | propagation, NULL) < 0)
		return probe_not_tried("unshare", errno);
	return probe_run(arguments);
}

static enum probe_outcome namespace_private(char **arguments)
{
	return namespace_run(arguments, MS_PRIVATE);
}

static enum probe_outcome namespace_shared(char **arguments)
{
	return namespace_run(arguments, MS_SHARED);
}

/* A copy of a mount, put below the one that is on top. */
static enum probe_outcome tree_beneath(char **arguments)
{
	int tree = (int)syscall(SYS_open_tree, AT_FDCWD, arguments[0], OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
	int error;

	if (tree < 0)
		return probe_not_tried("open_tree", errno);
	error = syscall(SYS_move_mount, tree, "", AT_FDCWD, arguments[1],
			MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_BENEATH) < 0
			? errno
			: 0;
	(void)close(tree);
	return error == EINVAL ? probe_not_tried("this kernel cannot", error) : probe_verdict(error);
}

static enum probe_outcome root_change(char **arguments)
{
	if (chroot(arguments[0]) < 0)
		return probe_verdict(errno);
	return chdir("/") < 0 ? probe_not_tried("chdir", errno) : probe_run(arguments + 1);
}

/*
 * pivot_root from a root that is a mount of its own, as in a container: a copy of `/` is one, a mount in it
 * the other. The initial root file system of a machine cannot be left so.
 */
static enum probe_outcome root_pivot(char **arguments)
{
	const char *stage = arguments[0], *to = arguments[1];

	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("/", stage, NULL, MS_BIND | MS_REC, NULL) < 0 || chdir(stage) < 0 || chroot(".") < 0)
		return probe_not_tried("a root of its own", errno);
	if (chdir(to) < 0)
		return probe_not_tried("the other root", errno);
	if (syscall(SYS_pivot_root, ".", ".") < 0)
		return probe_verdict(errno);
	if (chroot(".") < 0 || chdir("/") < 0)
		return probe_not_tried("chroot", errno);
	return probe_run(arguments + 2);
}

const struct probe probe_mount_table[] = {
	{"mount-move", "FROM TO: by mount(2)", 2, mount_move},
	{"tree-move", "FROM TO: by move_mount(2)", 2, tree_move},
	{"remount", "DIRECTORY: other options", 1, remount},
	{"private", "WHAT…: in a mount namespace apart", 1, namespace_private},
	{"shared", "WHAT…: in a mount namespace that shares its mounts", 1, namespace_shared},
	{"tree-beneath", "FROM TO: a copy below the mount at TO", 2, tree_beneath},
	{"root", "DIRECTORY WHAT…: with that as the root", 2, root_change},
	{"pivot", "STAGE MOUNT WHAT…: pivot_root to a mount, in a namespace apart", 3, root_pivot},
	{NULL, NULL, 0, NULL},
};
