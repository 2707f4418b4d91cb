/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Directories of overlays, whose inodes say nothing that lasts: they have the numbers of the layers' inodes
 * without the generations, and come and go with their dentries. Such a directory is known by the address of
 * its dentry and by its life, a keyed hash
 *
 *   - of the number that was given out when something became a directory of that inode number for the last
 *     time (lsm/d_instantiate): another one that is made at the same address has another;
 *   - of the sequences of its dentry and of all above it up to the root, each of which moves on when that
 *     dentry gets another name or place. Not only vfs_rename does that: where a directory of a layer was
 *     renamed, or stands in two places, the overlay's dentry goes where somebody looks for it.
 *
 * A dentry is freed after a grace period of RCU, so not while a program works that found it in its place:
 * what is remembered of it is written before another can be made there. All above it stay as long as it does.
 */
#ifndef BPF_LSM_LIFE_H
#define BPF_LSM_LIFE_H

#include "birth.bpf.h"

#define LIFE_WORDS (POLICYD_NAME_WORDS - 1) /* of two dentries each; deeper directories have no life */
#define LIFE_MARK  (1ULL << 63) /* in each, where other places have their device: none is as high */

/* What was read before was so before, and what is read after the end is so after it. */
static __always_inline struct policyd_hash life_start(const __u64 *birth)
{
	struct policyd_hash hash = {};

	slot_barrier();
	policyd_hash_word(&name_key, &hash, 0, *(const volatile __u64 *)birth);
	return hash;
}

/* The life after so many dentries, 0 where one of them was being moved. */
static __always_inline __u64 life_end(const struct policyd_hash *hash, __u32 levels, __u32 sequences)
{
	struct policyd_hash all = policyd_hash_start(&name_key, levels);

	all.a += hash->a;
	all.b += hash->b;
	slot_barrier();
	return sequences & 1 ? 0 : policyd_hash_end(&all) | LIFE_MARK;
}

/*
 * Sequence and parent of a dentry. The parent is read first: it was the parent, then, if the sequence is what
 * it was before.
 */
static __always_inline struct dentry *life_parent(struct dentry *dentry, __u32 *ret_sequence)
{
	struct dentry *parent = dentry->d_parent;

	slot_barrier();
	*ret_sequence = dentry->d_seq.seqcount.sequence;
	return parent;
}

/* The life of a directory of an overlay, 0: none that can be relied on. By itself, for the stack. */
static __noinline __u64 life_of(struct dentry *directory)
{
	const __u64 *birth = birth_of(directory->d_inode->i_ino);
	__u32 sequences = 0, low, high;
	struct policyd_hash hash;

	if (!birth)
		return 0;
	hash = life_start(birth);
	for (__u32 i = 0; i < LIFE_WORDS; i++) {
		struct dentry *parent = life_parent(directory, &low);
		struct dentry *above;

		if (parent == directory) {
			policyd_hash_pair(&name_key, &hash, i + 1, low, 0);
			return life_end(&hash, i * 2 + 1, sequences | low);
		}
		above = life_parent(parent, &high);
		policyd_hash_pair(&name_key, &hash, i + 1, low, high);
		sequences |= low | high;
		if (above == parent)
			return life_end(&hash, i * 2 + 2, sequences);
		directory = above;
	}
	return 0;
}

struct life_walk {
	__u64 at; /* address of a dentry */
	struct policyd_hash hash;
	__u32 low; /* sequence of the first of two dentries */
	__u32 sequences;
	__u32 levels; /* up to the root, 0: did not get there */
};

static long life_step(__u32 i, struct life_walk *walk)
{
	struct dentry *d = (void *)walk->at, *parent = NULL;
	__u32 sequence = 0;

	if (i >= LIFE_WORDS * 2 || bpf_core_read(&parent, sizeof(parent), &d->d_parent))
		return 1;
	slot_barrier();
	if (bpf_core_read(&sequence, sizeof(sequence), &d->d_seq.seqcount.sequence))
		return 1;
	walk->sequences |= sequence;
	if (i & 1)
		policyd_hash_pair(&name_key, &walk->hash, i / 2 + 1, walk->low, sequence);
	else if (parent == d)
		policyd_hash_pair(&name_key, &walk->hash, i / 2 + 1, sequence, 0);
	else
		walk->low = sequence;
	walk->levels = parent == d ? i + 1 : 0;
	walk->at = (__u64)parent;
	return parent == d;
}

/*
 * The same of a directory at an address, 0 also where it is of no overlay. Global, so that it is verified
 * once, and in steps, so that it is soon.
 */
__noinline __weak __u64 life_at(__u64 address)
{
	struct life_walk walk = {.at = address};
	struct dentry *d = (void *)address;
	struct super_block *sb = NULL;
	struct inode *inode = NULL;
	unsigned long word = 0;
	const __u64 *birth;

	if (bpf_core_read(&sb, sizeof(sb), &d->d_sb) || bpf_core_read(&word, sizeof(word), &sb->s_magic) ||
	    word != OVERLAYFS_MAGIC || bpf_core_read(&inode, sizeof(inode), &d->d_inode) ||
	    bpf_core_read(&word, sizeof(word), &inode->i_ino))
		return 0;
	birth = birth_of(word);
	if (!birth)
		return 0;
	walk.hash = life_start(birth);
	bpf_loop(LIFE_WORDS * 2, life_step, &walk, 0);
	return walk.levels ? life_end(&walk.hash, walk.levels, walk.sequences) : 0;
}

#endif
