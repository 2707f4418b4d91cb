/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Where names stand, for the caches of what they came to: a directory is known by its inode's number and
 * generation and by its filesystem. Its address would be too little: another may be made there, and begins
 * with the same numbers.
 *
 * Filesystems whose subvolumes or snapshots repeat the numbers of each other's inodes are not cached. Of
 * overlays, which do that as well, directories are known by their lives (life.bpf.h). Devices that get the
 * number of one that is gone are new ones: rename.bpf.c counts what is mounted.
 */
#ifndef BPF_LSM_PLACE_H
#define BPF_LSM_PLACE_H

#include "component.bpf.h"
#include "life.bpf.h"
#include "rename.bpf.h"

#define BTRFS_SUPER_MAGIC    0x9123683E
#define BCACHEFS_SUPER_MAGIC 0xca451a4e
#define NILFS_SUPER_MAGIC    0x3434

#define DCACHE_OP_REVALIDATE 0x4u /* the name may change behind the kernel's back */

#define PLACE_MIX_1 0x9e3779b97f4a7c15ULL
#define PLACE_MIX_2 0xbf58476d1ce4e5b9ULL
#define PLACE_MIX_3 0x94d049bb133111ebULL

/* Whether each inode of a filesystem of that kind has a number of its own. */
static __always_inline bool place_is_unique(unsigned long magic)
{
	return magic != OVERLAYFS_MAGIC && magic != BTRFS_SUPER_MAGIC && magic != BCACHEFS_SUPER_MAGIC &&
	       magic != NILFS_SUPER_MAGIC;
}

/* Whether directories of that kind of filesystem are known by their lives. */
static __always_inline bool place_has_life(unsigned long magic)
{
	return magic == OVERLAYFS_MAGIC;
}

/* The place of a directory on a filesystem whose directories are known by numbers. */
static __always_inline void place_read(struct place *place, struct dentry *directory)
{
	struct inode *inode = directory->d_inode;

	place->inode = inode->i_ino;
	place->generation = inode->i_generation;
	place->dev = directory->d_sb->s_dev;
}

/* Whether it may have a life: what has no device of its own has a number without a class. */
static __always_inline bool place_is_unnumbered(const struct place *place)
{
	return !(place->dev >> 20);
}

/* The place of the directory of an overlay that has this address and life. */
static __always_inline void place_live(struct place *place, __u64 address, __u64 life)
{
	place->inode = address;
	place->generation = (__u32)life;
	place->dev = life >> 32;
}

static __always_inline bool place_is_live(const struct place *place, __u64 life)
{
	return place->generation == (__u32)life && place->dev == life >> 32;
}

static __always_inline __u64 directory_seal(const struct place *place, __u32 state, __u64 generation,
					    __u64 renames)
{
	struct policyd_hash hash = policyd_hash_start(&name_key, 0);

	policyd_hash_word(&name_key, &hash, 0, place->inode);
	policyd_hash_word(&name_key, &hash, 1, (__u64)place->dev << 32 | place->generation);
	return (policyd_hash_end(&hash) + generation * PLACE_MIX_1 + renames * PLACE_MIX_2) ^
	       state * PLACE_MIX_3;
}

/* By the inode's number, which is no secret, unlike an address. */
static __always_inline struct directory_entry *directory_entry(__u64 inode, __u32 dev)
{
	__u32 slot = slot_of(inode ^ dev, DIRECTORIES_BITS);

	return bpf_map_lookup_elem(&directories, &slot);
}

/* State after the name of the directory there, or NAME_SLOW. */
static __always_inline __u64 directory_recall(const struct directory_entry *entry, const struct place *place,
					      __u64 generation, __u64 renames)
{
	__u32 state;

	if (!entry)
		return NAME_SLOW;
	state = entry->state;
	return entry->seal == directory_seal(place, state, generation, renames) && rename_none_since(renames)
		       ? state
		       : NAME_SLOW;
}

/* Remembers it, where no directory was renamed since it was read. */
static __always_inline void directory_put(struct directory_entry *entry, const struct place *place,
					  __u32 state, __u64 generation, __u64 renames)
{
	if (!entry || !rename_none_since(renames))
		return;
	entry->state = state;
	entry->seal = directory_seal(place, state, generation, renames);
}

#endif
