/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What is known of renames of directories. rename.bpf.c keeps it, name.bpf.h asks.
 */
#ifndef BPF_LSM_RENAME_H
#define BPF_LSM_RENAME_H

#include "kernel.bpf.h"

#include <policyd/rename.h>

/* Tasks that are inside a rename of a directory, by thread id: the address of the filesystem. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64);
	__type(value, __u64);
} renaming SEC(".maps") __weak;

struct rename_state rename_state __weak;

#define RENAME_UNDER_WAY (1ULL << 63)

static __always_inline bool rename_running(void)
{
	return *(volatile __s64 *)&rename_state.running != 0;
}

static __always_inline __u64 rename_started(void)
{
	return *(volatile __u64 *)&rename_state.started;
}

/*
 * How many directories have been renamed so far; RENAME_UNDER_WAY is set while one is being renamed. A rename
 * is running before it is counted, so the count is read first: one that is neither in it nor running is
 * counted later, and what is read until then is from before it.
 */
static __always_inline __u64 rename_count(void)
{
	__u64 started = rename_started();
	__u64 running = *(volatile __s64 *)&rename_state.running;

	/* Its sign, or its negative's: one path for the verifier. */
	return started | ((running | -running) & RENAME_UNDER_WAY);
}

/* No directory was being renamed when rename_count() gave `renames`, and none has been since. */
static __always_inline bool rename_none_since(__u64 renames)
{
	return !((renames & RENAME_UNDER_WAY) | (rename_count() ^ renames));
}

/* The renames under way, if any, are those that were when rename_count() gave `renames`. */
static __always_inline bool rename_none_begun(__u64 renames)
{
	return (rename_count() & ~RENAME_UNDER_WAY) == (renames & ~RENAME_UNDER_WAY);
}

#endif
