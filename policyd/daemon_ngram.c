// SPDX-License-Identifier: Apache-2.0
/*
 * Sequences of system calls in the daemon: the parts of learning, and the kernel's sets.
 *
 * The kernel learns in place and goes on while there is no daemon. So what it has is added to what is known
 * here, never the other way round without that; only a reset takes anything away.
 */
#include <string.h>

#include "daemon_ngram.h"
#include "util.h"

#define COLLECT_NS 10000000000LL

static void report(struct daemon *daemon, const struct baseline *baseline, const char *what)
{
	CLEANUP_FREE char *detail = NULL;

	if (asprintf(&detail, "sequences of '%s': %s", baseline->executable, what) < 0)
		detail = NULL;
	daemon_report(daemon, EVENT_ACTION_BASELINE_CHANGED, detail);
}

/* From here on nothing of it is compared: what had no room would be taken for new. */
static void give_up(struct daemon *daemon, struct baseline *baseline)
{
	if (baseline->ngrams.full)
		return;
	baseline->ngrams.full = true;
	lost_add(outputs_lost(daemon->outputs), LOST_BASELINES, EVENT_ANOMALY, 1);
	report(daemon, baseline, "there is no room for all of them; they are not compared");
}

static void collect_one(struct daemon *daemon, struct baseline *baseline, uint64_t id)
{
	struct ngram_set *set = &baseline->ngrams;
	struct policyd_ngrams page;

	for (int p = 0; p < POLICYD_NGRAM_PAGES_OF && loader_ngrams_get(daemon->loader, id, p, &page) == 0;
	     p++)
		for (size_t i = 0; i < POLICYD_NGRAM_SLOTS; i++) {
			int r = page.slots[i] ? ngrams_add(set, page.slots[i]) : 0;

			daemon->baselines.changed = daemon->baselines.changed || r > 0;
			if (r < 0)
				give_up(daemon, baseline);
		}
}

void daemon_ngram_collect(struct daemon *daemon, struct baseline *baseline)
{
	struct policyd_ngram_state state;
	struct ngram_set *set = &baseline->ngrams;

	if (!(baseline->told.ngrams & POLICYD_NGRAM_LEARN))
		return;
	set->collected = daemon->baselines.clock;
	for (size_t i = 0; i < baseline->id_count; i++) {
		collect_one(daemon, baseline, baseline->ids[i]);
		if (loader_ngram_state(daemon->loader, baseline->ids[i], &state) < 0)
			continue;
		if (state.lost)
			give_up(daemon, baseline);
		if (!set->trying)
			continue;
		set->peak = state.peak > set->peak ? state.peak : set->peak;
		set->tried = state.tried > set->tried ? state.tried : set->tried;
	}
}

/* Puts the set into the kernel. What is learnt there meanwhile is learnt again. */
static void put(struct daemon *daemon, struct baseline *baseline)
{
	CLEANUP_FREE struct policyd_ngrams *pages = calloc(POLICYD_NGRAM_PAGES_OF, sizeof(*pages));
	int count = pages ? ngrams_pages(&baseline->ngrams, pages) : -ENOMEM, r = count < 0 ? count : 0;

	for (size_t i = 0; i < baseline->id_count && r == 0; i++)
		for (int p = 0; p < count && r == 0; p++)
			r = loader_ngrams_set(daemon->loader, baseline->ids[i], p, &pages[p]);
	if (r < 0)
		give_up(daemon, baseline);
}

void daemon_ngram_identify(struct daemon *daemon, struct baseline *baseline)
{
	struct ngram_set *set = &baseline->ngrams;

	if (!baseline_sequences(baseline)->started || set->full || set->placed == baseline->id_count)
		return;
	for (; set->placed < baseline->id_count && !set->full; set->placed++) {
		uint64_t id = baseline->ids[set->placed];

		collect_one(daemon, baseline, id);
		if (loader_ngram_begin(daemon->loader, id, false) < 0)
			give_up(daemon, baseline);
	}
	put(daemon, baseline);
}

void daemon_ngram_put(struct daemon *daemon, struct baseline *baseline)
{
	if (!baseline_sequences(baseline)->started || baseline->ngrams.full)
		return;
	daemon_ngram_collect(daemon, baseline);
	put(daemon, baseline);
}

/* The last part of learning begins, or begins again. */
static void try_begin(struct daemon *daemon, struct baseline *baseline)
{
	struct ngram_set *set = &baseline->ngrams;

	ngrams_settle(set);
	/* Where nothing is marked the kernel has it all already. */
	if (set->trying || baseline->id_count > 1)
		put(daemon, baseline);
	for (size_t i = 0; i < baseline->id_count; i++)
		if (loader_ngram_begin(daemon->loader, baseline->ids[i], true) < 0)
			give_up(daemon, baseline);
	set->trying = true;
	set->trial = daemon->baselines.clock;
	set->peak = 0;
	set->tried = 0;
	daemon->baselines.changed = true;
}

/* The last part is over: how much new is too much is known now, or what was seen was too little. */
static void try_end(struct daemon *daemon, struct baseline *baseline)
{
	struct ngram_set *set = &baseline->ngrams;
	uint32_t peak = set->peak, limit = ngrams_limit(peak);
	char text[128];

	(void)snprintf(text, sizeof(text), "%u of %d were new in the last part of learning, which goes on",
		       peak, POLICYD_NGRAM_WINDOW);
	if (!limit) {
		try_begin(daemon, baseline);
		report(daemon, baseline, text);
		return;
	}
	/* The kernel's marks mean nothing from now on. */
	ngrams_settle(set);
	set->trying = false;
	set->limit = limit;
	if (baseline->id_count > 1)
		put(daemon, baseline);
	daemon->baselines.changed = true;
	(void)snprintf(text, sizeof(text), "%zu are known; more than %u new ones of %d are reported",
		       set->count, limit, POLICYD_NGRAM_WINDOW);
	report(daemon, baseline, text);
}

void daemon_ngram_look(struct daemon *daemon, struct baseline *baseline)
{
	const struct baseline_set *times = baseline_sequences(baseline);
	struct ngram_set *set = &baseline->ngrams;
	uint64_t age = baseline_age(&daemon->baselines, times), last = times->first / 4;
	int64_t clock = daemon->baselines.clock;
	bool begin, end;

	if (!times->started || set->full || times->first == UINT64_MAX)
		return;
	begin = !set->limit && !set->trying && age >= times->first - last;
	end = set->trying && age >= times->first && clock - set->trial >= (int64_t)last;
	if (begin || end || clock - set->collected >= COLLECT_NS)
		daemon_ngram_collect(daemon, baseline);
	if (set->full)
		return;
	if (begin)
		try_begin(daemon, baseline);
	else if (end && set->tried >= POLICYD_NGRAM_TRIED_MIN)
		try_end(daemon, baseline);
}
