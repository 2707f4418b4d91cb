/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Between the parts of the outputs.
 */
#ifndef POLICYD_OUTPUTS_INTERNAL_H
#define POLICYD_OUTPUTS_INTERNAL_H

#include <limits.h>

#include "merge.h"
#include "outputs.h"
#include "sequence.h"
#include "sink.h"
#include "sink_loop.h"
#include "untold.h"

struct output {
	struct output *next;
	struct sink *sink;
	struct sink_loop *loop;
	bool subscriber;
	uint32_t kinds; /* bits, 0: all */
	char *policy;	/* NULL: all */
};

struct outputs {
	sd_event *loop;
	sd_event_source *timer; /* ends merge windows */
	struct sequence *sequence;
	struct merge *merge;
	struct output *first;
	struct lost lost;      /* of the daemon */
	struct untold *untold; /* what the next daemon has to tell; NULL: not kept, */
	int unkept;	       /* because of this */
	char host[HOST_NAME_MAX + 1];
};

/* Adds what an earlier daemon could not tell to the accounts, and begins to keep them. Returns 0 or -ENOMEM.
 */
int outputs_untold_take(struct outputs *outputs, const char *run_dir);

/* Gives up what is queued, for the next daemon to tell. */
void outputs_untold_leave(struct outputs *outputs);

#endif
