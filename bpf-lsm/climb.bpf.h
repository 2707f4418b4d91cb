/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * From a dentry up to the root of its file system, by addresses: how deep it is, the dentries on the way, and
 * the state of the automaton that its name starts from.
 */
#ifndef BPF_LSM_CLIMB_H
#define BPF_LSM_CLIMB_H

#include "component.bpf.h"
#include "fold.bpf.h"

#define NAME_CHAIN     4    /* dentries fetched in one climb */
#define NAME_DEPTH_MAX 4096 /* components; a deeper name is unresolved */

#define HUGETLBFS_MAGIC 0x958458f6
#define PIPEFS_MAGIC	0x50495045
#define SOCKFS_MAGIC	0x534F434B
/* SB_KERNMOUNT, SB_NOUSER: nobody can mount it. */
#define SB_INTERNAL (1UL << 22 | 1UL << 31)

/* Start state of a root; of the unmapped filesystems where the host does not mount this one. */
static __always_inline __u64 name_root(void *image, const struct policyd_header *header, __u32 kind, __u32 id)
{
	__u32 state = 0;
	int r;

	r = policyd_edge_find(image, header, POLICYD_EDGE_ROOT, policyd_root_key(kind, id), &state);
	if (!r && kind == POLICYD_ROOT_DEV)
		r = policyd_edge_find(image, header, POLICYD_EDGE_ROOT,
				      policyd_root_key(POLICYD_ROOT_UNMAPPED, 0), &state);
	return r < 0 ? NAME_FAILED | POLICYD_REASON_IMAGE : state;
}

/* Kind of a filesystem that is never mounted, for dentries that stand alone in it. */
static __always_inline __u32 name_pseudo(unsigned long magic)
{
	switch (magic) {
	case TMPFS_MAGIC:
	case HUGETLBFS_MAGIC:
		return POLICYD_ROOT_MEMFD;
	case PIPEFS_MAGIC:
		return POLICYD_ROOT_PIPE;
	case SOCKFS_MAGIC:
		return POLICYD_ROOT_SOCKET;
	}
	return POLICYD_ROOT_ANONYMOUS;
}

struct chain {
	__u64 dentry[NAME_CHAIN];
};

struct chain_walk {
	__u64 dentry;
	__u64 first;
	struct chain chain;
};

static long name_chain_one(__u32 i, struct chain_walk *walk)
{
	struct dentry *d = (void *)walk->dentry;
	__u64 at = i - walk->first;

	if (at < NAME_CHAIN)
		walk->chain.dentry[at & (NAME_CHAIN - 1)] = walk->dentry;
	return bpf_probe_read_kernel(&walk->dentry, sizeof(walk->dentry),
				     __builtin_preserve_access_index(&d->d_parent)) != 0;
}

/* Fills `chain` with the dentries at distances first, first + 1, … from the leaf. */
__noinline __weak int name_chain(struct chain *chain, __u64 leaf, __u64 first)
{
	struct chain_walk walk = {.dentry = leaf, .first = first};

	if (!chain)
		return -1;
	bpf_loop((__u32)first + NAME_CHAIN, name_chain_one, &walk, 0);
	*chain = walk.chain;
	return 0;
}

struct depth_walk {
	__u64 dentry;
	__u32 depth;
	__u32 ended;
};

static long name_depth_one(__u32 i, struct depth_walk *walk)
{
	struct dentry *d = (void *)walk->dentry;
	__u64 parent = 0;

	walk->depth = i;
	if (bpf_probe_read_kernel(&parent, sizeof(parent), __builtin_preserve_access_index(&d->d_parent)))
		return 1;
	if (parent == walk->dentry) {
		walk->ended = 1;
		return 1;
	}
	walk->dentry = parent;
	return 0;
}

/* Number of components of a name (0: a root or an anonymous file), or NAME_FAILED. */
__noinline __weak __u64 name_depth(__u64 leaf)
{
	struct depth_walk walk = {.dentry = leaf};
	struct dentry *d = (void *)leaf, *root = NULL;
	struct super_block *sb = NULL;

	bpf_loop(NAME_DEPTH_MAX, name_depth_one, &walk, 0);
	if (!walk.ended)
		return NAME_FAILED |
		       (walk.depth == NAME_DEPTH_MAX - 1 ? POLICYD_REASON_DEPTH : POLICYD_REASON_READ);
	if (!walk.depth)
		return 0;
	if (bpf_core_read(&sb, sizeof(sb), &d->d_sb) || bpf_core_read(&root, sizeof(root), &sb->s_root))
		return NAME_FAILED | POLICYD_REASON_READ;
	return (__u64)root == walk.dentry ? walk.depth : NAME_FAILED | POLICYD_REASON_DETACHED;
}

/*
 * Start state of the root of the leaf's filesystem, or of its kind of anonymous file, which stand alone in a
 * filesystem of the kernel's own. With NAME_FOLDING where some directories of the filesystem, with
 * NAME_FOLDED where already its root takes names in other spellings.
 */
__noinline __weak __u64 name_start(__u64 leaf, __u64 depth, __u64 generation)
{
	struct dentry *d = (void *)leaf, *root = NULL;
	const struct policyd_header *header;
	void *image = image_of(generation);
	struct super_block *sb = NULL;
	unsigned long magic = 0, flags = 0;
	__u32 dev = 0;

	if (!image)
		return NAME_FAILED | POLICYD_REASON_IMAGE;
	header = policyd_header_at(image);
	if (!header || header->generation != generation)
		return NAME_FAILED | POLICYD_REASON_GENERATION;
	if (bpf_core_read(&sb, sizeof(sb), &d->d_sb) || bpf_core_read(&root, sizeof(root), &sb->s_root) ||
	    bpf_core_read(&dev, sizeof(dev), &sb->s_dev) ||
	    bpf_core_read(&flags, sizeof(flags), &sb->s_flags) ||
	    bpf_core_read(&magic, sizeof(magic), &sb->s_magic))
		return NAME_FAILED | POLICYD_REASON_READ;
	if (depth || (__u64)root == leaf)
		return name_mark(name_root(image, header, POLICYD_ROOT_DEV, dev), (__u64)sb, (__u64)root);
	if (!(flags & SB_INTERNAL)) /* opened by its handle: its name is on disk only */
		return NAME_FAILED | POLICYD_REASON_DETACHED;
	return name_root(image, header, name_pseudo(magic), 0) | NAME_PSEUDO;
}

#endif
