/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a task came from, for the subject keys `script` and `ancestor`: kept in its storage by lineage.bpf.c,
 * read here for each generation. Works on addresses, since it need not be that of the current task.
 */
#ifndef BPF_LSM_LINEAGE_H
#define BPF_LSM_LINEAGE_H

#include "program.bpf.h"

#define LINEAGE_DEPTH_MAX 64 /* living ancestors that are looked at for a task that is older than policyd */
#define LINEAGE_TRIES	  3
#define LINEAGE_FAILED	  1ULL /* no key is this, */
#define LINEAGE_TAKEN	  2ULL /* nor this: another build's program at the same hook has used it */

/* Whether policies ask for scripts or ancestors: otherwise every value has all terms. */
static __always_inline bool lineage_asked(const struct policyd_fixed *fixed)
{
	return fixed->no_script != fixed->all || fixed->no_ancestor != fixed->all;
}

/* The defaults of the attributes in a generation, NULL where it is gone. */
static __always_inline const struct policyd_fixed *lineage_fixed(__u64 generation)
{
	const struct policyd_header *header;
	void *image = image_of(generation);

	if (!image)
		return NULL;
	header = policyd_header_at(image);
	if (!header || header->generation != generation)
		return NULL;
	return (void *)policyd_line_at(image, header->fixed);
}

/* The search among ancestors, for the loop's callback: a loop would be verified once for each of them. */
struct lineage_search {
	struct policyd_lineage *lineage;
	__u64 program;
	__u32 found;
};

static long lineage_search_one(__u32 i, struct lineage_search *search)
{
	if (i >= POLICYD_ANCESTORS_MAX)
		return 1;
	search->found = policyd_opaque(search->lineage->ancestors[i] == search->program);
	return search->found != 0;
}

/* Adds what the lineage runs to its ancestors. Global, so that it is verified once. */
__noinline __weak int lineage_add(struct policyd_lineage *lineage)
{
	struct lineage_search search = {.lineage = lineage, .found = (__u32)opaque_zero};
	__u32 count;

	if (!lineage)
		return 0;
	search.program = lineage->exe;
	if (!search.program) {
		if (!(lineage->flags & POLICYD_LINEAGE_LOST_EXE))
			return 0;
		lineage->flags |= POLICYD_LINEAGE_LOST_ANCESTOR;
		return 0;
	}
	count = lineage->count;
	bpf_loop(count, lineage_search_one, &search, 0);
	if (search.found)
		return 0;
	if (count >= POLICYD_ANCESTORS_MAX) {
		lineage->flags |= POLICYD_LINEAGE_LOST_ANCESTOR;
		counter_add(POLICYD_COUNT_LOST_LINEAGE);
		return 0;
	}
	lineage->ancestors[count] = search.program;
	lineage->count = count + 1;
	return 0;
}

/* Address of the file that the task at an address runs, 0 for none. */
static __always_inline __u64 lineage_file(__u64 address)
{
	struct task_struct *task = (void *)address;
	struct mm_struct *mm = NULL;
	__u32 flags = PF_KTHREAD;
	__u64 file = 0;

	if (bpf_core_read(&flags, sizeof(flags), &task->flags) || flags & PF_KTHREAD ||
	    bpf_core_read(&mm, sizeof(mm), &task->mm) || !mm ||
	    bpf_core_read(&file, sizeof(file), &mm->exe_file))
		return 0;
	return file;
}

/*
 * The program that the task at an address runs: its key, 0 for none, LINEAGE_FAILED where it is not to be
 * had. It may execute another one meanwhile: the name counts if the file is the same afterwards. Like
 * program_get(), but for the stack.
 */
static __always_inline __u64 lineage_program(__u64 address)
{
	for (int i = 0; i < LINEAGE_TRIES; i++) {
		__u64 at = lineage_file(address), dentry = 0, key;
		struct file *file = (void *)at;

		if (!at || bpf_core_read(&dentry, sizeof(dentry), &file->f_path.dentry))
			return 0;
		key = program_settled(dentry);
		if (key && !program_put(key, dentry) && lineage_file(address) == at)
			return key;
	}
	counter_add(POLICYD_COUNT_LOST_LINEAGE);
	return LINEAGE_FAILED;
}

/* Puts what lineage_program() gave into the lineage. */
static __always_inline void lineage_run(struct policyd_lineage *lineage, __u64 key)
{
	lineage->exe = key == LINEAGE_FAILED ? 0 : key;
	lineage->flags &= ~POLICYD_LINEAGE_LOST_EXE;
	if (key == LINEAGE_FAILED)
		lineage->flags |= POLICYD_LINEAGE_LOST_EXE;
}

/* Address of the parent's process of the task at an address, 0 for the first one. */
__noinline __weak __u64 lineage_parent(__u64 address)
{
	struct task_struct *task = (void *)address;
	__u64 parent = 0;
	__u32 tgid = 0;

	if (bpf_core_read(&parent, sizeof(parent), &task->real_parent))
		return 0;
	task = (void *)parent;
	return bpf_core_read(&tgid, sizeof(tgid), &task->tgid) || !tgid ? 0 : parent;
}

/* Puts what the task at an address runs into the lineage. Global, so that it is verified once and not for
 * each ancestor. */
__noinline __weak int lineage_look(struct policyd_lineage *lineage, __u64 address)
{
	if (lineage)
		lineage_run(lineage, lineage_program(address));
	return 0;
}

/* Adds the programs of the ancestors of the task at an address that are alive; then what it runs itself. */
static __always_inline void lineage_climb(struct policyd_lineage *lineage, __u64 self)
{
	__u64 address = lineage_parent(self);

	for (int i = 0; i < LINEAGE_DEPTH_MAX && address; i++) {
		lineage_look(lineage, address);
		lineage_add(lineage);
		address = lineage_parent(address);
	}
	if (address) {
		lineage->flags |= POLICYD_LINEAGE_LOST_ANCESTOR;
		counter_add(POLICYD_COUNT_LOST_LINEAGE);
	}
	lineage_look(lineage, self);
}

/*
 * Begins the history of the current task, which is older than policyd: with the programs of the ancestors
 * that are alive, and without a script. -1 where there is no memory for it.
 */
__noinline __weak int lineage_begin(void)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct task_entry *entry = bpf_task_storage_get(&tasks, task, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);

	if (!entry) {
		counter_add(POLICYD_COUNT_LOST_LINEAGE);
		return -1;
	}
	if (entry->lineage.flags & POLICYD_LINEAGE_KNOWN)
		return 0;
	entry->lineage.count = 0;
	lineage_climb(&entry->lineage, address_of(task));
	entry->lineage.flags |= POLICYD_LINEAGE_KNOWN;
	if (!(task->flags & PF_KTHREAD))
		entry->lineage.flags |= POLICYD_LINEAGE_OLDER;
	return 0;
}

/*
 * State of the name that the program of the task with that entry had when it was executed, whatever its file
 * is called now; NAME_SLOW where that is not known.
 */
static __always_inline __u64 lineage_exe(const struct task_entry *entry, __u64 generation)
{
	if (!entry || !(entry->lineage.flags & POLICYD_LINEAGE_KNOWN))
		return NAME_SLOW;
	return program_called(entry->lineage.exe, generation);
}

#endif
