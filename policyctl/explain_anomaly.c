// SPDX-License-Identifier: Apache-2.0
#include "explain_anomaly.h"

#include <inttypes.h>
#include <string.h>

#include <policyd/anomaly.h>

#include "anomalies.h"
#include "json_text.h"
#include "util.h"

static int kind_find(const char *name)
{
	for (int kind = 0; kind < POLICYD_ANOMALY_COUNT; kind++)
		if (strcmp(anomaly_name((uint32_t)kind), name) == 0)
			return kind;
	return -ENOENT;
}

static const char *action_of(const struct policyd_anomaly *record)
{
	if (record->kind >= POLICYD_ANOMALY_LEARNT)
		return "compares";
	if (record->flags & POLICYD_ANOMALY_KILL)
		return "kills";
	if (record->flags & POLICYD_ANOMALY_FREEZE)
		return "freezes";
	if (record->kind < POLICYD_ANOMALY_DETECTED)
		return "counts";
	return record->flags & POLICYD_ANOMALY_REFUSE ? "refuses" : "reports";
}

static void print_text(const struct policyd_anomaly *record, const struct model_anomaly *entry,
		       const struct policy *policy)
{
	const struct anomaly_about *about = anomaly_about(entry);

	(void)printf("%s by %s of policy %s (%s:%u)", action_of(record), about->name, policy->name,
		     about->at.file, about->at.line);
	if (entry->rate)
		(void)printf(": more than %" PRIu64 "%s in %.3fs%s", entry->rate->limit,
			     entry->rate->distinct ? " different ones" : "",
			     (double)entry->rate->over_ns / 1e9,
			     entry->rate->per_process ? ", for each process" : "");
	if (entry->baseline)
		(void)printf(": what is new after %.0fs%s", (double)entry->baseline->learn_ns / 1e9,
			     entry->baseline->adopt ? ", which is adopted" : "");
	(void)puts("");
}

static json_t *entry_json(const struct policyd_anomaly *record, const struct model_anomaly *entry,
			  const struct policy *policy)
{
	const struct anomaly_about *about = anomaly_about(entry);
	json_t *object = json_pack("{s:s,s:o,s:o,s:o,s:i}", "does", action_of(record), "policy",
				   json_text(policy->name), "rule", json_text(about->name), "file",
				   json_text(about->at.file), "line", (int)about->at.line);

	if (object && entry->rate &&
	    json_object_update_new(
		    object, json_pack("{s:I,s:f,s:b,s:b}", "limit", (json_int_t)entry->rate->limit, "over",
				      (double)entry->rate->over_ns / 1e9, "per_process",
				      entry->rate->per_process, "distinct", (int)entry->rate->distinct)) < 0)
		return NULL;
	if (object && entry->baseline &&
	    json_object_update_new(object,
				   json_pack("{s:f,s:b}", "learn", (double)entry->baseline->learn_ns / 1e9,
					     "adopt", (int)entry->baseline->adopt)) < 0)
		return NULL;
	return object;
}

/* Prints the entry, or appends it to `list`, which is NULL otherwise. Returns whether it refuses. */
static bool entry_tell(const struct compiled *compiled, const struct policyd_anomaly *record, uint32_t index,
		       json_t *list)
{
	const struct model *model = compiled->model;
	const struct model_anomaly *entry = &model->anomalies[index];
	const struct policy *policy = model->policies[entry->policy].policy;

	if (list)
		(void)json_array_append_new(list, entry_json(record, entry, policy));
	else
		print_text(record, entry, policy);
	return record->flags & POLICYD_ANOMALY_REFUSE;
}

enum status explain_anomaly(const struct compiled *compiled, uint32_t subject, const char *kind, bool json)
{
	const struct policyd_view view = {compiled->lines, compiled->count};
	const struct policyd_anomalies *anomalies = policyd_anomalies_at(&view);
	int number = kind_find(kind), length = 0;
	uint32_t place = 0, index = 0;
	bool refuses = false;
	json_t *list;

	if (number < 0)
		return command_fail("explain", "'%s' is nothing that an anomaly section is about",
				    command_clean(kind));
	list = json ? json_array() : NULL;
	if (anomalies)
		length = policyd_anomaly_list(&view, anomalies, (uint32_t)number, subject, &place);
	for (int i = 0; i < length; i++) {
		const struct policyd_anomaly *record;

		(void)policyd_word_at(&view, anomalies->lists, place + (uint32_t)i, &index);
		record = policyd_anomaly_at(&view, anomalies, index);
		refuses = entry_tell(compiled, record, index, list) || refuses;
	}
	if (json)
		return command_print_json(json_pack("{s:o}", "entries", list),
					  refuses ? STATUS_NO : STATUS_GOOD);
	if (length == 0)
		(void)puts("nothing is counted or looked for");
	return command_finish(refuses ? STATUS_NO : STATUS_GOOD);
}
