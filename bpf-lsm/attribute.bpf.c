/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a file is apart from its name and contents.
 *
 *   inode_setattr                          times (mode, owner and size have hooks of their own)
 *   inode_setxattr, inode_removexattr      extended attributes
 *   inode_set_acl, inode_remove_acl        access lists where the kernel has the hooks; before them they are
 *                                          extended attributes. They say who may do what, as the mode does.
 *   inode_file_setattr                     inode flags by their own system call, where there is one
 *   file_ioctl, file_ioctl_compat          device nodes; by ioctl: inode flags, FAT's attributes, verity,
 *                                          flags of btrfs's subvolumes
 */
#include "decide.bpf.h"
#include "setattr.bpf.h"

#define ATTR_OTHERS (ATTR_MODE | ATTR_UID | ATTR_GID | ATTR_SIZE)
#define S_IFBLK	    0060000
#define SETFLAGS    0x40086602U
#define SETFLAGS_32 0x40046602U
#define FSSETXATTR  0x401c5820U
#define VERITY	    0x40806685U		  /* FS_IOC_ENABLE_VERITY */
#define FAT_SET	    0x40047211U		  /* FAT_IOCTL_SET_ATTRIBUTES */
#define SUBVOL_SET  0x4008941aU		  /* BTRFS_IOC_SUBVOL_SETFLAGS: read-only, or not */
#define ACL_NAME_1  0x702e6d6574737973ULL /* "system.posix_acl", the start of the names of access lists */
#define ACL_NAME_2  0x6c63615f7869736fULL

static __always_inline int attribute_times(struct dentry *dentry, struct iattr *attr, int ret)
{
	if (ret)
		return ret;
	if (attr->ia_valid & ATTR_OTHERS || !(attr->ia_valid & (ATTR_ATIME | ATTR_MTIME)))
		return 0;
	return decide_dentry(dentry, POLICYD_OP_FILE_SETATTR, NULL);
}

SETATTR_PROG(inode_setattr, attribute_times)

#define ATTRIBUTE_ACCESS (POLICYD_OP_FILE_SETATTR | POLICYD_OP_FILE_CHMOD)

/* What changing an extended attribute of this name is. One that cannot be read may be an access list. */
static __always_inline __u32 attribute_ops(const char *name)
{
	__u64 word[2] = {ACL_NAME_1, ACL_NAME_2};

	if (!bpf_probe_read_kernel(word, sizeof(word), name) &&
	    (word[0] != ACL_NAME_1 || word[1] != ACL_NAME_2))
		return POLICYD_OP_FILE_SETATTR;
	return ATTRIBUTE_ACCESS;
}

SEC("lsm/inode_setxattr")
int BPF_PROG(inode_setxattr, void *idmap, struct dentry *dentry, const char *name, const void *value,
	     __u64 size, int flags, int ret)
{
	if (ret)
		return ret;
	return decide_dentry(dentry, attribute_ops(name), NULL);
}

SEC("lsm/inode_removexattr")
int BPF_PROG(inode_removexattr, void *idmap, struct dentry *dentry, const char *name, int ret)
{
	if (ret)
		return ret;
	return decide_dentry(dentry, attribute_ops(name), NULL);
}

SEC("?lsm/inode_set_acl")
int BPF_PROG(inode_set_acl, void *idmap, struct dentry *dentry, const char *name, void *acl, int ret)
{
	if (ret)
		return ret;
	return decide_dentry(dentry, ATTRIBUTE_ACCESS, NULL);
}

SEC("?lsm/inode_remove_acl")
int BPF_PROG(inode_remove_acl, void *idmap, struct dentry *dentry, const char *name, int ret)
{
	if (ret)
		return ret;
	return decide_dentry(dentry, ATTRIBUTE_ACCESS, NULL);
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
	else if (command == SETFLAGS || command == SETFLAGS_32 || command == FSSETXATTR ||
		 command == VERITY || command == FAT_SET || command == SUBVOL_SET)
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
