/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Modes of policies that were changed by hand, for as long as the files stay as they are.
 */
#ifndef POLICYD_MODES_H
#define POLICYD_MODES_H

#include <stddef.h>
#include <stdint.h>

#include "policy.h"

struct modes_item {
	char *policy;
	enum policy_mode mode;
};

/* Starts zeroed; the items are owned. */
struct modes {
	uint64_t fingerprint; /* of the files that they are about */
	struct modes_item *items;
	size_t count;
};

/*
 * The mode of a policy in the set with that fingerprint; what is known about other files is forgotten.
 * Returns 0 or -ENOMEM, nothing then being changed.
 */
int modes_set(struct modes *modes, uint64_t fingerprint, const char *policy, enum policy_mode mode);

/* Changes a set that was read from files with that fingerprint. Returns the number of modes that changed. */
size_t modes_apply(const struct modes *modes, uint64_t fingerprint, struct policy_set *set);

/* Empties it. */
void modes_clear(struct modes *modes);

/* "enforce" and the like; and back: 0 or -EINVAL. */
const char *modes_name(enum policy_mode mode);
int modes_from_name(const char *name, enum policy_mode *ret_mode);

#endif
