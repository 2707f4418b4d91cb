/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The word that says the class of a task which was asked for lately. subject.bpf.h writes it.
 */
#ifndef BPF_LSM_SUBJECT_WORD_H
#define BPF_LSM_SUBJECT_WORD_H

#include "maps.bpf.h"

#define SUBJECT_MASK 0xffffULL /* a class; there are at most 4,096 */

/*
 * What the current task's word in `subjects` is made of besides its class. The address and the time of the
 * start tell it from every other task, whoever had its number before, and the thread that takes a leader's
 * place from that leader. The multipliers are secret, so that nobody can wait for another task's word to fit.
 */
static __always_inline __u64 subject_seal(struct task_struct *task, __u64 generation)
{
	return (bpf_get_current_task() * name_key.task[0] + task->start_boottime * name_key.task[1] +
		generation * name_key.task[2]) &
	       ~SUBJECT_MASK;
}

/* The word of the current task, whichever was asked for last of those that share it. */
static __always_inline __u64 *subject_word(struct task_struct *task)
{
	return &subjects[(__u32)task->pid & ((1 << SUBJECTS_BITS) - 1)];
}

/* The class of the current task in that generation, if it is at hand, or else a higher number. */
static __always_inline __u64 subject_at_hand(__u64 generation)
{
	struct task_struct *task = bpf_get_current_task_btf();

	return *(volatile __u64 *)subject_word(task) ^ subject_seal(task, generation);
}

#endif
