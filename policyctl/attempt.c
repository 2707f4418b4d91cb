// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "attempt.h"

/* Why the policy directory is not applied, NULL where it is. */
static const char *refusal(const json_t *status)
{
	const json_t *recovery = json_object_get(status, "recovery");
	const char *state = json_string_value(json_object_get(recovery, "state"));

	if (!state || strcmp(state, "rolled-back") != 0)
		return NULL;
	return json_string_value(json_object_get(recovery, "why"));
}

enum status attempt_status(const json_t *status)
{
	const json_t *attempt = json_object_get(status, "attempt");
	const char *outcome = json_string_value(json_object_get(attempt, "outcome"));

	bool good = outcome && (strcmp(outcome, "published") == 0 || strcmp(outcome, "unchanged") == 0);

	return good && !refusal(status) ? STATUS_GOOD : STATUS_NO;
}

void attempt_print(const json_t *status)
{
	const json_t *attempt = json_object_get(status, "attempt");
	const json_t *line;
	size_t i;

	json_array_foreach(json_object_get(attempt, "diagnostics"), i, line)(void)
		fprintf(stderr, "%s\n", command_clean(json_string_value(line)));
	if (json_is_string(json_object_get(attempt, "error")))
		(void)fprintf(stderr, "%s\n",
			      command_clean(json_string_value(json_object_get(attempt, "error"))));
	(void)puts(command_clean(json_string_value(json_object_get(attempt, "outcome"))));
	if (refusal(status))
		(void)fprintf(stderr,
			      "this is the last good set; the policy directory is not applied: %s\n"
			      "`policyctl apply` tries it again\n",
			      command_clean(refusal(status)));
}
