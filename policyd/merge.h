/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Merging: the first of equal events goes on at once, the ones that follow within a window are counted and
 * become one event with `suppressed` at its end. Equal are events of the same process, rule, operation,
 * object and outcome, so that no process hides another. While they keep coming there is one event a window.
 * Memory is bounded: when it is full, the oldest entry ends early.
 *
 * Merged are denied, would-deny, audited and anomaly; all other kinds pass.
 */
#ifndef POLICYD_MERGE_H
#define POLICYD_MERGE_H

#include <stddef.h>
#include <stdint.h>

#include "event.h"

struct merge;

/* Gets an event that is to go on, numbered, formatted and sent. The event is the callee's only for the call.
 */
typedef void merge_function(struct event *event, void *data);

/*
 * `window` in nanoseconds (0: nothing is merged), `entries` at most that many different events at a time (at
 * least 1). Events go to `emit` with `data`. Returns 0 or -ENOMEM.
 */
int merge_new(uint64_t window, size_t entries, merge_function *emit, void *data, struct merge **ret_merge);

/* Forgets what is counted; call merge_flush() before. Takes NULL. */
void merge_free(struct merge *merge);

/*
 * Takes an event at boottime `now`: emits or counts it. It stays the caller's. When out of memory it is
 * emitted unmerged.
 */
void merge_add(struct merge *merge, struct event *event, uint64_t now);

/* Emits what windows that are over have counted. */
void merge_expire(struct merge *merge, uint64_t now);

/* Emits all that is counted and forgets it. */
void merge_flush(struct merge *merge);

/* By kind, how many events are counted and not told yet. */
const uint64_t *merge_untold(const struct merge *merge);

/*
 * When to call merge_expire() next, CLOCK_BOOTTIME in nanoseconds: not after the end of the first window that
 * has something to tell. UINT64_MAX: none has.
 */
uint64_t merge_deadline(const struct merge *merge);

#endif
