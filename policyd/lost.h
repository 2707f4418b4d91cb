/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Accounts of events that were not delivered, per cause and kind. What is in an account is told in events of
 * kind `lost`, one for each cause and kind, and then counts as told; a lost event that cannot be delivered
 * goes back into the account. So delivered and told together are what was produced.
 */
#ifndef POLICYD_LOST_H
#define POLICYD_LOST_H

#include <stdbool.h>
#include <stdint.h>

#include "event.h"

/* X(NAME, "name") */
#define LOST_CAUSES(X)                                                                                       \
	X(LINEAGE, "lineage")	  /* programs and scripts that there was no room to remember */              \
	X(COUNTS, "counts")	  /* happenings that some rate did not count: too many counts at once */     \
	X(BASELINES, "baselines") /* happenings without room in a baseline, or without a whole name */       \
	X(SKIPPED, "skipped") /* the kernel skipped a program that was already active on that processor */   \
	X(RING, "ring")	      /* the kernel found no room in the ring */                                     \
	X(RECORD, "record")   /* a ring record was malformed; the kind is unknown and counts as audited */   \
	X(MEMORY, "memory")                                                                                  \
	X(QUEUE, "queue") /* an output's queue was full */                                                   \
	X(SIZE, "size")	  /* too long for the output even when shortened */                                  \
	X(SEND, "send")	  /* the output refused the line for good */                                         \
	X(CLOSE, "close") /* still queued when the output was closed */                                      \
	X(CRASH, "crash") /* the daemon had taken them, and was killed before they were sent */

enum lost_cause {
#define X(name, text) LOST_##name,
	LOST_CAUSES(X)
#undef X
		LOST_CAUSE_COUNT
};

struct lost {
	const char *output; /* borrowed name of the output, NULL: of the daemon */
	uint64_t untold[LOST_CAUSE_COUNT][EVENT_KIND_COUNT]; /* to be told */
	uint64_t total[LOST_CAUSE_COUNT][EVENT_KIND_COUNT];  /* since the start, for metrics */
	uint64_t doubt[EVENT_KIND_COUNT]; /* of LOST_CRASH: so many were being sent, and may have arrived */
};

/* Adds `count` events of a kind. */
void lost_add(struct lost *lost, enum lost_cause cause, uint64_t kind, uint64_t count);

/* What is lost when an event is not delivered. */
struct lost_entry {
	bool told;	       /* the event tells of losses itself: `cause` is theirs */
	enum lost_cause cause; /* where told */
	uint64_t kind;
	uint64_t count;
};

/*
 * The entry for an event that this account's output may fail to deliver: its kind and what it stands for. For
 * an event of kind `lost` about this output or about the whole daemon it is what the event tells.
 */
struct lost_entry lost_entry(const struct lost *lost, const struct event *event);

/* Adds an entry, by `cause` unless the entry has its own. `total` counts what was told only once. */
void lost_add_entry(struct lost *lost, enum lost_cause cause, const struct lost_entry *entry);

/* How many there are to tell, and whether there are any. */
uint64_t lost_untold(const struct lost *lost);
bool lost_pending(const struct lost *lost);

/* How many were lost since the start. */
uint64_t lost_total(const struct lost *lost);

/*
 * Takes one cause and kind out of the account and fills an empty event with it: kind, severity, lost,
 * lost_kind, cause, time. Returns 1, or 0 where there is nothing to tell, -ENOMEM (the account is unchanged).
 */
int lost_next(struct lost *lost, struct event *event);

/* "ring" and so on. */
const char *lost_cause_name(enum lost_cause cause);

#endif
