// SPDX-License-Identifier: Apache-2.0
/*
 * What the daemon says about itself.
 */
#include <inttypes.h>
#include <string.h>

#include <policyd/guard.h>

#include "builtin.h"
#include "daemon_internal.h"
#include "fingerprint.h"
#include "json_text.h"
#include "util.h"

static const char *const counter_names[] = {
	[POLICYD_COUNT_DECISION] = "decisions",
	[POLICYD_COUNT_REFUSED] = "refused",
	[POLICYD_COUNT_KILLED] = "killed",
	[POLICYD_COUNT_LOST_DENIAL] = "lost_denials",
	[POLICYD_COUNT_LOST_AUDIT] = "lost_audits",
	[POLICYD_COUNT_LOST_ANOMALY] = "lost_anomalies",
	[POLICYD_COUNT_LOST_COUNT] = "lost_counts",
	[POLICYD_COUNT_LOST_BASELINE] = "lost_baselines",
	[POLICYD_COUNT_LOST_LINEAGE] = "lost_lineages",
	[POLICYD_COUNT_UNRESOLVED + POLICYD_REASON_NONE] = "unresolved",
	[POLICYD_COUNT_UNRESOLVED + POLICYD_REASON_DEPTH] = "unresolved_depth",
	[POLICYD_COUNT_UNRESOLVED + POLICYD_REASON_READ] = "unresolved_read",
	[POLICYD_COUNT_UNRESOLVED + POLICYD_REASON_RACE] = "unresolved_race",
	[POLICYD_COUNT_UNRESOLVED + POLICYD_REASON_DETACHED] = "unresolved_detached",
	[POLICYD_COUNT_UNRESOLVED + POLICYD_REASON_IMAGE] = "unresolved_image",
	[POLICYD_COUNT_UNRESOLVED + POLICYD_REASON_SUBJECT] = "unresolved_subject",
	[POLICYD_COUNT_UNRESOLVED + POLICYD_REASON_GENERATION] = "unresolved_generation",
	[POLICYD_COUNT_UNRESOLVED + POLICYD_REASON_CONTENT] = "unresolved_content",
	[POLICYD_COUNT_UNRESOLVED + POLICYD_REASON_FOLD] = "unresolved_spelling",
	[POLICYD_COUNT_UNRESOLVED + POLICYD_REASON_BELOW] = "unresolved_below",
	[POLICYD_COUNT_TAMPER] = "tampers",
	[POLICYD_COUNT_UNREADABLE] = "unreadable_packets",
	[POLICYD_COUNT_SKIPPED_AUDIT] = "skipped_audits",
	[POLICYD_COUNT_SKIPPED_ANOMALY] = "skipped_anomalies",
};
_Static_assert(ARRAY_SIZE(counter_names) == POLICYD_COUNT_END, "every counter has a name");

const char *daemon_counter_name(uint32_t counter)
{
	return counter < POLICYD_COUNT_END ? counter_names[counter] : NULL;
}

static json_t *fingerprint_json(uint64_t fingerprint)
{
	char text[FINGERPRINT_TEXT_SIZE];

	fingerprint_format(fingerprint, text);
	return json_string(text);
}

static json_t *policies_json(const struct policy_set *set)
{
	json_t *list = json_array();

	for (size_t i = 0; i < set->count && list; i++) {
		const struct policy *policy = &set->policies[i];
		json_t *entry;

		if (builtin_is(policy))
			continue;
		entry = json_pack("{s:o,s:s,s:I,s:o,s:o}", "name", json_text(policy->name), "mode",
				  modes_name(policy->mode), "rules", (json_int_t)policy->rule_count, "file",
				  json_text(policy->at.file), "description", json_text(policy->description));
		if (json_array_append_new(list, entry) < 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

/* Errors and warnings of the last attempt, as lines. */
static json_t *reasons_json(const struct reload *reload)
{
	json_t *list = json_array();

	for (size_t i = 0; i < reload->diagnostics.count && list; i++) {
		CLEANUP_FREE char *line = diagnostic_line(&reload->diagnostics.items[i]);

		if (json_array_append_new(list, json_text(line)) < 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

static json_t *attempt_json(const struct reload *reload)
{
	return json_pack("{s:s,s:o,s:o,s:o,s:I,s:I}", "outcome", reload_outcome_name(reload->outcome),
			 "fingerprint", fingerprint_json(reload->attempt_fingerprint), "error",
			 json_text(reload->error), "diagnostics", reasons_json(reload), "attempts",
			 (json_int_t)reload->attempts, "rejections", (json_int_t)reload->rejections);
}

static json_t *hooks_json(const struct loader *loader)
{
	json_t *list = json_array();

	for (const char *const *hook = loader_hooks(loader); hook && *hook && list; hook++)
		if (json_array_append_new(list, json_text(*hook)) < 0) {
			json_decref(list);
			return NULL;
		}
	return list;
}

static json_t *counters_json(const struct loader *loader)
{
	uint64_t counters[POLICYD_COUNT_END] = {};
	json_t *object = json_object();

	if (loader_counters(loader, counters) < 0)
		return object;
	for (size_t i = 0; i < POLICYD_COUNT_END && object; i++)
		if (json_object_set_new(object, counter_names[i], json_integer((json_int_t)counters[i])) <
		    0) {
			json_decref(object);
			return NULL;
		}
	return object;
}

/* The set in force. Of one that an earlier daemon published only the number may be known, see reload_adopt().
 */
static json_t *live_json(const struct daemon *daemon)
{
	uint64_t number = loader_generation(daemon->loader);
	const struct generation *live = reload_generation(&daemon->reload, number);

	if (!live)
		return json_pack("{s:I,s:b}", "generation", (json_int_t)number, "known", 0);
	return json_pack("{s:I,s:b,s:o,s:o,s:I,s:o}", "generation", (json_int_t)number, "known", 1, "since",
			 live->published ? json_integer((json_int_t)live->published) : json_null(),
			 "fingerprint", fingerprint_json(live->fingerprint), "image_bytes",
			 (json_int_t)live->compiled->count * POLICYD_LINE_SIZE, "policies",
			 policies_json(&live->set));
}

/* How sure the set in force is; see docs/control.md. */
static const char *recovery_name(const struct daemon *daemon)
{
	if (daemon->trial.running)
		return "trial";
	if (daemon->guard.refused.known)
		return "rolled-back";
	if (daemon->guard.candidate.known)
		return "unconfirmed";
	if (daemon_live_is_good(daemon))
		return "confirmed";
	return daemon->reload.generations[0] && daemon->reload.generations[0]->altered ? "altered"
										       : "unknown";
}

static json_t *set_json(const struct guard_set *set)
{
	return set->known ? fingerprint_json(set->fingerprint) : json_null();
}

static json_t *recovery_json(const struct daemon *daemon)
{
	const struct guard *guard = &daemon->guard;
	const char *why = guard->refused.known ? guard_reason_sentence(guard->reason) : NULL;

	return json_pack("{s:s,s:o,s:o,s:o,s:o}", "state", recovery_name(daemon), "until",
			 daemon->trial.ends ? json_integer((json_int_t)daemon->trial.ends) : json_null(),
			 "good", set_json(&guard->good), "refused", set_json(&guard->refused), "why",
			 json_text(why));
}

/* One word for people and monitoring. */
static const char *state_name(const struct daemon *daemon)
{
	bool degraded = daemon->degraded && daemon->canary == 0;

	if ((!daemon_enforces(daemon, NULL) && !degraded) || daemon->guard.refused.known)
		return "failed";
	switch (daemon->reload.outcome) {
	case RELOAD_REJECTED:
		return "failed";
	case RELOAD_WAITING:
		return "waiting";
	default:
		return degraded ? "degraded" : "ok";
	}
}

/* What is not known of tasks, for the subject keys script and ancestor; null where that cannot be said. */
static json_t *lineage_json(const struct loader *loader)
{
	struct policyd_lineage_pass pass;

	if (loader_lineage_pass(loader, &pass) < 0)
		return json_null();
	return json_pack("{s:I,s:I,s:I}", "tasks", (json_int_t)pass.tasks, "older", (json_int_t)pass.older,
			 "lost", (json_int_t)pass.lost);
}

/* How full the table of what self-protection protects is. */
static json_t *guard_json(const struct loader *loader)
{
	size_t count;

	if (loader_guard_count(loader, &count) < 0)
		return json_null();
	return json_pack("{s:I,s:I}", "entries", (json_int_t)count, "limit",
			 (json_int_t)POLICYD_GUARD_ENTRIES);
}

json_t *daemon_status(const struct daemon *daemon)
{
	const char *why;
	bool enforcing = daemon_enforces(daemon, &why);
	char build[FINGERPRINT_TEXT_SIZE];

	fingerprint_format(loader_build(), build);
	return json_pack(
		"{s:s,s:I,s:I,s:s,s:b,s:o,s:o,s:o,s:b,s:b,s:b,s:s,s:b,s:o,s:b,s:b,s:o,s:o,s:o,s:o,s:o,s:"
		"o,s:o,s:o,s:o}",
		"version", POLICYD_VERSION, "pid", (json_int_t)getpid(), "started",
		(json_int_t)daemon->started, "state", state_name(daemon), "enforcing", (int)enforcing, "why",
		json_text(why), "degraded", daemon_degraded_status(daemon), "ingress",
		ingress_status(daemon->ingress, daemon->loader, &daemon->reload), "pinned",
		(int)daemon->config->pin, "adopted", (int)loader_adopted(daemon->loader), "outdated",
		(int)loader_outdated(daemon->loader), "build", build, "guarded",
		(int)loader_guarded(daemon->loader), "guard", guard_json(daemon->loader), "locked",
		(int)(daemon->reload.locked != NULL), "audit_unresolved",
		(int)daemon->config->audit_unresolved, "directory", json_text(daemon->config->policy_dir),
		"live", live_json(daemon), "attempt", attempt_json(&daemon->reload), "recovery",
		recovery_json(daemon), "storage", daemon_storage_status(daemon), "hooks",
		hooks_json(daemon->loader), "lineage", lineage_json(daemon->loader), "counters",
		counters_json(daemon->loader), "outputs", outputs_describe(daemon->outputs));
}
