/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The slow walk: any depth, wildcards anywhere, anonymous files, and as many attempts as a storm of renames
 * needs. It works on addresses with probe reads, in loops of callbacks, cut into global functions that are
 * verified once each and take little stack (the limit of 512 bytes holds for the whole chain of calls).
 */
#ifndef BPF_LSM_SLOW_H
#define BPF_LSM_SLOW_H

#include "climb.bpf.h"
#include "place.bpf.h"

#define NAME_TRIES  32
#define NAME_SETTLE 16384 /* looks at a name that is being replaced: some 0.1 ms */

#define MEMFD_PREFIX 6 /* "memfd:" */

static __always_inline __u32 name_sequence(__u64 dentry)
{
	struct dentry *d = (void *)dentry;
	__u32 sequence = 1;

	bpf_core_read(&sequence, sizeof(sequence), &d->d_seq.seqcount.sequence);
	return sequence;
}

static long name_settle_one(__u32 i, __u64 *dentry)
{
	return !(name_sequence(*dentry) & 1);
}

/* The sequence of a name. Waits a moment for one that is being replaced, on another processor. */
__noinline __weak __u32 name_settle(__u64 dentry)
{
	__u32 sequence = name_sequence(dentry);

	if (!(sequence & 1))
		return sequence;
	bpf_loop(NAME_SETTLE, name_settle_one, &dentry, 0);
	return name_sequence(dentry);
}

/*
 * Reads the component `dentry` from `state`. A name that is being replaced is none: its bytes and its length
 * may belong to different ones, for as long as an interrupt or a hypervisor keeps the other processor.
 */
static __always_inline __u64 name_component(__u64 dentry, __u32 skip, __u32 state, __u64 generation)
{
	__u32 sequence = name_settle(dentry), length = 0;
	__u64 address = 0, next;

	if (name_read(dentry, &address, &length) || length < skip)
		return NAME_FAILED | POLICYD_REASON_READ;
	next = component_at(address + skip, length - skip, state, generation);
	if (sequence & 1 || name_sequence(dentry) != sequence)
		return NAME_FAILED | POLICYD_REASON_RACE;
	return next;
}

/* Kind of the anonymous file at an address. */
static __always_inline __u32 name_kind(__u64 dentry)
{
	struct dentry *d = (void *)dentry;
	struct super_block *sb = NULL;
	unsigned long magic = 0;

	if (bpf_core_read(&sb, sizeof(sb), &d->d_sb) || bpf_core_read(&magic, sizeof(magic), &sb->s_magic))
		return POLICYD_ROOT_ANONYMOUS;
	return name_pseudo(magic);
}

/* State after the name of an anonymous file: only memory files have one. */
__noinline __weak __u64 name_anonymous(__u64 leaf, __u32 state, __u64 generation)
{
	if (name_kind(leaf) != POLICYD_ROOT_MEMFD)
		return state;
	return name_component(leaf, MEMFD_PREFIX, state, generation);
}

struct deep_walk {
	__u64 leaf;
	__u64 depth;
	__u64 generation;
	__u64 state; /* or NAME_FAILED | reason */
	struct chain chain;
};

/* Component i from the top. Every NAME_CHAIN components the chain is filled anew from the leaf. */
static long name_deep_one(__u32 i, struct deep_walk *walk)
{
	__u64 distance = (__u32)walk->depth - 1 - i;
	__u64 at = (NAME_CHAIN - 1 - i) & (NAME_CHAIN - 1);

	if (!(i & (NAME_CHAIN - 1)))
		name_chain(&walk->chain, walk->leaf, distance - (NAME_CHAIN - 1));
	walk->state = name_component(walk->chain.dentry[at], 0, (__u32)walk->state, walk->generation);
	if (walk->depth & NAME_FOLDING && walk->state && !(walk->state & NAME_FAILED) &&
	    name_is_folded(walk->chain.dentry[at]))
		walk->state |= NAME_FOLDED;
	/* Nothing that goes on from state 0 leads elsewhere. */
	return !walk->state | !!(walk->state & (NAME_FAILED | NAME_FOLDED));
}

/*
 * State after the name of the directory walk->leaf, walking once; with NAME_FOLDED that of the first
 * directory on the way in which names have several spellings. State 0 needs no more: nothing below it is
 * named by any rule.
 */
static __always_inline __u64 name_once(struct deep_walk *walk)
{
	walk->depth = name_depth(walk->leaf);
	if (walk->depth & NAME_FAILED)
		return walk->depth;
	walk->state = name_start(walk->leaf, walk->depth, walk->generation);
	if (walk->state & (NAME_FAILED | NAME_FOLDED))
		return walk->state;
	if (walk->state & NAME_PSEUDO)
		return name_anonymous(walk->leaf, (__u32)walk->state, walk->generation);
	walk->depth |= walk->state & NAME_FOLDING;
	bpf_loop((__u32)walk->depth, name_deep_one, walk, 0);
	return walk->state;
}

/*
 * The place of the directory at an address and its entry, NULL: none, since its tree can change unseen.
 * `life` is that of a directory of an overlay; 0: it is none, or does not stand.
 */
static __always_inline struct directory_entry *place_at(struct place *place, __u64 dentry, __u64 life)
{
	struct dentry *d = (void *)dentry;
	struct super_block *sb = NULL;
	struct inode *inode = NULL;
	unsigned long word = 0;
	__u32 dev = 0;

	if (bpf_core_read(&dev, sizeof(dev), &d->d_flags) || dev & DCACHE_OP_REVALIDATE ||
	    bpf_core_read(&inode, sizeof(inode), &d->d_inode) || bpf_core_read(&sb, sizeof(sb), &d->d_sb) ||
	    bpf_core_read(&word, sizeof(word), &sb->s_magic) || !(life || place_is_unique(word)) ||
	    bpf_core_read(&word, sizeof(word), &inode->i_ino) ||
	    bpf_core_read(&place->generation, sizeof(place->generation), &inode->i_generation) ||
	    bpf_core_read(&dev, sizeof(dev), &sb->s_dev))
		return NULL;
	place->inode = word;
	place->dev = dev;
	if (life)
		place_live(place, dentry, life);
	return directory_entry(word, dev);
}

/* Remembers the state after the directory at an address. `life` is from before its name was read. */
__noinline __weak int directory_keep(__u64 dentry, __u64 state, __u64 renames, __u64 generation, __u64 life)
{
	struct directory_entry *entry;
	struct place place = {};

	if (state & (NAME_FAILED | NAME_FOLDED) || (life && life_at(dentry) != life))
		return 0;
	entry = place_at(&place, dentry, life);
	directory_put(entry, &place, (__u32)state, generation, renames);
	return 0;
}

/* The state after the directory at an address if it is remembered, else NAME_SLOW. */
__noinline __weak __u64 directory_find(__u64 dentry, __u64 renames, __u64 generation, __u64 life)
{
	struct directory_entry *entry;
	struct place place = {};

	entry = place_at(&place, dentry, life);
	return directory_recall(entry, &place, generation, renames);
}

/* The last component, after the directory's state; for names without a directory the whole name. */
__noinline __weak __u64 name_leaf(__u64 leaf, __u64 parent, __u64 state, __u64 generation)
{
	if (parent == leaf || state & (NAME_FAILED | NAME_FOLDED))
		return state;
	return name_component(leaf, 0, (__u32)state, generation);
}

/* An attempt at a name, as the next one finds it. What one needs for itself is here, too, for the stack. */
struct name_attempt {
	__u64 state;   /* after the name, or NAME_FAILED | reason; NAME_TORN: it read no whole name */
	__u64 renames; /* that had begun before it */
	__u64 since;   /* the same of the attempt before */
	__u32 sequence;
	__u32 reserved;
};

#define NAME_TORN (~0ULL)

/*
 * One attempt, 1: it counts. That is when nothing was renamed meanwhile, or, while renames of directories are
 * under way (they may sleep for long), when it agrees with the attempt before and no other has begun since
 * that began: each of them moves one directory once, so a mixture of places before and after cannot be read
 * twice.
 */
__noinline __weak int name_try(struct name_attempt *attempt, __u64 leaf, __u64 generation)
{
	struct deep_walk walk = {.leaf = leaf, .generation = generation};
	struct dentry *d = (void *)leaf;
	__u64 state, life;
	bool agreed;

	if (!attempt)
		return 1;
	attempt->since = attempt->renames;
	attempt->renames = rename_count();
	attempt->sequence = name_sequence(leaf);
	if (bpf_core_read(&walk.leaf, sizeof(walk.leaf), &d->d_parent)) {
		attempt->state = NAME_FAILED | POLICYD_REASON_READ;
		return 1;
	}
	life = life_at(walk.leaf);
	state = walk.leaf == leaf ? NAME_SLOW
				  : directory_find(walk.leaf, attempt->renames, walk.generation, life);
	if (state == NAME_SLOW) {
		state = name_once(&walk);
		if (walk.leaf != leaf && rename_none_since(attempt->renames))
			directory_keep(walk.leaf, state, attempt->renames, walk.generation, life);
	}
	state = name_leaf(leaf, walk.leaf, state, walk.generation);
	if ((attempt->sequence & 1) | (name_sequence(leaf) ^ attempt->sequence) ||
	    state == (NAME_FAILED | POLICYD_REASON_RACE)) {
		attempt->state = NAME_TORN;
		return 0;
	}
	agreed = state == attempt->state && rename_none_begun(attempt->since);
	attempt->state = state;
	return agreed || rename_none_since(attempt->renames);
}

/* State after the name of `leaf`, or NAME_FAILED | reason. */
__noinline __weak __u64 name_slow(__u64 leaf, __u64 generation)
{
	struct name_attempt attempt = {.state = NAME_TORN};

	for (int i = 0; i < NAME_TRIES; i++)
		if (name_try(&attempt, leaf, generation))
			return attempt.state;
	return NAME_FAILED | POLICYD_REASON_RACE;
}

#endif
