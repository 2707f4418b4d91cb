// SPDX-License-Identifier: Apache-2.0
#include <assert.h>
#include <string.h>

#include "arena.h"
#include "policy.h"
#include "util.h"

static const struct operation {
	enum policyd_section section;
	const char *name;
	uint32_t bit;
} operations[] = {
#define X(section, name, text, bit) {POLICYD_SECTION_##section, text, bit},
	POLICYD_OPS(X)
#undef X
};

static const char *const section_names[] = {
#define X(name, text) [POLICYD_SECTION_##name] = text,
	POLICYD_SECTIONS(X)
#undef X
};
_Static_assert(ARRAY_SIZE(section_names) == POLICYD_SECTION_COUNT, "every section has a name");

void policy_set_free(struct policy_set *set)
{
	if (!set)
		return;
	arena_free(&set->allocations);
	*set = (struct policy_set){0};
}

void *policy_set_alloc(struct policy_set *set, size_t size)
{
	return arena_alloc(&set->allocations, size);
}

char *policy_set_strndup(struct policy_set *set, const char *text, size_t length)
{
	return arena_strndup(&set->allocations, text, length);
}

/* FNV-1a. Names come from files of root, so nobody gains from collisions. */
static uint32_t name_hash(const char *name)
{
	uint32_t hash = 2166136261U;

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 16777619U;
	return hash;
}

/*
 * The table has 2 * room slots, a power of two, and is at most half full. A slot holds a policy's index + 1,
 * 0 when empty. Returns the slot of the name, or the empty one where it belongs.
 */
static uint32_t *name_slot(const struct policy_set *set, const char *name)
{
	size_t mask = 2 * set->room - 1;
	size_t i = name_hash(name) & mask;

	while (set->names[i] && strcmp(set->policies[set->names[i] - 1].name, name) != 0)
		i = (i + 1) & mask;
	return &set->names[i];
}

/* Doubles the room. What was there before stays in the arena until the set is freed. */
static int set_grow(struct policy_set *set)
{
	size_t room = set->room ? 2 * set->room : 8;
	struct policy *policies = arena_array(&set->allocations, room, sizeof(*policies));
	uint32_t *names = arena_array(&set->allocations, 2 * room, sizeof(*names));

	if (!policies || !names)
		return -ENOMEM;
	if (set->count > 0)
		memcpy(policies, set->policies, set->count * sizeof(*policies));
	set->policies = policies;
	set->names = names;
	set->room = room;
	for (size_t i = 0; i < set->count; i++)
		*name_slot(set, policies[i].name) = (uint32_t)i + 1;
	return 0;
}

int policy_set_add(struct policy_set *set, const struct policy *policy)
{
	uint32_t *slot;
	int r;

	if (policy_set_find(set, policy->name))
		return -EEXIST;
	if (set->count == set->room) {
		r = set_grow(set);
		if (r < 0)
			return r;
	}
	assert(set->policies && set->count < set->room);
	slot = name_slot(set, policy->name);
	set->policies[set->count] = *policy;
	*slot = (uint32_t)++set->count;
	return 0;
}

const struct policy *policy_set_find(const struct policy_set *set, const char *name)
{
	uint32_t index;

	if (set->count == 0)
		return NULL;
	index = *name_slot(set, name);
	return index ? &set->policies[index - 1] : NULL;
}

const char *op_name(enum policyd_section section, unsigned int bit)
{
	for (size_t i = 0; i < ARRAY_SIZE(operations); i++)
		if (operations[i].section == section && operations[i].bit == bit)
			return operations[i].name;
	return "?";
}

uint32_t op_from_name(enum policyd_section section, const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(operations); i++)
		if (operations[i].section == section && strcmp(operations[i].name, name) == 0)
			return 1U << operations[i].bit;
	return 0;
}

uint32_t op_all(enum policyd_section section)
{
	uint32_t all = 0;

	for (size_t i = 0; i < ARRAY_SIZE(operations); i++)
		if (operations[i].section == section)
			all |= 1U << operations[i].bit;
	return all;
}

const char *section_name(enum policyd_section section)
{
	return section_names[section];
}

void policy_set_text(struct policy_set *set, const char *text, size_t length)
{
	uint64_t size = length;

	if (!set->digest.begun)
		digest_begin(&set->digest);
	digest_add(&set->digest, &size, sizeof(size));
	digest_add(&set->digest, text, length);
}

void policy_set_digest(const struct policy_set *set, uint8_t ret_digest[static DIGEST_SIZE])
{
	struct digest digest = set->digest;

	if (!digest.begun)
		digest_begin(&digest);
	digest_end(&digest, ret_digest);
}
