/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * fs.h, stat.h and the like: numbers that the kernel does not change.
 */
#ifndef BPF_LSM_KERNEL_NUMBER_H
#define BPF_LSM_KERNEL_NUMBER_H

#define FMODE_READ	    0x1
#define FMODE_WRITE	    0x2
#define FMODE_CREATED	    0x100000
#define FMODE_EXEC	    0x20
#define __FMODE_EXEC	    0x20 /* in open_flags: a program to execute is looked for */
#define O_ACCMODE	    00000003
#define O_TRUNC		    00001000
#define O_APPEND	    00002000
#define S_IFMT		    00170000
#define S_IFREG		    0100000
#define S_IFDIR		    0040000
#define S_IFLNK		    0120000
#define S_IFCHR		    0020000
#define S_IFSOCK	    0140000
#define S_ISUID		    0004000
#define S_ISGID		    0002000
#define S_IXGRP		    0000010
#define S_ISREG(mode)	    (((mode)&S_IFMT) == S_IFREG)
#define S_ISDIR(mode)	    (((mode)&S_IFMT) == S_IFDIR)
#define PROT_WRITE	    0x2
#define PROT_EXEC	    0x4
#define MAP_TYPE	    0x0f
#define MAP_SHARED	    0x01
#define MAP_PRIVATE	    0x02
#define MAP_ANONYMOUS	    0x20
#define MAP_SHARED_VALIDATE 0x03
#define VM_WRITE	    0x2
#define VM_EXEC		    0x4
#define VM_SHARED	    0x8
#define PF_EXITING	    0x00000004
#define CLONE_THREAD	    0x00010000UL
#define VM_HUGETLB	    0x00400000
#define S_PRIVATE	    0x200
#define PF_KTHREAD	    0x00200000
#define EPERM		    1
#define ENOMEM		    12
#define ENOSPC		    28
#define EEXIST		    17
#define EFAULT		    14

#define OVERLAYFS_MAGIC 0x794c7630

#endif
