/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel side as the daemon sees it: loads the BPF programs or adopts the pinned ones, publishes images,
 * reads ring records and counters. Nothing else of the daemon talks to libbpf.
 */
#ifndef POLICYD_LOADER_H
#define POLICYD_LOADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <policyd/baseline.h>
#include <policyd/event.h>
#include <policyd/hash.h>
#include <policyd/image.h>
#include <policyd/ingress.h>
#include <policyd/lineage.h>
#include <policyd/ngram.h>

#include "digest.h"

#define LOADER_PIN_DIR "/sys/fs/bpf/policyd"

struct loader;

struct loader_options {
	const char *pin_dir; /* NULL: nothing is pinned, everything goes with the process */
	uint32_t ring_bytes; /* size of the ring, a power of two and a multiple of the page size */
	/*
	 * No LSM programs, but those of a cgroup, which refuse, and of tracepoints, which see, for the tasks
	 * below the cgroup of that directory. Needs no BPF LSM.
	 */
	bool degraded;
	const char *cgroup;
	bool ingress; /* the program for interfaces is loaded where an image needs it */
	pid_t helper; /* a process that belongs to policyd as this one does; 0: none */
};

/*
 * Adopts what is pinned. Where nothing is, the kernel has nothing of the loader's until the first image is
 * published: no generation, no image, no lock, no ring. Returns 0 or -errno; then *ret_error is a malloc'ed
 * sentence that says what was attempted, on what, why it failed and the remedy (-EPERM: not privileged;
 * -EPROTO: pins that are not complete). Pins of another ABI are put aside, see loader_retire().
 */
int loader_open(const struct loader_options *options, struct loader **ret_loader, char **ret_error);

/*
 * Pins of another layout or build were put aside by loader_open(), and enforce beside what was loaded. To be
 * called once a set is published and seen to be enforced. Returns 1 when they are gone, with the number of
 * records in *ret_lost that nobody has read; 0: there were none; -errno with *ret_error as above.
 */
int loader_retire(struct loader *loader, uint64_t *ret_lost, char **ret_error);

/*
 * The reverse, where a start failed and no loader is open: unless another's pins are complete, what was put
 * aside is what is pinned.
 */
void loader_put_back(const char *pin_dir);

/* Detaches nothing that is pinned; without pins everything goes. Takes NULL. */
void loader_close(struct loader *loader);

/* True where the programs were adopted from pins. */
bool loader_adopted(const struct loader *loader);

/* A number of the programs that this build has. */
uint64_t loader_build(void);

/*
 * True where those programs are of another build than this one, and had to stay: policies are locked, or
 * loader_open() left a sentence in *ret_error. What is loaded beside them is of this one.
 */
bool loader_outdated(const struct loader *loader);

/* The key with which images must be compiled; lives as long as the loader. */
const struct policyd_hash_key *loader_key(const struct loader *loader);

/* Generation that is live in the kernel, 0: none. */
uint64_t loader_generation(const struct loader *loader);

/* A copy of the image that is live, to be freed. Returns 0; -ENOENT: there is none; -errno. */
int loader_image(const struct loader *loader, struct policyd_line **ret_lines, uint32_t *ret_count);

/*
 * Publishes an image as a whole, loading and attaching programs first that are not there yet. Either the new
 * image is live on return, or the old one still is. Returns 0 or -errno with *ret_error as above (-EPERM: the
 * host refuses LSM programs; -ENOENT: no BTF or no bpffs).
 */
int loader_publish(struct loader *loader, const struct policyd_line *lines, uint32_t count, char **ret_error);

/*
 * Attempts an operation that every published image refuses. Returns 0 when it was refused, -ENOTSUP when it
 * was permitted (hooks are not called: `bpf` is not among the active LSMs), another -errno when it could not
 * be attempted. Without LSM programs: whether the programs are attached to the cgroup still; -ENOTSUP: its
 * cgroup is gone.
 */
int loader_canary(struct loader *loader);

/*
 * Self-protection: from now on nobody but policyd touches its process, maps, programs, links, pins and code.
 * Called again it completes what an earlier daemon left. Returns 0 or -errno with *ret_error as above.
 */
int loader_guard(struct loader *loader, char **ret_error);

/* Whether it is in force; pins of an earlier daemon bring it along. */
bool loader_guarded(const struct loader *loader);

/* Entries of the guard's map, of POLICYD_GUARD_ENTRIES. Returns 0, -ENODATA without self-protection, -errno.
 */
int loader_guard_count(const struct loader *loader, size_t *ret_count);

/*
 * Lets the guard know policyd's executable and libraries as they are on disk now, so that a policyd that was
 * installed meanwhile can take over; nothing where policies are locked. Returns 0 or -errno with *ret_error.
 */
int loader_guard_code(struct loader *loader, char **ret_error);

/* The set that is locked. */
struct loader_lock {
	uint64_t fingerprint;
	uint8_t digest[DIGEST_SIZE]; /* policy_set_digest() */
};

/*
 * Policies stay as they are until the machine is started anew: pins cannot be removed any more, and a later
 * daemon finds here which set it is. Cannot be undone. Returns 0 or -errno.
 */
int loader_lock(struct loader *loader, const struct loader_lock *lock);

/* Whether that was done; then *ret_lock (may be NULL) is filled. What cannot be read counts as locked. */
bool loader_locked(const struct loader *loader, struct loader_lock *ret_lock);

/* What was found out of order, and whether it was put right. */
struct loader_damage {
	size_t pins; /* that were missing, or not policyd's */
	bool image;  /* another image was live, or another list of its system calls */
};

/*
 * Looks whether everything is pinned and the image that was published is live, and puts back what is not.
 * Returns 0 with *ret_damage, or -errno with it and *ret_error: it could not be put back.
 */
int loader_mend(struct loader *loader, struct loader_damage *ret_damage, char **ret_error);

/* A descriptor to poll for readability when ring records wait. */
int loader_ring_fd(const struct loader *loader);

/* Calls `take` for every waiting record. Returns their number or -errno; stops where `take` returns < 0. */
int loader_drain(struct loader *loader, int (*take)(void *data, const void *record, size_t size), void *data);

/* Sums over all CPUs. Returns 0 or -errno. */
int loader_counters(const struct loader *loader, uint64_t ret_counters[static POLICYD_COUNT_END]);

/* The kernel's number of the counters, which other programs' have not. Returns 0 or -errno. */
int loader_counters_id(const struct loader *loader, uint64_t *ret_id);

/*
 * Counts of rates, which live in the kernel: one count, all zero where there is none; the same written back
 * (-E2BIG: there is no room for another); and taking away those that have been idle for longer than their
 * time at `now` (CLOCK_BOOTTIME in ns). Return 0 or -errno, the last one how many it took away.
 */
int loader_count_get(const struct loader *loader, const struct policyd_count_key *key,
		     struct policyd_count *ret_count);
int loader_count_set(struct loader *loader, const struct policyd_count_key *key,
		     const struct policyd_count *count);
int loader_counts_sweep(struct loader *loader, uint64_t now);

/*
 * What the kernel knows of baselines. All of it forgotten, or what belongs to one executable (by the kernel's
 * number), so that it is told again; what an executable may do from now on without being told; how often it
 * did an item (0: never, or the kernel does not count it). Return 0 or -errno.
 */
int loader_baselines_clear(struct loader *loader);
int loader_baseline_forget(struct loader *loader, uint64_t executable);
int loader_baseline_know(struct loader *loader, uint64_t executable, const struct policyd_known *known);
int loader_baseline_count(const struct loader *loader, uint64_t executable, uint64_t item,
			  uint64_t *ret_count);

/* What tasks keep of baselines is of no use from now on. 0 or -errno. */
int loader_baseline_renew(struct loader *loader);

/*
 * The sequences of an executable (by the kernel's number): a page of them (-ENOENT: there is none), and what
 * the kernel finds out about them, of which loader_ngram_begin() makes sure or begins anew. Forgetting takes
 * both away. Return 0 or -errno.
 */
int loader_ngrams_get(const struct loader *loader, uint64_t executable, int page,
		      struct policyd_ngrams *ret_page);
int loader_ngrams_set(struct loader *loader, uint64_t executable, int page,
		      const struct policyd_ngrams *words);
int loader_ngram_state(const struct loader *loader, uint64_t executable,
		       struct policyd_ngram_state *ret_state);
int loader_ngram_begin(struct loader *loader, uint64_t executable, bool anew);
int loader_ngrams_forget(struct loader *loader, uint64_t executable);
int loader_ngrams_clear(struct loader *loader);

/*
 * Looks at all tasks: which names of programs they hold, and of how many something is not known. The second
 * one also takes the names out of the map that no task holds any more, and returns how many. 0 or -errno;
 * -ENOENT without the program for it.
 */
int loader_lineage_pass(const struct loader *loader, struct policyd_lineage_pass *ret_pass);
int loader_lineage_sweep(struct loader *loader, struct policyd_lineage_pass *ret_pass);

/* The name under a key of a task's history. 0; -ENOENT: there is none (any more); -errno. */
int loader_program(const struct loader *loader, uint64_t key, struct policyd_program *ret_program);

/*
 * Attaches the program for interfaces to one, by its number; it goes with the link, which is the caller's.
 * -ENOENT: no image needs it yet; -EBUSY: somebody else's program is there; another -errno.
 */
int loader_ingress_attach(const struct loader *loader, unsigned int interface, int *ret_link);

/*
 * Calls `take` with what was counted at interfaces. Counts of other generations than `live` are then taken
 * away; 0: none are. Returns 0 or -errno.
 */
typedef void loader_ingress_fn(void *data, const struct policyd_ingress_key *key, uint64_t count);
int loader_ingress_counts(const struct loader *loader, uint64_t live, loader_ingress_fn *take, void *data);

/* Names of the attached hooks, NULL-terminated; owned by the loader. */
const char *const *loader_hooks(const struct loader *loader);

#define LOADER_UNLOAD_SECONDS 20

/*
 * Removes all pins of `pin_dir` and waits until the kernel has let go of the programs; the loader must be
 * closed. Returns 0 when nothing of them is enforced any more; -ETIMEDOUT when the pins are gone and a
 * program is not after LOADER_UNLOAD_SECONDS, because another process holds it; or -errno.
 */
int loader_unload(const char *pin_dir);

#endif
