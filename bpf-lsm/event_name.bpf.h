/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Names in records: the components of a dentry, and what it is of.
 */
#ifndef BPF_LSM_EVENT_NAME_H
#define BPF_LSM_EVENT_NAME_H

#include "name.bpf.h"

/* Components of one name that a record of either size takes; a longer name is cut and says so. */
#define EVENT_LEVELS_SMALL  32
#define EVENT_LEVELS_MEDIUM 128
#define EVENT_COMPONENT_MAX 256
#define EVENT_CUT	    (1ULL << 32)
#define EVENT_TORN	    (1ULL << 33)

/*
 * Writes the components of `dentry`, leaf first, to `record` from `offset`. Returns the offset behind them,
 * or-ed with EVENT_CUT where not all had room. Reads by address, since a name for the log need not be as
 * exact as a name for a decision: where names change meanwhile, event_place() says so. `size` (a power of
 * two) and `levels` are constants: one function for each record size follows, because the verifier follows
 * bounds only where it sees them.
 */
static __always_inline __u64 event_name(char *record, const __u64 size, const __u32 levels, __u64 dentry,
					__u64 offset)
{
	for (__u32 i = 0; i < levels; i++) {
		struct dentry *d = (void *)dentry;
		__u64 parent = 0, address = 0, length;
		__u32 stored = 0;

		if (bpf_probe_read_kernel(&parent, sizeof(parent),
					  __builtin_preserve_access_index(&d->d_parent)) ||
		    bpf_probe_read_kernel(&address, sizeof(address),
					  __builtin_preserve_access_index(&d->d_name.name)) ||
		    bpf_probe_read_kernel(&stored, sizeof(stored),
					  __builtin_preserve_access_index(&d->d_name.len)))
			break;
		if (parent == dentry && i)
			return offset;
		length = stored;
		asm volatile("%0 &= 0xff" : "+r"(length));
		asm volatile("%0 &= %1" : "+r"(offset) : "i"(size - 1));
		if (offset >= size - EVENT_COMPONENT_MAX)
			break;
		if (bpf_probe_read_kernel(record + offset, length, (void *)address))
			break;
		offset += length;
		asm volatile("%0 &= %1" : "+r"(offset) : "i"(size - 1));
		record[offset] = 0;
		offset++;
		if (parent == dentry)
			return offset;
		dentry = parent;
	}
	return offset | EVENT_CUT;
}

/* EVENT_TORN where the name of the dentry or of a directory may have changed since these were taken. */
static __always_inline __u64 event_torn(__u64 dentry, __u32 sequence, __u64 renames)
{
	return sequence & 1 || name_sequence(dentry) != sequence || !rename_none_since(renames) ? EVENT_TORN
												: 0;
}

/* A record of each size, as the functions below are told it. */
struct event_small {
	char bytes[POLICYD_EVENT_SMALL];
};

struct event_medium {
	char bytes[POLICYD_EVENT_MEDIUM];
};

/* Global, so that each is verified once and not for every way to it. */
__noinline __weak __u64 event_name_small(struct event_small *record, __u64 dentry, __u64 offset)
{
	__u64 renames = rename_count(), end;
	__u32 sequence = name_sequence(dentry);

	if (!record)
		return EVENT_CUT;
	end = event_name(record->bytes, POLICYD_EVENT_SMALL, EVENT_LEVELS_SMALL, dentry, offset);
	return end | event_torn(dentry, sequence, renames);
}

__noinline __weak __u64 event_name_medium(struct event_medium *record, __u64 dentry, __u64 offset)
{
	__u64 renames = rename_count(), end;
	__u32 sequence = name_sequence(dentry);

	if (!record)
		return EVENT_CUT;
	end = event_name(record->bytes, POLICYD_EVENT_MEDIUM, EVENT_LEVELS_MEDIUM, dentry, offset);
	return end | event_torn(dentry, sequence, renames);
}

/*
 * Kind of the root that the name of the dentry at an address begins at. What stands alone in a filesystem
 * that is never mounted has a name of another kind.
 */
__noinline __weak __u32 event_root(__u64 address)
{
	struct dentry *dentry = (void *)address, *parent = NULL, *root = NULL;
	struct super_block *sb = NULL;
	__u32 kind;

	if (bpf_core_read(&parent, sizeof(parent), &dentry->d_parent) || parent != dentry ||
	    bpf_core_read(&sb, sizeof(sb), &dentry->d_sb) ||
	    bpf_core_read(&root, sizeof(root), &sb->s_root) || root == dentry)
		return POLICYD_ROOT_DEV;
	kind = name_kind(address);
	return kind == POLICYD_ROOT_ANONYMOUS ? POLICYD_ROOT_DEV : kind;
}

static __always_inline void event_describe(struct policyd_event_name *name, struct dentry *dentry,
					   __u32 class)
{
	struct inode *inode = dentry->d_inode;
	struct super_block *sb = dentry->d_sb;

	name->root = event_root(name_address(dentry));
	name->dev = sb->s_dev;
	name->object = class;
	if (!inode)
		return;
	name->inode = inode->i_ino;
	name->generation = inode->i_generation;
	name->mode = inode->i_mode;
	if (!inode->i_nlink)
		name->flags = POLICYD_NAME_UNLINKED;
}

/* Writes one name's bytes and their place; the next offset, or-ed with EVENT_CUT. */
static __always_inline __u64 event_place(char *record, const __u64 size, struct policyd_event_name *name,
					 __u64 dentry, __u64 offset)
{
	__u64 end = size == POLICYD_EVENT_SMALL ? event_name_small((void *)record, dentry, offset)
						: event_name_medium((void *)record, dentry, offset);
	__u64 cut;

	if (end & EVENT_TORN)
		name->flags |= POLICYD_NAME_TORN;
	cut = end & EVENT_CUT;
	end &= 0xffff;
	name->offset = (__u32)offset;
	name->length = (__u32)(end - offset);
	if (cut)
		name->flags |= POLICYD_NAME_CUT;
	return end | cut;
}

/* Like event_describe(), of a dentry by address. */
static __always_inline void event_describe_at(struct policyd_event_name *name, __u64 address)
{
	struct dentry *dentry = (void *)address;
	struct super_block *sb = NULL;
	struct inode *inode = NULL;

	name->root = event_root(address);
	bpf_core_read(&sb, sizeof(sb), &dentry->d_sb);
	bpf_core_read(&name->dev, sizeof(name->dev), &sb->s_dev);
	bpf_core_read(&inode, sizeof(inode), &dentry->d_inode);
	bpf_core_read(&name->inode, sizeof(name->inode), &inode->i_ino);
	bpf_core_read(&name->generation, sizeof(name->generation), &inode->i_generation);
}

#endif
