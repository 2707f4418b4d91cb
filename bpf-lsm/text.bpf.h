/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A component of a name that stands somewhere as a string, and not in a dentry: the automaton's step over it.
 */
#ifndef BPF_LSM_TEXT_H
#define BPF_LSM_TEXT_H

#include "name.bpf.h"

#define TEXT_CHUNK 32 /* bytes of a string measured at a time */

/* Length of the string at an address, or NAME_FAILED. */
__noinline __weak __u64 text_length(__u64 address)
{
	char bytes[TEXT_CHUNK + 8];

	for (__u32 at = 0; at <= POLICYD_NAME_MAX; at += TEXT_CHUNK) {
		long r = bpf_probe_read_kernel_str(bytes, TEXT_CHUNK + 1, (void *)(address + at));

		if (r <= 0)
			break;
		if (r <= TEXT_CHUNK)
			return at + (__u64)r - 1;
	}
	return NAME_FAILED | POLICYD_REASON_READ;
}

/* Reads the component at an address from `state`: the next state or NAME_FAILED. */
static __always_inline __u64 text_step(__u64 address, __u32 state, __u64 generation)
{
	__u64 length = text_length(address);

	return length & NAME_FAILED ? length : component_at(address, length, state, generation);
}

#endif
