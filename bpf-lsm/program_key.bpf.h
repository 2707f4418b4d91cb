/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The key of a whole name: a keyed hash over the hashes of its components and over where it starts, by the
 * function of hash.h. Two names have the same key with a chance of some 2^-63.
 */
#ifndef BPF_LSM_PROGRAM_KEY_H
#define BPF_LSM_PROGRAM_KEY_H

#include "name.bpf.h"

#define PROGRAM_BLOCK  16     /* components hashed at a time */
#define PROGRAM_DOMAIN 0x1000 /* where the hash of a component has a length */

/* Number of a kind of root and a device: where a name starts. */
static __always_inline __u64 program_root(__u32 kind, __u32 dev)
{
	return (__u64)kind << 32 | dev;
}

struct program_walk {
	struct policyd_hash hash;
	__u64 dentry;
	__u32 depth;
	__u32 ended;
};

/* Adds one word to the hash of a name; words beyond a block go on from the hash of the blocks before. */
static __always_inline void program_mix(struct policyd_hash *hash, __u32 i, __u64 word)
{
	__u32 at = i & (PROGRAM_BLOCK - 1);
	__u64 before;

	if (!at) {
		before = i ? policyd_hash_end(hash) : 0;
		*hash = policyd_hash_start(&name_key, PROGRAM_DOMAIN + i);
		policyd_hash_word(&name_key, hash, 0, before);
	}
	policyd_hash_word(&name_key, hash, 1 + at, word);
}

static long program_climb_one(__u32 i, struct program_walk *walk)
{
	struct dentry *d = (void *)walk->dentry;
	__u64 parent = 0, hash;

	walk->depth = i;
	if (bpf_probe_read_kernel(&parent, sizeof(parent), __builtin_preserve_access_index(&d->d_parent)))
		return 1;
	if (parent == walk->dentry) {
		walk->ended = 1;
		return 1;
	}
	hash = name_hash_long(walk->dentry, 0);
	if (!hash)
		return 1;
	program_mix(&walk->hash, i, hash);
	walk->dentry = parent;
	return 0;
}

/* Where the name of a dentry starts, which is `depth` below `top`: program_root(), or 0. */
__noinline __weak __u64 program_start(__u64 leaf, __u64 top, __u32 depth)
{
	struct dentry *d = (void *)leaf, *root = NULL;
	struct super_block *sb = NULL;
	__u32 dev = 0;

	if (bpf_core_read(&sb, sizeof(sb), &d->d_sb) || bpf_core_read(&root, sizeof(root), &sb->s_root) ||
	    bpf_core_read(&dev, sizeof(dev), &sb->s_dev))
		return 0;
	if ((__u64)root == top)
		return program_root(POLICYD_ROOT_DEV, dev);
	return depth ? 0 : program_root(name_kind(leaf), 0);
}

/* The key of a name with so many components, whose hash is `names`, that starts at program_root(). */
static __always_inline __u64 program_key_end(__u64 names, __u32 depth, __u64 root)
{
	struct policyd_hash hash = policyd_hash_start(&name_key, 2 * PROGRAM_DOMAIN + depth);
	__u64 key;

	policyd_hash_word(&name_key, &hash, 0, root);
	policyd_hash_word(&name_key, &hash, 1, names);
	key = policyd_hash_end(&hash);
	return key > 2 ? key : 3; /* 0 to 2 mean something else */
}

/* The key of the name that a dentry has, walking once; 0 where it cannot be read or is too long. */
__noinline __weak __u64 program_key(__u64 leaf)
{
	struct program_walk walk = {
		.hash = {opaque_zero, opaque_zero},
		.dentry = leaf,
		.depth = (__u32)opaque_zero,
		.ended = (__u32)opaque_zero,
	};
	__u64 root, hash = 0;

	bpf_loop(POLICYD_PROGRAM_LEVELS + 1, program_climb_one, &walk, 0);
	if (!walk.ended)
		return 0;
	root = program_start(leaf, walk.dentry, walk.depth);
	if (!root)
		return 0;
	if (root >> 32 == POLICYD_ROOT_MEMFD) {
		hash = name_hash_long(leaf, MEMFD_PREFIX);
		if (!hash)
			return 0;
		program_mix(&walk.hash, 0, hash);
	}
	hash = walk.depth || hash ? policyd_hash_end(&walk.hash) : 0;
	return program_key_end(hash, walk.depth, root);
}

#endif
