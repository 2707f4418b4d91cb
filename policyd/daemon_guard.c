// SPDX-License-Identifier: Apache-2.0
/*
 * What the daemon does for its own protection: the guard, the lock, and looking after what it left in the
 * kernel.
 */
#include <string.h>

#include "daemon_internal.h"
#include "fingerprint.h"
#include "log.h"
#include "refuse.h"
#include "util.h"

/* Where it is asked for and cannot be had, policyd does not go on as if it were. */
int daemon_guard_start(struct daemon *daemon)
{
	CLEANUP_FREE char *error = NULL;
	int r;

	if (!daemon->config->self_protection && !loader_guarded(daemon->loader))
		return 0;
	r = loader_guard(daemon->loader, &error);
	if (r < 0)
		log_line(EVENT_ERROR, "self-protection is not in force: %s", error ? error : strerror(-r));
	return r;
}

/* Whether `error` is another one than the last that was told. */
static bool news(struct daemon *daemon, const char *error)
{
	bool same = daemon->guard_error ? error && strcmp(daemon->guard_error, error) == 0 : !error;

	if (same)
		return false;
	free(daemon->guard_error);
	daemon->guard_error = error ? strdup(error) : NULL;
	return error != NULL;
}

void daemon_guard_learn(struct daemon *daemon)
{
	CLEANUP_FREE char *error = NULL;

	if (loader_guard_code(daemon->loader, &error) < 0)
		daemon_report(daemon, EVENT_ACTION_DEGRADED, error);
}

static void report_damage(struct daemon *daemon, const struct loader_damage *damage)
{
	CLEANUP_FREE char *detail = NULL;

	if (damage->image)
		daemon_report(daemon, EVENT_ACTION_TAMPERED,
			      "another image was in force than policyd published, or a list of system "
			      "calls without some of its own; it is published again");
	if (damage->pins == 0)
		return;
	if (asprintf(&detail, "%zu %s missing or not policyd's; they are there again", damage->pins,
		     damage->pins == 1 ? "pin was" : "pins were") < 0)
		detail = NULL;
	daemon_report(daemon, EVENT_ACTION_TAMPERED, detail);
}

void daemon_guard_look(struct daemon *daemon)
{
	CLEANUP_FREE char *error = NULL;
	struct loader_damage damage;
	int r = loader_mend(daemon->loader, &damage, &error);

	if (r == 0)
		report_damage(daemon, &damage);
	else if (news(daemon, error ? error : strerror(-r)))
		daemon_report(daemon, EVENT_ACTION_TAMPERED, error);
	if (r == 0)
		r = loader_guard_code(daemon->loader, &error);
	else
		return;
	if (news(daemon, r < 0 ? (error ? error : strerror(-r)) : NULL))
		daemon_report(daemon, EVENT_ACTION_DEGRADED, error);
}

int daemon_unlocked(const struct daemon *daemon, char **ret_error)
{
	if (!daemon->reload.locked)
		return 0;
	return refuse(ret_error, -EPERM, "policies are locked until the machine is started anew");
}

/* What is locked has to be what the files of one set say, and to stay without anybody's doing. */
static int lock_check(const struct daemon *daemon, char **ret_error)
{
	const struct generation *live = daemon->reload.generations[0];

	if (daemon->reload.locked)
		return refuse(ret_error, -EALREADY, "policies are locked already");
	if (!loader_guarded(daemon->loader) || !daemon->config->pin)
		return refuse(ret_error, -EOPNOTSUPP,
			      "a lock without self-protection could be taken away: set 'self_protection: "
			      "true' in policyd.yaml, leave 'pin' on, and restart policyd");
	if (daemon->trial.running)
		return refuse(ret_error, -EBUSY, "a set is on trial: confirm it or roll it back first");
	if (daemon->without_set || !live || live->number != loader_generation(daemon->loader))
		return refuse(ret_error, -ENODATA, "no set of files is in force that could be locked");
	if (live->altered)
		return refuse(ret_error, -EBUSY,
			      "modes were changed by hand: `policyctl reload` undoes that");
	return 0;
}

int daemon_lock(struct daemon *daemon, char **ret_error)
{
	const struct generation *live = daemon->reload.generations[0];
	struct loader_lock lock = {};
	int r = lock_check(daemon, ret_error);

	if (r < 0)
		return r;
	lock.fingerprint = live->fingerprint;
	memcpy(lock.digest, live->digest, sizeof(lock.digest));
	r = loader_lock(daemon->loader, &lock);
	if (loader_locked(daemon->loader, &daemon->locked))
		daemon->reload.locked = &daemon->locked;
	if (r < 0)
		return refuse(ret_error, r, "the policies cannot be locked: %s", strerror(-r));
	daemon_report(daemon, EVENT_ACTION_LOCKED,
		      "policies stay as they are until the machine is started anew");
	return 0;
}

/* Directories that may hold the locked set: the policy directory and the copies. What is read is compared. */
const char *daemon_locked_source(struct daemon *daemon)
{
	const char *const places[] = {
		daemon->config->policy_dir,
		daemon->guard.good_path,
		daemon->guard.candidate_path,
	};
	uint64_t fingerprint;

	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		if (places[i] && fingerprint_directory(places[i], &fingerprint) == 0 &&
		    fingerprint == daemon->locked.fingerprint)
			return places[i];
	return daemon->config->policy_dir;
}

void daemon_report_ignored(struct daemon *daemon)
{
	const char *directory = daemon->config->policy_dir;
	CLEANUP_FREE char *detail = NULL;
	uint64_t fingerprint = 0;

	if (fingerprint_directory(directory, &fingerprint) < 0)
		fingerprint = 0;
	if (fingerprint == daemon->locked.fingerprint) {
		daemon->ignored = (struct guard_set){};
		return;
	}
	if (daemon->ignored.known && daemon->ignored.fingerprint == fingerprint)
		return;
	daemon->ignored = (struct guard_set){.known = true, .fingerprint = fingerprint};
	if (asprintf(&detail, "'%s' was changed; policies are locked, so that changes nothing", directory) <
	    0)
		detail = NULL;
	daemon_report(daemon, EVENT_ACTION_IGNORED, detail);
}
