/* SPDX-License-Identifier: Apache-2.0 */
#include "reference.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define TEXT_MAX 4096

/* ---- names ---- */

static bool below(const char *directory, const char *path, const char **ret_rest)
{
	size_t length = strcmp(directory, "/") == 0 ? 0 : strlen(directory);

	if (strncmp(directory, path, length) != 0 || (path[length] && path[length] != '/'))
		return false;
	*ret_rest = path + length;
	return true;
}

/* Name number `i` of a file; false when it has no more. */
static bool file_name(const struct host *host, const struct reference_file *file, size_t i, char *name)
{
	static const char *const prefixes[POLICYD_ROOT_COUNT] = {
		[POLICYD_ROOT_UNMAPPED] = "unmapped:", [POLICYD_ROOT_MEMFD] = "memfd:",
		[POLICYD_ROOT_PIPE] = "pipe:",	       [POLICYD_ROOT_SOCKET] = "socket:",
		[POLICYD_ROOT_ABSTRACT] = "@",	       [POLICYD_ROOT_CGROUP] = "",
	};
	bool mapped = false;

	if (file->root != POLICYD_ROOT_DEV) {
		(void)snprintf(name, TEXT_MAX, "%s%s", prefixes[file->root], file->path);
		return !i;
	}
	for (size_t m = 0; m < host->mount_count; m++) {
		const struct host_mount *mount = &host->mounts[m];
		const char *rest;

		if (mount->dev != file->dev)
			continue;
		mapped = true;
		if (!below(mount->root, file->path, &rest) || i--)
			continue;
		(void)snprintf(name, TEXT_MAX, "%s%s", strcmp(mount->point, "/") ? mount->point : "",
			       strcmp(rest, "/") ? rest : "");
		if (!*name)
			(void)snprintf(name, TEXT_MAX, "/");
		return true;
	}
	(void)snprintf(name, TEXT_MAX, "unmapped:%s", file->path);
	return !mapped && !i;
}

/* The file behind a name that is written as a rule would write it. */
static struct reference_file file_of(const struct host *host, const char *name, char *path)
{
	struct reference_file file = {.root = POLICYD_ROOT_UNMAPPED, .path = path};
	size_t best = 0;

	for (size_t m = 0; name[0] == '/' && m < host->mount_count; m++) {
		const struct host_mount *mount = &host->mounts[m];
		const char *rest;
		size_t length = strcmp(mount->point, "/") ? strlen(mount->point) : 1;

		if (mount->layer || !below(mount->point, name, &rest) || length < best)
			continue;
		best = length;
		file = (struct reference_file){.root = POLICYD_ROOT_DEV, .dev = mount->dev, .path = path};
		(void)snprintf(path, TEXT_MAX, "%s%s", strcmp(mount->root, "/") ? mount->root : "", rest);
		if (!*path)
			(void)snprintf(path, TEXT_MAX, "/");
	}
	if (best)
		return file;
	if (!strncmp(name, "memfd:", 6))
		file.root = POLICYD_ROOT_MEMFD;
	(void)snprintf(path, TEXT_MAX, "%s", strchr(name, ':') ? strchr(name, ':') + 1 : name);
	return file;
}

static bool list_match(const struct host *host, const struct pattern_list *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++)
		if (reference_match(host, list->items[i].text, name))
			return true;
	return false;
}

static bool file_in_list(const struct host *host, const struct pattern_list *list,
			 const struct reference_file *file)
{
	char name[TEXT_MAX];

	for (size_t i = 0; file_name(host, file, i, name); i++)
		if (list_match(host, list, name))
			return true;
	return false;
}

/* ---- subjects ---- */

static bool name_in_list(const struct host *host, const struct pattern_list *list, const char *name)
{
	char path[TEXT_MAX];
	struct reference_file file;

	if (!name)
		return false;
	file = file_of(host, name, path);
	return file_in_list(host, list, &file);
}

static bool id_in_list(const struct host *host, const struct id_list *list, uint32_t id, bool group)
{
	for (size_t i = 0; i < list->count; i++) {
		uint32_t first = list->items[i].first;
		uint32_t last = list->items[i].last;

		if (list->items[i].name) {
			if ((group ? host->group_id : host->user_id)(host, list->items[i].name, &first) < 0)
				continue;
			last = first;
		}
		if (first <= id && id <= last)
			return true;
	}
	return false;
}

static bool keys_hold(const struct host *host, const struct subject_keys *keys,
		      const struct decision_subject *subject)
{
	bool any = false;

	if (keys->exe.count && !name_in_list(host, &keys->exe, subject->exe))
		return false;
	if (keys->script.count && !name_in_list(host, &keys->script, subject->script))
		return false;
	if (keys->cgroup.count && (!subject->cgroup || !list_match(NULL, &keys->cgroup, subject->cgroup)))
		return false;
	for (size_t i = 0; i < subject->ancestor_count; i++)
		any = any || name_in_list(host, &keys->ancestor, subject->ancestors[i]);
	if (keys->ancestor.count && !any)
		return false;
	if (keys->user.count && !id_in_list(host, &keys->user, subject->user, false))
		return false;
	if (keys->login.count && !id_in_list(host, &keys->login, subject->login, false))
		return false;
	any = false;
	for (size_t i = 0; i < subject->group_count; i++)
		any = any || id_in_list(host, &keys->group, subject->groups[i], true);
	return !keys->group.count || any;
}

static bool keys_empty(const struct subject_keys *keys)
{
	return !(keys->exe.count || keys->script.count || keys->cgroup.count || keys->ancestor.count ||
		 keys->user.count || keys->group.count || keys->login.count);
}

bool reference_applies(const struct host *host, const struct policy *policy,
		       const struct decision_subject *subject)
{
	if (policy->mode == POLICY_DISABLED)
		return false;
	if (!policy->has_subject)
		return true;
	if (!keys_hold(host, &policy->subject.match, subject))
		return false;
	return !policy->subject.has_except || keys_empty(&policy->subject.except) ||
	       !keys_hold(host, &policy->subject.except, subject);
}

/* ---- rules ---- */

static enum policyd_section section_of(unsigned int bit)
{
	return bit <= 11 ? POLICYD_SECTION_FILE : bit <= 14 ? POLICYD_SECTION_EXEC : POLICYD_SECTION_NETWORK;
}

/* Whether the operation is among the rule's, or included in one of them. */
static bool rule_covers(const struct rule *rule, unsigned int bit)
{
	bool decides = rule->verdict != POLICY_AUDIT_ONLY;

	if (rule->section != section_of(bit))
		return false;
	if (rule->ops >> bit & 1)
		return true;
	if (bit == POLICYD_BIT_FILE_APPEND)
		return rule->ops >> POLICYD_BIT_FILE_WRITE & 1;
	return bit == POLICYD_BIT_EXEC_LOAD && decides && rule->ops >> POLICYD_BIT_EXEC_RUN & 1;
}

static bool nameless(uint32_t root)
{
	return root == POLICYD_ROOT_MEMFD || root == POLICYD_ROOT_PIPE || root == POLICYD_ROOT_SOCKET;
}

static bool rule_names_file(const struct host *host, const struct rule *rule,
			    const struct reference_file *file)
{
	const struct object *object = &rule->object;
	char name[TEXT_MAX];

	if (rule->section == POLICYD_SECTION_NETWORK) {
		if (object->unix_path.count)
			return file_in_list(host, &object->unix_path, file);
		return reference_family(rule, AF_UNIX) && !object->to.count && !object->from.count &&
		       !object->at.count && !object->port.count && !object->protocol.count &&
		       !nameless(file->root);
	}
	if (!reference_asks_for(object, &file->attributes))
		return false;
	if (!object->path.count && rule->section == POLICYD_SECTION_FILE && nameless(file->root))
		return false;
	if (!object->path.count)
		return !file_in_list(host, &object->except, file);
	for (size_t i = 0; file_name(host, file, i, name); i++)
		if (list_match(host, &object->path, name) && !list_match(host, &object->except, name))
			return true;
	return false;
}

static bool rule_names_process(const struct host *host, const struct rule *rule,
			       const struct reference_object *object, unsigned int bit)
{
	const struct number_list *signals = &rule->object.signal;
	const struct subject *target = &rule->object.target;
	bool named = !signals->count || bit != POLICYD_BIT_PROCESS_SIGNAL;

	for (size_t i = 0; i < signals->count; i++)
		named = named || (signals->items[i].first <= object->signal &&
				  object->signal <= signals->items[i].last);
	if (rule->section != POLICYD_SECTION_PROCESS || !(rule->ops >> bit & 1) || !named)
		return false;
	if (!rule->object.has_target)
		return true;
	if (object->target_unknown)
		return rule->verdict == POLICY_DENY || rule->verdict == POLICY_KILL;
	return keys_hold(host, &target->match, &object->target) &&
	       (!target->has_except || keys_empty(&target->except) ||
		!keys_hold(host, &target->except, &object->target));
}

static bool rule_matches(const struct host *host, const struct rule *rule,
			 const struct reference_object *object, unsigned int bit)
{
	if (object->kind == DECISION_PROCESS)
		return rule_names_process(host, rule, object, bit);
	if (object->kind == DECISION_PSEUDO && object->pseudo == POLICYD_PSEUDO_KERNEL)
		return rule->section == POLICYD_SECTION_KERNEL && rule->ops >> bit & 1;
	if (object->kind == DECISION_PSEUDO && object->pseudo == POLICYD_PSEUDO_CAPABILITY_LOW)
		return rule->section == POLICYD_SECTION_CAPABILITY && rule->caps >> bit & 1;
	if (object->kind == DECISION_PSEUDO && object->pseudo == POLICYD_PSEUDO_CAPABILITY_HIGH)
		return rule->section == POLICYD_SECTION_CAPABILITY && rule->caps >> (32 + bit) & 1;
	if (!rule_covers(rule, bit))
		return false;
	if (object->kind == DECISION_INET)
		return reference_names_endpoint(rule, &object->endpoint, bit);
	if (object->kind == DECISION_SOCKET)
		return section_of(bit) == POLICYD_SECTION_NETWORK &&
		       reference_names_socket(rule, &object->socket, bit);
	if (object->kind == DECISION_PSEUDO)
		return object->pseudo == POLICYD_PSEUDO_ANONYMOUS && bit == POLICYD_BIT_EXEC_ANONYMOUS &&
		       !rule->object.path.count && !rule->object.except.count && !rule->object.fstype.count &&
		       !rule->object.deleted && !rule->object.setuid && !rule->object.writable &&
		       !rule->object.sha256_count;
	return bit != POLICYD_BIT_EXEC_ANONYMOUS && bit != POLICYD_BIT_NETWORK_CREATE &&
	       rule_names_file(host, rule, &object->file);
}

/* ---- verdicts ---- */

static bool unresolved_refused(const struct policy *policy, enum policyd_section section)
{
	bool names = policy->default_deny[POLICYD_SECTION_FILE] || policy->default_deny[POLICYD_SECTION_EXEC];
	bool sockets = policy->default_deny[POLICYD_SECTION_NETWORK];

	for (size_t i = 0; i < policy->rule_count; i++) {
		const struct rule *rule = &policy->rules[i];

		if (rule->section == POLICYD_SECTION_FILE || rule->section == POLICYD_SECTION_EXEC)
			names = true;
		else if (rule->section == POLICYD_SECTION_NETWORK &&
			 (rule->object.unix_path.count ||
			  (reference_family(rule, AF_UNIX) && !rule->object.to.count &&
			   !rule->object.from.count && !rule->object.at.count && !rule->object.port.count &&
			   !rule->object.protocol.count)))
			sockets = true;
	}
	return section == POLICYD_SECTION_NETWORK ? sockets : names;
}

static bool default_refuses(const struct policy *policy, const struct reference_object *object,
			    unsigned int bit)
{
	enum policyd_section section = section_of(bit);

	if (object->kind == DECISION_PROCESS)
		return false;
	if (object->kind == DECISION_PSEUDO && object->pseudo == POLICYD_PSEUDO_UNRESOLVED)
		return bit != POLICYD_BIT_EXEC_ANONYMOUS && bit != POLICYD_BIT_NETWORK_CREATE &&
		       unresolved_refused(policy, section);
	if (object->kind == DECISION_PSEUDO)
		return bit == POLICYD_BIT_EXEC_ANONYMOUS && object->pseudo == POLICYD_PSEUDO_ANONYMOUS &&
		       policy->default_deny[POLICYD_SECTION_EXEC];
	if (object->kind == DECISION_SOCKET)
		return section == POLICYD_SECTION_NETWORK &&
		       reference_socket_refused(policy, &object->socket, bit);
	if (bit == POLICYD_BIT_NETWORK_CREATE)
		return false;
	if (object->kind == DECISION_INET)
		return section == POLICYD_SECTION_NETWORK && policy->default_deny[section];
	if (bit == POLICYD_BIT_EXEC_ANONYMOUS)
		return false;
	if (nameless(object->file.root) && section != POLICYD_SECTION_EXEC)
		return false;
	return policy->default_deny[section];
}

static bool is_audited(const struct reference_object *object)
{
	return object->kind == DECISION_PSEUDO && object->pseudo == POLICYD_PSEUDO_UNRESOLVED &&
	       object->audited;
}

static struct decision_verdict policy_decide(const struct policy *policy, const struct host *host,
					     const struct reference_object *object, unsigned int bit)
{
	struct decision_verdict verdict = {0};
	bool allowed = false;
	bool refused = false;

	for (size_t i = 0; i < policy->rule_count; i++) {
		const struct rule *rule = &policy->rules[i];

		if (!rule_matches(host, rule, object, bit))
			continue;
		if (rule->verdict == POLICY_ALLOW) {
			allowed = true;
			continue;
		}
		verdict.report = verdict.report || rule->verdict == POLICY_AUDIT_ONLY || !rule->quiet;
		if (rule->verdict == POLICY_AUDIT_ONLY)
			continue;
		refused = true;
		verdict.kill = verdict.kill || (rule->verdict == POLICY_KILL && !object->target_unknown);
		if (!verdict.error || rule->errno_value < verdict.error)
			verdict.error = rule->errno_value;
	}
	if (!allowed && !refused && default_refuses(policy, object, bit)) {
		refused = verdict.report = true;
		verdict.error = EPERM;
	}
	if (policy->mode != POLICY_ENFORCE || is_audited(object))
		return (struct decision_verdict){.report = verdict.report};
	verdict.refuse = refused;
	return verdict;
}

struct decision_verdict reference_decide(const struct policy_set *set, const struct host *host,
					 const struct decision_subject *subject,
					 const struct reference_object *object, unsigned int bit)
{
	struct decision_verdict verdict = {0};
	bool open = object->kind == DECISION_PATH && bit >= POLICYD_REVALIDATE_SHIFT;

	bit -= open ? POLICYD_REVALIDATE_SHIFT : 0;
	for (size_t i = 0; i < set->count; i++) {
		struct decision_verdict one;

		if (!reference_applies(host, &set->policies[i], subject))
			continue;
		if (open && !set->policies[i].revalidate)
			continue;
		one = policy_decide(&set->policies[i], host, object, bit);
		verdict.refuse = verdict.refuse || one.refuse;
		verdict.report = verdict.report || one.report;
		verdict.kill = verdict.kill || one.kill;
		if (one.refuse && (!verdict.error || one.error < verdict.error))
			verdict.error = one.error;
	}
	return verdict;
}
