/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Slots of caches: an entry stands where a number that is no secret says, and another one may take its place.
 * One program at a time writes to it; who reads sees by its version whether one did meanwhile.
 */
#ifndef BPF_LSM_SLOT_H
#define BPF_LSM_SLOT_H

#include "maps.bpf.h"

#define SLOT_MIX 0x7f4a7c15U

/* One of 1 << bits slots. */
static __always_inline __u32 slot_of(__u64 number, __u32 bits)
{
	return ((__u32)number * SLOT_MIX) >> (32 - bits);
}

/* What is loaded or stored before is so before what comes after. */
static __always_inline void slot_barrier(void)
{
#ifdef __TARGET_ARCH_x86 /* keeps loads and stores in order among themselves */
	barrier();
#else
	__u64 word = 0;

	__sync_fetch_and_add(&word, 0);
#endif
}

static __always_inline __u64 slot_version(const __u64 *version)
{
	__u64 now = *(const volatile __u64 *)version;

	slot_barrier();
	return now;
}

/* Whether nothing was written since slot_version() gave `before`, nor was being written then. */
static __always_inline bool slot_stands(const __u64 *version, __u64 before)
{
	slot_barrier();
	return *(const volatile __u64 *)version == before && !(before & 1);
}

/* False: another program writes. What is kept is the version to give to slot_release(). */
static __always_inline bool slot_claim(__u64 *version, __u64 *ret_claimed)
{
	__u64 now = *(volatile __u64 *)version;

	*ret_claimed = now + 2;
	return !(now & 1) && __sync_val_compare_and_swap(version, now, now + 1) == now;
}

static __always_inline void slot_release(__u64 *version, __u64 claimed)
{
	slot_barrier();
	*(volatile __u64 *)version = claimed;
}

#endif
