// SPDX-License-Identifier: Apache-2.0
/*
 * What is put in force on demand: a set, on trial or for good; another mode of a policy.
 */
#include <inttypes.h>
#include <string.h>

#include "builtin.h"
#include "daemon_internal.h"
#include "fingerprint.h"
#include "refuse.h"
#include "unit.h"
#include "util.h"

/* Who runs policyctl can work under the set in force: it is what an unconfirmed trial returns to. */
static int return_prepare(struct daemon *daemon, uint64_t fingerprint, char **ret_error)
{
	struct guard *guard = &daemon->guard;
	int r;

	if (guard->candidate.known && guard->candidate.fingerprint != fingerprint) {
		if (daemon->reload.generations[0]->altered)
			return refuse(ret_error, -EBUSY,
				      "modes were changed by hand in a set that is not confirmed, so there "
				      "is nothing to return to: `policyctl reload` first");
		r = guard_confirm(guard);
		if (r < 0)
			return refuse(ret_error, r,
				      "the set in force cannot be kept to return to in '%s': %s",
				      guard->directory, strerror(-r));
		daemon_trial_clear(daemon);
		daemon_report_confirmed(daemon, "another set is tried");
	}
	if (!guard->good.known)
		return refuse(
			ret_error, -ENOENT,
			"there is no good set to return to; `policyctl confirm` makes the set in force one");
	if (guard->good.fingerprint == fingerprint)
		return refuse(ret_error, -EALREADY, "this is the last good set: there is nothing to try");
	return 0;
}

/* Publishes on trial. Returns whether it is in force. */
static bool trial_publish(struct daemon *daemon, const char *source, uint64_t confirm)
{
	struct trial *trial = &daemon->trial;
	enum reload_outcome outcome;

	trial->running = true;
	outcome = daemon_reload_from(daemon, source, false);
	if (outcome != RELOAD_PUBLISHED && outcome != RELOAD_UNCHANGED) {
		daemon_trial_clear(daemon);
		(void)guard_try(&daemon->guard, false);
		daemon_settle(daemon);
		return false;
	}
	trial->running = true;
	daemon_trial_time(daemon, confirm);
	return true;
}

static void report_trial(struct daemon *daemon, const char *source, uint64_t confirm)
{
	char length[UNIT_TEXT_SIZE];
	CLEANUP_FREE char *detail = NULL;

	unit_format_duration(confirm, length);
	if (asprintf(&detail, "generation %" PRIu64 " from '%s' goes in %s unless it is confirmed",
		     loader_generation(daemon->loader), source, length) < 0)
		detail = NULL;
	daemon_report(daemon, EVENT_ACTION_ON_TRIAL, detail);
}

static int apply_trial(struct daemon *daemon, const char *source, bool applied, uint64_t confirm,
		       char **ret_error)
{
	int r = guard_try(&daemon->guard, true);

	if (r < 0) {
		(void)guard_try(&daemon->guard, false);
		return refuse(ret_error, r, "the trial cannot be marked in '%s': %s", daemon->guard.directory,
			      strerror(-r));
	}
	if (fingerprint_directory(daemon->config->policy_dir, &daemon->trial.directory) < 0)
		daemon->trial.directory = 0;
	if (trial_publish(daemon, source, confirm)) {
		daemon->trial.applied = applied;
		report_trial(daemon, source, confirm);
	}
	return 0;
}

static int apply_now(struct daemon *daemon, const char *source, bool applied, char **ret_error)
{
	const char *directory = daemon->config->policy_dir;
	int r;

	if (daemon_reload_from(daemon, source, true) != RELOAD_PUBLISHED || !applied)
		return 0;
	r = daemon_set_install(daemon);
	if (r == 0)
		return 0;
	(void)daemon_reload(daemon, true);
	return refuse(ret_error, r, "the set cannot be written into '%s': %s; what that holds is in force",
		      directory, strerror(-r));
}

int daemon_apply(struct daemon *daemon, const char *directory, uint64_t confirm, char **ret_error)
{
	const char *own = daemon->config->policy_dir;
	const char *source = directory ? directory : own;
	struct guard *guard = &daemon->guard;
	struct guard_set refused = guard->refused;
	enum guard_reason reason = guard->reason;
	bool applied = strcmp(source, own) != 0;
	uint64_t fingerprint;
	int r;

	if (daemon->trial.running)
		return refuse(ret_error, -EBUSY,
			      "a set is on trial already: confirm it or roll it back first");
	r = fingerprint_directory(source, &fingerprint);
	if (r < 0)
		return refuse(ret_error, r, "policyd cannot read '%s': %s", source, strerror(-r));
	r = confirm > 0 ? return_prepare(daemon, fingerprint, ret_error) : 0;
	if (r < 0)
		return r;
	modes_clear(&daemon->modes);
	if (!applied)
		guard_accept(guard);
	guard->strict = confirm > 0 || applied;
	r = confirm > 0 ? apply_trial(daemon, source, applied, confirm, ret_error)
			: apply_now(daemon, source, applied, ret_error);
	guard->strict = false;
	if (!applied && refused.known && daemon->reload.outcome == RELOAD_REJECTED)
		guard_refuse(guard, refused.fingerprint, reason);
	return r;
}

/* The name's policy in the set in force, NULL where there is none. */
static const struct policy *policy_live(const struct daemon *daemon, const char *name)
{
	const struct generation *live = daemon->reload.generations[0];
	const struct policy *policy = NULL;

	if (live && live->number == loader_generation(daemon->loader))
		policy = policy_set_find(&live->set, name);
	return policy && !builtin_is(policy) ? policy : NULL;
}

static void report_mode(struct daemon *daemon, const char *policy, enum policy_mode before,
			enum policy_mode mode)
{
	CLEANUP_FREE char *detail = NULL;

	if (asprintf(&detail, "policy '%s': %s instead of %s, until the files are published again", policy,
		     modes_name(mode), modes_name(before)) < 0)
		detail = NULL;
	daemon_report(daemon, EVENT_ACTION_MODE_CHANGED, detail);
}

int daemon_mode(struct daemon *daemon, const char *policy, enum policy_mode mode, char **ret_error)
{
	const struct policy *found = policy_live(daemon, policy);
	enum policy_mode before;
	uint64_t fingerprint;
	int r;

	if (!found)
		return refuse(ret_error, -ENOENT, "no policy '%s' is in force", policy);
	before = found->mode;
	fingerprint = daemon->reload.generations[0]->fingerprint;
	r = modes_set(&daemon->modes, fingerprint, policy, mode);
	if (r < 0)
		return r;
	(void)daemon_reload(daemon, false);
	found = policy_live(daemon, policy);
	if (!found || found->mode != mode) {
		if (daemon->modes.fingerprint == fingerprint)
			(void)modes_set(&daemon->modes, fingerprint, policy, before);
		return refuse(ret_error, -EAGAIN,
			      "the mode was not changed: the files have changed or cannot be published, see "
			      "`policyctl status`");
	}
	if (before != mode)
		report_mode(daemon, policy, before, mode);
	return 0;
}
