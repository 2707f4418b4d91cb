/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include <errno.h>
#include <netinet/in.h>

#include <policyd/op.h>

#include "family.h"
#include "netclass.h"

const struct compile_support compile_support[FEATURE_COUNT] = {
	[FEATURE_REVALIDATE] = {"'revalidate'", true, NULL},
	[FEATURE_EXE] = {"subject key 'exe'", true, NULL},
	[FEATURE_SCRIPT] = {"subject key 'script'", true, NULL},
	[FEATURE_USER] = {"subject key 'user'", true, NULL},
	[FEATURE_GROUP] = {"subject key 'group'", true, NULL},
	[FEATURE_LOGIN] = {"subject key 'login'", true, NULL},
	[FEATURE_CGROUP] = {"subject key 'cgroup'", true, NULL},
	[FEATURE_ANCESTOR] = {"subject key 'ancestor'", true, NULL},
	[FEATURE_FILE_TYPE] = {"'type' in a file rule", true, NULL},
	[FEATURE_FILE_DEVICE] = {"'device' in a file rule", true, NULL},
	[FEATURE_FILE_FSTYPE] = {"'fstype' in a rule", true, NULL},
	[FEATURE_EXEC_ANONYMOUS] = {"operation 'anonymous' of an exec rule", true, NULL},
	[FEATURE_EXEC_SHA256] = {"'sha256' in an exec rule", true, NULL},
	[FEATURE_EXEC_DELETED] = {"'deleted' in an exec rule", true, NULL},
	[FEATURE_EXEC_SETUID] = {"'setuid' in an exec rule", true, NULL},
	[FEATURE_EXEC_WRITABLE] = {"'writable' in an exec rule", true, NULL},
	[FEATURE_NETWORK_KILL] = {"'kill' for accepting a connection", false,
				  "'deny' refuses the connection"},
	[FEATURE_NETWORK_INBOUND] = {"operation 'accept' of protocols other than tcp and dccp", false,
				     "'bind' keeps a process from receiving them"},
	[FEATURE_NETWORK_FAMILY] = {"'protocol' for an operation other than 'create' on families other than "
				    "inet",
				    false, "'create' keeps a process from having such sockets"},
	[FEATURE_SYSCALL] = {"section 'syscall'", true, NULL},
	[FEATURE_BASELINE] = {"a baseline ('learn', 'report', 'adopt') in section 'anomaly'", true, NULL},
};

static void feature_check(struct diagnostics *diagnostics, enum compile_feature feature, bool asked,
			  struct location at)
{
	if (asked && !compile_support[feature].supported)
		diagnostic_add(diagnostics, DIAGNOSTIC_ERROR, at, "%s is not enforced by this version; %s",
			       compile_support[feature].what, compile_support[feature].instead);
}

static void keys_check(struct diagnostics *diagnostics, const struct subject_keys *keys, struct location at)
{
	feature_check(diagnostics, FEATURE_EXE, keys->exe.count, at);
	feature_check(diagnostics, FEATURE_SCRIPT, keys->script.count, at);
	feature_check(diagnostics, FEATURE_USER, keys->user.count, at);
	feature_check(diagnostics, FEATURE_GROUP, keys->group.count, at);
	feature_check(diagnostics, FEATURE_LOGIN, keys->login.count, at);
	feature_check(diagnostics, FEATURE_CGROUP, keys->cgroup.count, at);
	feature_check(diagnostics, FEATURE_ANCESTOR, keys->ancestor.count, at);
}

/* `all` stands for what there is; an operation that is named alone must be enforced. */
static bool names_op(const struct rule *rule, uint32_t op)
{
	return rule->ops & op && rule->ops != op_all(rule->section);
}

/* `all` is what there is; what it cannot cover yet is said. */
static void all_check(struct diagnostics *diagnostics, const struct rule *rule)
{
	if (rule->verdict == POLICY_ALLOW || rule->ops != op_all(rule->section))
		return;
	if (rule->section == POLICYD_SECTION_NETWORK && rule->verdict == POLICY_KILL)
		diagnostic_add(diagnostics, DIAGNOSTIC_WARNING, rule->at,
			       "'all' refuses connections from the internet without ending the process");
}

/* Connections are refused in an interrupt, where nobody can be ended; datagrams come without being asked for.
 */
static void accept_check(struct diagnostics *diagnostics, const struct rule *rule)
{
	const struct number_list *protocols = &rule->object.protocol;
	bool connections = !protocols->count;

	if (rule->section != POLICYD_SECTION_NETWORK || rule->verdict == POLICY_ALLOW ||
	    !net_rule_is_inet(rule) || !names_op(rule, POLICYD_OP_NETWORK_ACCEPT))
		return;
	for (size_t i = 0; i < protocols->count; i++)
		connections = connections || protocols->items[i].first == IPPROTO_TCP ||
			      protocols->items[i].first == IPPROTO_DCCP;
	feature_check(diagnostics, FEATURE_NETWORK_KILL, rule->verdict == POLICY_KILL, rule->at);
	feature_check(diagnostics, FEATURE_NETWORK_INBOUND, !connections, rule->at);
}

/* At the key that asks for too much. */
static void network_check(struct diagnostics *diagnostics, const struct rule *rule)
{
	const struct object *object = &rule->object;

	if (object->protocol.count)
		feature_check(diagnostics, FEATURE_NETWORK_FAMILY,
			      family_find_foreign(&rule->object.family) &&
				      names_op(rule, ~(uint32_t)POLICYD_OP_NETWORK_CREATE),
			      object->protocol.items[0].at);
}

/* The kernel asks for a capability as a question of yes or no. */
static void errno_check(struct diagnostics *diagnostics, const struct rule *rule)
{
	if (rule->section == POLICYD_SECTION_CAPABILITY && rule->errno_value != EPERM)
		diagnostic_add(diagnostics, DIAGNOSTIC_WARNING, rule->at,
			       "'errno' of a capability rule has little effect: the kernel returns its own "
			       "error, mostly EPERM, where a capability is missing");
}

static void rule_check(struct diagnostics *diagnostics, const struct rule *rule)
{
	const struct object *object = &rule->object;
	bool network = rule->section == POLICYD_SECTION_NETWORK;
	bool exec = rule->section == POLICYD_SECTION_EXEC;

	feature_check(diagnostics, FEATURE_FILE_TYPE, object->types, rule->at);
	feature_check(diagnostics, FEATURE_FILE_DEVICE, object->device_count, rule->at);
	feature_check(diagnostics, FEATURE_FILE_FSTYPE, object->fstype.count, rule->at);
	feature_check(diagnostics, FEATURE_EXEC_ANONYMOUS, exec && names_op(rule, POLICYD_OP_EXEC_ANONYMOUS),
		      rule->at);
	feature_check(diagnostics, FEATURE_EXEC_SHA256, object->sha256_count, rule->at);
	feature_check(diagnostics, FEATURE_EXEC_DELETED, object->deleted, rule->at);
	feature_check(diagnostics, FEATURE_EXEC_SETUID, object->setuid, rule->at);
	feature_check(diagnostics, FEATURE_EXEC_WRITABLE, object->writable, rule->at);
	accept_check(diagnostics, rule);
	all_check(diagnostics, rule);
	if (network)
		network_check(diagnostics, rule);
	errno_check(diagnostics, rule);
	feature_check(diagnostics, FEATURE_SYSCALL, rule->section == POLICYD_SECTION_SYSCALL, rule->at);
}

void support_check(const struct policy_set *set, struct diagnostics *diagnostics)
{
	for (size_t p = 0; p < set->count; p++) {
		const struct policy *policy = &set->policies[p];

		if (policy->mode == POLICY_DISABLED)
			continue;
		keys_check(diagnostics, &policy->subject.match, policy->subject.at);
		keys_check(diagnostics, &policy->subject.except, policy->subject.at);
		for (size_t i = 0; i < policy->rule_count; i++)
			rule_check(diagnostics, &policy->rules[i]);
		feature_check(diagnostics, FEATURE_REVALIDATE, policy->revalidate, policy->at);
		feature_check(diagnostics, FEATURE_BASELINE, policy->anomaly.report, policy->anomaly.at);
	}
}
