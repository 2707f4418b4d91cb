// SPDX-License-Identifier: Apache-2.0
/*
 * What the kernel tells of baselines: learnt, reported, or known already.
 */
#include <string.h>

#include "daemon_internal.h"
#include "daemon_ngram.h"
#include "json.h"
#include "json_text.h"
#include "unit.h"
#include "util.h"

/* The entries of the event's policies about a kind: of the set that decided, for the subject's class. */
struct entries {
	const struct model *model;
	struct policyd_view view;
	const struct policyd_anomalies *anomalies;
	uint32_t place;
	int length;
};

static struct entries entries_of(const struct generation *generation, uint32_t subject, uint32_t kind)
{
	struct entries entries = {.model = generation->compiled->model};

	entries.view = (struct policyd_view){generation->compiled->lines, generation->compiled->count};
	entries.anomalies = policyd_anomalies_at(&entries.view);
	if (entries.anomalies)
		entries.length =
			policyd_anomaly_list(&entries.view, entries.anomalies, kind, subject, &entries.place);
	return entries;
}

/* Section of entry `i`, and its number in the model. */
static const struct anomaly *entry_at(const struct entries *entries, int i, uint32_t *ret_number)
{
	if (policyd_word_at(&entries->view, entries->anomalies->lists, entries->place + (uint32_t)i,
			    ret_number) < 0 ||
	    *ret_number >= entries->model->anomaly_count)
		return NULL;
	return entries->model->anomalies[*ret_number].baseline;
}

/* Learning of every kind that a policy asks of this executable begins when it is first seen. */
static void sets_start(struct daemon *daemon, struct baseline *baseline, const struct generation *generation,
		       uint32_t subject)
{
	for (uint32_t kind = POLICYD_ANOMALY_LEARNT; kind < POLICYD_ANOMALY_COUNT; kind++) {
		struct entries entries = entries_of(generation, subject, kind);
		struct baseline_set *set = baseline_set_of(baseline, kind);

		if (entries.length <= 0)
			continue;
		if (!set->started) {
			set->started = true;
			set->since = daemon->baselines.clock;
			daemon->baselines.changed = true;
		}
		set->learn = set->first = UINT64_MAX;
		for (int i = 0; i < entries.length; i++) {
			uint32_t number;
			const struct anomaly *section = entry_at(&entries, i, &number);

			if (section && section->learn_ns < set->first)
				set->first = section->learn_ns;
			if (section && !section->adopt && section->learn_ns < set->learn)
				set->learn = section->learn_ns;
		}
	}
}

/* The first policy that has learnt for as long as it wants; NULL: all of them still learn. */
static const struct anomaly *judge(const struct entries *entries, uint64_t age, uint32_t *ret_number)
{
	for (int i = 0; i < entries->length; i++) {
		const struct anomaly *section = entry_at(entries, i, ret_number);

		if (section && age >= section->learn_ns)
			return section;
	}
	return NULL;
}

/* What was new to a set that is not known any more counts as reported where every policy would. */
static const struct anomaly *judge_unknown(const struct daemon *daemon, uint64_t age, uint32_t kind)
{
	const struct generation *live = daemon->reload.generations[0];
	const struct anomaly *found = NULL;

	for (uint32_t i = 0; live && i < live->compiled->model->anomaly_count; i++) {
		const struct model_anomaly *anomaly = &live->compiled->model->anomalies[i];

		if (!anomaly->baseline || anomaly->kind != kind)
			continue;
		if (age < anomaly->baseline->learn_ns)
			return NULL;
		found = anomaly->baseline;
	}
	return found;
}

static void lose(struct daemon *daemon)
{
	lost_add(outputs_lost(daemon->outputs), LOST_BASELINES, EVENT_ANOMALY, 1);
}

static void detail_set(struct event *event, const char *text, uint64_t learn_ns, bool adopt, bool kept)
{
	char learn[UNIT_TEXT_SIZE];
	CLEANUP_FREE char *detail = NULL;

	unit_format_duration(learn_ns, learn);
	if (asprintf(&detail, "'%s' is new after %s of learning%s", text, learn,
		     !kept   ? "; the baseline is full"
		     : adopt ? "; adopted"
			     : "") < 0) {
		detail = NULL;
		return;
	}
	(void)event_set(event, &event->detail, detail, strlen(detail));
}

/* Reports what is new, by the policy of entry `number`, or by none. */
static void report(struct event *event, const struct entries *entries, uint32_t number,
		   const struct anomaly *section, const char *text, bool kept)
{
	event->origin.silent = false;
	if (entries)
		daemon_attribute_anomaly(event, entries->model, number);
	detail_set(event, text, section->learn_ns, section->adopt, kept);
}

/* An item that was not known: learnt or reported. */
static void item_add(struct daemon *daemon, struct baseline *baseline, const struct generation *generation,
		     struct event *event, const char *text)
{
	uint32_t kind = policyd_item_kind(event->origin.item), number = 0;
	uint64_t age = baseline_age(&daemon->baselines, baseline_set_of(baseline, kind)), count = 0;
	struct entries entries = {0};
	const struct anomaly *section;
	struct baseline_item *item = NULL;
	int r;

	if (generation)
		entries = entries_of(generation, event->origin.subject, kind);
	section = generation ? judge(&entries, age, &number) : judge_unknown(daemon, age, kind);
	r = baseline_add(&daemon->baselines, baseline, kind, text, &item);
	if (r < 0)
		lose(daemon);
	if (r == 0) {
		item->item = event->origin.item;
		item->outside = section && !section->adopt;
		item->live = 1;
	}
	if (!section)
		return;
	(void)loader_baseline_count(daemon->loader, event->origin.executable, event->origin.item, &count);
	event->suppressed = count > 1 ? count : 1;
	report(event, generation ? &entries : NULL, number, section, text, r == 0);
}

/* A window with too much that is new. Nothing of it is kept but by the kernel, where it is adopted. */
static void window_report(struct daemon *daemon, struct baseline *baseline,
			  const struct generation *generation, struct event *event)
{
	uint32_t kind = POLICYD_ANOMALY_NEW_SEQUENCE, number = 0;
	uint64_t age = baseline_age(&daemon->baselines, baseline_set_of(baseline, kind));
	CLEANUP_FREE char *last = ngram_text(policyd_item_what(event->origin.item));
	CLEANUP_FREE char *detail = NULL;
	struct entries entries = {0};
	const struct anomaly *section;

	if (generation)
		entries = entries_of(generation, event->origin.subject, kind);
	section = generation ? judge(&entries, age, &number) : judge_unknown(daemon, age, kind);
	if (!section)
		return;
	event->origin.silent = false;
	if (generation)
		daemon_attribute_anomaly(event, entries.model, number);
	if (asprintf(&detail, "%u of %d sequences are new, limit %u; the last: %s", event->origin.number,
		     POLICYD_NGRAM_WINDOW, baseline->ngrams.limit, last ? last : "?") < 0) {
		detail = NULL;
		return;
	}
	(void)event_set(event, &event->detail, detail, strlen(detail));
}

static void item_take(struct daemon *daemon, struct baseline *baseline, const struct generation *generation,
		      struct event *event)
{
	CLEANUP_FREE char *text = NULL;
	struct baseline_item *item;
	uint32_t kind = policyd_item_kind(event->origin.item);

	if (kind < POLICYD_ANOMALY_LEARNT || kind >= POLICYD_ANOMALY_COUNT ||
	    baseline_event_text(event, &text) < 0) {
		lose(daemon);
		return;
	}
	item = baseline_find(baseline_set_of(baseline, kind), text);
	if (item)
		item->item = event->origin.item;
	else
		item_add(daemon, baseline, generation, event, text);
}

void daemon_baseline(struct daemon *daemon, struct event *event)
{
	const struct generation *generation = reload_generation(&daemon->reload, event->generation);
	CLEANUP_FREE char *name = strndup(event->exe.bytes ? event->exe.bytes : "", event->exe.length);
	CLEANUP_JSON json_t *text = name && *name ? json_text(name) : NULL;
	struct baseline *baseline;
	int r;

	event->origin.silent = true;
	daemon_baseline_tick(daemon);
	r = !text || EVENT_IS_CUT(event, EVENT_CUT_exe)
		    ? -EINVAL
		    : baselines_get(&daemon->baselines, json_string_value(text), &baseline);
	if (r < 0) {
		lose(daemon);
		return;
	}
	r = baseline_identify(baseline, event->origin.executable);
	if (generation)
		sets_start(daemon, baseline, generation, event->origin.subject);
	daemon_ngram_identify(daemon, baseline);
	daemon_baseline_know(daemon, baseline, r > 0);
	if (policyd_item_kind(event->origin.item) == POLICYD_ANOMALY_NEW_SEQUENCE)
		window_report(daemon, baseline, generation, event);
	else if (event->origin.item)
		item_take(daemon, baseline, generation, event);
}
