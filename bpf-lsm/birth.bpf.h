/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * When something became a directory of an overlay. rename.bpf.c keeps it, life.bpf.h asks.
 */
#ifndef BPF_LSM_BIRTH_H
#define BPF_LSM_BIRTH_H

#include "slot.bpf.h"

#define BIRTHS_BITS 14

/* The numbers of what became a directory last, by inode number, which is no secret. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1 << BIRTHS_BITS);
	__type(key, __u32);
	__type(value, __u64);
} births SEC(".maps") __weak;

static __always_inline __u64 *birth_of(__u64 inode)
{
	__u32 slot = slot_of(inode, BIRTHS_BITS);

	return bpf_map_lookup_elem(&births, &slot);
}

#endif
