// SPDX-License-Identifier: Apache-2.0
/*
 * What the control socket answers about baselines; docs/control.md describes it.
 */
#include <inttypes.h>
#include <string.h>

#include "baseline_json.h"
#include "daemon_internal.h"
#include "json.h"
#include "refuse.h"
#include "util.h"

/* The same of sequences, with what is known of how much new is too much. */
static json_t *sequences_summary(const struct baselines *baselines, const struct baseline *baseline)
{
	const struct baseline_set *times = baseline_sequences(baseline);
	const struct ngram_set *set = &baseline->ngrams;
	const char *state = set->full ? "full" : set->limit ? "compared" : set->trying ? "trial" : "learning";

	return json_pack("{s:I,s:I,s:i,s:s,s:i,s:i,s:i}", "age",
			 (json_int_t)(baseline_age(baselines, times) / 1000000000), "items",
			 (json_int_t)set->count, "outside", 0, "state", state, "limit", (int)set->limit,
			 "peak", (int)set->peak, "tried", (int)set->tried);
}

/* An executable in a list: for each set how long it has learnt and how many items it has. */
static json_t *summary(const struct baselines *baselines, const struct baseline *baseline)
{
	CLEANUP_JSON json_t *object = json_pack("{s:s}", "executable", baseline->executable);

	for (uint32_t k = 0; k < BASELINE_KINDS; k++) {
		const struct baseline_set *set = &baseline->sets[k];
		json_int_t outside = 0;

		if (!set->started)
			continue;
		if (POLICYD_ANOMALY_LEARNT + k == POLICYD_ANOMALY_NEW_SEQUENCE) {
			if (json_object_set_new(object, baseline_kind_name(POLICYD_ANOMALY_LEARNT + k),
						sequences_summary(baselines, baseline)) < 0)
				return NULL;
			continue;
		}
		for (size_t i = 0; i < set->count; i++)
			outside += set->items[i].outside;
		if (json_object_set_new(object, baseline_kind_name(POLICYD_ANOMALY_LEARNT + k),
					json_pack("{s:I,s:I,s:I}", "age",
						  (json_int_t)(baseline_age(baselines, set) / 1000000000),
						  "items", (json_int_t)set->count, "outside", outside)) < 0)
			return NULL;
	}
	return TAKE_PTR(object);
}

/* The executables that are asked for: one, or all. */
static int asked(const struct daemon *daemon, const json_t *request, const struct baseline **ret_one,
		 char **ret_error)
{
	const json_t *name = json_object_get(request, "executable");

	*ret_one = NULL;
	if (!name)
		return 0;
	if (!json_is_string(name))
		return refuse(ret_error, -EINVAL, "'executable' is a name");
	*ret_one = baselines_find(&daemon->baselines, json_string_value(name));
	if (!*ret_one)
		return refuse(ret_error, -ENOENT, "there is no baseline of '%s'", json_string_value(name));
	return 0;
}

int daemon_answer_baselines(void *data, const json_t *request, json_t **ret_reply, char **ret_error)
{
	CLEANUP_JSON json_t *list = json_array();
	struct daemon *daemon = data;
	const struct baseline *one;
	int r = asked(daemon, request, &one, ret_error);

	if (r < 0)
		return r;
	for (size_t i = 0; i < daemon->baselines.count; i++)
		if ((!one || daemon->baselines.all[i] == one) &&
		    json_array_append_new(list, summary(&daemon->baselines, daemon->baselines.all[i])) < 0)
			return -ENOMEM;
	*ret_reply = json_pack("{s:O,s:i}", "executables", list, "limit", POLICYD_EXECUTABLES_MAX);
	return *ret_reply ? 0 : -ENOMEM;
}

int daemon_answer_export(void *data, const json_t *request, json_t **ret_reply, char **ret_error)
{
	CLEANUP_JSON json_t *executables = json_object();
	struct daemon *daemon = data;
	const struct baseline *one;
	int r = asked(daemon, request, &one, ret_error);

	if (r < 0)
		return r;
	for (size_t i = 0; i < daemon->baselines.count; i++) {
		struct baseline *baseline = daemon->baselines.all[i];

		if (one && baseline != one)
			continue;
		daemon_baseline_refresh(daemon, baseline);
		if (json_object_set_new(executables, baseline->executable,
					baseline_json(&daemon->baselines, baseline)) < 0)
			return -ENOMEM;
	}
	*ret_reply = baselines_document(TAKE_PTR(executables));
	return *ret_reply ? 0 : -ENOMEM;
}

static void report(struct daemon *daemon, const char *what, size_t count)
{
	CLEANUP_FREE char *detail = NULL;

	if (asprintf(&detail, "%zu %s %s", PLURAL(count, "baseline", "baselines"), what) < 0)
		detail = NULL;
	daemon_report(daemon, EVENT_ACTION_BASELINE_CHANGED, detail);
}

int daemon_answer_reset(void *data, const json_t *request, json_t **ret_reply, char **ret_error)
{
	struct daemon *daemon = data;
	const struct baseline *one;
	size_t count = 0;
	int r = daemon_unlocked(daemon, ret_error);

	if (r == 0)
		r = asked(daemon, request, &one, ret_error);
	if (r == 0 && !one && !json_is_true(json_object_get(request, "all")))
		r = refuse(ret_error, -EINVAL, "'executable' or 'all': true is expected");
	if (r == 0)
		r = daemon_baseline_reset(daemon, one ? one->executable : NULL, &count);
	if (r < 0)
		return r;
	report(daemon, "forgotten", count);
	*ret_reply = json_pack("{s:I}", "count", (json_int_t)count);
	return *ret_reply ? 0 : -ENOMEM;
}

int daemon_answer_import(void *data, const json_t *request, json_t **ret_reply, char **ret_error)
{
	const json_t *document = json_object_get(request, "baselines");
	struct daemon *daemon = data;
	size_t count = json_object_size(json_object_get(document, "executables"));
	int r = daemon_unlocked(daemon, ret_error);

	if (r == 0)
		r = daemon_baseline_import(daemon, document, ret_error);
	if (r < 0)
		return r;
	if (!json_is_true(json_object_get(request, "more")))
		report(daemon, "after an import", daemon->baselines.count);
	*ret_reply = json_pack("{s:I}", "count", (json_int_t)count);
	return *ret_reply ? 0 : -ENOMEM;
}
