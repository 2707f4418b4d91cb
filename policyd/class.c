/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "automaton.h"
#include "terms.h"
#include "util.h"

static int number_append(uint32_t **numbers, size_t *count, size_t *allocated, uint32_t number)
{
	int r = ARRAY_RESERVE(*numbers, *allocated, *count + 1);

	if (r < 0)
		return r;
	(*numbers)[(*count)++] = number;
	return 0;
}

static int rule_append(struct class_builder *builder, uint32_t rule)
{
	return number_append(&builder->rules, &builder->rule_count, &builder->rules_allocated, rule);
}

static int lists_append(struct class_builder *builder, const uint32_t *lists, size_t count)
{
	int r = 0;

	for (size_t i = 0; i < count && r == 0; i++)
		switch ((enum list_kind)(lists[i] >> LIST_SHIFT)) {
		case LIST_PATH:
		case LIST_UNIX:
			r = rule_append(builder, lists[i] & LIST_INDEX);
			break;
		case LIST_EXCEPT:
			break;
		case LIST_NAMELESS:
			builder->nameless = true;
			break;
		default:
			r = number_append(&builder->terms, &builder->term_count, &builder->terms_allocated,
					  lists[i]);
		}
	return r;
}

static int pathless_append(struct class_builder *builder)
{
	const struct model *model = builder->model;
	size_t count;
	const uint32_t *rules = idset_ids(
		&model->sets, builder->nameless ? model->pathless_nameless : model->pathless, &count);
	int r = 0;

	for (size_t i = 0; i < count && r == 0; i++)
		r = rule_append(builder, rules[i]);
	return r;
}

/* Takes out the rules from `first` on whose exceptions are in the lists, which are sorted by kind, then rule.
 */
static void except_apply(struct class_builder *builder, size_t first, const uint32_t *lists, size_t count)
{
	size_t used = first;
	size_t e = 0;

	for (size_t i = first; i < builder->rule_count; i++) {
		uint32_t except = (uint32_t)LIST_EXCEPT << LIST_SHIFT | builder->rules[i];

		while (e < count && lists[e] < except)
			e++;
		if (e == count || lists[e] != except)
			builder->rules[used++] = builder->rules[i];
	}
	builder->rule_count = used;
}

void class_begin(struct class_builder *builder)
{
	builder->rule_count = 0;
	builder->term_count = 0;
	builder->nameless = false;
}

int class_add_name(struct class_builder *builder, const uint32_t *lists, size_t count)
{
	size_t first = builder->rule_count;
	int r;

	r = lists_append(builder, lists, count);
	if (r == 0)
		r = pathless_append(builder);
	if (r < 0)
		return r;
	if (builder->rule_count == first)
		return 0;
	builder->rule_count = first + array_sort_unique(builder->rules + first, builder->rule_count - first);
	except_apply(builder, first, lists, count);
	return 0;
}

int class_end(struct class_builder *builder, uint32_t *ret_class)
{
	struct model *model = builder->model;
	uint32_t key[3];
	uint32_t set;
	int r;

	r = idset_intern(&model->sets, builder->rules, array_sort_unique(builder->rules, builder->rule_count),
			 &key[0]);
	if (r == 0)
		r = idset_intern(&model->sets, builder->terms,
				 array_sort_unique(builder->terms, builder->term_count), &key[1]);
	if (r < 0)
		return r;
	key[2] = builder->nameless;
	r = idset_intern(&builder->keys, key, 3, &set);
	if (r < 0)
		return r;
	*ret_class = set - 1;
	return 0;
}

void class_builder_done(struct class_builder *builder)
{
	idset_clear(&builder->keys);
	free(builder->rules);
	free(builder->terms);
}

int classes_finish(struct class_builder *builder)
{
	struct model *model = builder->model;
	size_t count = builder->keys.count;
	int r = 0;

	model->classes = calloc(count + 1, sizeof(*model->classes));
	if (!model->classes)
		return -ENOMEM;
	for (uint32_t c = 0; c < count && r == 0; c++) {
		struct path_class *class = &model->classes[c];
		size_t length;
		const uint32_t *key = idset_ids(&builder->keys, c + 1, &length);

		*class = (struct path_class){.rules = key[0], .terms = key[1], .nameless = key[2]};
		for (enum path_key k = 0; k < KEY_PATH_COUNT && r == 0; k++)
			r = terms_of_class(model, class, k, &class->lines[k]);
	}
	model->class_count = (uint32_t)count;
	return r;
}
