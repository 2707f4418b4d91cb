/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The class of an open file, kept in its inode.
 */
#ifndef BPF_LSM_CACHE_H
#define BPF_LSM_CACHE_H

#include "name.bpf.h"

#define CACHE_MIX_1 0x9e3779b97f4a7c15ULL
#define CACHE_MIX_2 0xbf58476d1ce4e5b9ULL
#define CACHE_MIX_3 0x94d049bb133111ebULL

/* A file's name as it was read, and what must still hold for it to count. */
struct reading {
	__u64 tag;
	__u32 sequence; /* of the dentry */
	__u32 reserved;
};

static __always_inline __u64 file_seal(__u64 tag, __u32 class, __u32 row, __u32 quiet)
{
	return tag ^ ((((__u64) class << 32 | row) * CACHE_MIX_2) + quiet) * CACHE_MIX_3;
}

/*
 * Reads the name. Parent and filesystem go into the tag by a multiplication with secret numbers, since a
 * program may own a filesystem and choose its inode numbers. A root's or an anonymous file's reading does no
 * harm: file_remember() leaves it alone.
 */
static __always_inline void file_read(struct reading *reading, struct dentry *dentry,
				      const struct policyd_header *header)
{
	struct inode *directory;
	__u64 place, tag, renames = rename_count();

	reading->sequence = dentry->d_seq.seqcount.sequence;
	directory = dentry->d_parent->d_inode;
	place = (__u64)dentry->d_sb->s_dev << 32 | directory->i_generation;
	tag = (directory->i_ino + name_key.start[0]) * (place + name_key.start[1]);
	tag += header->generation * CACHE_MIX_1 + renames * CACHE_MIX_2;
	reading->tag = tag + name_hash(dentry);
	if (renames & RENAME_UNDER_WAY)
		reading->sequence |= 1; /* counts for nothing, as a name that is being replaced */
}

/* Puts the class of the file into its inode, unless the name has changed since it was read. Failure to
 * allocate costs speed only. */
static __noinline int file_remember(struct inode *inode, struct dentry *dentry, const struct reading *reading,
				    const struct name *name)
{
	struct file_entry *entry;

	if (dentry->d_parent == dentry || dentry->d_flags & DCACHE_OP_REVALIDATE)
		return 0; /* no name that lasts */
	if (rename_running() || reading->sequence & 1 || dentry->d_seq.seqcount.sequence != reading->sequence)
		return 0;
	entry = bpf_inode_storage_get(&files, inode, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!entry)
		return -1;
	entry->seal = 0;
	entry->tag = reading->tag;
	entry->class = name->class;
	entry->row = name->row;
	entry->quiet = name->quiet;
	entry->seal = file_seal(reading->tag, name->class, name->row, name->quiet);
	return 0;
}

/*
 * Reads the name; the class in the inode's entry, if it is that of the file under it: 0, else -1. Not
 * inlined: its stack would be the hook's, under the slow walk's.
 */
static __noinline int file_recall(struct dentry *dentry, struct inode *inode,
				  const struct policyd_header *header, struct reading *reading,
				  struct name *name)
{
	struct file_entry *entry;

	file_read(reading, dentry, header);
	entry = bpf_inode_storage_get(&files, inode, NULL, 0);
	if (!entry || entry->tag != reading->tag || rename_running())
		return -1;
	name->class = entry->class;
	name->row = entry->row;
	name->quiet = entry->quiet;
	if (entry->seal != file_seal(reading->tag, name->class, name->row, name->quiet) ||
	    dentry->d_seq.seqcount.sequence != reading->sequence)
		return -1;
	name->reason = POLICYD_REASON_NONE;
	return 0;
}

#endif
