/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What each executable has been seen doing, by its canonical name: what policyd keeps of baselines. A new
 * version of an executable, or another file under its name, has the same one.
 *
 * Time is that in which some policy had a baseline in force, so neither the wall clock nor a policy that is
 * away for a while counts. An item is in the baseline of a policy when it was seen before that policy's time
 * to learn was over; the same items serve policies with different times.
 */
#ifndef POLICYD_BASELINE_STORE_H
#define POLICYD_BASELINE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <policyd/anomaly.h>
#include <policyd/baseline.h>

#include "event.h"
#include "ngram.h"

#define BASELINE_KINDS	      (POLICYD_ANOMALY_COUNT - POLICYD_ANOMALY_LEARNT)
#define BASELINE_SYSCALLS_MAX 2048 /* of one executable, over all ways into the kernel */
#define BASELINE_TEXT_MAX     8192 /* bytes of an item's text */

struct baseline_item {
	char *text;
	int64_t at;	/* ns of the clock when it was first seen */
	uint64_t count; /* of one outside: how often before this policyd started, */
	uint64_t live;	/* and since, as far as it was counted */
	uint64_t item;	/* the kernel's number of it, 0: not told since policyd started */
	bool outside;	/* was reported, and not adopted */
};

struct baseline_set {
	struct baseline_item *items; /* sorted by text */
	size_t count;
	size_t allocated;
	bool started;
	int64_t since; /* ns of the clock when learning began; negative: before this policyd */
	/* Of the policies that were about it last: the shortest time to learn of those that do not adopt,
	 * UINT64_MAX: there is none. */
	uint64_t learn;
	uint64_t first; /* the shortest of all of them, UINT64_MAX: not known */
};

struct baseline {
	char *executable;
	struct baseline_set sets[BASELINE_KINDS];
	struct ngram_set ngrams; /* the items of the set of sequences */
	uint64_t *ids;		 /* the kernel's numbers: one for each file system with such a name */
	size_t id_count;
	size_t id_allocated;
	struct policyd_known told; /* what the kernel was told last */
};

/* Starts zeroed. */
struct baselines {
	struct baseline **all; /* sorted by name */
	size_t count;
	size_t allocated;
	int64_t clock; /* ns */
	uint64_t last; /* boot time when it was advanced last, 0: never */
	bool running;
	bool changed; /* since it was last saved */
};

void baselines_clear(struct baselines *baselines);

/* Advances the clock to the boot time `now`; from then on it runs or not. */
void baselines_tick(struct baselines *baselines, uint64_t now, bool running);

/* NULL: there is none. */
struct baseline *baselines_find(const struct baselines *baselines, const char *executable);

/* The same, made where there is none. -ENOSPC: there are POLICYD_EXECUTABLES_MAX already; -ENOMEM. */
int baselines_get(struct baselines *baselines, const char *executable, struct baseline **ret_baseline);

/* Takes one out. -ENOENT: there is none. */
int baselines_remove(struct baselines *baselines, const char *executable);

/* `kind` is an enum policyd_anomaly_kind of those that are learnt. */
struct baseline_set *baseline_set_of(struct baseline *baseline, uint32_t kind);

/* The times of the sequences, whose items are in `ngrams`. */
const struct baseline_set *baseline_sequences(const struct baseline *baseline);

/* ns that the set has been learning. */
uint64_t baseline_age(const struct baselines *baselines, const struct baseline_set *set);

/* NULL: it is not there. */
struct baseline_item *baseline_find(const struct baseline_set *set, const char *text);

/* Adds an item that is not there, seen first now. -ENOSPC: the executable has as many as it may; -ENOMEM. */
int baseline_add(struct baselines *baselines, struct baseline *baseline, uint32_t kind, const char *text,
		 struct baseline_item **ret_item);

/* Adds the kernel's number of an executable. 1: it is new, 0: it is not, -ENOMEM. */
int baseline_identify(struct baseline *baseline, uint64_t id);

/* What the kernel is to know of it, now. */
struct policyd_known baseline_known(const struct baselines *baselines, const struct baseline *baseline);

/* "exec" and so on, as policies write it. */
const char *baseline_kind_name(uint32_t kind);

/* -ENOENT: there is no such kind. */
int baseline_kind_find(const char *name, uint32_t *ret_kind);

/* What an event of a baseline is about, as baselines spell it; malloc'ed. -EINVAL: it is not known whole. */
int baseline_event_text(const struct event *event, char **ret_text);

/* Whether a text can be an item of the kind; *ret_why (static) says why not. */
bool baseline_text_valid(uint32_t kind, const char *text, const char **ret_why);

/* The number of a system call of this machine by its text; -ENOENT: it is another way's or has none. */
int baseline_text_syscall(const char *text);

#endif
