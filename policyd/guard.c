// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "fingerprint.h"
#include "guard.h"
#include "snapshot.h"
#include "util.h"

#define GOOD	    "good"
#define CANDIDATE   "candidate"
#define STAGED	    "staged"
#define UNCONFIRMED "unconfirmed"
#define REFUSED	    "refused"
#define INSTALLING  "installing"

static const struct {
	const char *name, *sentence;
} reasons[] = {
#define X(name, text, sentence) [GUARD_##name] = {text, sentence},
	GUARD_REASONS(X)
#undef X
};
_Static_assert(ARRAY_SIZE(reasons) == GUARD_REASON_COUNT, "every reason has its words");

static bool set_is(const struct guard_set *set, uint64_t fingerprint)
{
	return set->known && set->fingerprint == fingerprint;
}

static struct guard_set set_of(uint64_t fingerprint)
{
	return (struct guard_set){.known = true, .fingerprint = fingerprint};
}

/* Keeps the first failure since the last set. */
static int note(struct guard *guard, int r)
{
	if (r < 0 && guard->error == 0)
		guard->error = r;
	return r;
}

static int mark(struct guard *guard, const char *name, uint64_t fingerprint, const char *word)
{
	struct marker marker = {.fingerprint = fingerprint};

	(void)snprintf(marker.boot, sizeof(marker.boot), "%s", guard->boot);
	(void)snprintf(marker.word, sizeof(marker.word), "%s", word);
	return note(guard, marker_write(guard->directory, name, &marker));
}

static void unmark(struct guard *guard, const char *name)
{
	(void)note(guard, marker_remove(guard->directory, name));
}

static int mark_candidate(struct guard *guard, uint64_t fingerprint)
{
	return mark(guard, UNCONFIRMED, fingerprint, guard->trial ? "trial" : "live");
}

static int paths_make(struct guard *guard, const char *state_dir)
{
	guard->directory = strdup(state_dir);
	if (asprintf(&guard->good_path, "%s/" GOOD, state_dir) < 0)
		guard->good_path = NULL;
	if (asprintf(&guard->candidate_path, "%s/" CANDIDATE, state_dir) < 0)
		guard->candidate_path = NULL;
	return guard->directory && guard->good_path && guard->candidate_path ? 0 : -ENOMEM;
}

static void good_read(struct guard *guard)
{
	int r = snapshot_check(guard->good_path);

	if (r == 0)
		r = fingerprint_directory(guard->good_path, &guard->good.fingerprint);
	guard->good.known = r == 0;
	if (r != -ENOENT)
		(void)note(guard, r);
}

static void refused_read(struct guard *guard)
{
	struct marker marker;
	int r = marker_read(guard->directory, REFUSED, &marker);

	if (r < 0) {
		if (r != -ENOENT)
			(void)note(guard, r);
		return;
	}
	guard->refused = set_of(marker.fingerprint);
	guard->reason = GUARD_ROLLBACK;
	for (size_t i = 0; i < ARRAY_SIZE(reasons); i++)
		if (strcmp(reasons[i].name, marker.word) == 0)
			guard->reason = (enum guard_reason)i;
}

/* Where policyd or the machine ended while the policy directory was being written. */
static void installation_finish(struct guard *guard, const char *policies)
{
	struct marker marker;
	uint64_t fingerprint;
	const char *source;
	int r = marker_read(guard->directory, INSTALLING, &marker);

	if (r == -ENOENT)
		return;
	if (r == 0) {
		source = strcmp(marker.word, GOOD) == 0 ? guard->good_path : guard->candidate_path;
		r = snapshot_check(source);
		if (r == 0)
			r = snapshot_install(source, policies);
	}
	if (note(guard, r) < 0 && fingerprint_directory(policies, &fingerprint) == 0)
		guard_refuse(guard, fingerprint, GUARD_INSTALL);
	unmark(guard, INSTALLING);
}

/* What an earlier daemon left unconfirmed. One of this boot and not on trial is simply loaded again. */
static void unconfirmed_judge(struct guard *guard, const char *policies)
{
	struct marker marker;
	uint64_t fingerprint;
	bool boot, trial;
	int r = marker_read(guard->directory, UNCONFIRMED, &marker);

	if (r < 0) {
		if (r != -ENOENT)
			(void)note(guard, r);
		return;
	}
	boot = strcmp(marker.boot, guard->boot) != 0;
	trial = strcmp(marker.word, "trial") == 0;
	if (fingerprint_directory(policies, &fingerprint) < 0 || fingerprint != marker.fingerprint)
		return;
	if (boot || trial)
		guard_refuse(guard, fingerprint, boot ? GUARD_BOOT : GUARD_TRIAL);
}

int guard_open(struct guard *guard, const char *state_dir, const char *policies, const char *boot)
{
	int r = paths_make(guard, state_dir);

	if (r < 0)
		return r;
	if (boot)
		(void)snprintf(guard->boot, sizeof(guard->boot), "%s", boot);
	else
		r = marker_boot(guard->boot);
	if (r < 0)
		return r;
	good_read(guard);
	refused_read(guard);
	installation_finish(guard, policies);
	unconfirmed_judge(guard, policies);
	return 0;
}

void guard_clear(struct guard *guard)
{
	free(guard->directory);
	free(guard->good_path);
	free(guard->candidate_path);
	*guard = (struct guard){};
}

int guard_stage(struct guard *guard, const char *source, uint64_t fingerprint)
{
	int r;

	guard->error = 0;
	guard->staged.known = false;
	if (set_is(&guard->good, fingerprint) || (set_is(&guard->candidate, fingerprint) && guard->copied))
		return 0;
	r = note(guard, snapshot_replace(source, guard->directory, STAGED));
	if (r == 0)
		guard->staged = set_of(fingerprint);
	return guard->strict ? r : 0;
}

int guard_publish(struct guard *guard, uint64_t fingerprint)
{
	int r;

	if (set_is(&guard->good, fingerprint) || set_is(&guard->candidate, fingerprint))
		return 0;
	r = mark_candidate(guard, fingerprint);
	return guard->strict ? r : 0;
}

void guard_published(struct guard *guard, uint64_t fingerprint, bool published)
{
	if (!published) {
		if (guard->candidate.known)
			(void)mark_candidate(guard, guard->candidate.fingerprint);
		else
			unmark(guard, UNCONFIRMED);
		return;
	}
	if (set_is(&guard->good, fingerprint)) {
		guard->candidate.known = guard->copied = guard->trial = false;
		/* The set before may have kept it from being written. */
		if (guard->refused.known &&
		    mark(guard, REFUSED, guard->refused.fingerprint, reasons[guard->reason].name) < 0)
			return;
		unmark(guard, UNCONFIRMED);
		return;
	}
	if (set_is(&guard->staged, fingerprint))
		guard->copied = note(guard, snapshot_rename(guard->directory, STAGED, CANDIDATE)) == 0;
	else if (!set_is(&guard->candidate, fingerprint))
		guard->copied = false;
	guard->staged.known = false;
	guard->candidate = set_of(fingerprint);
}

int guard_try(struct guard *guard, bool trial)
{
	guard->trial = trial;
	return guard->candidate.known ? mark_candidate(guard, guard->candidate.fingerprint) : 0;
}

int guard_confirm(struct guard *guard)
{
	int r;

	if (!guard->candidate.known)
		return -ENODATA;
	if (!guard->copied)
		return guard->error < 0 ? guard->error : -ENOENT;
	r = snapshot_rename(guard->directory, CANDIDATE, GOOD);
	if (r < 0)
		return r;
	guard->good = guard->candidate;
	guard->candidate.known = guard->copied = guard->trial = false;
	unmark(guard, UNCONFIRMED);
	return 0;
}

/* The new marker first: whoever stops in between has both, which says the same. */
void guard_refuse(struct guard *guard, uint64_t fingerprint, enum guard_reason reason)
{
	guard->refused = set_of(fingerprint);
	guard->reason = reason;
	if (mark(guard, REFUSED, fingerprint, reasons[reason].name) == 0 && reason != GUARD_INSTALL)
		unmark(guard, UNCONFIRMED);
}

void guard_accept(struct guard *guard)
{
	if (!guard->refused.known)
		return;
	guard->refused.known = false;
	guard->reason = GUARD_NONE;
	unmark(guard, REFUSED);
}

int guard_install(struct guard *guard, const char *policies)
{
	const struct guard_set *set = guard->candidate.known ? &guard->candidate : &guard->good;
	bool good = set == &guard->good;
	int r;

	if (!set->known || (!good && !guard->copied))
		return -ENOENT;
	r = mark(guard, INSTALLING, set->fingerprint, good ? GOOD : CANDIDATE);
	if (r < 0)
		return r;
	r = snapshot_install(good ? guard->good_path : guard->candidate_path, policies);
	unmark(guard, INSTALLING);
	return r;
}

const char *guard_reason_name(enum guard_reason reason)
{
	return reasons[reason].name;
}

const char *guard_reason_sentence(enum guard_reason reason)
{
	return reasons[reason].sentence;
}
