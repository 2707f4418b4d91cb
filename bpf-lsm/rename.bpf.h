/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What is known of renames of directories. rename.bpf.c keeps it, name.bpf.h asks.
 */
#ifndef BPF_LSM_RENAME_H
#define BPF_LSM_RENAME_H

#include "kernel.bpf.h"

#include <policyd/rename.h>

/* Tasks that are inside a rename of a directory, by thread id. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64);
	__type(value, __u64);
} renaming SEC(".maps") __weak;

struct rename_state rename_state __weak;

static __always_inline __u64 rename_count(void)
{
	return *(volatile __u64 *)&rename_state.started;
}

static __always_inline bool rename_running(void)
{
	return *(volatile __s64 *)&rename_state.running != 0;
}

/* No directory has been renamed since rename_count() was `renames`, and none is being renamed. */
static __always_inline bool rename_none_since(__u64 renames)
{
	return !rename_running() && rename_count() == renames;
}

#endif
