/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The policy that is part of every set: it refuses an operation that only policyd attempts, to prove that
 * refusals happen.
 */
#ifndef POLICYD_BUILTIN_H
#define POLICYD_BUILTIN_H

#include "diagnostic.h"
#include "policy.h"

#define BUILTIN_CANARY "policyd-canary" /* name of the memory file and of the policy */

/* Adds the policy to the set. Returns 0, -ENOMEM, or -EINVAL when a file uses its name. */
int builtin_add(struct policy_set *set, struct diagnostics *diagnostics);

/* True for a policy that no file holds. */
bool builtin_is(const struct policy *policy);

#endif
