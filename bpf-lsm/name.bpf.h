/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * From a dentry to a path class: the fast walk to the filesystem's root through the cache of directories.
 *
 * Names are read without locks. A walk counts only if no directory was renamed meanwhile and the leaf's own
 * d_seq stands still; otherwise the slow walk tries again.
 */
#ifndef BPF_LSM_NAME_H
#define BPF_LSM_NAME_H

#include "slow.bpf.h"

#define NAME_LEVELS 12 /* directories that the fast walk takes */

/* One decision's view of the world: fetched once, used throughout. */
struct decision {
	void *image;
	const struct policyd_header *header;
	__u32 subject;	      /* class of the current task, from subject_current() */
	__u16 subject_reason; /* enum policyd_reason; not NONE: the class is not valid */
	__u16 made;   /* mode of a file about to be made, one of DECISION_OF_*, or 0: see decide_name() */
	__u32 gain;   /* operations that a new name would permit and the old one does not */
	__u32 device; /* of a device node about to be made */
};

#define DECISION_OF_TARGET  1
#define DECISION_OF_CONTENT 2 /* execution: what is in the file counts, and was read for this decision */
#define DECISION_OF_UNREAD  3 /* execution where nothing could read the file */

/* What a name came to. */
struct name {
	__u32 class;
	__u32 row;
	__u32 quiet;
	__u32 reason; /* enum policyd_reason; not NONE: the class is not valid */
	__u32 state;  /* the automaton's; not set from the file's own cache */
	__u32 folded; /* 0, or why it is one name of many (enum policyd_reason): `row` is what is refused
			 below `state`, no class is known */
};

/*
 * One literal component; NAME_SLOW where wildcards have to be tried. Global, since the walk would otherwise
 * verify it once for each of its levels.
 */
__noinline __weak __u64 name_advance(__u32 state, __u64 hash, __u64 generation)
{
	const struct policyd_header *header;
	void *image = image_of(generation);
	__u32 glob = 0;

	if (!image || !hash)
		return NAME_SLOW;
	header = policyd_header_at(image);
	if (!header || header->generation != generation)
		return NAME_SLOW;
	return policyd_step(image, header, &state, hash, &glob) == POLICYD_STEP_DONE ? state : NAME_SLOW;
}

/*
 * The fast walk: state after the directory `dentry`, with direct loads, up to NAME_LEVELS components and no
 * wildcards inside them. NAME_SLOW where that does not do.
 */
static __noinline __u64 name_walk(struct dentry *dentry, const struct decision *decision)
{
	const struct policyd_header *header = decision->header;
	struct super_block *sb = dentry->d_sb;
	struct dentry *d = dentry, *root = sb->s_root;
	__u64 hashes[NAME_LEVELS] = {};
	__u64 state, depth = 0;

	state = name_root(decision->image, header, POLICYD_ROOT_DEV, sb->s_dev);
	if (state & NAME_FAILED || !state)
		return state;
	if (root->d_flags & DCACHE_OP_COMPARE || (bpf_core_field_exists(sb->s_encoding) && sb->s_encoding))
		return NAME_SLOW; /* names may have several spellings */
	for (__u32 i = 0; i < NAME_LEVELS; i++) {
		struct dentry *parent = d->d_parent;

		if (parent == d)
			break;
		hashes[i] = name_hash_short(d);
		if (!hashes[i])
			return NAME_SLOW;
		depth = i + 1;
		d = parent;
	}
	if (d != root)
		return NAME_SLOW;
	depth += opaque_zero;
	for (__u32 i = 0; i < NAME_LEVELS; i++) {
		__u64 at = depth - 1 - i;

		if (i >= depth || !state)
			break;
		asm volatile("" : "+r"(at)); /* clang must not fold the check into the loop's bounds */
		if (at >= NAME_LEVELS)
			return NAME_SLOW;
		state = name_advance((__u32)state, hashes[at], header->generation);
		if (state & NAME_FAILED)
			return state;
	}
	return state;
}

/*
 * State after the directory `dentry`, if it is remembered, else NAME_SLOW. Sets the life of one of an overlay
 * that stands. By itself, for the stack.
 */
static __noinline __u64 name_remembered(struct dentry *dentry, const struct policyd_header *header,
					__u64 *ret_life)
{
	struct directory_entry *entry;
	struct place place;

	if (!dentry->d_inode)
		return NAME_SLOW;
	place_read(&place, dentry);
	entry = directory_entry(place.inode, place.dev);
	if (place_is_unnumbered(&place) && place_has_life(dentry->d_sb->s_magic)) {
		*ret_life = life_of(dentry) ^ opaque_zero; /* one way for the verifier */
		place_live(&place, address_of(dentry), *ret_life);
	}
	return directory_recall(entry, &place, header->generation, rename_count());
}

/*
 * State after the whole name of `dentry`; NAME_SLOW where the slow walk must do. Its hash comes last: the
 * walk would otherwise be verified once for each way through it.
 */
static __always_inline __u64 name_state(struct dentry *dentry, const struct decision *decision, __u64 renames,
					__u64 *ret_life)
{
	struct dentry *directory = dentry->d_parent;
	__u32 next, glob = 0;
	enum policyd_step step;
	__u64 state, hash;

	state = name_remembered(directory, decision->header, ret_life);
	if (state == NAME_SLOW) {
		state = name_walk(directory, decision);
		directory_keep(address_of(directory), state, renames, decision->header->generation,
			       *ret_life);
	}
	if (state & NAME_FAILED || !state)
		return state;
	hash = name_hash(dentry);
	if (!hash)
		return NAME_SLOW;
	next = (__u32)state;
	step = policyd_step(decision->image, decision->header, &next, hash, &glob);
	if (step == POLICYD_STEP_GLOB)
		return name_glob(address_of(dentry), glob, next, decision->header->generation);
	return step == POLICYD_STEP_DONE ? next : NAME_FAILED | POLICYD_REASON_IMAGE;
}

/*
 * A name without anything in it that the verifier knows of. Whether name_resolve() then fills it or fails is
 * one way for the verifier, where that follows both for long.
 */
static __always_inline struct name name_blank(void)
{
	__u32 zero = (__u32)opaque_zero;

	return (struct name){zero, zero, zero, zero, zero, zero};
}

/* Fills `name` from a state. */
static __always_inline void name_resolve(struct name *name, __u64 state, const struct decision *decision)
{
	const struct policyd_state *record;
	const struct policyd_class *class;
	__u32 folded;

	name->reason = (__u32)state;
	if (state & NAME_FAILED)
		return;
	name->reason = POLICYD_REASON_IMAGE;
	record = policyd_state_at(decision->image, decision->header, (__u32)state);
	if (!record)
		return;
	class = policyd_class_at(decision->image, decision->header, record->class);
	if (!class)
		return;
	/* Without a branch: the verifier would follow all that comes after for both kinds of names. */
	folded = -((__u32)(state >> NAME_FOLDED_BIT) & 1);
	name->state = (__u32)state;
	name->class = record->class & ~folded;
	name->row = (class->row & ~folded) | (record->flags >> POLICYD_STATE_BELOW & folded);
	name->quiet = class->quiet & ~folded;
	name->folded = folded & POLICYD_REASON_FOLD;
	name->reason = POLICYD_REASON_NONE;
}

/*
 * State after the name of a dentry by the fast walk, NAME_SLOW where it does not do. Sets *ret_life, to that
 * of the directory, in an overlay only.
 */
static __noinline __u64 name_fast(struct dentry *dentry, const struct decision *decision, __u64 *ret_life)
{
	__u32 sequence = dentry->d_seq.seqcount.sequence;
	__u64 renames = rename_count();
	__u64 state;

	if (dentry->d_parent == dentry)
		return NAME_SLOW;
	state = name_state(dentry, decision, renames, ret_life);
	if (dentry->d_seq.seqcount.sequence != sequence || sequence & 1 || !rename_none_since(renames))
		return NAME_SLOW;
	return state;
}

/* Classifies a name that is not opened: by the slow walk, which takes little stack and verification. */
static __always_inline void name_classify_slow(struct dentry *dentry, const struct decision *decision,
					       struct name *name)
{
	name_resolve(name, name_slow(address_of(dentry), decision->header->generation), decision);
}

/* Classifies a name without the file's own cache. Sets *ret_life as name_fast() does. */
static __always_inline void name_classify(struct dentry *dentry, const struct decision *decision,
					  struct name *name, __u64 *ret_life)
{
	__u64 state = name_fast(dentry, decision, ret_life);

	if (state == NAME_SLOW)
		state = name_slow(address_of(dentry), decision->header->generation);
	name_resolve(name, state, decision);
}

#endif
