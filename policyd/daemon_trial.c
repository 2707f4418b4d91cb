// SPDX-License-Identifier: Apache-2.0
/*
 * How the daemon gets out of a bad set by itself. A set on trial goes when the time is over; any other one
 * counts as good after it has been in force for a while, and a marker on disk says that it is not yet. Going
 * back starts no program and reads no file: the good set is in memory.
 */
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "daemon_internal.h"
#include "fingerprint.h"
#include "lint.h"
#include "log.h"
#include "refuse.h"
#include "unit.h"
#include "util.h"

#define ACCURACY_USEC 20000
#define RETRY_NS      (5 * 1000000000ULL)

void daemon_trial_time(struct daemon *daemon, uint64_t ns)
{
	daemon->trial.ends = (uint64_t)time(NULL) + (ns + 999999999) / 1000000000;
	if (sd_event_source_set_time_relative(daemon->trial.timer, ns / 1000) < 0 ||
	    sd_event_source_set_enabled(daemon->trial.timer, SD_EVENT_ONESHOT) < 0)
		log_line(EVENT_ERROR, "cannot set the timer of a set that is not confirmed");
}

void daemon_trial_clear(struct daemon *daemon)
{
	daemon->trial.running = daemon->trial.applied = false;
	daemon->trial.set.known = false;
	daemon->trial.ends = 0;
	(void)sd_event_source_set_enabled(daemon->trial.timer, SD_EVENT_OFF);
}

bool daemon_live_is_good(const struct daemon *daemon)
{
	const struct generation *live = daemon->reload.generations[0];

	return live && !live->altered && live->number == loader_generation(daemon->loader) &&
	       daemon->guard.good.known && live->fingerprint == daemon->guard.good.fingerprint;
}

const char *daemon_source(struct daemon *daemon)
{
	struct guard *guard = &daemon->guard;
	const char *directory = daemon->config->policy_dir;
	uint64_t fingerprint;

	if (daemon->reload.locked) {
		daemon_report_ignored(daemon);
		return daemon_locked_source(daemon);
	}
	if (daemon->trial.applied)
		return guard->candidate_path;
	if (!guard->refused.known || fingerprint_directory(directory, &fingerprint) < 0)
		return directory;
	if (fingerprint == guard->refused.fingerprint)
		return guard->good.known ? guard->good_path : NULL;
	log_line(EVENT_NOTICE, "'%s' has changed since it was refused: it is applied again", directory);
	guard_accept(guard);
	return directory;
}

void daemon_report_confirmed(struct daemon *daemon, const char *who)
{
	CLEANUP_FREE char *detail = NULL;

	if (asprintf(&detail, "generation %" PRIu64 " is the last good set: %s",
		     loader_generation(daemon->loader), who) < 0)
		detail = NULL;
	daemon_report(daemon, EVENT_ACTION_CONFIRMED, detail);
}

/* Nobody may be left to take such a set back: not even an orderly end says that it is well. */
static const char *candidate_problem(const struct daemon *daemon)
{
	const struct generation *live = daemon->reload.generations[0];
	const char *consequence = NULL;

	if (!live || live->fingerprint != daemon->guard.candidate.fingerprint)
		return NULL;
	if (live->altered)
		return "modes were changed by hand";
	(void)lint_locks_out(live->compiled, daemon->reload.host, &consequence);
	return consequence;
}

/*
 * The time is over, or policyd ends in order. What is not confirmed stays marked, so that the next boot is
 * without it.
 */
static void confirm_by_itself(struct daemon *daemon, const char *who)
{
	const char *problem = candidate_problem(daemon);
	int r;

	(void)sd_event_source_set_enabled(daemon->trial.timer, SD_EVENT_OFF);
	daemon->trial.ends = 0;
	if (problem) {
		log_line(EVENT_WARNING,
			 "the set in force waits for `policyctl confirm`, and the next boot is without it "
			 "otherwise (%s)",
			 problem);
		return;
	}
	r = guard_confirm(&daemon->guard);
	if (r < 0) {
		log_line(EVENT_WARNING,
			 "the set in force cannot be kept as the last good one in '%s', and the next boot is "
			 "without it: %s",
			 daemon->guard.directory, strerror(-r));
		return;
	}
	daemon_trial_clear(daemon);
	daemon_report_confirmed(daemon, who);
}

void daemon_settle(struct daemon *daemon)
{
	const struct guard_set *candidate = &daemon->guard.candidate;
	struct trial *trial = &daemon->trial;

	if (!candidate->known) {
		daemon_trial_clear(daemon);
		return;
	}
	if (trial->running || (trial->set.known && trial->set.fingerprint == candidate->fingerprint))
		return;
	trial->set = *candidate;
	if (daemon->config->confirm_after == 0)
		confirm_by_itself(daemon, "sets count as confirmed at once");
	else
		daemon_trial_time(daemon, daemon->config->confirm_after);
}

static int on_timer(sd_event_source *source, uint64_t at, void *data)
{
	struct daemon *daemon = data;
	CLEANUP_FREE char *error = NULL;
	char length[UNIT_TEXT_SIZE], who[UNIT_TEXT_SIZE + 16];

	(void)source;
	(void)at;
	if (daemon->trial.running) {
		if (daemon_rollback(daemon, "nobody confirmed the set in time", &error) < 0) {
			daemon_report(daemon, EVENT_ACTION_DEGRADED, error);
			daemon->trial.running = true;
			daemon_trial_time(daemon, RETRY_NS);
		}
		return 0;
	}
	unit_format_duration(daemon->config->confirm_after, length);
	(void)snprintf(who, sizeof(who), "in force for %s", length);
	confirm_by_itself(daemon, who);
	return 0;
}

static int directory_changed(const struct daemon *daemon)
{
	uint64_t fingerprint;
	int r = fingerprint_directory(daemon->config->policy_dir, &fingerprint);

	return r < 0 ? r : fingerprint != daemon->trial.directory;
}

int daemon_set_install(struct daemon *daemon)
{
	int r = guard_install(&daemon->guard, daemon->config->policy_dir);

	if (r == 0)
		(void)daemon_reload(daemon, true);
	return r;
}

static int confirm_applied(struct daemon *daemon, char **ret_error)
{
	const char *directory = daemon->config->policy_dir;
	uint64_t fingerprint;
	int r = daemon_set_install(daemon);

	if (r == 0)
		return 0;
	if (fingerprint_directory(directory, &fingerprint) == 0)
		guard_refuse(&daemon->guard, fingerprint, GUARD_INSTALL);
	return refuse(ret_error, r,
		      "the set is confirmed and stays in force, but cannot be written into '%s': %s",
		      directory, strerror(-r));
}

int daemon_confirm(struct daemon *daemon, const char *who, char **ret_error)
{
	const char *directory = daemon->config->policy_dir;
	struct guard *guard = &daemon->guard;
	bool applied = daemon->trial.applied;
	int r;

	if (!guard->candidate.known && guard->refused.known)
		return refuse(
			ret_error, -ENODATA,
			"nothing waits for confirmation: '%s' is not applied (%s); `policyctl apply` tries "
			"it again",
			directory, guard_reason_sentence(guard->reason));
	if (!guard->candidate.known)
		return refuse(ret_error, -ENODATA, "nothing waits for confirmation");
	if (applied && directory_changed(daemon) != 0)
		return refuse(
			ret_error, -EBUSY,
			"'%s' was changed since `policyctl apply`, and confirming would overwrite it: undo "
			"that, or roll back",
			directory);
	if (daemon->reload.generations[0]->altered)
		return refuse(ret_error, -EBUSY,
			      "modes were changed by hand, so what the files say is not what is in force: "
			      "`policyctl reload` first");
	r = guard_confirm(guard);
	if (r < 0)
		return refuse(ret_error, r, "the set cannot be kept as the last good one in '%s': %s",
			      guard->directory, strerror(-r));
	daemon_trial_clear(daemon);
	daemon_report_confirmed(daemon, who);
	return applied ? confirm_applied(daemon, ret_error) : 0;
}

/* The set whose refusal keeps it from coming back with the next change of a mount. */
static void directory_refuse(struct daemon *daemon)
{
	struct guard *guard = &daemon->guard;
	uint64_t fingerprint = guard->candidate.fingerprint;

	/* What the set in force lets policyd read may differ from what is there. */
	if (!guard->candidate.known && (fingerprint_directory(daemon->config->policy_dir, &fingerprint) < 0 ||
					fingerprint == guard->good.fingerprint))
		return;
	guard_refuse(guard, fingerprint, GUARD_ROLLBACK);
}

static void report_rolled_back(struct daemon *daemon, const char *why)
{
	CLEANUP_FREE char *detail = NULL;

	if (asprintf(&detail, "the last good set is in force again, as generation %" PRIu64 ": %s",
		     loader_generation(daemon->loader), why) < 0)
		detail = NULL;
	daemon_report(daemon, EVENT_ACTION_ROLLED_BACK, detail);
}

int daemon_rollback(struct daemon *daemon, const char *why, char **ret_error)
{
	struct reload *reload = &daemon->reload;
	bool applied = daemon->trial.applied;
	int r;

	if (daemon_live_is_good(daemon))
		return refuse(ret_error, -ENODATA, "nothing to roll back: the last good set is in force");
	if (!daemon->guard.good.known)
		return refuse(ret_error, -ENOENT,
			      "there is no good set to roll back to: none was confirmed yet");
	daemon_trial_clear(daemon);
	modes_clear(&daemon->modes);
	if (!applied)
		directory_refuse(daemon);
	if (daemon->drain)
		(void)drain_run(daemon->drain);
	r = reload_return(reload, daemon->loader, daemon->guard.good.fingerprint);
	if (r == 0)
		report_rolled_back(daemon, why);
	/* From the files: for mounts that have changed, or because it was not in memory. */
	(void)daemon_reload(daemon, r < 0);
	if (r < 0 && daemon_live_is_good(daemon))
		report_rolled_back(daemon, why);
	else if (r < 0)
		return refuse(ret_error, r, "the set cannot be rolled back: %s",
			      reload->error ? reload->error : strerror(-r));
	return 0;
}

void daemon_tell_refused(struct daemon *daemon)
{
	struct guard *guard = &daemon->guard;
	CLEANUP_FREE char *detail = NULL;

	(void)daemon_source(daemon); /* forgets a refusal of files that have changed */
	if (!guard->refused.known)
		return;
	if (asprintf(&detail, "'%s' is not applied: %s; %s", daemon->config->policy_dir,
		     guard_reason_sentence(guard->reason),
		     guard->good.known ? "the last good set is used instead"
				       : "there is no good set that could be used instead") < 0)
		detail = NULL;
	daemon_report(daemon,
		      guard->reason == GUARD_BOOT ? EVENT_ACTION_BOOT_GUARD : EVENT_ACTION_ROLLED_BACK,
		      detail);
}

int daemon_trial_start(struct daemon *daemon)
{
	const struct config *config = daemon->config;
	int r;

	r = guard_open(&daemon->guard, config->state_dir, config->policy_dir, NULL);
	if (r == 0)
		r = sd_event_add_time(daemon->loop, &daemon->trial.timer, CLOCK_BOOTTIME, 0, ACCURACY_USEC,
				      on_timer, daemon);
	if (r >= 0)
		r = sd_event_source_set_enabled(daemon->trial.timer, SD_EVENT_OFF);
	if (r < 0) {
		log_line(EVENT_ERROR, "cannot read what is known of earlier sets in '%s': %s",
			 config->state_dir, strerror(-r));
		return r;
	}
	if (daemon->guard.error < 0)
		log_line(EVENT_ERROR, "what is known of earlier sets in '%s' cannot be used: %s",
			 config->state_dir, strerror(-daemon->guard.error));
	return 0;
}

/* Who ends the enforcement too may do it because of the set: that says nothing good about it. */
void daemon_trial_stop(struct daemon *daemon)
{
	CLEANUP_FREE char *error = NULL;

	if (daemon->unload)
		return;
	if (daemon->trial.running) {
		if (daemon_rollback(daemon, "policyd ends during the trial", &error) < 0)
			daemon_report(daemon, EVENT_ACTION_DEGRADED, error);
	} else if (daemon->guard.candidate.known) {
		confirm_by_itself(daemon, "policyd ends in order");
	}
}
