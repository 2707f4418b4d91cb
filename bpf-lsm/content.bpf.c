/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * SHA-256 of files that are about to be executed, by the kernel's integrity subsystem (IMA).
 *
 *   content_ask_run, content_ask_check, content_ask_load
 *                                        finds out whether a rule asks for what is in the file
 *   content_read_run, content_read_check, content_read_load
 *                                        reads it; they sleep, and look at no policy
 *   content_write (the hook file_open)   whoever opens a file for writing makes what was read of it void
 *
 * The hooks are bprm_check_security, bprm_creds_for_exec where execveat() is only asked, and mmap_file. What
 * is attached last runs first, so the table of hooks has the programs that decide before those that read, and
 * these before those that ask. In another order nothing is known when it is decided, which is refused and
 * counted.
 *
 * Execution denies writers until the program ends, so nobody can write between reading and running. A library
 * has no such protection, beyond that nobody may have it open for writing here.
 */
#include "decide.bpf.h"
#include "opened.bpf.h"

#define SB_KERNMOUNT (1UL << 22)
#define SB_I_VERSION (1UL << 23)

/* What was read of an inode. It counts while nobody has opened the file for writing since. */
struct content_entry {
	__u64 digest[4];
	__u64 version; /* content_version() */
	__u64 size;
	__u64 seal;
	__u32 writes; /* opened for writing, counted since there is an entry */
	__u32 reserved;
};

struct {
	__uint(type, BPF_MAP_TYPE_INODE_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct content_entry);
} contents SEC(".maps") __weak;

/* Two tasks may write an entry at the same time: a mixture of theirs does not fit its seal. */
static __always_inline __u64 content_seal(const __u64 digest[4], __u64 version, __u64 size, __u32 writes)
{
	struct policyd_hash hash = policyd_hash_start(&name_key, 56);

	for (__u32 i = 0; i < 4; i++)
		policyd_hash_word(&name_key, &hash, i, digest[i]);
	policyd_hash_word(&name_key, &hash, 4, version);
	policyd_hash_word(&name_key, &hash, 5, size);
	policyd_hash_word(&name_key, &hash, 6, writes);
	return policyd_hash_end(&hash) + 1; /* never 0, which a new entry has */
}

/* i_version but for its lowest bit, which says that somebody has asked for it: as IMA does before it reads,
 * so that the next change counts. */
static __always_inline __u64 content_version(struct inode *inode)
{
	return (__u64)inode->i_version.counter | 1;
}

static __always_inline bool content_is_written(struct inode *inode)
{
	return inode->i_writecount.counter > 0;
}

/*
 * Whether what is read once is what is executed: a regular file, that no server can change meanwhile
 * (network, FUSE), and that is written to through counted opens only. Memory files are not: their maker's
 * descriptor is never counted.
 */
static __always_inline bool content_lasts(struct file *file)
{
	struct dentry *dentry = file->f_path.dentry;

	return S_ISREG(file->f_inode->i_mode) && !(dentry->d_flags & DCACHE_OP_REVALIDATE) &&
	       !(dentry->d_sb->s_flags & SB_KERNMOUNT);
}

/* Whether it can be kept: all that changes the file goes through its inode, which keeps a version. Files of
 * an overlay are changed through another. */
static __always_inline bool content_is_kept(struct file *file)
{
	return file->f_path.dentry->d_sb->s_flags & SB_I_VERSION;
}

/* Reads the file, or takes what was read before: 0, or -1 where it does not count. */
static __always_inline int content_take(struct file *file, struct content_entry *entry, __u64 digest[4])
{
	struct inode *inode = file->f_inode;
	__u64 version = content_version(inode), size = inode->i_size;
	__u32 writes = *(volatile __u32 *)&entry->writes;

	/* In this order: a writer that comes after this line is counted in `writes`. */
	if (content_is_written(inode))
		return -1;
	__builtin_memcpy(digest, entry->digest, sizeof(entry->digest));
	if (entry->seal && content_is_kept(file) &&
	    entry->seal == content_seal(digest, version, size, writes))
		return 0;
	if (bpf_ima_file_hash(file, digest, sizeof(entry->digest)) != POLICYD_HASH_SHA256)
		return -1;
	if (content_is_written(inode) || *(volatile __u32 *)&entry->writes != writes ||
	    (content_is_kept(file) && content_version(inode) != version))
		return -1;
	entry->seal = 0;
	__builtin_memcpy(entry->digest, digest, sizeof(entry->digest));
	entry->version = version;
	entry->size = size;
	entry->seal = content_seal(digest, version, size, writes);
	return 0;
}

/* Reads the file if this task's reading is wanted. */
static __always_inline int content_read(struct file *file)
{
	struct policyd_reading *reading =
		bpf_task_storage_get(&readings, bpf_get_current_task_btf(), NULL, 0);
	struct content_entry *entry;
	__u64 digest[4] = {};

	if (!reading)
		return 0;
	if (reading->state == POLICYD_CONTENT_TRIAL) {
		reading->result = bpf_ima_file_hash(file, digest, sizeof(digest));
		__builtin_memcpy(reading->digest, digest, sizeof(digest));
		reading->dentry = 0;
		reading->state = POLICYD_CONTENT_KNOWN;
		return 0;
	}
	if (reading->state != POLICYD_CONTENT_WANTED || reading->dentry != address_of(file->f_path.dentry))
		return 0;
	reading->state = POLICYD_CONTENT_NONE;
	if (!content_lasts(file))
		return 0;
	entry = bpf_inode_storage_get(&contents, file->f_inode, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!entry || content_take(file, entry, digest))
		return 0;
	__builtin_memcpy(reading->digest, digest, sizeof(digest));
	reading->state = POLICYD_CONTENT_KNOWN;
	return 0;
}

/* Has the file read if a rule asks for what is in it. What was read for another decision counts no more. */
static __always_inline int content_ask(struct file *file, __u32 ops)
{
	struct dentry *dentry = file->f_path.dentry;
	struct policyd_reading *wanted;
	struct decision decision;
	struct name name = {};
	__u64 life = opaque_zero;

	wanted = bpf_task_storage_get(&readings, bpf_get_current_task_btf(), NULL, 0);
	if (wanted && wanted->state == POLICYD_CONTENT_TRIAL)
		return 0;
	if (wanted)
		wanted->state = POLICYD_CONTENT_NONE;
	if (!decision_open(&decision))
		return 0;
	if (!file_named(dentry, file->f_inode, decision.header->generation, &name))
		name_classify(dentry, &decision, &name, &life);
	if (name.reason || !(name.row & POLICYD_ROW_CONTENT) || !(ops & ~name.quiet))
		return 0;
	wanted = bpf_task_storage_get(&readings, bpf_get_current_task_btf(), NULL,
				      BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!wanted)
		return 0;
	wanted->dentry = address_of(dentry);
	wanted->state = POLICYD_CONTENT_WANTED;
	return 0;
}

SEC("lsm/file_open")
int BPF_PROG(content_write, struct file *file, int ret)
{
	struct content_entry *entry;

	if (ret || !(file->f_mode & FMODE_WRITE))
		return ret;
	entry = bpf_inode_storage_get(&contents, file->f_inode, NULL, 0);
	if (entry)
		__sync_fetch_and_add(&entry->writes, 1);
	return 0;
}

SEC("lsm.s/bprm_check_security")
int BPF_PROG(content_read_run, struct linux_binprm *bprm, int ret)
{
	return ret ? ret : content_read(bprm->file);
}

SEC("?lsm.s/bprm_creds_for_exec")
int BPF_PROG(content_read_check, struct linux_binprm *bprm, int ret)
{
	return ret || !exec_is_question(bprm) ? ret : content_read(bprm->file);
}

SEC("lsm.s/mmap_file")
int BPF_PROG(content_read_load, struct file *file, unsigned long reqprot, unsigned long prot,
	     unsigned long flags, int ret)
{
	if (ret)
		return ret;
	return file && prot & PROT_EXEC ? content_read(file) : 0;
}

SEC("lsm/bprm_check_security")
int BPF_PROG(content_ask_run, struct linux_binprm *bprm, int ret)
{
	return ret ? ret : content_ask(bprm->file, POLICYD_OP_EXEC_RUN);
}

SEC("?lsm/bprm_creds_for_exec")
int BPF_PROG(content_ask_check, struct linux_binprm *bprm, int ret)
{
	return ret || !exec_is_question(bprm) ? ret : content_ask(bprm->file, POLICYD_OP_EXEC_RUN);
}

SEC("lsm/mmap_file")
int BPF_PROG(content_ask_load, struct file *file, unsigned long reqprot, unsigned long prot,
	     unsigned long flags, int ret)
{
	if (ret)
		return ret;
	return file && prot & PROT_EXEC ? content_ask(file, POLICYD_OP_EXEC_LOAD) : 0;
}
