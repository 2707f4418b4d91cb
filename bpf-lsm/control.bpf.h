/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The control data of a message, header by header as the kernel's for_each_cmsghdr() goes. It is a copy in
 * the kernel's memory by now, of 32-bit callers and of io_uring, too.
 */
#ifndef BPF_LSM_CONTROL_H
#define BPF_LSM_CONTROL_H

#include "kernel_net.bpf.h"

#define CONTROL_HEADERS_MAX 256 /* in one message; with more it counts as one that has what is looked for */

struct control_header {
	__u64 length; /* of this one with what it carries */
	__s32 level;
	__s32 type;
};

struct control_walk {
	__u64 next;  /* address */
	__u64 left;  /* bytes from there on */
	__u32 found; /* not 0: what was looked for */
	__u32 ended; /* otherwise it could not be read to the end */
};

/* Reads the next header. Returns false where there is none, or it cannot be read. */
static __always_inline bool control_take(struct control_walk *walk, struct control_header *header)
{
	walk->ended = walk->left < sizeof(*header);
	return !walk->ended && !bpf_probe_read_kernel(header, sizeof(*header), (void *)walk->next);
}

/* Goes on behind it: 0, or 1 at the end. The kernel answers EINVAL to a length that cannot be. */
static __always_inline long control_pass(struct control_walk *walk, const struct control_header *header)
{
	__u64 size = (header->length + 7) & ~7ULL;

	walk->ended = walk->found || header->length < sizeof(*header) || header->length > walk->left ||
		      size > walk->left;
	if (walk->ended)
		return 1;
	walk->next += size;
	walk->left -= size;
	return 0;
}

#endif
