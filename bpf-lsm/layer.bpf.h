/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Files of overlays: the files of the layers behind them, by their own names. Whoever mounts an overlay in a
 * mount namespace of his own over a directory gives each file in it a name that no rule knows.
 *
 * What an open file of an overlay reads is in its `private_data`: a struct file until 6.12, a structure that
 * begins with one since. overlayfs is a module, so its types cannot be relied on when programs are loaded;
 * which of the two it is shows where it points to. That file has its own path since 6.5. Before, its path is
 * the overlay's, and its names are those of the inode's dentries: overlayfs holds the one that it uses.
 */
#ifndef BPF_LSM_LAYER_H
#define BPF_LSM_LAYER_H

#include "decide.bpf.h"

#define LAYER_DEPTH   2	    /* overlays of overlays: the kernel takes no more */
#define LAYER_NAMES   8	    /* names of one file that are in memory */
#define LAYER_UNKNOWN ~0ULL /* of a file of an overlay no more can be said */

/* Before 6.5: the path of what an overlay opened is the overlay's. */
static __always_inline bool layer_path_is_fake(void)
{
	return !bpf_core_type_exists(struct backing_file);
}

/* Whether the inode at an address belongs to an overlay. */
static __always_inline bool layer_is_overlay(__u64 address)
{
	struct inode *inode = (void *)address;
	struct super_block *sb = NULL;
	unsigned long magic = 0;

	return !bpf_core_read(&sb, sizeof(sb), &inode->i_sb) &&
	       !bpf_core_read(&magic, sizeof(magic), &sb->s_magic) && magic == OVERLAYFS_MAGIC;
}

/* Whether an address is that of a file that an overlay's file with this path and inode may stand for. */
static __always_inline bool layer_is_file(__u64 address, __u64 overlay_dentry, __u64 overlay_inode)
{
	struct file *file = (void *)address;
	struct inode *inode = NULL, *named = NULL;
	struct dentry *dentry = NULL;

	if (!address || bpf_core_read(&inode, sizeof(inode), &file->f_inode) ||
	    bpf_core_read(&dentry, sizeof(dentry), &file->f_path.dentry) || !inode || !dentry ||
	    (__u64)inode == overlay_inode)
		return false;
	if (layer_path_is_fake())
		return (__u64)dentry == overlay_dentry;
	return !bpf_core_read(&named, sizeof(named), &dentry->d_inode) && named == inode;
}

/* The file behind the open file at an address: 0 where that is of no overlay, or LAYER_UNKNOWN. */
__noinline __weak __u64 layer_below(__u64 address)
{
	struct file *file = (void *)address;
	__u64 inode = 0, dentry = 0, below = 0;
	__u16 mode = 0;

	if (address == LAYER_UNKNOWN || bpf_core_read(&inode, sizeof(inode), &file->f_inode) ||
	    !layer_is_overlay(inode))
		return 0;
	/* Directories are opened when they are read, devices and pipes are the overlay's own. */
	if (bpf_core_read(&mode, sizeof(mode), &((struct inode *)inode)->i_mode) || !S_ISREG(mode))
		return 0;
	if (bpf_core_read(&dentry, sizeof(dentry), &file->f_path.dentry) ||
	    bpf_core_read(&below, sizeof(below), &file->private_data))
		return LAYER_UNKNOWN;
	if (layer_is_file(below, dentry, inode))
		return below;
	if (!bpf_probe_read_kernel(&below, sizeof(below), (void *)below) &&
	    layer_is_file(below, dentry, inode))
		return below;
	return LAYER_UNKNOWN;
}

struct alias_walk {
	__u64 node;
	__u32 index;
	__u32 found;
};

static __always_inline __u64 alias_dentry(__u64 node)
{
	return node - bpf_core_field_offset(struct dentry, d_u);
}

/*
 * Whether a dentry stands alone: another overlay has looked the inode up by its handle, to know what it
 * copied. It has no name, and nobody opens anything by it who has found another.
 */
static __always_inline bool alias_is_alone(__u64 dentry)
{
	struct dentry *d = (void *)dentry, *parent = NULL, *root = NULL;
	struct super_block *sb = NULL;

	return !bpf_core_read(&parent, sizeof(parent), &d->d_parent) && (__u64)parent == dentry &&
	       !bpf_core_read(&sb, sizeof(sb), &d->d_sb) &&
	       !bpf_core_read(&root, sizeof(root), &sb->s_root) && (__u64)root != dentry;
}

static long layer_alias_one(__u32 i, struct alias_walk *walk)
{
	struct hlist_node *node = (void *)walk->node;

	if (!walk->node)
		return 1;
	if (!alias_is_alone(alias_dentry(walk->node))) {
		walk->found = !walk->index;
		if (walk->found)
			return 1;
		walk->index--;
	}
	return bpf_core_read(&walk->node, sizeof(walk->node), &node->next) != 0;
}

/* The dentry number `index` of the inode at an address, of those that have a name; 0: it has not so many. */
__noinline __weak __u64 layer_alias(__u64 address, __u32 index)
{
	struct inode *inode = (void *)address;
	struct alias_walk walk = {.index = index};

	if (bpf_core_read(&walk.node, sizeof(walk.node), &inode->i_dentry.first))
		return 0;
	/* The kernel makes no second one that stands alone. */
	bpf_loop(LAYER_NAMES + 2, layer_alias_one, &walk, 0);
	return walk.found ? alias_dentry(walk.node) : 0;
}

/* What was read of the overlay's open file is what is in the layer's: hands it on, or back again. */
__noinline __weak int layer_lend(__u64 address, __u64 dentry, __u32 back)
{
	struct policyd_reading *reading =
		bpf_task_storage_get(&readings, bpf_get_current_task_btf(), NULL, 0);
	struct file *file = (void *)address;
	__u64 own = 0;

	if (!reading || bpf_core_read(&own, sizeof(own), &file->f_path.dentry) ||
	    reading->dentry != (back ? dentry : own))
		return 0;
	reading->dentry = back ? own : dentry;
	if (reading->state == POLICYD_CONTENT_USED)
		reading->state = POLICYD_CONTENT_KNOWN;
	return 0;
}

/*
 * Verdict on the name of the dentry at an address, one of those behind the open file at an address: 0 or an
 * errno. LAYER_UNKNOWN is a name that cannot be established. Global, so that it is verified once.
 */
__noinline __weak __u32 layer_decide(__u64 address, __u64 dentry, __u32 ops)
{
	__u64 state = NAME_FAILED | POLICYD_REASON_DETACHED;
	struct decision decision;
	struct name name = {};
	__u32 error;

	if (!ops || !decision_open(&decision))
		return 0;
	if (ops & DECIDE_EXECUTION) {
		decision.made = DECISION_OF_CONTENT;
		layer_lend(address, dentry, false);
	}
	if (dentry != LAYER_UNKNOWN)
		state = name_slow(dentry, decision.header->generation);
	name_resolve(&name, state, &decision);
	error = -decide_classified(&decision, &name, ops, dentry == LAYER_UNKNOWN ? NULL : (void *)dentry,
				   NULL);
	if (ops & DECIDE_EXECUTION)
		layer_lend(address, dentry, true);
	return error;
}

/*
 * Number `index` of the dentries by whose names the layer's open file at an address counts; 0 where there are
 * not so many.
 */
__noinline __weak __u64 layer_dentry(__u64 address, __u32 index)
{
	struct file *file = (void *)address;
	__u64 inode = 0, dentry = 0;

	if (address == LAYER_UNKNOWN)
		return index ? 0 : LAYER_UNKNOWN;
	if (layer_path_is_fake()) {
		if (!bpf_core_read(&inode, sizeof(inode), &file->f_inode))
			dentry = layer_alias(inode, index);
		if (dentry && index == LAYER_NAMES)
			return LAYER_UNKNOWN; /* there may be more than anybody wants to look at */
	} else if (!index) {
		bpf_core_read(&dentry, sizeof(dentry), &file->f_path.dentry);
	}
	return dentry || index ? dentry : LAYER_UNKNOWN;
}

/*
 * Number `index` of the dentries that the open file at an address has in the layer at that depth; 0 where
 * there is none. With `fake` it is a layer's file itself, with the overlay's path.
 */
__noinline __weak __u64 layer_find(__u64 address, __u32 depth, __u32 index, __u32 fake)
{
	for (__u32 i = 0; i < LAYER_DEPTH; i++) {
		if (i > depth)
			break;
		if (i || !fake)
			address = layer_below(address);
		if (!address)
			return 0;
	}
	return layer_dentry(address, index);
}

/* Verdict on what is behind the open file at an address: 0 or an errno. */
static __always_inline __u32 layer_decide_all(__u64 address, __u32 ops, __u32 fake)
{
	__u32 names = layer_path_is_fake() ? LAYER_NAMES + 1 : 1;

	for (__u32 depth = 0; depth < LAYER_DEPTH; depth++) {
		for (__u32 i = 0; i < names; i++) {
			__u64 dentry = layer_find(address, depth, i, fake);
			__u32 error;

			if (!dentry && !i)
				return 0; /* the last layer was that above */
			if (!dentry)
				break;
			error = layer_decide(address, dentry, ops);
			if (error)
				return error;
		}
	}
	return 0;
}

#endif
