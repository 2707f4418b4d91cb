/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What rules ask of a file beyond its name. Read anew at each decision about a path class that has such
 * rules, by address and in global functions, which are verified once; other classes do not come here.
 */
#ifndef BPF_LSM_CONDITION_H
#define BPF_LSM_CONDITION_H

#include "name.bpf.h"

#include <policyd/attributes.h>

#define CONDITION_FAILED (1ULL << 63) /* + enum policyd_reason */
#define CONDITION_FSTYPE 32	      /* bytes of a type's name with its NUL; a longer one no rule names */

/* Whether there is a directory at the dentry at an address. */
__noinline __weak bool condition_is_directory(__u64 dentry)
{
	struct dentry *d = (void *)dentry;
	struct inode *inode = NULL;
	__u16 mode = 0;

	return !bpf_core_read(&inode, sizeof(inode), &d->d_inode) && inode &&
	       !bpf_core_read(&mode, sizeof(mode), &inode->i_mode) && S_ISDIR(mode);
}

/* Keyed hash of the name of the file system's type, 0 where it cannot be a rule's. */
__noinline __weak __u64 condition_fstype(__u64 dentry)
{
	struct dentry *d = (void *)dentry;
	struct super_block *sb = NULL;
	struct file_system_type *type = NULL;
	const char *name = NULL;
	struct policyd_hash hash;
	struct bytes bytes;
	long length;

	__builtin_memset(&bytes, 0, sizeof(bytes));
	if (bpf_core_read(&sb, sizeof(sb), &d->d_sb) || bpf_core_read(&type, sizeof(type), &sb->s_type) ||
	    bpf_core_read(&name, sizeof(name), &type->name))
		return 0;
	length = bpf_probe_read_kernel_str(&bytes, CONDITION_FSTYPE, name);
	if (length <= 1 || length >= CONDITION_FSTYPE)
		return 0;
	hash = policyd_hash_start(&name_key, (__u32)length - 1);
	for (__u32 i = 0; i < CONDITION_FSTYPE / 8; i++)
		if (i * 8 < (__u32)length - 1)
			policyd_hash_word(&name_key, &hash, i, bytes.word[i]);
	return policyd_hash_end(&hash);
}

static __always_inline bool condition_writable(struct inode *inode, __u32 mode)
{
	__u32 owner = 0;

	return bpf_core_read(&owner, sizeof(owner), &inode->i_uid.val) || owner || mode & 0022;
}

/* Bits of enum policyd_file_state. */
static __always_inline __u32 condition_state(struct dentry *d, struct inode *inode, __u32 mode)
{
	struct dentry *parent = NULL;
	struct inode *directory = NULL;
	__u16 directory_mode = 0022;
	__u32 links = 0, state = (__u32)opaque_zero;

	if (bpf_core_read(&links, sizeof(links), &inode->i_nlink) || !links)
		state |= POLICYD_FILE_DELETED;
	if (mode & S_ISUID || (mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP))
		state |= POLICYD_FILE_SETUID;
	bpf_core_read(&parent, sizeof(parent), &d->d_parent);
	bpf_core_read(&directory, sizeof(directory), &parent->d_inode);
	bpf_core_read(&directory_mode, sizeof(directory_mode), &directory->i_mode);
	if (condition_writable(inode, mode) || condition_writable(directory, directory_mode))
		state |= POLICYD_FILE_WRITABLE;
	return policyd_opaque(state); /* one path for the verifier, not one for each state */
}

/*
 * Condition class of the file at an address, or CONDITION_FAILED | reason. `row` is what the image has for
 * its class. `made` is the mode of a file that is about to be made, `number` its device number; for one that
 * is there `made` is 0 and `number` its content class.
 */
__noinline __weak __u64 condition_class(__u64 dentry, __u32 made, __u32 number, __u32 row, __u64 generation)
{
	__u32 zero = (__u32)opaque_zero; /* what is not read is one way for the verifier with what is */
	struct policyd_attributes attributes = {
		.mode = made, .device = zero, .state = zero, .content = zero, .fstype = zero};
	const struct policyd_header *header;
	struct dentry *d = (void *)dentry;
	void *image = image_of(generation);
	struct inode *inode = NULL;
	__u32 class = 0;
	__u16 mode = 0;

	if (made)
		attributes.device = number;
	else
		attributes.content = number;
	if (!made && !bpf_core_read(&inode, sizeof(inode), &d->d_inode) && inode) {
		if (bpf_core_read(&mode, sizeof(mode), &inode->i_mode) ||
		    bpf_core_read(&attributes.device, sizeof(attributes.device), &inode->i_rdev))
			return CONDITION_FAILED | POLICYD_REASON_READ;
		attributes.mode = mode;
		attributes.state = condition_state(d, inode, mode);
	}
	attributes.fstype = condition_fstype(dentry);
	if (!image)
		return CONDITION_FAILED | POLICYD_REASON_IMAGE;
	header = policyd_header_at(image);
	if (!header || header->generation != generation)
		return CONDITION_FAILED | POLICYD_REASON_GENERATION;
	if (policyd_condition(image, header, row, &attributes, &class))
		return CONDITION_FAILED | POLICYD_REASON_IMAGE;
	return class;
}

#endif
