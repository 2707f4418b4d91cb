/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the policy directory to a published generation, all or nothing: read under leases, parsed, compiled
 * against the host's facts, its own tests run, published. On any failure the generation that is live stays,
 * and the reasons are kept for whoever asks. The models of the last generations are kept too, because the
 * ring may still hold their events.
 */
#ifndef POLICYD_RELOAD_H
#define POLICYD_RELOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "compile.h"
#include "diagnostic.h"
#include "digest.h"
#include "event.h"
#include "generation.h"
#include "guard.h"
#include "loader.h"
#include "modes.h"

#define RELOAD_HISTORY 4

/* X(NAME, "name") */
#define RELOAD_OUTCOMES(X)                                                                                   \
	X(PUBLISHED, "published")                                                                            \
	X(UNCHANGED, "unchanged") /* what is live is what the directory says */                              \
	X(REJECTED, "rejected")	  /* the diagnostics or `error` say why; what was live stays */              \
	X(WAITING, "waiting")	  /* `error` names the file that is being written */

enum reload_outcome {
#define X(name, text) RELOAD_##name,
	RELOAD_OUTCOMES(X)
#undef X
		RELOAD_OUTCOME_COUNT
};

/* Starts zeroed but for the options; read by status, written by the functions below. */
struct reload {
	const char *directory;		  /* borrowed */
	bool trusted;			  /* files have to belong to root */
	struct guard *guard;		  /* borrowed; NULL: sets are neither copied nor marked */
	struct tokenizer *tokenizer;	  /* borrowed; what reads the files, NULL: this process */
	struct modes *modes;		  /* borrowed; NULL: modes are what the files say */
	const struct loader_lock *locked; /* borrowed; the only set that may be published, NULL: any */
	const char *degraded;		  /* borrowed; why the host has no BPF LSM, NULL: it has */
	bool audit_unresolved;		  /* see compile.h */

	struct host *host;				/* facts of the last attempt, NULL before it */
	struct generation *generations[RELOAD_HISTORY]; /* newest first; [0] is live */
	struct diagnostics diagnostics;			/* of the last attempt */
	char *error;					/* of the last attempt, where no diagnostic says it */
	enum reload_outcome outcome;			/* of the last attempt */
	uint64_t attempt_fingerprint;
	uint64_t attempts;
	uint64_t rejections;
};

/*
 * Parses and compiles the directory without publishing, with a key of its own. Returns 0, or -EINVAL and the
 * like with diagnostics and `error` set.
 */
int reload_check(struct reload *reload);

/*
 * Before anything is published: makes what an earlier daemon left in force known again, so that its events
 * have a policy and a rule. It is made of the copy or the directory that has the fingerprint in the live
 * image, and counts only if all of the image is the same. Returns 1, or 0 where it cannot be known (files of
 * which no copy was kept; modes changed by hand; users or mounts that are others now; nothing is live);
 * -errno.
 */
int reload_adopt(struct reload *reload, const struct loader *loader);

/* Publishes the directory. With `always` also when the image is the one that is live. */
enum reload_outcome reload_run(struct reload *reload, struct loader *loader, bool always);

/*
 * Publishes a set without policies, for a start at which the directory cannot be used and nothing is pinned.
 * Outcome and reasons of the last attempt stay. Returns 0 or -errno with `error` set.
 */
int reload_publish_empty(struct reload *reload, struct loader *loader);

/*
 * Publishes a set again that is kept in memory, as the next generation, with the host's facts of its time. No
 * file is read, so that no policy can stand in the way. Returns 0, also where it is live; -ENOENT: it is not
 * kept as its files say it; -errno with `error` set. Outcome and reasons of the last attempt stay. The good
 * set is always kept.
 */
int reload_return(struct reload *reload, struct loader *loader, uint64_t fingerprint);

/* An attempt that ends before it begins: rejected, for the reason `why`, which is copied. */
enum reload_outcome reload_refuse(struct reload *reload, const char *why);

/* The generation with that number, NULL where it is not kept. */
const struct generation *reload_generation(const struct reload *reload, uint64_t number);

/* Empties it. */
void reload_clear(struct reload *reload);

const char *reload_outcome_name(enum reload_outcome outcome);

#endif
