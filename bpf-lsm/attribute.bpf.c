/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a file is apart from its name and contents.
 *
 *   inode_setattr                          times (mode, owner and size have hooks of their own)
 *   inode_setxattr, inode_removexattr      extended attributes
 *   inode_set_acl, inode_remove_acl        access lists where the kernel has the hooks; before them they are
 *                                          extended attributes
 *   inode_file_setattr                     inode flags by their own system call, where there is one
 *   file_ioctl, file_ioctl_compat          device nodes, and inode flags by ioctl
 */
#include "decide.bpf.h"

#define ATTR_MODE   (1U << 0)
#define ATTR_UID    (1U << 1)
#define ATTR_GID    (1U << 2)
#define ATTR_SIZE   (1U << 3)
#define ATTR_ATIME  (1U << 4)
#define ATTR_MTIME  (1U << 5)
#define ATTR_OTHERS (ATTR_MODE | ATTR_UID | ATTR_GID | ATTR_SIZE)
#define S_IFCHR	    0020000
#define S_IFBLK	    0060000
#define SETFLAGS    0x40086602U
#define SETFLAGS_32 0x40046602U
#define FSSETXATTR  0x401c5820U

static __always_inline int attribute_times(struct dentry *dentry, struct iattr *attr, int ret)
{
	if (ret)
		return ret;
	if (attr->ia_valid & ATTR_OTHERS || !(attr->ia_valid & (ATTR_ATIME | ATTR_MTIME)))
		return 0;
	return decide_dentry(dentry, POLICYD_OP_FILE_SETATTR, NULL);
}

/* Arrived together with the first argument of inode_setattr. Only whether there is such a type is asked. */
struct mnt_idmap {
	int any;
};

/* Apart, so that clang does not make one load of both places: the verifier wants constant ones. */
static __noinline int attribute_times_idmap(unsigned long long *ctx)
{
	return attribute_times((void *)ctx[1], (void *)ctx[2], (int)ctx[3]);
}

static __noinline int attribute_times_plain(unsigned long long *ctx)
{
	return attribute_times((void *)ctx[0], (void *)ctx[1], (int)ctx[2]);
}

SEC("lsm/inode_setattr")
int inode_setattr(unsigned long long *ctx)
{
	if (bpf_core_type_exists(struct mnt_idmap))
		return attribute_times_idmap(ctx);
	return attribute_times_plain(ctx);
}

SEC("lsm/inode_setxattr")
int BPF_PROG(inode_setxattr, void *idmap, struct dentry *dentry, const char *name, const void *value,
	     __u64 size, int flags, int ret)
{
	if (ret)
		return ret;
	return decide_dentry(dentry, POLICYD_OP_FILE_SETATTR, NULL);
}

SEC("lsm/inode_removexattr")
int BPF_PROG(inode_removexattr, void *idmap, struct dentry *dentry, const char *name, int ret)
{
	if (ret)
		return ret;
	return decide_dentry(dentry, POLICYD_OP_FILE_SETATTR, NULL);
}

SEC("?lsm/inode_set_acl")
int BPF_PROG(inode_set_acl, void *idmap, struct dentry *dentry, const char *name, void *acl, int ret)
{
	if (ret)
		return ret;
	return decide_dentry(dentry, POLICYD_OP_FILE_SETATTR, NULL);
}

SEC("?lsm/inode_remove_acl")
int BPF_PROG(inode_remove_acl, void *idmap, struct dentry *dentry, const char *name, int ret)
{
	if (ret)
		return ret;
	return decide_dentry(dentry, POLICYD_OP_FILE_SETATTR, NULL);
}

SEC("?lsm/inode_file_setattr")
int BPF_PROG(inode_file_setattr, struct dentry *dentry, void *attributes, int ret)
{
	if (ret)
		return ret;
	return decide_dentry(dentry, POLICYD_OP_FILE_SETATTR, NULL);
}

static __always_inline int attribute_ioctl(struct file *file, __u32 command)
{
	__u32 type = file->f_inode->i_mode & S_IFMT;
	__u32 ops = 0;

	if (type == S_IFCHR || type == S_IFBLK)
		ops = POLICYD_OP_FILE_IOCTL;
	else if (command == SETFLAGS || command == SETFLAGS_32 || command == FSSETXATTR)
		ops = POLICYD_OP_FILE_SETATTR;
	return decide_dentry(file->f_path.dentry, ops, NULL);
}

SEC("lsm/file_ioctl")
int BPF_PROG(file_ioctl, struct file *file, unsigned int command, unsigned long argument, int ret)
{
	if (ret)
		return ret;
	return attribute_ioctl(file, command);
}

SEC("?lsm/file_ioctl_compat")
int BPF_PROG(file_ioctl_compat, struct file *file, unsigned int command, unsigned long argument, int ret)
{
	if (ret)
		return ret;
	return attribute_ioctl(file, command);
}
