/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Sequences of system calls that an executable does not usually make. Attached while a policy has a baseline
 * of them. Nothing is refused.
 *
 *   ngram_enter (the tracepoint sys_enter)
 *               of each thread the last calls, by number, whether they succeed or not; of what is
 *               submitted to an io_uring the call that submits it
 *
 *   ngram_fork  (the tracepoint sched_process_fork)
 *               a new thread or process goes on from the calls of the thread that makes it
 *
 * A program begins with nothing after execve(): the first sequence is there with the sixth call.
 */
#include "ngram.bpf.h"
#include "syscall.bpf.h"

#define TELL_AGAIN 10000000000ULL /* ns, of one executable */

/* Starts a thread's record for what it is now. A history goes on where nothing of it is missing. */
static __always_inline void recent_begin(struct recent *mine, struct task_struct *task, __u64 executable)
{
	const struct task_entry *entry = bpf_task_storage_get(&tasks, task, NULL, 0);

	if (!mine->flags || mine->executable != executable || mine->exec_id != task->self_exec_id)
		mine->calls = 0;
	mine->flags = 0;
	mine->executable = executable;
	mine->exec_id = task->self_exec_id;
	mine->credentials = (__u64)task->real_cred;
	mine->cgroup = entry ? entry->cgroup : 0;
	mine->misses = 0;
	mine->missed = 0;
	mine->over = 0;
	__builtin_memset(mine->remembered, 0, sizeof(mine->remembered));
}

/* Brings what the current thread keeps up to date, where a policy asks for its sequences. Global, as are all
 * that are not needed at most calls, so that each is verified once. */
__noinline __weak int recent_watch(__u64 generation, __u32 subject)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct recent *mine = bpf_task_storage_get(&recents, task, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	struct observation observation = {
		.generation = generation,
		.subject = subject,
		.kind = POLICYD_ANOMALY_NEW_SEQUENCE,
	};
	struct observed *observed = observed_current();
	struct policyd_known *sure;
	__u64 executable;

	if (!mine)
		counter_add(POLICYD_COUNT_LOST_BASELINE);
	if (!mine || !observed)
		return 0;
	executable = observed->executable;
	*passed_place(task) = 0; /* what it was before, as the child that became this program */
	start_tell(&observation, executable);
	recent_begin(mine, task, executable);
	sure = bpf_map_lookup_elem(&known, &executable);
	mine->flags = sure ? sure->ngrams : 0;
	mine->limit = sure ? sure->ngram_limit : 0;
	mine->subject = subject;
	mine->generation = generation;
	mine->epoch = observed->epoch;
	return 0;
}

/* The same where none does: that is kept, too. Where classes depend on the cgroup, which a thread changes
 * without being told, it is kept with the thread; without memory for it every call looks again. */
__noinline __weak int recent_pass(__u64 generation)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct task_entry *entry = bpf_task_storage_get(&tasks, task, NULL, 0);
	struct recent *mine;

	if (entry && !entry->cgroup) {
		*passed_place(task) = passed_seal(task, generation);
		return 0;
	}
	mine = bpf_task_storage_get(&recents, task, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!mine)
		return 0;
	recent_begin(mine, task, 0);
	mine->generation = generation;
	mine->epoch = epoch_now();
	return 0;
}

/* Whether a thread's record holds: for this generation and state of the sets, and for the program,
 * credentials and cgroup that it has now. */
static __always_inline bool recent_holds(const struct recent *mine, struct task_struct *task,
					 __u64 generation)
{
	return mine->generation == generation && mine->epoch == epoch_now() &&
	       mine->exec_id == task->self_exec_id && mine->credentials == (__u64)task->real_cred &&
	       (!mine->cgroup || mine->cgroup == bpf_get_current_cgroup_id());
}

/* What the current thread keeps, up to date; NULL: there is nothing to be done with its calls. */
static __always_inline struct recent *recent_current(struct task_struct *task, struct decision *decision)
{
	struct recent *mine = bpf_task_storage_get(&recents, task, NULL, 0);
	__u64 generation = decision->header->generation;

	if (!mine || !recent_holds(mine, task, generation)) {
		subject_current(decision);
		if (baseline_asked(decision, POLICYD_ANOMALY_NEW_SEQUENCE))
			recent_watch(generation, decision->subject);
		else if (!decision->subject_reason)
			recent_pass(generation);
		mine = bpf_task_storage_get(&recents, task, NULL, 0);
	}
	return mine && mine->flags ? mine : NULL;
}

/* A window with too many: told, at most every ten seconds of one executable. */
static __noinline int window_tell(struct recent *mine)
{
	struct happening happening = {
		.generation = mine->generation,
		.item = policyd_item(POLICYD_ANOMALY_NEW_SEQUENCE, mine->ngram),
		.executable = mine->executable,
		.subject = mine->subject,
		.kind = POLICYD_ANOMALY_NEW_SEQUENCE,
		.number = mine->misses,
	};
	__u64 executable = mine->executable, now = bpf_ktime_get_boot_ns(), before;
	struct policyd_ngram_state *state = bpf_map_lookup_elem(&ngram_states, &executable);

	mine->over = 1;
	if (!state) {
		counter_add(POLICYD_COUNT_LOST_BASELINE);
		return 0;
	}
	__sync_fetch_and_add(&state->exceeded, 1);
	before = state->told;
	if ((before && now - before < TELL_AGAIN) ||
	    __sync_val_compare_and_swap(&state->told, before, now) != before)
		return 0;
	happening.extra = state->exceeded;
	if (anomaly_event(&happening))
		state->told = before;
	else
		__sync_fetch_and_sub(&state->exceeded, happening.extra);
	return 0;
}

/* In the last part of learning: how much of what is done then was new. */
static __noinline int window_try(struct recent *mine, bool missed)
{
	__u64 executable = mine->executable;
	struct policyd_ngram_state *state;
	__u32 misses = mine->misses, peak;

	if (mine->calls & 15 && !missed)
		return 0;
	state = bpf_map_lookup_elem(&ngram_states, &executable);
	if (!state)
		return 0;
	if (!(mine->calls & 15))
		__sync_fetch_and_add(&state->tried, 16);
	/* Who loses the race has more in the window still, and comes again. */
	peak = state->peak;
	if (misses > peak)
		__sync_val_compare_and_swap(&state->peak, peak, misses);
	return 0;
}

/* Takes the current thread's last sequence into its window. */
__noinline __weak int window_add(void)
{
	struct recent *mine = bpf_task_storage_get(&recents, bpf_get_current_task_btf(), NULL, 0);
	bool missed;

	if (!mine)
		return 0;
	missed = ngram_missed(mine);
	ngram_slide(mine, missed);
	if (mine->flags & POLICYD_NGRAM_TRIAL)
		window_try(mine, missed);
	if (!(mine->flags & POLICYD_NGRAM_WATCH))
		return 0;
	if (mine->misses <= mine->limit / 2)
		mine->over = 0;
	if (mine->misses > mine->limit && !mine->over)
		window_tell(mine);
	return 0;
}

SEC("raw_tp/sys_enter")
int BPF_PROG(ngram_enter, void *registers, long id)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u64 number = (__u64)id;
	struct decision decision;
	struct recent *mine;
	__u64 seal;
	__u32 arch;

	if (id < 0 || !anomaly_open(&decision, POLICYD_ANOMALY_NEW_SEQUENCE))
		return 0;
	seal = *passed_place(task);
	if (seal && seal == passed_seal(task, decision.header->generation))
		return 0;
	mine = recent_current(task, &decision);
	if (!mine || !programs_act())
		return 0;
	arch = syscall_arch(task, &number);
	mine->ngram = policyd_ngram_add(
		mine->ngram,
		policyd_ngram_call(number, arch == POLICYD_ARCH_X86_64 || arch == POLICYD_ARCH_AARCH64));
	/* A window without anything new stays one. */
	if (++mine->calls >= POLICYD_NGRAM_LENGTH &&
	    (mine->misses || mine->flags & POLICYD_NGRAM_TRIAL || !ngram_remembered(mine)))
		window_add();
	return 0;
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(ngram_fork, struct task_struct *parent, struct task_struct *child)
{
	struct recent *from = bpf_task_storage_get(&recents, bpf_get_current_task_btf(), NULL, 0), *mine;

	if (!from)
		return 0;
	mine = bpf_task_storage_get(&recents, child, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!mine)
		return 0; /* costs the first sequences only */
	*mine = *from;
	mine->credentials = (__u64)child->real_cred;
	return 0;
}
