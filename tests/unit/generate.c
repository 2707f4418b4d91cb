/* SPDX-License-Identifier: Apache-2.0 */
#include "generate.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "host_facts.h"
#include "util.h"

uint32_t source_below(struct source *source, uint32_t limit)
{
	if (source->count) {
		source->count--;
		return *source->bytes++ % limit;
	}
	source->state = source->state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (uint32_t)((source->state >> 33) % limit);
}

static bool one_in(struct source *source, uint32_t n)
{
	return !source_below(source, n);
}

static const char *pick(struct source *source, const char *const *texts, size_t count)
{
	return texts[source_below(source, (uint32_t)count)];
}
#define PICK(source, texts) pick((source), (texts), ARRAY_SIZE(texts))

static const char *const names[] = {"a", "b", "ab", "aab", ".a", "abc", "b.c", "a.c"};

const char *generate_name(struct source *source)
{
	return PICK(source, names);
}

/* Appends `depth` components to the text; "/" for none. */
void generate_path(struct source *source, char *text, size_t size, uint32_t depth)
{
	size_t length = strlen(text);

	if (!depth)
		(void)snprintf(text + length, size - length, "/");
	for (; depth; depth--) {
		length = strlen(text);
		(void)snprintf(text + length, size - length, "/%s", generate_name(source));
	}
}

/* ---- policies ---- */

static int pattern_generate(struct source *source, struct policy_set *set, struct pattern_text *pattern,
			    enum pattern_kind kind)
{
	static const char *const pieces[] = {
		"/a",	  "/b",	       "/ab",	 "/aab", "/.a",	 "/abc",  "/*",	    "/**",	    "/a*",
		"/*b",	  "/?",	       "/a?c",	 "/**c", "/a**", "/[ab]", "/[!a]*", "/{a,b}",	    "{/a,}",
		"/*a*b*", "/a{b,,.c}", "/[a-b]", "/*.c", "/",	 "/.",	  "/a**b",  "/{a,{b/a,*}}", "/***",
	};
	static const char *const specials[] = {"memfd:*", "memfd:a", "memfd:?b*",
					       "memfd:",  "pipe:",   "socket:"};
	char text[256] = "";

	if (kind == PATTERN_FILE && one_in(source, 10)) {
		pattern->text = PICK(source, specials);
		return 0;
	}
	if (kind == PATTERN_UNIX && one_in(source, 3))
		(void)snprintf(text, sizeof(text), "@");
	else if (kind != PATTERN_CGROUP && one_in(source, 10))
		(void)snprintf(text, sizeof(text), "unmapped:");
	for (uint32_t i = 1 + source_below(source, 4); i; i--) {
		size_t length = strlen(text);
		const char *piece = PICK(source, pieces);

		(void)snprintf(text + length, sizeof(text) - length, "%s", piece);
	}
	if (text[0] == '{')
		memmove(text + 2, text, strlen(text) + 1), memcpy(text, "/a", 2);
	if (!strncmp(text, "unmapped:{", 10))
		memmove(text + 11, text + 9, strlen(text + 9) + 1), memcpy(text + 9, "/b", 2);
	pattern->text = policy_set_strndup(set, text, strlen(text));
	return pattern->text ? 0 : -ENOMEM;
}

static int patterns_generate(struct source *source, struct policy_set *set, struct pattern_list *list,
			     enum pattern_kind kind)
{
	int r = 0;

	list->count = 1 + source_below(source, 2);
	list->items = policy_set_alloc(set, list->count * sizeof(*list->items));
	if (!list->items)
		return -ENOMEM;
	for (size_t i = 0; i < list->count && r == 0; i++)
		r = pattern_generate(source, set, &list->items[i], kind);
	return r;
}

static int ids_generate(struct source *source, struct policy_set *set, struct id_list *list)
{
	list->count = 1 + source_below(source, 2);
	list->items = policy_set_alloc(set, list->count * sizeof(*list->items));
	if (!list->items)
		return -ENOMEM;
	for (size_t i = 0; i < list->count; i++) {
		list->items[i].first = source_below(source, 4);
		list->items[i].last = list->items[i].first + source_below(source, 3);
		if (one_in(source, 4))
			list->items[i].name = one_in(source, 2) ? "u1" : "u2";
		else if (one_in(source, 4))
			list->items[i].first = list->items[i].last = UINT32_MAX;
	}
	return 0;
}

static int keys_generate(struct source *source, struct policy_set *set, struct subject_keys *keys)
{
	int r = 0;

	if (!one_in(source, 3))
		r = patterns_generate(source, set, &keys->exe, PATTERN_FILE);
	if (r == 0 && one_in(source, 6))
		r = patterns_generate(source, set, &keys->script, PATTERN_FILE);
	if (r == 0 && one_in(source, 6))
		r = patterns_generate(source, set, &keys->cgroup, PATTERN_CGROUP);
	if (r == 0 && one_in(source, 6))
		r = patterns_generate(source, set, &keys->ancestor, PATTERN_FILE);
	if (r == 0 && one_in(source, 5))
		r = ids_generate(source, set, &keys->user);
	if (r == 0 && one_in(source, 6))
		r = ids_generate(source, set, &keys->group);
	if (r == 0 && one_in(source, 8))
		r = ids_generate(source, set, &keys->login);
	return r;
}

static int numbers_generate(struct source *source, struct policy_set *set, struct number_list *list,
			    const uint32_t *numbers, size_t count, uint32_t span)
{
	list->count = 1 + source_below(source, 2);
	list->items = policy_set_alloc(set, list->count * sizeof(*list->items));
	if (!list->items)
		return -ENOMEM;
	for (size_t i = 0; i < list->count; i++) {
		list->items[i].first = numbers[source_below(source, (uint32_t)count)];
		list->items[i].last = list->items[i].first + (span ? source_below(source, span) : 0);
	}
	return 0;
}

static const uint32_t ports[] = {0, 1, 79, 80, 81, 255, 256, 443, 1000, 65534};
static const uint32_t protocols[] = {IPPROTO_TCP, IPPROTO_UDP, IPPROTO_RAW, IPPROTO_ICMP, 0, 256, 262};
static const uint32_t families[] = {AF_INET, AF_INET6, AF_UNIX, AF_NETLINK, AF_PACKET, AF_VSOCK, AF_XDP};
static const uint32_t signals[] = {1, 9, 15, 32, 63, 64};
static const uint8_t addresses[][16] = {
	{10, 0, 0, 0},	 {10, 1, 2, 3},	   {10, 1, 2, 255},	      {192, 168, 1, 1},
	{0xfd, 0, 0, 1}, {0xfd, [15] = 1}, {0xfd, [7] = 1, [15] = 1}, {[10] = 0xff, [11] = 0xff, 10, 1, 2, 3},
};

/* An address in or near the networks of rules. */
static enum addr_family address_generate(struct source *source, uint8_t address[16])
{
	uint32_t a = source_below(source, ARRAY_SIZE(addresses));

	memcpy(address, addresses[a], 16);
	address[a < 4 ? 3 : 15] ^= (uint8_t)source_below(source, 3);
	return a < 4 ? ADDR_IPV4 : ADDR_IPV6;
}

static int cidrs_generate(struct source *source, struct policy_set *set, struct cidr_list *list)
{
	list->count = 1 + source_below(source, 2);
	list->items = policy_set_alloc(set, list->count * sizeof(*list->items));
	if (!list->items)
		return -ENOMEM;
	for (size_t i = 0; i < list->count; i++) {
		struct cidr *cidr = &list->items[i];
		uint32_t a = source_below(source, ARRAY_SIZE(addresses));

		cidr->family = a < 4 ? ADDR_IPV4 : ADDR_IPV6;
		cidr->length = (uint8_t)source_below(source, a < 4 ? 33 : 129);
		if (one_in(source, 3))
			cidr->length = a < 4 ? 24 : 64;
		memcpy(cidr->address, addresses[a], 16);
		for (unsigned int bit = cidr->length; bit < 128; bit++)
			cidr->address[bit / 8] &= (uint8_t) ~(0x80U >> (bit % 8));
	}
	return 0;
}

static int network_generate(struct source *source, struct policy_set *set, struct object *object)
{
	int r = 0;

	if (one_in(source, 3))
		return patterns_generate(source, set, &object->unix_path, PATTERN_UNIX);
	if (one_in(source, 4))
		r = numbers_generate(source, set, &object->family, families, ARRAY_SIZE(families), 0);
	if (r == 0 && one_in(source, 3))
		r = numbers_generate(source, set, &object->protocol, protocols, ARRAY_SIZE(protocols), 0);
	if (r == 0 && one_in(source, 3))
		r = cidrs_generate(source, set, &object->to);
	if (r == 0 && one_in(source, 4))
		r = cidrs_generate(source, set, &object->from);
	if (r == 0 && one_in(source, 3))
		r = cidrs_generate(source, set, &object->at);
	if (r == 0 && one_in(source, 3))
		r = numbers_generate(source, set, &object->port, ports, ARRAY_SIZE(ports), 3);
	for (size_t i = 0; i < object->port.count; i++)
		if (object->port.items[i].last > 65535)
			object->port.items[i].last = 65535;
	return r;
}

static int target_generate(struct source *source, struct policy_set *set, struct object *object)
{
	int r = 0;

	if (one_in(source, 2))
		r = numbers_generate(source, set, &object->signal, signals, ARRAY_SIZE(signals), 2);
	object->has_target = !one_in(source, 4);
	object->target.has_except = object->has_target && one_in(source, 3);
	if (r == 0 && object->has_target)
		r = keys_generate(source, set, &object->target.match);
	if (r == 0 && object->target.has_except)
		r = keys_generate(source, set, &object->target.except);
	return r;
}

static int rule_generate(struct source *source, struct policy_set *set, struct rule *rule)
{
	static const enum policyd_section sections[] = {
		POLICYD_SECTION_FILE,	POLICYD_SECTION_EXEC,	    POLICYD_SECTION_NETWORK,
		POLICYD_SECTION_KERNEL, POLICYD_SECTION_CAPABILITY, POLICYD_SECTION_PROCESS,
	};
	static const uint32_t masks[] = {0xfff, 0x7000, 0x1f0000, 0x1ff, 0, 0x3};
	static const int errnos[] = {EPERM, EPERM, EACCES, ENOENT};
	uint32_t section = source_below(source, ARRAY_SIZE(sections));
	int r = 0;

	rule->section = sections[section];
	rule->verdict = (enum policy_verdict)source_below(source, 4);
	while (masks[section] && !(rule->ops & masks[section]))
		rule->ops = (source_below(source, 256) | source_below(source, 256) << 8 |
			     source_below(source, 256) << 16) &
			    masks[section];
	rule->errno_value = errnos[source_below(source, ARRAY_SIZE(errnos))];
	rule->quiet = one_in(source, 4);
	rule->severity = -1;
	rule->name = "rule";
	if (rule->section == POLICYD_SECTION_NETWORK)
		return network_generate(source, set, &rule->object);
	if (rule->section == POLICYD_SECTION_CAPABILITY)
		rule->caps = (1ULL << source_below(source, 41)) + (1ULL << source_below(source, 40));
	if (rule->section == POLICYD_SECTION_PROCESS)
		return target_generate(source, set, &rule->object);
	if (rule->section >= POLICYD_SECTION_KERNEL)
		return 0;
	if (one_in(source, 3))
		r = generate_conditions(source, set, rule);
	if (r < 0 || one_in(source, section == 1 ? 4 : 12))
		return r;
	r = patterns_generate(source, set, &rule->object.path, PATTERN_FILE);
	if (r == 0 && one_in(source, 3))
		r = patterns_generate(source, set, &rule->object.except, PATTERN_FILE);
	return r;
}

static int policy_generate(struct source *source, struct policy_set *set, struct policy *policy)
{
	int r = 0;

	policy->name = "policy";
	policy->at.file = "generated";
	policy->mode = one_in(source, 12)  ? POLICY_DISABLED
		       : one_in(source, 4) ? POLICY_AUDIT
					   : POLICY_ENFORCE;
	policy->revalidate = one_in(source, 3);
	policy->has_subject = !one_in(source, 4);
	if (policy->has_subject) {
		r = keys_generate(source, set, &policy->subject.match);
		policy->subject.has_except = one_in(source, 3);
		if (r == 0 && policy->subject.has_except)
			r = keys_generate(source, set, &policy->subject.except);
	}
	for (int s = POLICYD_SECTION_FILE; s <= POLICYD_SECTION_NETWORK; s++)
		policy->default_deny[s] = one_in(source, 3);
	policy->rule_count = source_below(source, 5);
	policy->rules = policy_set_alloc(set, (policy->rule_count + 1) * sizeof(*policy->rules));
	if (!policy->rules)
		return -ENOMEM;
	for (size_t i = 0; i < policy->rule_count && r == 0; i++)
		r = rule_generate(source, set, &policy->rules[i]);
	return r;
}

int generate_set(struct source *source, struct policy_set *set)
{
	int r = 0;

	set->count = 1 + source_below(source, 3);
	set->policies = policy_set_alloc(set, set->count * sizeof(*set->policies));
	if (!set->policies)
		return -ENOMEM;
	for (size_t i = 0; i < set->count && r == 0; i++)
		r = policy_generate(source, set, &set->policies[i]);
	return r;
}

/* ---- objects ---- */

/* What is accepted comes to an address, what connects has one where its socket is bound. */
static bool has_local(struct source *source, unsigned int bit)
{
	if (bit == POLICYD_BIT_NETWORK_ACCEPT)
		return !one_in(source, 4);
	return bit == POLICYD_BIT_NETWORK_CONNECT && one_in(source, 2);
}

static void endpoint_generate(struct source *source, unsigned int bit, struct decision_endpoint *endpoint)
{
	endpoint->family = address_generate(source, endpoint->address);
	endpoint->has_local = has_local(source, bit);
	if (endpoint->has_local)
		endpoint->local_family = address_generate(source, endpoint->local);
	endpoint->port = (uint16_t)(ports[source_below(source, ARRAY_SIZE(ports))] + source_below(source, 2));
	endpoint->protocol = protocols[source_below(source, ARRAY_SIZE(protocols))];
}

void generate_question(struct source *source, struct generated *generated)
{
	struct reference_object *object = &generated->object;

	generated->bit = source_below(source, 21);
	if (generated->bit == 15)
		generated->bit = one_in(source, 2) ? POLICYD_BIT_NETWORK_CONNECT : POLICYD_BIT_NETWORK_ACCEPT;
	if (one_in(source, 6)) {
		*object = (struct reference_object){.kind = DECISION_PROCESS};
		generate_process(source, &generated->target, &object->target);
		object->target_unknown = one_in(source, 8);
		generated->bit = source_below(source, 2);
		if (generated->bit == POLICYD_BIT_PROCESS_SIGNAL)
			object->signal = signals[source_below(source, ARRAY_SIZE(signals))];
	} else if (one_in(source, 12)) {
		*object = (struct reference_object){.kind = DECISION_PSEUDO,
						    .pseudo = source_below(source, POLICYD_PSEUDO_COUNT)};
		if (object->pseudo == POLICYD_PSEUDO_KERNEL ||
		    object->pseudo == POLICYD_PSEUDO_CAPABILITY_HIGH)
			generated->bit = source_below(source, 9);
		else if (object->pseudo == POLICYD_PSEUDO_CAPABILITY_LOW)
			generated->bit = source_below(source, 32);
		else if (one_in(source, 2))
			generated->bit = POLICYD_BIT_EXEC_ANONYMOUS;
	} else if (generated->bit == POLICYD_BIT_NETWORK_CREATE ||
		   one_in(source, generated->bit > POLICYD_BIT_NETWORK_CREATE ? 4 : 20)) {
		*object = (struct reference_object){.kind = DECISION_SOCKET};
		object->socket.family = families[source_below(source, ARRAY_SIZE(families))];
		object->socket.type = 1 + source_below(source, 6);
		object->socket.protocol = protocols[source_below(source, ARRAY_SIZE(protocols))];
	} else if (generated->bit >= POLICYD_BIT_NETWORK_CREATE && !one_in(source, 4)) {
		*object = (struct reference_object){.kind = DECISION_INET};
		endpoint_generate(source, generated->bit, &object->endpoint);
	} else {
		*object = (struct reference_object){.kind = DECISION_PATH};
		if (generated->bit <= POLICYD_BIT_FILE_APPEND && one_in(source, 3))
			generated->bit += POLICYD_REVALIDATE_SHIFT;
		generate_file(source, &object->file, generated->text, sizeof(generated->text));
	}
}
