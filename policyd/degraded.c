// SPDX-License-Identifier: Apache-2.0
#include "degraded.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include <policyd/op.h>

#include "util.h"

static const struct {
	uint32_t enforced;
	uint32_t audited;
} coverage[POLICYD_SECTION_COUNT] = {
	[POLICYD_SECTION_FILE] = {.audited = POLICYD_OP_FILE_READ | POLICYD_OP_FILE_WRITE |
					     POLICYD_OP_FILE_APPEND | POLICYD_OP_FILE_CREATE},
	[POLICYD_SECTION_EXEC] = {.audited = POLICYD_OP_EXEC_RUN},
	[POLICYD_SECTION_NETWORK] = {.enforced = POLICYD_OP_NETWORK_CREATE | POLICYD_OP_NETWORK_BIND |
						 POLICYD_OP_NETWORK_CONNECT},
};

uint32_t degraded_enforced(enum policyd_section section)
{
	return coverage[section].enforced;
}

uint32_t degraded_audited(enum policyd_section section)
{
	return coverage[section].audited;
}

/* Names of operations, joined by ", ", malloc'ed; NULL when out of memory. */
static char *ops_text(enum policyd_section section, uint32_t ops)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);
	const char *separator = "";

	if (!stream)
		return NULL;
	for (unsigned int bit = 0; bit < 32; bit++) {
		if (!(ops >> bit & 1))
			continue;
		(void)fprintf(stream, "%s%s", separator, op_name(section, bit));
		separator = ", ";
	}
	if (fclose(stream) == 0)
		return text;
	free(text);
	return NULL;
}

static bool names_family(const struct rule *rule, uint32_t family)
{
	const struct number_list *families = &rule->object.family;

	for (size_t i = 0; i < families->count; i++)
		if (families->items[i].first <= family && family <= families->items[i].last)
			return true;
	return families->count == 0;
}

/* Sockets that no program of a cgroup is asked about. */
static bool is_elsewhere(const struct rule *rule)
{
	return rule->section == POLICYD_SECTION_NETWORK &&
	       (rule->object.unix_path.count > 0 ||
		!(names_family(rule, AF_INET) || names_family(rule, AF_INET6)));
}

static bool is_accept(const struct rule *rule)
{
	return rule->section == POLICYD_SECTION_NETWORK && rule->ops & POLICYD_OP_NETWORK_ACCEPT;
}

static void rule_warn(const struct rule *rule, struct diagnostics *diagnostics)
{
	uint32_t covered = coverage[rule->section].enforced | coverage[rule->section].audited;
	CLEANUP_FREE char *lost = NULL;

	if (rule->verdict == POLICY_ALLOW)
		return;
	if (covered == 0 || is_elsewhere(rule)) {
		diagnostic_add(diagnostics, DIAGNOSTIC_WARNING, rule->at,
			       "without BPF LSM this rule has no effect");
		return;
	}
	if (rule->verdict == POLICY_KILL)
		diagnostic_add(diagnostics, DIAGNOSTIC_WARNING, rule->at,
			       "without BPF LSM 'kill' ends no process");
	if (!(rule->ops & ~covered))
		return;
	lost = ops_text(rule->section, rule->ops & ~covered);
	diagnostic_add(diagnostics, DIAGNOSTIC_WARNING, rule->at,
		       "without BPF LSM this rule has no effect on: %s%s", lost ? lost : "out of memory",
		       is_accept(rule) ? " (but for connections at interfaces of 'ingress')" : "");
}

static void policy_warn(const struct policy *policy, struct diagnostics *diagnostics)
{
	for (size_t i = 0; i < policy->rule_count; i++)
		rule_warn(&policy->rules[i], diagnostics);
	if (policy->revalidate)
		diagnostic_add(diagnostics, DIAGNOSTIC_WARNING, policy->at,
			       "without BPF LSM 'revalidate' has no effect");
	if (policy->anomaly.rate_count || policy->anomaly.detect_count || policy->anomaly.report)
		diagnostic_add(
			diagnostics, DIAGNOSTIC_WARNING, policy->anomaly.at,
			"without BPF LSM nothing is counted in the kernel: only rates of refusals are");
}

/* What is known of a process only by programs at fork and exec that refuse. */
static bool asks_for_lineage(const struct subject_keys *keys)
{
	return keys->script.count > 0 || keys->ancestor.count > 0;
}

/* Whom such a policy is about cannot be told, so that nothing of it can be claimed. */
static bool subject_check(const struct policy *policy, struct diagnostics *diagnostics)
{
	if (!asks_for_lineage(&policy->subject.match) && !asks_for_lineage(&policy->subject.except))
		return true;
	diagnostic_add(diagnostics, DIAGNOSTIC_ERROR, policy->subject.at,
		       "without BPF LSM nobody knows the 'script' and the 'ancestor' of a process");
	return false;
}

/* What only programs at exec can have read; an answer without it would be a wrong one. */
static void contents_refuse(const struct policy *policy, struct diagnostics *diagnostics)
{
	for (size_t i = 0; i < policy->rule_count; i++)
		if (policy->rules[i].object.sha256_count > 0)
			diagnostic_add(diagnostics, DIAGNOSTIC_ERROR, policy->rules[i].at,
				       "without BPF LSM nobody knows the SHA-256 of a file");
}

int degraded_check(const struct policy_set *set, const char *why, struct diagnostics *diagnostics)
{
	size_t errors = diagnostics->errors;

	if (!why)
		return 0;
	for (size_t i = 0; i < set->count; i++) {
		const struct policy *policy = &set->policies[i];

		if (policy->mode == POLICY_DISABLED)
			continue;
		if (policy->degraded == POLICY_DEGRADED_AUDIT && subject_check(policy, diagnostics)) {
			policy_warn(policy, diagnostics);
			contents_refuse(policy, diagnostics);
		} else if (policy->degraded != POLICY_DEGRADED_AUDIT)
			diagnostic_add(diagnostics, DIAGNOSTIC_ERROR, policy->at,
				       "this host cannot enforce policy '%s', and it does not say 'degraded: "
				       "audit': %s",
				       policy->name, why);
	}
	return diagnostics->errors > errors ? -ENOTSUP : 0;
}
