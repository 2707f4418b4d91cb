/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What tasks came from: the script, and the programs of all ancestors. They run whether a policy asks or not,
 * since a policy that comes later could not find out any more.
 *
 *   bprm_creds_for_exec    lineage_ask: the file that execve() was called for, once for each call
 *   bprm_committed_creds   lineage_execute: what was executed before is an ancestor now. Where another
 *                          program than the file itself was started, that file is the script: the first one
 *                          of several. Runs in the task that calls, whichever thread that was.
 *   task_alloc             lineage_fork: the new task has the history of the one that makes it; a process
 * also has its program among the ancestors lineage_mark           no hook: policyd reads it, to learn which
 * names are still in use
 *
 * Where there is no memory for a history, execve() and fork() fail with ENOMEM. Where there is no room for a
 * name, the history says so: policies that ask for it then refuse.
 */
#include "lineage.bpf.h"

#define LOST_BITS (POLICYD_LINEAGE_LOST_SCRIPT | POLICYD_LINEAGE_LOST_EXE | POLICYD_LINEAGE_LOST_ANCESTOR)

#define KEY_LEVELS 12 /* components that are hashed by direct loads */

/*
 * The key of a name of a few short components, by direct loads: what program_key() finds in twice the time. 0
 * where it is another kind of name.
 */
static __noinline __u64 key_walk(struct dentry *leaf)
{
	struct super_block *sb = leaf->d_sb;
	struct dentry *d = leaf, *root = sb->s_root;
	struct policyd_hash names = {};
	__u32 depth = 0;

	for (__u32 i = 0; i < KEY_LEVELS; i++) {
		struct dentry *parent = d->d_parent;
		__u64 hash;

		if (parent == d)
			break;
		hash = name_hash_short(d);
		if (!hash)
			return 0;
		program_mix(&names, i, hash);
		depth = i + 1;
		d = parent;
	}
	if (d != root || !depth)
		return 0;
	return program_key_end(policyd_hash_end(&names), depth, program_root(POLICYD_ROOT_DEV, sb->s_dev));
}

static __always_inline __u32 key_sequence(struct dentry *leaf)
{
	return *(volatile __u32 *)&leaf->d_seq.seqcount.sequence;
}

/* The same of a name that stood still meanwhile, else 0. */
static __noinline __u64 key_settled(struct dentry *leaf)
{
	__u64 renames = rename_count(), key;
	__u32 sequence = key_sequence(leaf);

	key = key_walk(leaf);
	return sequence & 1 || key_sequence(leaf) != sequence || !rename_none_since(renames) ? 0 : key;
}

/* program_get() of a dentry. */
static __always_inline __u64 key_get(struct dentry *leaf)
{
	__u64 key = key_settled(leaf), address = address_of(leaf);

	return key && !program_put(key, address) ? key : program_get(address);
}

SEC("lsm/bprm_creds_for_exec")
int BPF_PROG(lineage_ask, struct linux_binprm *bprm, int ret)
{
	struct task_entry *entry;
	__u64 key;

	if (ret)
		return ret;
	if (lineage_begin())
		return -ENOMEM;
	key = key_get(bprm->file->f_path.dentry);
	entry = bpf_task_storage_get(&tasks, bpf_get_current_task_btf(), NULL, 0);
	if (!entry)
		return -ENOMEM;
	entry->lineage.asked = key;
	return 0;
}

SEC("lsm/bprm_committed_creds")
int BPF_PROG(lineage_execute, struct linux_binprm *bprm)
{
	struct task_entry *entry = bpf_task_storage_get(&tasks, bpf_get_current_task_btf(), NULL, 0);
	struct policyd_lineage *lineage;
	__u64 exe, script = 0;
	__u32 flags;

	if (!entry) {
		counter_add(POLICYD_COUNT_LOST_LINEAGE);
		return 0;
	}
	/* Called before this was attached: what it runs is found as for all that is older. */
	if (!(entry->lineage.flags & POLICYD_LINEAGE_KNOWN))
		return 0;
	lineage = &entry->lineage;
	exe = lineage->asked;
	if (exe == LINEAGE_TAKEN)
		return 0;
	lineage_add(lineage);
	flags = lineage->flags & ~(POLICYD_LINEAGE_OLDER | POLICYD_LINEAGE_LOST_SCRIPT);
	if (bprm->interp != bprm->filename) {
		script = exe;
		if (!exe)
			flags |= POLICYD_LINEAGE_LOST_SCRIPT;
		exe = program_get(address_of(bprm->file->f_path.dentry));
	}
	/* Others may ask what this task is at any moment (target.bpf.h): never that it has no script. */
	lineage->flags = flags;
	lineage->script = script;
	lineage_run(lineage, exe ? exe : LINEAGE_FAILED);
	lineage->asked = LINEAGE_TAKEN;
	entry->generation = 0;
	return 0;
}

SEC("lsm/task_alloc")
int BPF_PROG(lineage_fork, struct task_struct *task, unsigned long clone_flags, int ret)
{
	struct task_entry *entry, *parent;

	if (ret)
		return ret;
	if (lineage_begin())
		return -ENOMEM;
	parent = bpf_task_storage_get(&tasks, bpf_get_current_task_btf(), NULL, 0);
	entry = bpf_task_storage_get(&tasks, task, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!parent || !entry) {
		counter_add(POLICYD_COUNT_LOST_LINEAGE);
		return -ENOMEM;
	}
	entry->lineage = parent->lineage;
	entry->lineage.asked = 0;
	if (!(clone_flags & CLONE_THREAD))
		lineage_add(&entry->lineage);
	return 0;
}

struct policyd_lineage_pass lineage_pass;

static __always_inline void mark_program(__u64 key)
{
	struct policyd_program *program = bpf_map_lookup_elem(&programs, &key);

	if (program)
		program->epoch = program_epoch;
}

struct mark_walk {
	__u64 lineage;
	__u64 key;
};

static long mark_ancestor(__u32 i, struct mark_walk *walk)
{
	struct policyd_lineage *lineage = (void *)walk->lineage;

	if (bpf_probe_read_kernel(&walk->key, sizeof(walk->key), &lineage->ancestors[i]))
		return 1;
	mark_program(walk->key);
	return 0;
}

SEC("iter/task")
int lineage_mark(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct policyd_lineage_pass *pass = &lineage_pass;
	struct task_entry *entry;
	struct mark_walk walk;
	__u32 count;

	if (!ctx->meta->seq_num) {
		__builtin_memset(pass, 0, sizeof(*pass));
		pass->epoch = ++program_epoch;
	}
	if (!task) {
		bpf_seq_write(ctx->meta->seq, pass, sizeof(*pass));
		return 0;
	}
	pass->tasks++;
	entry = bpf_task_storage_get(&tasks, task, NULL, 0);
	if (!entry || !(entry->lineage.flags & POLICYD_LINEAGE_KNOWN)) {
		pass->older += !(task->flags & PF_KTHREAD);
		return 0;
	}
	pass->older += !!(entry->lineage.flags & POLICYD_LINEAGE_OLDER);
	pass->lost += !!(entry->lineage.flags & LOST_BITS);
	mark_program(entry->lineage.exe);
	mark_program(entry->lineage.script);
	mark_program(entry->lineage.asked);
	walk.lineage = address_of(&entry->lineage);
	count = entry->lineage.count;
	bpf_loop(count < POLICYD_ANCESTORS_MAX ? count : POLICYD_ANCESTORS_MAX, mark_ancestor, &walk, 0);
	return 0;
}
