/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Between the parts of lint.
 */
#ifndef POLICYD_LINT_INTERNAL_H
#define POLICYD_LINT_INTERNAL_H

#include "lint.h"
#include "model.h"

/* What became of a rule over all objects that can be told apart. */
struct lint_finding {
	uint32_t by;	/* a rule that decides instead, where `covered` */
	bool seen;	/* it matches something */
	bool decides;	/* somewhere */
	bool covered;	/* somewhere another rule decides instead */
	bool by_others; /* more than one rule does */
	bool unknown;	/* not all that it is about was looked at */
};

/* What an administrator needs. X(NAME, "what goes wrong without it") */
#define LINT_NEEDS(X)                                                                                        \
	X(INIT, "the host would not start")                                                                  \
	X(LOGIN, "nobody could log in")                                                                      \
	X(SHELL, "the administrator would have no shell")                                                    \
	X(POLICYD, "policyd could not run")                                                                  \
	X(CONTROL, "policyd could not be controlled")                                                        \
	X(POLICIES, "policies could not be changed")

enum lint_need {
#define X(name, text) LINT_NEED_##name,
	LINT_NEEDS(X)
#undef X
		LINT_NEED_COUNT
};

/* The first refusal of what is needed. */
struct lint_lockout {
	bool refused;
	const struct rule *rule;      /* NULL: a default */
	enum policyd_section section; /* of the operation */
	const char *exe;
	const char *operation;
};

struct lint {
	const struct compiled *compiled;
	const struct model *model;
	const struct host *host;
	const struct lint_options *options;
	struct diagnostics *diagnostics;
	struct lint_finding *findings;			  /* by rule of the model */
	struct lint_lockout (*lockouts)[LINT_NEED_COUNT]; /* by policy of the model */
};

/* lint_rule.c: fills the findings; reports those of a policy. */
int lint_rules_examine(struct lint *lint);
void lint_rules_report(struct lint *lint, const struct model_policy *policy);

/* lint_lockout.c: fills the lockouts; reports those of a policy, by number. */
int lint_lockouts_examine(struct lint *lint);
void lint_lockouts_report(struct lint *lint, uint32_t policy);

/* lint_path.c: patterns that match nothing, or a symbolic link. */
int lint_paths_report(struct lint *lint, const struct model_policy *policy);

/* lint_lookup.c: whether a pattern matches a file below a directory; true where that cannot be found out. */
struct pattern;
bool lint_lookup(int root, const struct pattern *pattern, size_t count);

/* lint_hook.c: operations that are not enforced. */
void lint_hooks_report(struct lint *lint, const struct model_policy *policy);

#endif
