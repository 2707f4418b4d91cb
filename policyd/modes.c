// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "modes.h"
#include "util.h"

static const char *const names[] = {
	[POLICY_AUDIT] = "audit",
	[POLICY_ENFORCE] = "enforce",
	[POLICY_DISABLED] = "disabled",
};

static struct modes_item *item_find(const struct modes *modes, const char *policy)
{
	for (size_t i = 0; i < modes->count; i++)
		if (strcmp(modes->items[i].policy, policy) == 0)
			return &modes->items[i];
	return NULL;
}

static int item_add(struct modes *modes, const char *policy, enum policy_mode mode)
{
	CLEANUP_FREE char *copy = strdup(policy);
	struct modes_item *items;

	if (!copy)
		return -ENOMEM;
	items = reallocarray(modes->items, modes->count + 1, sizeof(*items));
	if (!items)
		return -ENOMEM;
	modes->items = items;
	items[modes->count++] = (struct modes_item){.policy = TAKE_PTR(copy), .mode = mode};
	return 0;
}

int modes_set(struct modes *modes, uint64_t fingerprint, const char *policy, enum policy_mode mode)
{
	struct modes_item *item;

	if (modes->fingerprint != fingerprint)
		modes_clear(modes);
	modes->fingerprint = fingerprint;
	item = item_find(modes, policy);
	if (!item)
		return item_add(modes, policy, mode);
	item->mode = mode;
	return 0;
}

size_t modes_apply(const struct modes *modes, uint64_t fingerprint, struct policy_set *set)
{
	size_t changed = 0;

	if (modes->fingerprint != fingerprint)
		return 0;
	for (size_t i = 0; i < set->count; i++) {
		const struct modes_item *item = item_find(modes, set->policies[i].name);

		if (!item || item->mode == set->policies[i].mode)
			continue;
		set->policies[i].mode = item->mode;
		changed++;
	}
	return changed;
}

void modes_clear(struct modes *modes)
{
	for (size_t i = 0; i < modes->count; i++)
		free(modes->items[i].policy);
	free(modes->items);
	*modes = (struct modes){};
}

const char *modes_name(enum policy_mode mode)
{
	return names[mode];
}

int modes_from_name(const char *name, enum policy_mode *ret_mode)
{
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strcmp(names[i], name) == 0) {
			*ret_mode = (enum policy_mode)i;
			return 0;
		}
	return -EINVAL;
}
