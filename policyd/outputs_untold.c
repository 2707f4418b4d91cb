// SPDX-License-Identifier: Apache-2.0
/*
 * What the next daemon is to know of events that were taken and not delivered.
 */
#include <string.h>

#include "outputs_internal.h"
#include "util.h"

void outputs_keep(struct outputs *outputs)
{
	uint64_t at_risk[LOST_CAUSE_COUNT][EVENT_KIND_COUNT] = {0};

	sequence_keep(outputs->sequence);
	if (!outputs->untold)
		return;
	memcpy(at_risk[LOST_CRASH], merge_untold(outputs->merge), sizeof(at_risk[LOST_CRASH]));
	untold_note(untold_at(outputs->untold, 0), &outputs->lost, at_risk);
	for (struct output *output = outputs->first; output; output = output->next)
		sink_note(output->sink);
}

static struct lost *account_named(void *data, const char *name)
{
	struct outputs *outputs = data;

	for (struct output *output = outputs->first; output; output = output->next)
		if (strcmp(sink_name(output->sink), name) == 0)
			return sink_lost(output->sink);
	return &outputs->lost;
}

/* One account for the daemon, and one for each output. Subscribers, which go with the daemon, have none. */
static int untold_start(struct outputs *outputs, const char *path)
{
	size_t count = 1;
	int r;

	for (struct output *output = outputs->first; output; output = output->next)
		count++;
	r = untold_make(path, count, &outputs->untold);
	if (r < 0)
		return r;
	count = 1;
	for (struct output *output = outputs->first; output; output = output->next)
		sink_keep(output->sink, untold_at(outputs->untold, count++));
	outputs_keep(outputs);
	return untold_begin(outputs->untold, path);
}

/* What an earlier daemon could not tell. Where it cannot be read, a gap in the sequence is all that shows it.
 */
int outputs_untold_take(struct outputs *outputs, const char *run_dir)
{
	CLEANUP_FREE char *path = NULL;

	if (asprintf(&path, "%s/untold", run_dir) < 0) {
		path = NULL;
		return -ENOMEM;
	}
	(void)untold_load(path, account_named, outputs);
	outputs->unkept = untold_start(outputs, path);
	return 0;
}

/* A subscriber that goes is not told; all others are, by the next daemon. */
void outputs_untold_leave(struct outputs *outputs)
{
	for (struct output *output = outputs->first; output; output = output->next)
		if (!output->subscriber)
			sink_give_up(output->sink);
	outputs_keep(outputs);
}
