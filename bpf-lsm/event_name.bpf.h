/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Names in records: the components of a dentry, and what it is of.
 */
#ifndef BPF_LSM_EVENT_NAME_H
#define BPF_LSM_EVENT_NAME_H

#include "name.bpf.h"

#define EVENT_COMPONENT_MAX 256
#define EVENT_CUT	    (1ULL << 32)
#define EVENT_TORN	    (1ULL << 33)

/* Where the writing of a name stands, for the loop's callback. */
struct event_walk {
	char *record;
	__u64 dentry;
	__u64 offset; /* behind what is written */
	__u64 whole;  /* the name has been written to its end */
};

/*
 * Writes one component, the `i`th from the leaf, to a record of the constant `size`, a power of two. 1: there
 * are no more, or there is no room. Reads by address, since a name for the log need not be as exact as a name
 * for a decision: where names change meanwhile, event_place() says so.
 */
static __always_inline long event_component(struct event_walk *walk, const __u64 size, __u32 i)
{
	__u64 dentry = walk->dentry, offset = walk->offset, parent = 0, address = 0, length;
	struct dentry *d = (void *)dentry;
	__u32 stored = 0;

	if (bpf_core_read(&parent, sizeof(parent), &d->d_parent) ||
	    bpf_core_read(&address, sizeof(address), &d->d_name.name) ||
	    bpf_core_read(&stored, sizeof(stored), &d->d_name.len))
		return 1;
	walk->whole = policyd_opaque(parent == dentry);
	if (parent == dentry && i)
		return 1;
	length = stored;
	asm volatile("%0 &= 0xff" : "+r"(length));
	asm volatile("%0 &= %1" : "+r"(offset) : "i"(size - 1));
	if (offset >= size - EVENT_COMPONENT_MAX ||
	    bpf_probe_read_kernel(walk->record + offset, length, (void *)address)) {
		walk->whole = opaque_zero;
		return 1;
	}
	offset += length;
	asm volatile("%0 &= %1" : "+r"(offset) : "i"(size - 1));
	walk->record[offset] = 0;
	walk->offset = offset + 1;
	walk->dentry = parent;
	return parent == dentry;
}

static long event_component_small(__u32 i, struct event_walk *walk)
{
	return event_component(walk, POLICYD_EVENT_SMALL, i);
}

static long event_component_medium(__u32 i, struct event_walk *walk)
{
	return event_component(walk, POLICYD_EVENT_MEDIUM, i);
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

/*
 * Write the components of the dentry at an address, leaf first, to a record from `offset`. They return the
 * offset behind them, or-ed with EVENT_CUT where not all had room, and with EVENT_TORN. One for each size,
 * because the verifier follows bounds only where it sees them; a component takes two bytes at least.
 */
__noinline __weak __u64 event_name_small(struct event_small *record, __u64 dentry, __u64 offset)
{
	struct event_walk walk = {
		.record = (char *)record, .dentry = dentry, .offset = offset, .whole = opaque_zero};
	__u64 renames = rename_count();
	__u32 sequence = name_sequence(dentry);

	if (!record)
		return EVENT_CUT;
	bpf_loop(POLICYD_EVENT_SMALL / 2, event_component_small, &walk, 0);
	return walk.offset | (walk.whole ? 0 : EVENT_CUT) | event_torn(dentry, sequence, renames);
}

__noinline __weak __u64 event_name_medium(struct event_medium *record, __u64 dentry, __u64 offset)
{
	struct event_walk walk = {
		.record = (char *)record, .dentry = dentry, .offset = offset, .whole = opaque_zero};
	__u64 renames = rename_count();
	__u32 sequence = name_sequence(dentry);

	if (!record)
		return EVENT_CUT;
	bpf_loop(POLICYD_EVENT_MEDIUM / 2, event_component_medium, &walk, 0);
	return walk.offset | (walk.whole ? 0 : EVENT_CUT) | event_torn(dentry, sequence, renames);
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

/* Which object the dentry at an address is. Nothing is said of what cannot be read. */
static __always_inline struct inode *event_describe(struct policyd_event_name *name, __u64 address)
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
	return inode;
}

/* The same of what is decided on: with its class, its mode, and whether it has a name still. */
static __always_inline void event_describe_object(struct policyd_event_name *name, __u64 address, __u32 class)
{
	struct inode *inode = event_describe(name, address);
	__u32 links = 1;
	__u16 mode = 0;

	name->object = class;
	bpf_core_read(&mode, sizeof(mode), &inode->i_mode);
	name->mode = mode;
	bpf_core_read(&links, sizeof(links), &inode->i_nlink);
	if (!links)
		name->flags = POLICYD_NAME_UNLINKED;
}

/* Writes one name's bytes and their place; the next offset, or-ed with EVENT_CUT. */
static __always_inline __u64 event_place(char *record, const __u64 size, struct policyd_event_name *name,
					 __u64 dentry, __u64 offset)
{
	__u64 end = size == POLICYD_EVENT_SMALL ? event_name_small((void *)record, dentry, offset)
						: event_name_medium((void *)record, dentry, offset);
	__u64 cut;

	/* Without branches: the verifier would follow all that comes after for each of them. */
	name->flags |= end / EVENT_TORN % 2 * POLICYD_NAME_TORN | end / EVENT_CUT % 2 * POLICYD_NAME_CUT;
	cut = end & EVENT_CUT;
	end &= 0xffff;
	name->offset = (__u32)offset;
	name->length = (__u32)(end - offset);
	return end | cut;
}

#endif
