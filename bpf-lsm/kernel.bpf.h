/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The few kernel types that the programs read, relocated at load (CO-RE): no header or BTF of the build
 * machine is needed. Include this first in every BPF file. Fields that only some kernels have stand in
 * variants with a `___suffix`.
 */
#ifndef BPF_LSM_KERNEL_H
#define BPF_LSM_KERNEL_H

typedef unsigned char __u8;
typedef signed char __s8;
typedef unsigned short __u16;
typedef short __s16;
typedef unsigned int __u32;
typedef int __s32;
typedef unsigned long long __u64;
typedef long long __s64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u64 __be64;
typedef __u16 __sum16;
typedef __u32 __wsum;

#define NULL ((void *)0)
#define bool _Bool
#define true 1
#define false 0

enum bpf_map_type {
	BPF_MAP_TYPE_HASH = 1,
	BPF_MAP_TYPE_ARRAY = 2,
	BPF_MAP_TYPE_PERCPU_HASH = 5,
	BPF_MAP_TYPE_PERCPU_ARRAY = 6,
	BPF_MAP_TYPE_CGROUP_ARRAY = 8,
	BPF_MAP_TYPE_LRU_HASH = 9,
	BPF_MAP_TYPE_ARRAY_OF_MAPS = 12,
	BPF_MAP_TYPE_SK_STORAGE = 24,
	BPF_MAP_TYPE_RINGBUF = 27,
	BPF_MAP_TYPE_INODE_STORAGE = 28,
	BPF_MAP_TYPE_TASK_STORAGE = 29,
};

#define BPF_ANY			       0
#define BPF_NOEXIST		       1
#define BPF_F_NO_PREALLOC	       (1U << 0)
#define BPF_F_RDONLY_PROG	       (1U << 7)
#define BPF_F_MMAPABLE		       (1U << 10)
#define BPF_F_INNER_MAP		       (1U << 12)
#define BPF_LOCAL_STORAGE_GET_F_CREATE 1
#define BPF_RB_AVAIL_DATA	       0
#define BPF_RB_RING_SIZE	       1
#define BPF_RB_NO_WAKEUP	       1
#define BPF_RB_FORCE_WAKEUP	       2

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") __weak = "Dual BSD/GPL";

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct list_head {
	struct list_head *next, *prev;
};

struct seqcount {
	unsigned int sequence;
};

struct seqcount_spinlock {
	struct seqcount seqcount;
};

struct qstr {
	union {
		struct {
			__u32 hash;
			__u32 len;
		};
		__u64 hash_len;
	};
	const unsigned char *name;
};

struct hlist_node {
	struct hlist_node *next;
};

struct hlist_head {
	struct hlist_node *first;
};

struct super_block;
struct inode;

union dentry_list {
	struct hlist_node d_alias;
};

struct dentry {
	unsigned int d_flags;
	struct seqcount_spinlock d_seq;
	struct dentry *d_parent;
	struct qstr d_name;
	struct inode *d_inode;
	unsigned char d_iname[32];
	struct super_block *d_sb;
	union dentry_list d_u;
};

/* The inline name since it became a union. */
union shortname_store {
	unsigned char string[40];
};

struct dentry___shortname {
	union shortname_store d_shortname;
};

struct file_system_type {
	const char *name;
	int fs_flags;
};

struct unicode_map;

struct super_block {
	__u32 s_dev;
	unsigned long s_flags;
	unsigned long s_iflags;
	unsigned long s_magic;
	struct dentry *s_root;
	struct file_system_type *s_type;
	struct unicode_map *s_encoding; /* where the kernel has CONFIG_UNICODE */
};

typedef struct {
	unsigned int val;
} kuid_t;

typedef struct {
	int counter;
} atomic_t;

typedef struct {
	__s64 counter;
} atomic64_t;

struct inode {
	__u16 i_mode;
	kuid_t i_uid;
	unsigned int i_flags;
	struct super_block *i_sb;
	unsigned long i_ino;
	union {
		unsigned int i_nlink;
		unsigned int __i_nlink;
	};
	__u32 i_rdev;
	__u32 i_generation;
	long long i_size;
	atomic64_t i_version;
	atomic_t i_writecount; /* above 0: open for writing; below: being executed */
	struct hlist_head i_dentry;
	void *i_private;
};

struct vfsmount {
	struct dentry *mnt_root;
	struct super_block *mnt_sb;
};

struct mount {
	struct mount *mnt_parent;
	struct vfsmount mnt;
	int mnt_group_id;
};

struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
};

struct address_space {
	atomic_t i_mmap_writable; /* shared mappings by descriptors that may write; below 0: none may be made
				   */
};

struct file {
	unsigned int f_mode;
	unsigned int f_flags;
	struct path f_path;
	struct inode *f_inode;
	struct address_space *f_mapping;
	void *private_data;
};

/* Since 6.5: what a file system opens of another one below it. */
struct backing_file {
	struct file file;
};

#include "kernel_task.bpf.h"

struct linux_binprm {
	struct file *executable;
	struct file *interpreter;
	struct file *file;
	struct cred *cred;    /* what the program will have */
	const char *filename; /* as it was given to execve */
	const char *interp;   /* the same, until an interpreter takes its place */
};

/* Since 6.14: AT_EXECVE_CHECK, which only asks whether the file may be executed. */
struct linux_binprm___check {
	unsigned int is_check : 1;
};

/* An operation of an io_uring. */
struct io_kiocb {
	__u8 opcode;
};

struct seq_file;

struct bpf_iter_meta {
	struct seq_file *seq;
	__u64 session_id;
	__u64 seq_num;
};

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};

/* A name as a process typed it. */
struct filename {
	const char *name;
};

struct open_flags {
	int open_flag;
};

struct bpf_map {
	__u32 id;
	char name[16];
};

struct bpf_prog_aux {
	__u32 id;
};

struct bpf_prog {
	struct bpf_prog_aux *aux;
};

struct vm_area_struct {
	struct file *vm_file;
	unsigned long vm_flags;
	void *anon_vma;
};

struct renamedata {
	struct dentry *old_dentry;
	struct dentry *new_dentry;
};

struct iattr {
	unsigned int ia_valid;
};

#pragma clang attribute pop

#include "kernel_number.bpf.h"
#define EINVAL		22
#define SIGKILL		9
#define RENAME_EXCHANGE 2

#endif
