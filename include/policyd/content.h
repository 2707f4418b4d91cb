/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What is in a file that a task is about to execute, as the programs hand it from one to the other.
 */
#ifndef POLICYD_CONTENT_READING_H
#define POLICYD_CONTENT_READING_H

#include <policyd/types.h>

#define POLICYD_HASH_SHA256 4 /* HASH_ALGO_SHA256 of linux/hash_info.h */

enum policyd_content_state {
	POLICYD_CONTENT_NONE,
	POLICYD_CONTENT_WANTED, /* a rule asks for it */
	POLICYD_CONTENT_KNOWN,
	POLICYD_CONTENT_USED,  /* decided by, in `generation`: what is left is for the event */
	POLICYD_CONTENT_TRIAL, /* set by policyd for its own process: read the next file that it maps to
				  execute */
};

struct policyd_reading {
	__u64 dentry; /* address of the file's name, only compared */
	__u64 digest[4];
	__u32 state;
	__s32 result; /* of a trial: the number of the hash, or -errno */
	__u64 generation;
};
policyd_static_assert(sizeof(struct policyd_reading) == 56, "layout is ABI");

#endif
