/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The sets of sequences of system calls, and what a thread keeps of its own.
 *
 * A thread remembers some sequences that are in the set, so that what it does again and again looks nothing
 * up. Nothing is taken out of a set without another epoch. A set without room is policyd's to take out of
 * use: until then what has no room counts as known, as POLICYD_COUNT_LOST_BASELINE and in the set's state.
 */
#ifndef BPF_LSM_NGRAM_H
#define BPF_LSM_NGRAM_H

#include "baseline.bpf.h"

#include <policyd/ngram.h>

#define NGRAM_REMEMBERED 16

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, POLICYD_NGRAM_PAGES);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct policyd_ngram_key);
	__type(value, struct policyd_ngrams);
} ngrams SEC(".maps") __weak;

/* Made by policyd with what it lets the kernel know. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, POLICYD_NGRAM_PAGES);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u64);
	__type(value, struct policyd_ngram_state);
} ngram_states SEC(".maps") __weak;

/* What a thread keeps. Written by itself and, at fork, by its parent before it runs. */
struct recent {
	__u64 epoch; /* 0: nothing is known of it */
	__u64 generation;
	__u64 exec_id;
	__u64 credentials; /* address of those that its subject class is from */
	__u64 cgroup;	   /* the same, id; 0: no policy asks for cgroups */
	__u64 executable;
	__u64 ngram; /* its last calls */
	__u64 remembered[NGRAM_REMEMBERED];
	__u32 subject;
	__u32 flags; /* POLICYD_NGRAM_LEARN and so on; 0: nothing is to be done with its calls */
	__u32 limit;
	__u32 missed; /* a bit for each of the last sequences: it was new */
	__u32 misses; /* bits in `missed` */
	__u32 calls;
	__u32 over; /* the window was told */
	__u32 reserved;
};
_Static_assert(POLICYD_NGRAM_WINDOW == 32, "as many as `missed` has bits");

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct recent);
} recents SEC(".maps") __weak;

/*
 * Threads whose sequences no policy asks for, each at the place that its id names: a seal over all that this
 * depends on, 0: none. One word is read and written as a whole, and no thread needs a storage for it. Who
 * loses the place to another looks again.
 */
#define PASSED_PLACES 8192
__u64 passed[PASSED_PLACES];

static __always_inline __u64 *passed_place(const struct task_struct *task)
{
	return &passed[(__u32)task->pid & (PASSED_PLACES - 1)];
}

/* Credentials at the same address are the same ones: those in between were in force at the call that changed
 * them again. With pointers the verifier lets nothing be computed but their distance. */
static __always_inline __u64 passed_seal(const struct task_struct *task, __u64 generation)
{
	__u64 who = (__u64)task->real_cred - (__u64)task;
	__u64 program = (__u64)(__u32)task->pid << 32 ^ task->self_exec_id;

	asm volatile("" : "+r"(who)); /* or clang adds the key to one of the two first */
	return ((task->start_boottime + name_key.start[0]) * (who + name_key.start[1]) +
		(program + name_key.length[0]) * (generation + name_key.length[1])) |
	       1;
}

/* What a new page is; the stack has no room for one. */
const volatile struct policyd_ngrams ngrams_new __weak = {};

enum ngram_found {
	NGRAM_KNOWN,
	NGRAM_MISSED,
	NGRAM_FULL,
	NGRAM_ELSEWHERE, /* not in this page, which has no room for it */
};

/* Looks for a sequence in a page, and puts it there where that is asked. Global, so that it is verified
 * once. */
__noinline __weak int ngram_page(__u64 executable, __u64 ngram, __u32 page, __u32 flags)
{
	struct policyd_ngram_key key = {.executable = executable, .page = page};
	struct policyd_ngrams *set = bpf_map_lookup_elem(&ngrams, &key);
	__u64 word = flags & POLICYD_NGRAM_TRIAL ? ngram | POLICYD_NGRAM_LATE : ngram;
	__u32 start = policyd_ngram_place(ngram);

	if (!set && !(flags & POLICYD_NGRAM_LEARN))
		return NGRAM_MISSED;
	if (!set) {
		bpf_map_update_elem(&ngrams, &key, (void *)&ngrams_new, BPF_NOEXIST);
		set = bpf_map_lookup_elem(&ngrams, &key);
	}
	if (!set)
		return NGRAM_FULL;
	for (__u32 i = 0; i < POLICYD_NGRAM_PROBES; i++) {
		__u32 place = start + i;
		__u64 found;

		/* A place that is set to 0 is known to the verifier, which then follows each. */
		if (place >= POLICYD_NGRAM_SLOTS)
			place -= POLICYD_NGRAM_SLOTS;
		asm volatile("" : "+r"(place)); /* or clang removes the check, which 6.1 needs */
		if (place >= POLICYD_NGRAM_SLOTS)
			return NGRAM_FULL;
		found = set->slots[place];
		if (!found && !(flags & POLICYD_NGRAM_LEARN))
			return NGRAM_MISSED;
		if (!found)
			found = __sync_val_compare_and_swap(&set->slots[place], 0, word);
		if (!found)
			return NGRAM_MISSED;
		if ((found & POLICYD_NGRAM_MASK) == ngram)
			return flags & POLICYD_NGRAM_TRIAL && found & POLICYD_NGRAM_LATE ? NGRAM_MISSED
											 : NGRAM_KNOWN;
	}
	return NGRAM_ELSEWHERE;
}

/* The same in all pages of an executable. */
static __noinline int ngram_find(__u64 executable, __u64 ngram, __u32 flags)
{
	for (__u32 page = 0; page < POLICYD_NGRAM_PAGES_OF; page++) {
		int found = ngram_page(executable, ngram, page, flags);

		if (found != NGRAM_ELSEWHERE)
			return found;
	}
	return flags & POLICYD_NGRAM_LEARN ? NGRAM_FULL : NGRAM_MISSED;
}

static __always_inline __u32 ngram_memory(const struct recent *mine)
{
	return policyd_ngram_place(mine->ngram) & (NGRAM_REMEMBERED - 1);
}

static __always_inline bool ngram_remembered(const struct recent *mine)
{
	return mine->remembered[ngram_memory(mine)] == mine->ngram;
}

/* Whether the sequence is new. */
static __noinline bool ngram_missed(struct recent *mine)
{
	struct policyd_ngram_state *state;
	__u64 executable = mine->executable;
	int found;

	if (ngram_remembered(mine))
		return false;
	found = ngram_find(executable, mine->ngram, mine->flags);
	if (found == NGRAM_KNOWN)
		mine->remembered[ngram_memory(mine)] = mine->ngram;
	if (found != NGRAM_FULL)
		return found == NGRAM_MISSED;
	counter_add(POLICYD_COUNT_LOST_BASELINE);
	state = bpf_map_lookup_elem(&ngram_states, &executable);
	if (state)
		__sync_fetch_and_add(&state->lost, 1);
	return false;
}

/* Takes one more into the window. */
static __always_inline void ngram_slide(struct recent *mine, bool missed)
{
	mine->misses += missed - (mine->missed >> (POLICYD_NGRAM_WINDOW - 1));
	mine->missed = mine->missed << 1 | missed;
}

#endif
