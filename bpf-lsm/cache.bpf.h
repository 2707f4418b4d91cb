/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The classes of files that were opened, by name.
 */
#ifndef BPF_LSM_CACHE_H
#define BPF_LSM_CACHE_H

#include "name.bpf.h"

/*
 * By the file's own number, which is no secret, unlike its address or a keyed hash. A file of an overlay has
 * the number of the layer's file, which is opened along with it: it takes the slot beside.
 */
static __always_inline struct file_entry *file_entry(const struct inode *inode, bool beside)
{
	__u32 slot = slot_of(inode->i_ino, FILES_BITS) ^ beside;

	return bpf_map_lookup_elem(&files, &slot);
}

static __always_inline bool file_is_overlaid(struct dentry *dentry)
{
	return place_has_life(dentry->d_sb->s_magic);
}

/* What stands for a name that is too long to be kept. Not inlined, for the hook's stack. */
static __noinline __u64 file_long_name(struct dentry *dentry)
{
	return name_hash_long(address_of(dentry), 0);
}

static __always_inline bool file_has(const struct file_entry *entry, const __u64 *words, __u32 length,
				     __u32 i)
{
	return length <= i * 8 || entry->name[i] == name_word(words, length, i);
}

/* Whether the entry is of the name that the dentry has in its directory, whatever that is. */
static __always_inline bool file_has_name(const struct file_entry *entry, struct dentry *dentry, __u32 length)
{
	const __u64 *words;
	__u64 hash;

	if (!name_is_short(dentry, length, &words)) {
		hash = file_long_name(dentry);
		return hash && entry->name[0] == hash;
	}
	return file_has(entry, words, length, 0) && file_has(entry, words, length, 1) &&
	       file_has(entry, words, length, 2) && file_has(entry, words, length, 3);
}

/* Whether the entry is of the name that the dentry has. */
static __always_inline bool file_is(const struct file_entry *entry, struct dentry *dentry,
				    const struct inode *inode)
{
	struct inode *directory = dentry->d_parent->d_inode;
	__u32 length = dentry->d_name.len;

	return entry->length == length && entry->place.inode == directory->i_ino &&
	       entry->place.generation == directory->i_generation && entry->place.dev == inode->i_sb->s_dev &&
	       file_has_name(entry, dentry, length);
}

/* The same in an overlay. */
static __always_inline bool file_is_live(const struct file_entry *entry, struct dentry *dentry)
{
	struct dentry *directory = dentry->d_parent;
	__u32 length = dentry->d_name.len;

	return entry->length == length && entry->place.inode == (__u64)directory &&
	       place_is_live(&entry->place, life_of(directory)) && file_has_name(entry, dentry, length);
}

/* An entry, and what it counted for when it was looked at. */
struct recollection {
	const struct file_entry *entry;
	__u64 version;
	__u32 sequence; /* of the dentry */
};

/*
 * Whether the file is remembered under the name that it has, in that generation. What is then read of the
 * entry counts if recollection_holds() is true afterwards. A rename that begins meanwhile comes after the
 * decision.
 */
static __always_inline bool file_recall(struct dentry *dentry, struct inode *inode, __u64 generation,
					bool overlaid, struct recollection *seen)
{
	const struct file_entry *entry = file_entry(inode, overlaid);

	if (!entry)
		return false;
	seen->entry = entry;
	seen->sequence = dentry->d_seq.seqcount.sequence;
	seen->version = slot_version(&entry->version);
	return entry->generation == generation && entry->renames == rename_started() && !rename_running() &&
	       (overlaid ? file_is_live(entry, dentry) : file_is(entry, dentry, inode));
}

static __always_inline bool recollection_holds(const struct recollection *seen, struct dentry *dentry)
{
	return slot_stands(&seen->entry->version, seen->version) &&
	       dentry->d_seq.seqcount.sequence == seen->sequence && !(seen->sequence & 1);
}

/* What file_remember() needs to know that a name still stands which is read now. */
struct name_reading {
	__u64 names; /* what file_read() says */
	__u64 life;  /* of the directory, where it is an overlay's and stands, else 0 */
};

/* The sequence of the dentry, odd where its name does not stand, and the lower half of the count of renames.
 */
static __always_inline __u64 file_read(struct dentry *dentry)
{
	__u64 renames = rename_count();

	return (__u64)(dentry->d_seq.seqcount.sequence | renames >> 63) << 32 | (__u32)renames;
}

/* Whether what was read then is the name still. */
static __always_inline bool file_stands(struct dentry *dentry, const struct name_reading *reading)
{
	return !(reading->names >> 32 & 1) && file_read(dentry) == reading->names &&
	       (!reading->life || life_of(dentry->d_parent) == reading->life);
}

static __always_inline void entry_place(struct file_entry *entry, struct dentry *directory, __u64 life)
{
	if (life)
		place_live(&entry->place, address_of(directory), life);
	else
		place_read(&entry->place, directory);
}

static __always_inline void entry_name(struct file_entry *entry, struct dentry *dentry, __u64 life)
{
	__u32 length = dentry->d_name.len;
	const __u64 *words;

	entry_place(entry, dentry->d_parent, life);
	entry->length = length;
	if (!name_is_short(dentry, length, &words)) {
		entry->name[0] = file_long_name(dentry);
		return;
	}
	entry->name[0] = name_word(words, length, 0);
	entry->name[1] = name_word(words, length, 1);
	entry->name[2] = name_word(words, length, 2);
	entry->name[3] = name_word(words, length, 3);
}

/*
 * Remembers the class of the file, unless its name has changed since it was read. Whoever comes while another
 * program writes the entry lets it be.
 */
static __noinline int file_remember(struct dentry *dentry, struct inode *inode,
				    const struct name_reading *reading, const struct name *name,
				    const struct policyd_header *header)
{
	struct file_entry *entry = file_entry(inode, reading->life != 0);
	__u64 claimed;

	if (!entry || dentry->d_parent == dentry || dentry->d_flags & DCACHE_OP_REVALIDATE ||
	    !(reading->life || place_is_unique(dentry->d_sb->s_magic)))
		return 0; /* no name that lasts */
	if (!slot_claim(&entry->version, &claimed))
		return 0;
	entry_name(entry, dentry, reading->life);
	entry->renames = rename_started();
	entry->class = name->class;
	entry->row = name->row;
	entry->quiet = name->quiet;
	entry->cells = name->row & POLICYD_ROW_CONDITIONS ? 0 : policyd_cells_of(header, name->row);
	slot_barrier();
	/* What was kept is the name that was classified, or it counts for nothing. */
	entry->generation = file_stands(dentry, reading) ? header->generation : FILE_FORGOTTEN;
	slot_release(&entry->version, claimed);
	return 0;
}

#endif
