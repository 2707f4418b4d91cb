// SPDX-License-Identifier: Apache-2.0
#include "lint.h"

#include "lint_internal.h"
#include "util.h"

static void lint_done(struct lint *lint)
{
	free(lint->findings);
	free(lint->lockouts);
}

static int policy_report(struct lint *lint, uint32_t number)
{
	const struct model_policy *policy = &lint->model->policies[number];
	size_t first = lint->diagnostics->count;
	int r;

	lint_rules_report(lint, policy);
	lint_hooks_report(lint, policy);
	lint_lockouts_report(lint, number);
	r = lint_paths_report(lint, policy);
	diagnostics_sort(lint->diagnostics, first);
	return r;
}

int lint_run(const struct compiled *compiled, const struct host *host, const struct lint_options *options,
	     struct diagnostics *diagnostics)
{
	const struct model *model = compiled->model;
	CLEANUP(lint_done)
	struct lint lint = {
		.compiled = compiled,
		.model = model,
		.host = host,
		.options = options,
		.diagnostics = diagnostics,
		.findings = calloc(model->rule_count + 1, sizeof(*lint.findings)),
		.lockouts = calloc(model->policy_count + 1, sizeof(*lint.lockouts)),
	};
	int r;

	if (!lint.findings || !lint.lockouts)
		return -ENOMEM;
	r = lint_rules_examine(&lint);
	if (r == 0)
		r = lint_lockouts_examine(&lint);
	for (uint32_t i = 0; i < model->policy_count && r == 0; i++)
		r = policy_report(&lint, i);
	return r;
}
