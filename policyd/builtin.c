// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "builtin.h"
#include "parse.h"

static const char text[] = "version: 1\n"
			   "policy: " BUILTIN_CANARY "\n"
			   "mode: enforce\n"
			   "file:\n"
			   "  - deny: read\n"
			   "    path: memfd:" BUILTIN_CANARY "\n"
			   "    quiet: true\n";

int builtin_add(struct policy_set *set, struct diagnostics *diagnostics)
{
	for (size_t i = 0; i < set->count; i++)
		if (strcmp(set->policies[i].name, BUILTIN_CANARY) == 0) {
			diagnostic_add(diagnostics, DIAGNOSTIC_ERROR, set->policies[i].at,
				       "the name '%s' belongs to a policy of policyd's own", BUILTIN_CANARY);
			return -EINVAL;
		}
	return parse_text(set, "built-in", text, sizeof(text) - 1, diagnostics);
}

bool builtin_is(const struct policy *policy)
{
	return strcmp(policy->name, BUILTIN_CANARY) == 0;
}
