/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Memory that becomes executable, and what it was before.
 */
#ifndef BPF_LSM_MEMORY_H
#define BPF_LSM_MEMORY_H

#include "maps.bpf.h"

enum memory {
	MEMORY_OTHER,	  /* a file's contents, or it does not become executable */
	MEMORY_ANONYMOUS, /* no file backs it */
	MEMORY_COPY,	  /* a private mapping of a file that was, is or becomes writable */
};

/* Memory of the kernel's own making behind a file that nobody can name: shared memory, System V segments. */
static __always_inline bool memory_is_private(struct file *file)
{
	return file->f_inode->i_flags & S_PRIVATE;
}

#define ANON_INODE_FS_MAGIC 0x09041934
#define DEVICE_ZERO	    (1U << 20 | 5)

/* The same behind other files: /dev/zero, and the kernel's own (rings of io_uring). */
static __always_inline bool memory_is_blank(struct file *file)
{
	struct inode *inode = file->f_inode;

	return memory_is_private(file) || inode->i_sb->s_magic == ANON_INODE_FS_MAGIC ||
	       ((inode->i_mode & S_IFMT) == S_IFCHR && inode->i_rdev == DEVICE_ZERO);
}

/* Huge pages that no file backs: theirs stands alone, and is not called memfd:NAME. */
static __always_inline bool memory_is_huge(struct vm_area_struct *vma, struct file *file)
{
	struct dentry *dentry = file->f_path.dentry;
	__u64 name = 0;
	char first = 'm';

	if (!(vma->vm_flags & VM_HUGETLB) || dentry->d_parent != dentry)
		return false;
	bpf_probe_read_kernel(&name, sizeof(name), __builtin_preserve_access_index(&dentry->d_name.name));
	bpf_probe_read_kernel(&first, sizeof(first), (void *)name);
	return first != 'm';
}

/* Whether mprotect() to `prot` makes a mapping executable, or an executable one writable as well. */
static __always_inline bool memory_becomes(unsigned long had, unsigned long prot)
{
	return prot & PROT_EXEC && (!(had & VM_EXEC) || (prot & PROT_WRITE && !(had & VM_WRITE)));
}

/* At the hook mmap_file. */
static __always_inline enum memory memory_mapped(struct file *file, unsigned long prot, unsigned long flags)
{
	if (!(prot & PROT_EXEC))
		return MEMORY_OTHER;
	if (!file || flags & MAP_ANONYMOUS || memory_is_blank(file))
		return MEMORY_ANONYMOUS;
	return prot & PROT_WRITE && (flags & MAP_TYPE) == MAP_PRIVATE ? MEMORY_COPY : MEMORY_OTHER;
}

/* At the hook file_mprotect. A private mapping that was written to has an anon_vma. */
static __always_inline enum memory memory_turned(struct vm_area_struct *vma, unsigned long prot)
{
	unsigned long had = vma->vm_flags;
	struct file *file;

	if (!memory_becomes(had, prot))
		return MEMORY_OTHER;
	file = vma->vm_file;
	if (!file || memory_is_blank(file) || memory_is_huge(vma, file))
		return MEMORY_ANONYMOUS;
	if (had & VM_SHARED || !(prot & PROT_WRITE || had & VM_WRITE || vma->anon_vma))
		return MEMORY_OTHER;
	return MEMORY_COPY;
}

#endif
