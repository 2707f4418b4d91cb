// SPDX-License-Identifier: Apache-2.0
/*
 * What the daemon does again and again: reload, try the canary, and tell about it.
 */
#include <inttypes.h>
#include <malloc.h>
#include <string.h>

#include "builtin.h"
#include "daemon_internal.h"
#include "log.h"
#include "notify.h"
#include "util.h"

static const char *const action_names[] = {
#define X(name, text, kind, severity) [EVENT_ACTION_##name] = text,
	EVENT_ACTIONS(X)
#undef X
};
_Static_assert(ARRAY_SIZE(action_names) == EVENT_ACTION_COUNT, "every action has a name");

bool daemon_enforces(const struct daemon *daemon, const char **ret_why)
{
	const char *why = NULL;

	if (daemon->canary == -ENOTSUP && daemon->degraded)
		why = "the cgroup that the programs were attached to is gone";
	else if (daemon->canary == -ENOTSUP)
		why = "the kernel does not call the hooks: an operation that must be refused was permitted";
	else if (daemon->canary < 0)
		why = "the operation that shows whether enforcement works could not be tried";
	else if (daemon->without_set)
		why = "the policy directory cannot be used and nothing else was in force";
	else if (daemon->degraded)
		why = "this host has no BPF LSM: what policies accept that say so";
	if (ret_why)
		*ret_why = why;
	return !why;
}

void daemon_report(struct daemon *daemon, enum event_action action, const char *detail)
{
	CLEANUP_EVENT struct event event;

	event_init(&event);
	if (event_report(&event, action, detail) < 0)
		return;
	if (daemon->loader)
		event.generation = loader_generation(daemon->loader);
	log_line((enum event_severity)event.severity, "%s%s%s", action_names[action], detail ? ": " : "",
		 detail ? detail : "");
	if (!daemon->outputs)
		return;
	outputs_push(daemon->outputs, &event);
	outputs_run(daemon->outputs);
}

/* What a report of a rejection names, NULL: `error` of the attempt. */
static const struct diagnostic *error_first(const struct diagnostics *diagnostics)
{
	for (size_t i = 0; i < diagnostics->count; i++)
		if (diagnostics->items[i].level == DIAGNOSTIC_ERROR)
			return &diagnostics->items[i];
	return NULL;
}

void daemon_log_reasons(const struct reload *reload, bool first_told)
{
	static const enum event_severity severities[] = {
		[DIAGNOSTIC_ERROR] = EVENT_ERROR,
		[DIAGNOSTIC_WARNING] = EVENT_WARNING,
		[DIAGNOSTIC_NOTE] = EVENT_INFO,
	};
	const struct diagnostics *diagnostics = &reload->diagnostics;
	const struct diagnostic *told = first_told ? error_first(diagnostics) : NULL;

	for (size_t i = 0; i < diagnostics->count; i++) {
		CLEANUP_FREE char *line = NULL;

		if (&diagnostics->items[i] == told)
			continue;
		line = diagnostic_line(&diagnostics->items[i]);
		log_line(severities[diagnostics->items[i].level], "%s", line ? line : "out of memory");
	}
	if (diagnostics->dropped > 0)
		log_line(EVENT_ERROR, "%zu more errors and warnings", diagnostics->dropped);
	if (reload->error && (!first_told || told))
		log_line(EVENT_ERROR, "%s", reload->error);
}

static void report_published(struct daemon *daemon)
{
	const struct generation *live = daemon->reload.generations[0];
	CLEANUP_FREE char *detail = NULL;
	size_t policies = 0, rules = 0;

	for (size_t i = 0; i < live->set.count; i++)
		if (!builtin_is(&live->set.policies[i])) {
			policies++;
			rules += live->set.policies[i].rule_count;
		}
	if (asprintf(&detail, "generation %" PRIu64 ": %zu %s, %zu %s", live->number,
		     PLURAL(policies, "policy", "policies"), PLURAL(rules, "rule", "rules")) < 0)
		detail = NULL;
	daemon_report(daemon, EVENT_ACTION_PUBLISHED, detail);
}

static void report_rejected(struct daemon *daemon)
{
	const struct reload *reload = &daemon->reload;
	const struct diagnostic *error = error_first(&reload->diagnostics);
	CLEANUP_FREE char *first = error ? diagnostic_line(error) : NULL;
	CLEANUP_FREE char *detail = NULL;

	if (asprintf(&detail, "%zu %s, what was in force stays; %s",
		     PLURAL(reload->diagnostics.errors, "error", "errors"),
		     first ? first : (reload->error ? reload->error : "out of memory")) < 0)
		detail = NULL;
	daemon_report(daemon, EVENT_ACTION_REJECTED, detail);
}

/* Once for each change: a copy that is missing takes nothing from what is enforced, but from recovering. */
static void report_guard(struct daemon *daemon)
{
	CLEANUP_FREE char *detail = NULL;
	int error = daemon->guard.error, told = daemon->guard_told;

	daemon->guard_told = error;
	/* That of the whole directory was told. */
	if (error == told || error == 0 || error == daemon->storage_error)
		return;
	if (asprintf(&detail,
		     "cannot keep a copy or a marker of the set in '%s': %s; a bad set may not be "
		     "recovered from",
		     daemon->guard.directory, strerror(-error)) < 0)
		detail = NULL;
	daemon_report(daemon, EVENT_ACTION_DEGRADED, detail);
}

static void report_outcome(struct daemon *daemon, enum reload_outcome outcome)
{
	if (outcome == RELOAD_PUBLISHED) {
		daemon->without_set = false;
		daemon_log_reasons(&daemon->reload, false);
		report_published(daemon);
	} else if (outcome == RELOAD_REJECTED) {
		report_rejected(daemon);
		daemon_log_reasons(&daemon->reload, true);
	} else {
		log_line(EVENT_INFO, "%s%s%s", reload_outcome_name(outcome), daemon->reload.error ? ": " : "",
			 daemon->reload.error ? daemon->reload.error : "");
	}
}

/* Modes changed by hand are about files that are in force. */
static void modes_forget(struct daemon *daemon)
{
	const struct generation *live = daemon->reload.generations[0];

	if (!live || live->fingerprint != daemon->modes.fingerprint)
		modes_clear(&daemon->modes);
}

enum reload_outcome daemon_reload_from(struct daemon *daemon, const char *directory, bool always)
{
	enum reload_outcome outcome;

	notify_reloading();
	daemon_storage_look(daemon);
	/* Events that wait were decided by models that this may push out of the history. */
	if (daemon->drain)
		(void)drain_run(daemon->drain);
	daemon->reload.directory = directory ? directory : daemon->config->policy_dir;
	outcome = directory
			  ? reload_run(&daemon->reload, daemon->loader, always)
			  : reload_refuse(&daemon->reload, "there is no good set that could be used instead");
	daemon->reload.directory = daemon->config->policy_dir; /* the other may belong to a request */
	if (daemon->drain)
		drain_set_host(daemon->drain, daemon->reload.host);
	modes_forget(daemon);
	report_outcome(daemon, outcome);
	report_guard(daemon);
	daemon_settle(daemon);
	daemon_baseline_settle(daemon);
	daemon_look_settle(daemon);
	if (daemon->loader)
		ingress_published(daemon->ingress, daemon->loader, &daemon->reload);
	if (daemon->control)
		notify_ready(reload_outcome_name(outcome));
	(void)malloc_trim(0); /* compiling takes several times what is kept */
	return outcome;
}

enum reload_outcome daemon_reload(struct daemon *daemon, bool always)
{
	return daemon_reload_from(daemon, daemon_source(daemon), always);
}

int daemon_canary(struct daemon *daemon)
{
	int before = daemon->canary;
	const char *why = NULL;

	daemon->canary = loader_canary(daemon->loader);
	if (daemon->canary == before)
		return before;
	if (daemon->canary == 0 && before != -EAGAIN)
		daemon_report(daemon, EVENT_ACTION_RECOVERED, "what must be refused is refused again");
	if (daemon->canary < 0) {
		CLEANUP_FREE char *detail = NULL;

		(void)daemon_enforces(daemon, &why);
		if (asprintf(&detail, "nothing is enforced: %s (%s); `policyctl doctor` says what to do", why,
			     strerror(-daemon->canary)) < 0)
			detail = NULL;
		daemon_report(daemon, EVENT_ACTION_CANARY_FAILED, detail);
	}
	return daemon->canary;
}
