// SPDX-License-Identifier: Apache-2.0
/*
 * Objects: what a rule is about, and whether that can exist.
 */
#include <netinet/in.h>
#include <string.h>

#include "digest.h"
#include "family.h"
#include "parse_internal.h"

/* The kernel's: 12 bits of major, 20 of minor. */
#define MAJOR_MAX 4095
#define MINOR_MAX 1048575

static int device_item(struct parser *parser, const struct parse_key *key, const struct node *item, void *ret)
{
	struct device_number *device = ret;
	uint64_t major = 0, minor = 0;
	const char *text;
	size_t length;
	int r;

	r = parse_scalar(parser, key, item, &text);
	if (r < 0)
		return r;
	length = strcspn(text, ":");
	r = parse_decimal(text, length, MAJOR_MAX, &major);
	device->any_minor = strcmp(text + length, ":*") == 0;
	if (r == 0 && !device->any_minor)
		r = text[length] == ':'
			    ? parse_decimal(text + length + 1, strlen(text + length + 1), MINOR_MAX, &minor)
			    : -EINVAL;
	if (r < 0)
		return parse_error(parser, item->at,
				   "'%s': '%s' is not a device: MAJOR:MINOR or MAJOR:* in decimal numbers "
				   "(up to %d:%d)",
				   key->name, parse_show(parser, item), MAJOR_MAX, MINOR_MAX);
	device->major = (uint32_t)major;
	device->minor = (uint32_t)minor;
	device->at = item->at;
	return 0;
}

int parse_devices(struct parser *parser, const struct parse_key *key, const struct node *value, void *ret)
{
	struct object *object = ret;
	void *items;
	size_t count;
	int r;

	r = parse_list(parser, key, value, sizeof(*object->devices), device_item, &items, &count);
	if (r < 0)
		return r;
	object->devices = items;
	object->device_count = count;
	return 0;
}

static int digest_item(struct parser *parser, const struct parse_key *key, const struct node *item, void *ret)
{
	struct sha256 *hash = ret;
	const char *text;
	int r;

	/* Digits alone look like a number to YAML; they are a digest nevertheless. */
	r = parse_scalar(parser, key, item, &text);
	if (r < 0)
		return r;
	if (digest_read(text, hash->digest) == 0) {
		hash->at = item->at;
		return 0;
	}
	return parse_error(parser, item->at, "'%s' must be 64 hexadecimal digits, not '%s'", key->name,
			   parse_show(parser, item));
}

int parse_digests(struct parser *parser, const struct parse_key *key, const struct node *value, void *ret)
{
	struct object *object = ret;
	void *items;
	size_t count;
	int r;

	r = parse_list(parser, key, value, sizeof(*object->sha256), digest_item, &items, &count);
	if (r < 0)
		return r;
	object->sha256 = items;
	object->sha256_count = count;
	return 0;
}

int parse_target(struct parser *parser, const struct parse_key *key, const struct node *value, void *ret)
{
	struct object *object = ret;
	int r;

	r = parse_subject(parser, key, value, &object->target);
	object->has_target = r == 0;
	return r;
}

/* A key that means something for some operations only. */
struct applicability {
	const char *key;
	const struct location *at; /* of its first value, NULL where it is absent */
	uint32_t ops;
	const char *names; /* of the operations */
};

static int applicability_check(struct parser *parser, const struct rule *rule,
			       const struct applicability *keys, size_t count)
{
	int r = 0;

	for (size_t i = 0; i < count; i++)
		if (keys[i].at && !(rule->ops & keys[i].ops))
			r = parse_error(parser, *keys[i].at,
					"'%s' does not go with this rule's operations (only with %s)",
					keys[i].key, keys[i].names);
	return r;
}

static bool has_number(const struct number_list *list, uint32_t number)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].first == number)
			return true;
	return false;
}

static bool has_ports(const struct number_list *protocols)
{
	static const uint32_t with_ports[] = {IPPROTO_TCP,  IPPROTO_UDP,     IPPROTO_SCTP,
					      IPPROTO_DCCP, IPPROTO_UDPLITE, 262 /* mptcp */};

	for (size_t i = 0; i < ARRAY_SIZE(with_ports); i++)
		if (has_number(protocols, with_ports[i]))
			return true;
	return protocols->count == 0;
}

/* Whether some network is of one of the rule's families. */
static bool families_meet(const struct number_list *families, const struct cidr_list *networks)
{
	for (size_t i = 0; i < networks->count; i++)
		if (has_number(families, networks->items[i].family == ADDR_IPV4 ? AF_INET : AF_INET6))
			return true;
	return families->count == 0 || networks->count == 0;
}

/* The first family that has no internet addresses beside one that has, the first of all where none has. */
static const struct number_range *family_without_addresses(const struct number_list *families)
{
	if (has_number(families, AF_INET) || has_number(families, AF_INET6))
		return family_find_foreign(families);
	return families->count ? &families->items[0] : NULL;
}

/* Place of a list's first item, NULL for an absent list. */
#define AT(list) ((list).count > 0 ? &(list).items[0].at : NULL)

static int network_check(struct parser *parser, const struct rule *rule)
{
	const struct object *object = &rule->object;
	const uint32_t local =
		POLICYD_OP_NETWORK_BIND | POLICYD_OP_NETWORK_LISTEN | POLICYD_OP_NETWORK_ACCEPT;
	const struct applicability keys[] = {
		{"to", AT(object->to), POLICYD_OP_NETWORK_CONNECT, "connect"},
		{"from", AT(object->from), POLICYD_OP_NETWORK_ACCEPT, "accept"},
		{"at", AT(object->at), local | POLICYD_OP_NETWORK_CONNECT, "bind, listen, accept, connect"},
		{"port", AT(object->port), local | POLICYD_OP_NETWORK_CONNECT,
		 "bind, listen, accept, connect"},
		{"unix", AT(object->unix_path), local | POLICYD_OP_NETWORK_CONNECT,
		 "bind, listen, accept, connect"},
	};
	bool inet = object->to.count || object->from.count || object->at.count || object->port.count;
	const struct number_list *family = &object->family;
	const struct number_range *other = inet ? family_without_addresses(family) : NULL;
	int r;

	r = applicability_check(parser, rule, keys, ARRAY_SIZE(keys));
	if (object->unix_path.count && (inet || object->protocol.count))
		r = parse_error(parser, *AT(object->unix_path),
				"'unix' sockets have no address, port or protocol");
	if (object->unix_path.count && family->count && !has_number(family, AF_UNIX))
		r = parse_error(parser, *AT(object->unix_path), "'unix' is not of the rule's 'family'");
	if (other)
		r = parse_error(parser, other->at, "this 'family' has no inet addresses or ports");
	else if (!families_meet(family, &object->to) || !families_meet(family, &object->from) ||
		 !families_meet(family, &object->at))
		/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): only where there is a family. */
		r = parse_error(parser, *AT(object->family), "no address of the rule is of this 'family'");
	if (object->port.count && !has_ports(&object->protocol))
		r = parse_error(parser, *AT(object->port), "this rule's 'protocol' has no ports");
	return r;
}

static int exec_check(struct parser *parser, const struct rule *rule)
{
	const struct object *object = &rule->object;
	bool named = object->path.count || object->except.count || object->fstype.count ||
		     object->sha256_count || object->deleted || object->setuid || object->writable;

	if (named && rule->ops & POLICYD_OP_EXEC_ANONYMOUS && rule->ops != op_all(POLICYD_SECTION_EXEC))
		return parse_error(
			parser, rule->at,
			"'anonymous' memory has no file: give it a rule without path and other keys of "
			"files");
	return 0;
}

int parse_object_check(struct parser *parser, const struct rule *rule)
{
	const struct object *object = &rule->object;

	switch (rule->section) {
	case POLICYD_SECTION_NETWORK:
		return network_check(parser, rule);
	case POLICYD_SECTION_EXEC:
		return exec_check(parser, rule);
	case POLICYD_SECTION_FILE:
		if (object->device_count && object->types &&
		    !(object->types & (FILE_TYPE_BLOCK | FILE_TYPE_CHAR)))
			return parse_error(parser, object->devices[0].at,
					   "'device' needs type block or char: the rule can match nothing");
		return 0;
	case POLICYD_SECTION_PROCESS:
		if (object->signal.count && !(rule->ops & POLICYD_OP_PROCESS_SIGNAL))
			return parse_error(parser, *AT(object->signal),
					   "'signal' needs the operation signal");
		return 0;
	default:
		return 0;
	}
}
