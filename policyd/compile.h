/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The compiler: a set of policies and the facts of a host become one image. A pure function: the same
 * input gives the same bytes.
 */
#ifndef POLICYD_COMPILE_H
#define POLICYD_COMPILE_H

#include <policyd/hash.h>
#include <policyd/image.h>

#include "diagnostic.h"
#include "host.h"
#include "policy.h"

/*
 * A compiled set: the image and what is needed to say in words what its numbers mean. Owns `lines` and
 * `model`; borrows the policy set, which must outlive it.
 */
struct compiled {
	struct policyd_line *lines; /* page-aligned */
	uint32_t count;
	const struct policy_set *set;
	struct model *model; /* what numbers mean: classes to rules, subjects to policies; see attribute.h */
};

struct compile_options {
	uint64_t generation;
	/* Fingerprint of the set's files, which compiled_source() finds in the image again. */
	uint64_t source;
	const struct policyd_hash_key *key;
	bool audit_unresolved; /* policies that enforce only audit names that cannot be established */
	bool unsupported; /* also compile what this version does not enforce (support.h); never publish that
			   */
};

/*
 * Compiles. Problems that the parser could not see (unknown users, symbolic links that loop, limits) go to
 * `diagnostics` with their places. Returns 0, -EINVAL when there are errors in `diagnostics`, -ENOMEM.
 */
int compile(const struct policy_set *set, const struct host *host, const struct compile_options *options,
	    struct diagnostics *diagnostics, struct compiled **ret_compiled);

/* The `source` of an image. */
uint64_t compiled_source(const struct compiled *compiled);

/* Whether two images differ in nothing but their generation. */
bool compiled_equal(const struct compiled *a, const struct compiled *b);

void compiled_free(struct compiled *compiled);

#endif
