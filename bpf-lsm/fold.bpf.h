/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Directories in which a name has many spellings (docs/architecture.md).
 */
#ifndef BPF_LSM_FOLD_H
#define BPF_LSM_FOLD_H

#include "component.bpf.h"

#define DCACHE_OP_COMPARE 0x2u
#define S_CASEFOLD	  (1U << 15)
#define EXT4_SUPER_MAGIC  0xEF53
#define F2FS_SUPER_MAGIC  0xF2F52010
#define TMPFS_MAGIC	  0x01021994

/* Whether some directories of a filesystem take names in other spellings. */
__noinline __weak bool name_may_fold(__u64 super)
{
	struct super_block *sb = (void *)super;
	struct unicode_map *encoding = NULL;
	struct dentry *root = NULL;
	__u32 flags = 0;

	if (bpf_core_field_exists(sb->s_encoding) &&
	    bpf_core_read(&encoding, sizeof(encoding), &sb->s_encoding))
		return true;
	if (bpf_core_read(&root, sizeof(root), &sb->s_root) ||
	    bpf_core_read(&flags, sizeof(flags), &root->d_flags))
		return true;
	return encoding || flags & DCACHE_OP_COMPARE;
}

/*
 * Whether names in the directory have several spellings, so that the bytes that somebody used say nothing:
 * its own flag where a filesystem has one for each directory, else that the filesystem compares names its own
 * way.
 */
__noinline __weak bool name_is_folded(__u64 directory)
{
	struct dentry *d = (void *)directory;
	struct super_block *sb = NULL;
	struct inode *inode = NULL;
	unsigned long magic = 0;
	__u32 flags = 0, own = 0;

	if (bpf_core_read(&inode, sizeof(inode), &d->d_inode) ||
	    bpf_core_read(&own, sizeof(own), &inode->i_flags) ||
	    bpf_core_read(&flags, sizeof(flags), &d->d_flags) || bpf_core_read(&sb, sizeof(sb), &d->d_sb) ||
	    bpf_core_read(&magic, sizeof(magic), &sb->s_magic) || own & S_CASEFOLD)
		return true;
	return flags & DCACHE_OP_COMPARE && magic != EXT4_SUPER_MAGIC && magic != F2FS_SUPER_MAGIC &&
	       magic != TMPFS_MAGIC && magic != OVERLAYFS_MAGIC;
}

/* State 0 needs no mark: nothing below it is named by any rule. */
static __always_inline __u64 name_mark(__u64 state, __u64 super, __u64 root)
{
	if (state & NAME_FAILED || !state || !name_may_fold(super))
		return state;
	return state | (name_is_folded(root) ? NAME_FOLDED : NAME_FOLDING);
}

#endif
