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

__noinline __weak __u64 text_hash(__u64 address, __u64 length)
{
	return length > POLICYD_NAME_MAX ? 0 : name_hash_bytes(address, (__u32)length);
}

__noinline __weak __u64 text_glob(__u64 address, __u64 length, __u32 base, __u64 generation)
{
	if (length > POLICYD_NAME_MAX)
		return NAME_FAILED | POLICYD_REASON_READ;
	return name_glob_bytes(address, (__u32)length, base, generation);
}

/* Reads the component at an address from `state`: the next state or NAME_FAILED. */
static __always_inline __u64 text_step(__u64 address, __u32 state, __u64 generation)
{
	void *image = image_of(generation);
	const struct policyd_header *header;
	enum policyd_step step;
	__u64 length, set;
	__u32 glob = 0;

	if (!image)
		return NAME_FAILED | POLICYD_REASON_IMAGE;
	header = policyd_header_at(image);
	if (!header || header->generation != generation)
		return NAME_FAILED | POLICYD_REASON_GENERATION;
	length = text_length(address);
	if (length & NAME_FAILED)
		return length;
	set = text_hash(address, length);
	if (!set)
		return NAME_FAILED | POLICYD_REASON_READ;
	step = policyd_step(image, header, &state, set, &glob);
	if (step == POLICYD_STEP_DONE)
		return state;
	if (step == POLICYD_STEP_BROKEN)
		return NAME_FAILED | POLICYD_REASON_IMAGE;
	set = text_glob(address, length, glob, generation);
	if (set & NAME_FAILED)
		return set;
	return policyd_step_glob(image, header, &state, (__u32)set) ? NAME_FAILED | POLICYD_REASON_IMAGE
								    : state;
}

#endif
