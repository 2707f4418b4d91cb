// SPDX-License-Identifier: Apache-2.0
/*
 * Policies that would lock the administrator out: what he cannot do without is asked of the compiled set.
 */
#include <string.h>

#include "attribute.h"
#include "lint_internal.h"
#include "query.h"
#include "util.h"

static const struct {
	enum lint_need need;
	const char *exe; /* of a process of root */
	const char *operation;
} questions[] = {
	{LINT_NEED_INIT, "/usr/lib/systemd/systemd", "exec run /usr/lib/systemd/systemd"},
	{LINT_NEED_INIT, "/usr/lib/systemd/systemd", "exec run /sbin/init"},
	{LINT_NEED_INIT, "/usr/lib/systemd/systemd", "exec load /usr/lib/x86_64-linux-gnu/libc.so.6"},
	{LINT_NEED_INIT, "/usr/lib/systemd/systemd", "file read /etc/fstab"},
	{LINT_NEED_INIT, "/usr/lib/systemd/systemd", "file read /usr/lib/systemd/system/getty@.service"},
	{LINT_NEED_INIT, "/usr/lib/systemd/systemd", "exec run /usr/lib/systemd/systemd-executor"},
	{LINT_NEED_LOGIN, "/usr/lib/systemd/systemd", "exec run /usr/sbin/agetty"},
	{LINT_NEED_LOGIN, "/usr/sbin/agetty", "exec run /usr/bin/login"},
	{LINT_NEED_LOGIN, "/usr/bin/login", "file read /etc/passwd"},
	{LINT_NEED_LOGIN, "/usr/bin/login", "file read /etc/shadow"},
	{LINT_NEED_LOGIN, "/usr/bin/login", "file read /etc/pam.d/login"},
	{LINT_NEED_LOGIN, "/usr/bin/login", "exec load /usr/lib/x86_64-linux-gnu/security/pam_unix.so"},
	{LINT_NEED_SHELL, "/usr/bin/login", "exec run /bin/sh"},
	{LINT_NEED_SHELL, "/usr/bin/login", "exec run /bin/bash"},
	{LINT_NEED_SHELL, "/usr/sbin/sulogin", "exec run /bin/bash"},
	{LINT_NEED_SHELL, "/usr/bin/bash", "exec load /usr/lib/x86_64-linux-gnu/libc.so.6"},
	{LINT_NEED_SHELL, "/usr/bin/bash", "exec run /usr/bin/ls"},
	{LINT_NEED_POLICYD, "/usr/lib/systemd/systemd", "exec run /usr/sbin/policyd"},
	{LINT_NEED_POLICYD, "/usr/sbin/policyd", "exec load /usr/sbin/policyd"},
	{LINT_NEED_POLICYD, "/usr/sbin/policyd", "exec load /usr/lib/x86_64-linux-gnu/libc.so.6"},
	{LINT_NEED_POLICYD, "/usr/sbin/policyd", "file read /etc/policyd/policy.d/any.yaml"},
	{LINT_NEED_POLICYD, "/usr/sbin/policyd", "file write /var/lib/policyd/state"},
	{LINT_NEED_POLICYD, "/usr/sbin/policyd", "file create /sys/fs/bpf/policyd/any"},
	{LINT_NEED_POLICYD, "/usr/sbin/policyd", "kernel bpf"},
	{LINT_NEED_POLICYD, "/usr/sbin/policyd", "capability bpf"},
	{LINT_NEED_POLICYD, "/usr/sbin/policyd", "capability sys_admin"},
	{LINT_NEED_CONTROL, "/usr/bin/bash", "exec run /usr/bin/policyctl"},
	{LINT_NEED_CONTROL, "/usr/bin/policyctl", "exec load /usr/bin/policyctl"},
	{LINT_NEED_POLICIES, "/usr/bin/bash", "file write /etc/policyd/policy.d/any.yaml"},
	{LINT_NEED_POLICIES, "/usr/bin/rm", "file delete /etc/policyd/policy.d/any.yaml"},
	{LINT_NEED_POLICIES, "/usr/bin/bash", "file read /etc/policyd/policy.d/any.yaml"},
};

static const char *const consequences[] = {
#define X(name, text) [LINT_NEED_##name] = text,
	LINT_NEEDS(X)
#undef X
};
_Static_assert(ARRAY_SIZE(consequences) == LINT_NEED_COUNT, "every need has a consequence");

static void attribution_cleanup(struct attribution **attribution)
{
	attribution_free(*attribution);
}

static void refusal_note(struct lint *lint, const struct attribute_policy *said, size_t question,
			 enum policyd_section section)
{
	for (uint32_t i = 0; i < lint->model->policy_count; i++) {
		struct lint_lockout *lockout = &lint->lockouts[i][questions[question].need];

		if (lint->model->policies[i].policy != said->policy || lockout->refused)
			continue;
		*lockout = (struct lint_lockout){
			.refused = true,
			.rule = said->rule,
			.section = section,
			.exe = questions[question].exe,
			.operation = questions[question].operation,
		};
	}
}

/* A program that the compiler did not foresee, or a set without network tables, refuses nobody. */
static int answer_find(struct lint *lint, size_t question, struct query *ret_query,
		       struct attribution **ret_found)
{
	struct pattern_text exe = {.text = questions[question].exe};
	const struct subject_keys keys = {.exe = {.items = &exe, .count = 1}};
	CLEANUP_FREE char *subject_error = NULL;
	CLEANUP_FREE char *query_error = NULL;
	uint32_t subject;
	int r;

	r = query_subject(lint->compiled, lint->host, &keys, &subject, &subject_error);
	if (r == 0)
		r = query_parse(lint->compiled, lint->host, questions[question].operation, ret_query,
				&query_error);
	return r < 0 ? r : attribute(lint->compiled, subject, &ret_query->object, ret_query->bit, ret_found);
}

static int question_ask(struct lint *lint, size_t question)
{
	CLEANUP(attribution_cleanup) struct attribution *found = NULL;
	struct query query = {};
	int r;

	r = answer_find(lint, question, &query, &found);
	if (r < 0)
		return r == -ENOMEM || r == -EBADMSG ? r : 0;
	for (size_t i = 0; i < found->policy_count; i++)
		if (found->policies[i].kind >= ATTRIBUTE_WOULD_DENY)
			refusal_note(lint, &found->policies[i], question, query.section);
	return 0;
}

int lint_lockouts_examine(struct lint *lint)
{
	int r = 0;

	for (size_t i = 0; i < ARRAY_SIZE(questions) && r == 0; i++)
		r = question_ask(lint, i);
	return r;
}

void lint_lockouts_report(struct lint *lint, uint32_t policy)
{
	const struct policy *text = lint->model->policies[policy].policy;

	for (unsigned int need = 0; need < LINT_NEED_COUNT; need++) {
		const struct lint_lockout *lockout = &lint->lockouts[policy][need];

		if (!lockout->refused)
			continue;
		diagnostic_add(lint->diagnostics, DIAGNOSTIC_WARNING,
			       lockout->rule ? lockout->rule->at : text->default_at[lockout->section],
			       "%s: %s%s%s refuses '%s' to %s of root%s", consequences[need],
			       lockout->rule ? "rule '" : "the default",
			       lockout->rule ? lockout->rule->name : "", lockout->rule ? "'" : "",
			       lockout->operation, lockout->exe,
			       text->mode == POLICY_AUDIT ? " (once enforced)" : "");
	}
}

/* What goes wrong first where a policy is enforced, of what nobody can do without; NULL: nothing. */
static const char *policy_worst(const struct lint *lint, uint32_t policy)
{
	static const enum lint_need needs[] = {LINT_NEED_INIT, LINT_NEED_LOGIN, LINT_NEED_SHELL};

	if (lint->model->policies[policy].policy->mode != POLICY_ENFORCE)
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(needs); i++)
		if (lint->lockouts[policy][needs[i]].refused)
			return consequences[needs[i]];
	return NULL;
}

int lint_locks_out(const struct compiled *compiled, const struct host *host, const char **ret_consequence)
{
	const struct model *model = compiled->model;
	CLEANUP_FREE struct lint_lockout(*lockouts)[LINT_NEED_COUNT] =
		calloc(model->policy_count + 1, sizeof(*lockouts));
	struct lint lint = {.compiled = compiled, .model = model, .host = host, .lockouts = lockouts};
	const char *worst = NULL;
	int r;

	if (!lockouts)
		return -ENOMEM;
	r = lint_lockouts_examine(&lint);
	for (uint32_t i = 0; i < model->policy_count && r == 0 && !worst; i++)
		worst = policy_worst(&lint, i);
	if (r == 0)
		*ret_consequence = worst;
	return r;
}
