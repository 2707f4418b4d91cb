/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The classes of files that were opened, by name.
 */
#ifndef BPF_LSM_CACHE_H
#define BPF_LSM_CACHE_H

#include "name.bpf.h"

/* By the file's own number, which is no secret, unlike its address or a keyed hash. */
static __always_inline struct file_entry *file_entry(const struct inode *inode)
{
	__u32 slot = slot_of(inode->i_ino, FILES_BITS);

	return bpf_map_lookup_elem(&files, &slot);
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

/* Whether the entry is of the name that the dentry has. */
static __always_inline bool file_is(const struct file_entry *entry, struct dentry *dentry,
				    const struct inode *inode)
{
	struct inode *directory = dentry->d_parent->d_inode;
	__u32 length = dentry->d_name.len;
	const __u64 *words;
	__u64 hash;

	if (entry->length != length || entry->place.inode != directory->i_ino ||
	    entry->place.generation != directory->i_generation || entry->place.dev != inode->i_sb->s_dev)
		return false;
	if (!name_is_short(dentry, length, &words)) {
		hash = file_long_name(dentry);
		return hash && entry->name[0] == hash;
	}
	return file_has(entry, words, length, 0) && file_has(entry, words, length, 1) &&
	       file_has(entry, words, length, 2) && file_has(entry, words, length, 3);
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
					struct recollection *seen)
{
	const struct file_entry *entry = file_entry(inode);

	if (!entry)
		return false;
	seen->entry = entry;
	seen->sequence = dentry->d_seq.seqcount.sequence;
	seen->version = slot_version(&entry->version);
	return entry->generation == generation && entry->renames == rename_started() && !rename_running() &&
	       file_is(entry, dentry, inode);
}

static __always_inline bool recollection_holds(const struct recollection *seen, struct dentry *dentry)
{
	return slot_stands(&seen->entry->version, seen->version) &&
	       dentry->d_seq.seqcount.sequence == seen->sequence && !(seen->sequence & 1);
}

/*
 * What file_remember() needs to know that a name still stands which is read now: the sequence of the dentry,
 * odd where it does not, and the lower half of the count of renames.
 */
static __always_inline __u64 file_read(struct dentry *dentry)
{
	__u64 renames = rename_count();

	return (__u64)(dentry->d_seq.seqcount.sequence | renames >> 63) << 32 | (__u32)renames;
}

static __always_inline void entry_name(struct file_entry *entry, struct dentry *dentry)
{
	__u32 length = dentry->d_name.len;
	const __u64 *words;

	place_read(&entry->place, dentry->d_parent);
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
static __noinline int file_remember(struct dentry *dentry, struct inode *inode, __u64 reading,
				    const struct name *name, const struct policyd_header *header)
{
	struct file_entry *entry = file_entry(inode);
	__u64 claimed;

	if (!entry || dentry->d_parent == dentry || dentry->d_flags & DCACHE_OP_REVALIDATE ||
	    !place_is_unique(dentry->d_sb->s_magic))
		return 0; /* no name that lasts */
	if (!slot_claim(&entry->version, &claimed))
		return 0;
	entry_name(entry, dentry);
	entry->renames = rename_started();
	entry->class = name->class;
	entry->row = name->row;
	entry->quiet = name->quiet;
	entry->cells = name->row & POLICYD_ROW_CONDITIONS ? 0 : policyd_cells_of(header, name->row);
	slot_barrier();
	/* What was kept is the name that was classified, or it counts for nothing. */
	entry->generation =
		!(reading >> 32 & 1) && file_read(dentry) == reading ? header->generation : FILE_FORGOTTEN;
	slot_release(&entry->version, claimed);
	return 0;
}

#endif
