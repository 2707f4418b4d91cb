/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A whole name as one number, for what is kept by name and not by file.
 */
#ifndef BPF_LSM_NAMING_H
#define BPF_LSM_NAMING_H

#include "name.bpf.h"

#define EXECUTABLE_DEPTH_MAX 64 /* components of a name */

/* A walk from a name to the root of its file system, for the loop's callback. */
struct identity_walk {
	__u64 dentry;
	__u64 sum;
	bool whole; /* the root was reached */
};

static long identity_step(__u32 i, struct identity_walk *walk)
{
	struct dentry *dentry = (void *)walk->dentry;
	__u64 parent = 0, hash;

	if (bpf_probe_read_kernel(&parent, sizeof(parent),
				  __builtin_preserve_access_index(&dentry->d_parent)))
		return 1;
	walk->whole = parent == walk->dentry;
	if (walk->whole)
		return 1;
	hash = name_hash_long(walk->dentry, 0);
	if (!hash)
		return 1;
	hash = (walk->sum ^ hash) * (name_key.word[i & (POLICYD_NAME_WORDS - 1)][0] | 1);
	walk->sum = hash ^ hash >> 32;
	walk->dentry = parent;
	return 0;
}

/*
 * Keyed hash of a name with the device of its file system; 0 where it cannot be had. The hashes of the
 * components cannot be chosen by who does not know the key. Global, so that it is verified once.
 */
__noinline __weak __u64 name_identity(__u64 dentry)
{
	struct identity_walk walk = {.dentry = dentry};
	struct dentry *d = (void *)dentry;
	struct super_block *sb = NULL;
	__u32 dev = 0;

	if (bpf_core_read(&sb, sizeof(sb), &d->d_sb) || bpf_core_read(&dev, sizeof(dev), &sb->s_dev))
		return 0;
	bpf_loop(EXECUTABLE_DEPTH_MAX, identity_step, &walk, 0);
	return walk.whole ? (walk.sum ^ dev) * (name_key.start[1] | 1) | 1 : 0;
}

#endif
