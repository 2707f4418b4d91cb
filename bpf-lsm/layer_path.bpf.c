/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What an overlay does in its upper layer for who changes something in it. The programs that decide about
 * names saw the overlay's name; the hooks of inodes see the layer's. An overlay works with the credentials of
 * who mounted it, so that a task has others than its own just then: that is how it is known, and what costs
 * everybody else a comparison.
 *
 *   inode_create, inode_mkdir, inode_mknod, inode_symlink   create
 *   inode_unlink, inode_rmdir                               delete
 *   inode_link, inode_rename                                as path_link and path_rename
 *   inode_setattr                                           chmod, chown; size: write
 *
 * What it does with files of its own in its work directory is decided where they get a name elsewhere: a file
 * that is copied up, or made where a whiteout stood, is created there; a whiteout deletes.
 */
#include "gain.bpf.h"
#include "setattr.bpf.h"

#define LAYER_WORK	  0x6b726f77U /* "work" */
#define LAYER_NAME_LENGTH 24	      /* '#' and a number, with room */

static __always_inline bool layer_acts(void)
{
	struct task_struct *task = bpf_get_current_task_btf();

	return task->cred != task->real_cred && !(task->flags & PF_KTHREAD);
}

/* Whether a name is one that overlayfs makes: '#' and a number, hexadecimal or, without a name, decimal. */
static __always_inline bool layer_name_is_made(const char name[LAYER_NAME_LENGTH])
{
	if (name[0] != '#' || !name[1])
		return false;
	for (__u32 i = 1; i < LAYER_NAME_LENGTH; i++) {
		char c = name[i];

		if (!c)
			return true;
		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
			return false;
	}
	return false;
}

/* Whether the dentry at an address is a file of the overlay's own, in its work directory. */
__noinline __weak bool layer_is_temporary(__u64 address)
{
	struct dentry *dentry = (void *)address, *parent = NULL;
	char name[LAYER_NAME_LENGTH] = {};
	__u32 length = 0, word = 0;
	__u64 bytes = 0;

	if (name_read(address, &bytes, &length) || length >= LAYER_NAME_LENGTH ||
	    bpf_probe_read_kernel_str(name, sizeof(name), (void *)bytes) <= 0 || !layer_name_is_made(name))
		return false;
	return !bpf_core_read(&parent, sizeof(parent), &dentry->d_parent) &&
	       !name_read((__u64)parent, &bytes, &length) && length == sizeof(word) &&
	       !bpf_probe_read_kernel(&word, sizeof(word), (void *)bytes) && word == LAYER_WORK;
}

static __always_inline int layer_new(struct dentry *dentry, __u32 mode, __u32 device)
{
	if (!layer_acts() || layer_is_temporary(address_of(dentry)))
		return 0;
	return decide_new(dentry, POLICYD_OP_FILE_CREATE, mode, device);
}

static __always_inline int layer_end(struct dentry *dentry)
{
	if (!layer_acts() || layer_is_temporary(address_of(dentry)))
		return 0;
	return decide_dentry(dentry, POLICYD_OP_FILE_DELETE, NULL);
}

SEC("lsm/inode_create")
int BPF_PROG(layer_create, struct inode *dir, struct dentry *dentry, unsigned short mode, int ret)
{
	return ret ? ret : layer_new(dentry, mode, 0);
}

SEC("lsm/inode_mkdir")
int BPF_PROG(layer_mkdir, struct inode *dir, struct dentry *dentry, unsigned short mode, int ret)
{
	return ret ? ret : layer_new(dentry, S_IFDIR, 0);
}

SEC("lsm/inode_mknod")
int BPF_PROG(layer_mknod, struct inode *dir, struct dentry *dentry, unsigned short mode, unsigned int dev,
	     int ret)
{
	return ret ? ret : layer_new(dentry, mode, dev);
}

SEC("lsm/inode_symlink")
int BPF_PROG(layer_symlink, struct inode *dir, struct dentry *dentry, const char *old_name, int ret)
{
	return ret ? ret : layer_new(dentry, S_IFLNK, 0);
}

SEC("lsm/inode_unlink")
int BPF_PROG(layer_unlink, struct inode *dir, struct dentry *dentry, int ret)
{
	return ret ? ret : layer_end(dentry);
}

SEC("lsm/inode_rmdir")
int BPF_PROG(layer_rmdir, struct inode *dir, struct dentry *dentry, int ret)
{
	return ret ? ret : layer_end(dentry);
}

/* A file of the overlay's own gets the name `to`. Apart from what gets another name, for the stack. */
static __always_inline int layer_place(struct dentry *from, struct dentry *to)
{
	__u32 ops = POLICYD_OP_FILE_CREATE;
	struct inode *inode;

	if (!layer_acts() || !layer_is_temporary(address_of(from)) || layer_is_temporary(address_of(to)))
		return 0;
	inode = from->d_inode;
	if (inode && (inode->i_mode & S_IFMT) == S_IFCHR && !inode->i_rdev)
		ops = POLICYD_OP_FILE_DELETE; /* a whiteout */
	else if (to->d_inode)
		ops |= POLICYD_OP_FILE_DELETE;
	return decide_dentry(to, policyd_opaque(ops), NULL);
}

SEC("lsm/inode_link")
int BPF_PROG(layer_link_own, struct dentry *old_dentry, struct inode *dir, struct dentry *new_dentry, int ret)
{
	return ret ? ret : layer_place(old_dentry, new_dentry);
}

SEC("lsm/inode_link")
int BPF_PROG(layer_link, struct dentry *old_dentry, struct inode *dir, struct dentry *new_dentry, int ret)
{
	if (ret)
		return ret;
	if (!layer_acts() || layer_is_temporary(address_of(old_dentry)))
		return 0;
	return decide_pair(old_dentry, POLICYD_OP_FILE_LINK, new_dentry, POLICYD_OP_FILE_CREATE, false);
}

SEC("lsm/inode_rename")
int BPF_PROG(layer_rename_own, struct inode *old_dir, struct dentry *old_dentry, struct inode *new_dir,
	     struct dentry *new_dentry, int ret)
{
	return ret ? ret : layer_place(old_dentry, new_dentry);
}

/* What becomes a file of the overlay's own is deleted; what somebody would gain by that name counts. */
SEC("lsm/inode_rename")
int BPF_PROG(layer_rename, struct inode *old_dir, struct dentry *old_dentry, struct inode *new_dir,
	     struct dentry *new_dentry, int ret)
{
	__u32 ops = POLICYD_OP_FILE_RENAME, to_ops = POLICYD_OP_FILE_CREATE;

	if (ret)
		return ret;
	if (!layer_acts() || layer_is_temporary(address_of(old_dentry)))
		return 0;
	if (layer_is_temporary(address_of(new_dentry))) {
		ops = POLICYD_OP_FILE_DELETE;
		to_ops = 0;
	} else if (new_dentry->d_inode) {
		to_ops |= POLICYD_OP_FILE_DELETE;
	}
	ops = policyd_opaque(ops);
	to_ops = policyd_opaque(to_ops);
	asm volatile("" : "+r"(ops), "+r"(to_ops)); /* the sums are kept, not what they are of */
	return decide_pair(old_dentry, ops, new_dentry, to_ops, false);
}

static __always_inline int layer_change(struct dentry *dentry, struct iattr *attr, int ret)
{
	__u32 valid, ops = 0;

	if (ret || !layer_acts())
		return ret;
	valid = attr->ia_valid;
	if (valid & (ATTR_UID | ATTR_GID))
		ops = POLICYD_OP_FILE_CHOWN;
	else if (valid & ATTR_SIZE)
		ops = POLICYD_OP_FILE_WRITE;
	else if (valid & ATTR_MODE)
		ops = POLICYD_OP_FILE_CHMOD;
	if (!ops || layer_is_temporary(address_of(dentry)))
		return 0;
	return decide_dentry(dentry, policyd_opaque(ops), NULL);
}

SETATTR_PROG(layer_setattr, layer_change)
