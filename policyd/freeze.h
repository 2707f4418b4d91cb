/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stopping all processes of a cgroup where they are, by the kernel's freezer. Who thaws them is the
 * administrator.
 */
#ifndef POLICYD_FREEZE_H
#define POLICYD_FREEZE_H

#include <stddef.h>
#include <stdint.h>

/* Where the freezer and the processes that it must not stop are found. */
struct freeze_places {
	const char *cgroups; /* mount point of cgroup v2, NULL: there is none */
	const char *const
		*spared; /* files like /proc/1/cgroup, of processes that must go on; ended by NULL */
};

/*
 * Freezes the cgroup that has this path below the mount point, if it still has this id. Never the root, nor
 * one that a spared process is in or below. Returns 0; or -errno and the reason, which is cut off at `size`.
 */
int freeze_cgroup(const struct freeze_places *places, const char *path, uint64_t id, char *ret_why,
		  size_t size);

#endif
