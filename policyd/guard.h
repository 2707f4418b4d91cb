/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is known of the sets across restarts and crashes: the last good one and its copy, whether the one in
 * force has been confirmed, and which one must not be applied. In the state directory there are
 *
 *   good/         the last confirmed set
 *   candidate/    the set in force while it is not confirmed
 *   unconfirmed   marker, on disk before such a set is published: this boot, its fingerprint, `live` or
 * `trial` refused       marker: the policy directory is not applied as long as it has this fingerprint
 *   installing    marker: a copy (`good` or `candidate`) is being written into the policy directory
 *
 * A marker `unconfirmed` of another boot says that the machine went down before the set was confirmed.
 *
 * Keeping the copies never stands in the way of an ordinary update: what fails there is in `error`, and the
 * set is published without a copy, which the caller reports.
 */
#ifndef POLICYD_GUARD_H
#define POLICYD_GUARD_H

#include <stdbool.h>
#include <stdint.h>

#include "marker.h"

/* X(NAME, "name", "why a set is not applied") */
#define GUARD_REASONS(X)                                                                                     \
	X(NONE, "none", "")                                                                                  \
	X(ROLLBACK, "rollback", "it was rolled back")                                                        \
	X(BOOT, "boot", "the machine went down before it was confirmed")                                     \
	X(TRIAL, "trial", "policyd ended while it was on trial")                                             \
	X(INSTALL, "install", "a set was applied and could not be written into it")

enum guard_reason {
#define X(name, text, sentence) GUARD_##name,
	GUARD_REASONS(X)
#undef X
		GUARD_REASON_COUNT
};

struct guard_set {
	bool known;
	uint64_t fingerprint;
};

/* Starts zeroed; read by everybody, written by the functions below. */
struct guard {
	char *directory;
	char *good_path; /* of the copies */
	char *candidate_path;
	char boot[MARKER_BOOT_SIZE];
	struct guard_set good;
	struct guard_set candidate; /* in force and not confirmed */
	bool copied;		    /* there is a copy of the candidate */
	struct guard_set staged;    /* copied, not published yet */
	struct guard_set refused;
	enum guard_reason reason; /* of the refusal */
	bool trial;		  /* the candidate goes unless it is confirmed; survives a crash of policyd */
	bool strict;		  /* no set is published without its copy and marker */
	int error;		  /* why the last copy or marker could not be written, 0: it was */
};

/*
 * Reads the state directory. `boot` is the id of this boot, NULL: the kernel's. An interrupted installation
 * into `policies` is finished. A set that was left unconfirmed in another boot, or on trial, and that
 * `policies` still holds, is refused from then on: see `refused` and `reason`. Returns 0 or -errno; what
 * cannot be read
 * (-EPERM: a copy that somebody else could have made) counts as missing and is in `error`.
 */
int guard_open(struct guard *guard, const char *state_dir, const char *policies, const char *boot);

/* Empties it; the disk stays as it is. */
void guard_clear(struct guard *guard);

/*
 * Copies a set, unless it is the good one or the candidate. Writers are kept away by the caller. Returns 0,
 * or -errno where `strict`.
 */
int guard_stage(struct guard *guard, const char *source, uint64_t fingerprint);

/* Before a set is published: the marker. Returns 0, or -errno where `strict`. */
int guard_publish(struct guard *guard, uint64_t fingerprint);

/* After it: the set in force is the one, or (`published` false) still the one before. */
void guard_published(struct guard *guard, uint64_t fingerprint, bool published);

/* Puts the candidate on trial, or ends the trial, on disk too. Returns 0 or -errno. */
int guard_try(struct guard *guard, bool trial);

/* The candidate becomes the good set. Returns 0; -ENODATA: there is no candidate; -errno: it is none yet. */
int guard_confirm(struct guard *guard);

/* From now on the policy directory is not applied while it has this fingerprint. Failures are in `error`. */
void guard_refuse(struct guard *guard, uint64_t fingerprint, enum guard_reason reason);

/* Forgets the refusal. */
void guard_accept(struct guard *guard);

/* Writes the copy that is in force into the policy directory. Returns 0 or -errno. */
int guard_install(struct guard *guard, const char *policies);

/* "rollback" and the like; and a sentence about the policy directory's set. */
const char *guard_reason_name(enum guard_reason reason);
const char *guard_reason_sentence(enum guard_reason reason);

#endif
