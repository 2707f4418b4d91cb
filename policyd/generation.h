/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A compiled set and all that it refers to: what events of its time are explained by.
 */
#ifndef POLICYD_GENERATION_H
#define POLICYD_GENERATION_H

#include <stdbool.h>
#include <stdint.h>

#include "compile.h"
#include "digest.h"
#include "policy.h"

struct generation {
	uint64_t number;
	uint64_t published; /* CLOCK_REALTIME in seconds; 0: by an earlier daemon */
	uint64_t fingerprint;
	uint8_t digest[DIGEST_SIZE]; /* of the texts */
	bool altered;		     /* a policy has another mode than its file says */
	struct policy_set set;
	struct compiled *compiled;
};

/* Takes NULL. */
void generation_free(struct generation *generation);
void generation_cleanup(struct generation **generation);
#define CLEANUP_GENERATION CLEANUP(generation_cleanup)

/* What an image is made of beside policies; borrowed. */
struct generation_facts {
	const struct host *host;
	const struct policyd_hash_key *key;
	bool audit_unresolved; /* see compile.h */
};

/* As compile(), with the generation's own number and fingerprint. */
int generation_compile(struct generation *generation, const struct generation_facts *facts,
		       struct diagnostics *diagnostics);

/* Whether it is what the files with that fingerprint say. */
bool generation_is(const struct generation *generation, uint64_t fingerprint);

/* Gives it another number: it stands in the image and beside it. */
void generation_number(struct generation *generation, uint64_t number);

struct generation_source {
	const char *path;
	const char *name; /* of the directory in what is told of rules */
	bool trusted;	  /* see parse_directory() */
	struct tokenizer *tokenizer;
};

/*
 * Makes a live image's generation again, out of the files that it was made of. Returns 0; -ESTALE: these are
 * other files, or they make another image on this host now; another -errno: they cannot be used.
 */
int generation_again(const struct compiled *image, const struct generation_source *source,
		     const struct generation_facts *facts, struct generation **ret_generation);

#endif
