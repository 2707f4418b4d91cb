/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "generate.h"

static const char *text_or_none(const char *text)
{
	return text ? text : "-";
}

static void process_print(FILE *out, const struct decision_subject *subject)
{
	fprintf(out, "exe %s script %s cgroup %s uid %u login %u", text_or_none(subject->exe),
		text_or_none(subject->script), text_or_none(subject->cgroup), subject->user, subject->login);
	for (size_t i = 0; i < subject->ancestor_count; i++)
		fprintf(out, " ancestor %s", subject->ancestors[i]);
	for (size_t i = 0; i < subject->group_count; i++)
		fprintf(out, " group %u", subject->groups[i]);
}

static void address_print(FILE *out, enum addr_family family, const uint8_t *a)
{
	fprintf(out, "%s %u.%u.%u.%u..%u", family == ADDR_IPV4 ? "ipv4" : "ipv6", a[0], a[1], a[2], a[3],
		a[15]);
}

static void endpoint_print(FILE *out, const struct decision_endpoint *endpoint)
{
	address_print(out, endpoint->family, endpoint->address);
	fprintf(out, " port %u protocol %u", endpoint->port, endpoint->protocol);
	if (endpoint->has_local) {
		fprintf(out, " at ");
		address_print(out, endpoint->local_family, endpoint->local);
	}
}

char *generated_describe(const struct generated *generated)
{
	const struct reference_object *object = &generated->object;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	process_print(out, &generated->subject);
	fprintf(out, "; bit %u of ", generated->bit);
	if (object->kind == DECISION_PATH)
		fprintf(out, "root %u dev %u '%s'", object->file.root, object->file.dev, object->file.path);
	else if (object->kind == DECISION_PSEUDO)
		fprintf(out, "pseudo-object %d", object->pseudo);
	else if (object->kind == DECISION_PROCESS)
		fprintf(out, "signal %u, %s ", object->signal,
			object->target_unknown ? "an unknown process, not" : "process"),
			process_print(out, &object->target);
	else if (object->kind == DECISION_SOCKET)
		fprintf(out, "socket family %u type %u protocol %u", object->socket.family,
			object->socket.type, object->socket.protocol);
	else
		endpoint_print(out, &object->endpoint);
	(void)fclose(out);
	return text;
}

static void patterns_print(FILE *out, const char *key, const struct pattern_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		fprintf(out, " %s '%s'", key, list->items[i].text);
}

static void ids_print(FILE *out, const char *key, const struct id_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		fprintf(out, " %s %s %u-%u", key, text_or_none(list->items[i].name), list->items[i].first,
			list->items[i].last);
}

static void cidrs_print(FILE *out, const char *key, const struct cidr_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct cidr *cidr = &list->items[i];

		fprintf(out, " %s %s %u.%u.%u.%u..%u/%u", key, cidr->family == ADDR_IPV4 ? "ipv4" : "ipv6",
			cidr->address[0], cidr->address[1], cidr->address[2], cidr->address[3],
			cidr->address[15], cidr->length);
	}
}

static void numbers_print(FILE *out, const char *key, const struct number_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		fprintf(out, " %s %u-%u", key, list->items[i].first, list->items[i].last);
}

static void keys_print(FILE *out, const char *what, const struct subject_keys *keys)
{
	fprintf(out, "  %s:", what);
	patterns_print(out, "exe", &keys->exe);
	patterns_print(out, "script", &keys->script);
	patterns_print(out, "cgroup", &keys->cgroup);
	patterns_print(out, "ancestor", &keys->ancestor);
	ids_print(out, "user", &keys->user);
	ids_print(out, "group", &keys->group);
	ids_print(out, "login", &keys->login);
	fprintf(out, "\n");
}

static void rule_print(FILE *out, const struct rule *rule)
{
	static const char *const verdicts[] = {"allow", "deny", "kill", "audit"};

	fprintf(out, "  %s %s ops %#x caps %#llx errno %d%s:", section_name(rule->section),
		verdicts[rule->verdict], rule->ops, (unsigned long long)rule->caps, rule->errno_value,
		rule->quiet ? " quiet" : "");
	patterns_print(out, "path", &rule->object.path);
	patterns_print(out, "except", &rule->object.except);
	patterns_print(out, "unix", &rule->object.unix_path);
	numbers_print(out, "family", &rule->object.family);
	numbers_print(out, "protocol", &rule->object.protocol);
	cidrs_print(out, "to", &rule->object.to);
	cidrs_print(out, "from", &rule->object.from);
	cidrs_print(out, "at", &rule->object.at);
	numbers_print(out, "port", &rule->object.port);
	numbers_print(out, "signal", &rule->object.signal);
	fprintf(out, "\n");
	if (rule->object.has_target)
		keys_print(out, "  target", &rule->object.target.match);
	if (rule->object.target.has_except)
		keys_print(out, "  target except", &rule->object.target.except);
}

char *generated_set_describe(const struct policy_set *set, const struct host *host)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	for (size_t i = 0; i < host->mount_count; i++)
		fprintf(out, "mount %u %s %s\n", host->mounts[i].dev, host->mounts[i].root,
			host->mounts[i].point);
	for (size_t i = 0; i < set->count; i++) {
		const struct policy *policy = &set->policies[i];

		fprintf(out, "policy mode %d default file %d exec %d network %d\n", policy->mode,
			policy->default_deny[0], policy->default_deny[1], policy->default_deny[2]);
		if (policy->has_subject)
			keys_print(out, "subject", &policy->subject.match);
		if (policy->subject.has_except)
			keys_print(out, "except", &policy->subject.except);
		for (size_t k = 0; k < policy->rule_count; k++)
			rule_print(out, &policy->rules[k]);
	}
	(void)fclose(out);
	return text;
}
