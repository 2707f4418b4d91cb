/* SPDX-License-Identifier: Apache-2.0 */
#include "condition.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "content.h"
#include "util.h"

/* One combination of attributes. */
struct combination {
	uint32_t content; /* class */
	uint32_t fstype;  /* class: 1 + position in `fstypes`, 0: another */
	uint32_t kind;	  /* enum policyd_kind */
	uint32_t state;	  /* bits of enum policyd_file_state */
};

bool condition_is(const struct object *object)
{
	return object->types || object->device_count || object->fstype.count || object->deleted ||
	       object->setuid || object->writable || object->sha256_count;
}

static uint32_t state_asked(const struct object *object)
{
	return (object->deleted ? POLICYD_FILE_DELETED : 0) | (object->setuid ? POLICYD_FILE_SETUID : 0) |
	       (object->writable ? POLICYD_FILE_WRITABLE : 0);
}

static bool devices_equal(const struct device_number *a, const struct device_number *b)
{
	return a->major == b->major && a->any_minor == b->any_minor && (a->any_minor || a->minor == b->minor);
}

static int device_add(struct condition_model *conditions, const struct device_number *device)
{
	int r;

	for (size_t i = 0; i < conditions->device_count; i++)
		if (devices_equal(&conditions->devices[i], device))
			return 0;
	r = ARRAY_RESERVE(conditions->devices, conditions->devices_allocated, conditions->device_count + 1);
	if (r == 0)
		conditions->devices[conditions->device_count++] = *device;
	return r;
}

static int fstype_add(struct model *model, const struct pattern_text *fstype)
{
	struct condition_model *conditions = &model->conditions;
	int r;

	if (strlen(fstype->text) > CONDITION_FSTYPE_MAX)
		return model_fail(model, fstype->at, "'%.40s…' is longer than a file system type's name",
				  fstype->text);
	if (strchr(fstype->text, '.'))
		return model_fail(model, fstype->at, "'%s': the kernel knows the type before the '.' only",
				  fstype->text);
	for (size_t i = 0; i < conditions->fstype_count; i++)
		if (strcmp(conditions->fstypes[i], fstype->text) == 0)
			return 0;
	r = ARRAY_RESERVE(conditions->fstypes, conditions->fstypes_allocated, conditions->fstype_count + 1);
	if (r == 0)
		conditions->fstypes[conditions->fstype_count++] = fstype->text;
	return r;
}

/* What makes two conditions equal, as numbers. */
static int key_of(const struct object *object, uint32_t **ret_key, size_t *ret_count)
{
	size_t count = 0;
	size_t bytes = (4 + 3 * object->device_count) * sizeof(uint32_t) +
		       object->sha256_count * sizeof(object->sha256->digest);
	uint32_t *key;

	for (size_t i = 0; i < object->fstype.count; i++)
		bytes += strlen(object->fstype.items[i].text) + sizeof(uint32_t);
	key = calloc(1, bytes + sizeof(uint32_t));
	if (!key)
		return -ENOMEM;
	key[count++] = object->types;
	key[count++] = state_asked(object);
	key[count++] = (uint32_t)object->device_count;
	for (size_t i = 0; i < object->device_count; i++) {
		key[count++] = object->devices[i].major;
		key[count++] = object->devices[i].any_minor ? UINT32_MAX : object->devices[i].minor;
	}
	key[count++] = (uint32_t)object->sha256_count;
	for (size_t i = 0; i < object->sha256_count; i++) {
		memcpy(&key[count], object->sha256[i].digest, sizeof(object->sha256[i].digest));
		count += sizeof(object->sha256[i].digest) / sizeof(*key);
	}
	for (size_t i = 0; i < object->fstype.count; i++) {
		size_t length = strlen(object->fstype.items[i].text) + 1;

		memcpy(&key[count], object->fstype.items[i].text, length);
		count += (length + sizeof(uint32_t) - 1) / sizeof(uint32_t);
	}
	*ret_key = key;
	*ret_count = count;
	return 0;
}

static int rule_add(struct model *model, struct model_rule *rule)
{
	struct condition_model *conditions = &model->conditions;
	const struct object *object = &rule->rule->object;
	CLEANUP_FREE uint32_t *key = NULL;
	size_t count = 0;
	uint32_t number = 0;
	int r = 0;

	for (size_t i = 0; i < object->device_count && r == 0; i++)
		r = device_add(conditions, &object->devices[i]);
	for (size_t i = 0; i < object->fstype.count && r == 0; i++)
		r = fstype_add(model, &object->fstype.items[i]);
	if (r == 0)
		r = key_of(object, &key, &count);
	if (r == 0)
		r = text_intern(&conditions->keys, key, count * sizeof(*key), &number);
	if (r == 0)
		r = ARRAY_RESERVE(conditions->objects, conditions->objects_allocated, number + 1);
	if (r == 0)
		r = content_add(&conditions->content, object, number + 1);
	if (r < 0)
		return r;
	conditions->objects[number] = object;
	rule->condition = number + 1;
	return 0;
}

static uint32_t type_of_kind(uint32_t kind)
{
	static const uint32_t types[] = {
		[POLICYD_KIND_REGULAR] = FILE_TYPE_REGULAR, [POLICYD_KIND_DIRECTORY] = FILE_TYPE_DIRECTORY,
		[POLICYD_KIND_SYMLINK] = FILE_TYPE_SYMLINK, [POLICYD_KIND_FIFO] = FILE_TYPE_FIFO,
		[POLICYD_KIND_SOCKET] = FILE_TYPE_SOCKET,
	};

	if (kind < ARRAY_SIZE(types))
		return types[kind];
	return (kind - POLICYD_KIND_DEVICE) % 2 ? FILE_TYPE_CHAR : FILE_TYPE_BLOCK;
}

static bool device_fits(const struct condition_model *conditions, const struct object *object, uint32_t kind)
{
	uint32_t class = kind < POLICYD_KIND_DEVICE ? 0 : (kind - POLICYD_KIND_DEVICE) / 2;

	for (size_t i = 0; class && i < object->device_count; i++) {
		const struct device_number *asked = &object->devices[i];
		const struct device_number *known = &conditions->devices[class - 1];

		if (devices_equal(asked, known) || (asked->any_minor && asked->major == known->major))
			return true;
	}
	return false;
}

static bool fstype_fits(const struct condition_model *conditions, const struct object *object, uint32_t class)
{
	for (size_t i = 0; class && i < object->fstype.count; i++)
		if (strcmp(object->fstype.items[i].text, conditions->fstypes[class - 1]) == 0)
			return true;
	return false;
}

static bool combination_fits(const struct condition_model *conditions, uint32_t condition,
			     const struct combination *combination)
{
	const struct object *object = conditions->objects[condition - 1];
	uint32_t asked = state_asked(object);

	return (combination->state & asked) == asked &&
	       (!object->types || object->types & type_of_kind(combination->kind)) &&
	       (!object->device_count || device_fits(conditions, object, combination->kind)) &&
	       (!object->fstype.count || fstype_fits(conditions, object, combination->fstype)) &&
	       (!object->sha256_count || content_fits(&conditions->content, condition, combination->content));
}

static int class_find(struct model *model, struct idset_table *sets, uint32_t *ids,
		      const struct combination *combination, uint32_t *ret_class)
{
	struct condition_model *conditions = &model->conditions;
	size_t count = 0;
	uint32_t set;
	int r;

	for (uint32_t i = 0; i < conditions->keys.count; i++)
		if (combination_fits(conditions, i + 1, combination))
			ids[count++] = i + 1;
	/* 0 is no condition's number: it gives the empty set a number of its own, too. */
	ids[count++] = (uint32_t)conditions->keys.count + 1;
	r = idset_intern(sets, ids, count, &set);
	if (r < 0)
		return r;
	*ret_class = set - 1;
	if (*ret_class < conditions->class_count)
		return 0;
	r = ARRAY_RESERVE(conditions->sets, conditions->sets_allocated, set);
	if (r == 0)
		r = idset_intern(&model->sets, ids, count - 1, &conditions->sets[*ret_class]);
	if (r == 0)
		conditions->class_count = set;
	return r;
}

static size_t weigh_contents(const struct rule *rule)
{
	return rule->object.sha256_count;
}

static size_t weigh_all(const struct rule *rule)
{
	return rule->object.device_count + rule->object.fstype.count + rule->object.sha256_count;
}

/* The sizes of the table of combinations, and room for it. */
static int table_make(struct model *model)
{
	struct condition_model *conditions = &model->conditions;
	size_t kinds = POLICYD_KIND_DEVICE + 2 * (conditions->device_count + 1);
	size_t fstypes = conditions->fstype_count + 1;
	int r = content_build(&conditions->content);
	size_t contents = content_count(&conditions->content);

	if (r == -E2BIG)
		return model_fail(
			model, model_heaviest(model, weigh_contents),
			"the lists of 'sha256' tell %zu kinds of contents apart, and no more than %d can "
			"be",
			contents - 1, POLICYD_CONTENTS_MAX - 1);
	if (r < 0)
		return r;
	if (kinds * fstypes * contents > CONDITION_TABLE_MAX / POLICYD_FILE_STATES)
		return model_fail(
			model, model_heaviest(model, weigh_all),
			"%zu devices, %zu file system types and %zu kinds of contents make too many "
			"combinations",
			conditions->device_count, conditions->fstype_count, contents - 1);
	conditions->kinds = (uint32_t)kinds;
	conditions->table_count = (uint32_t)(kinds * fstypes * contents * POLICYD_FILE_STATES);
	conditions->table = calloc(conditions->table_count, sizeof(*conditions->table));
	return conditions->table ? 0 : -ENOMEM;
}

static int classes_enumerate(struct model *model, struct idset_table *sets)
{
	struct condition_model *conditions = &model->conditions;
	CLEANUP_FREE uint32_t *ids = calloc(conditions->keys.count + 1, sizeof(*ids));
	int r = ids ? table_make(model) : -ENOMEM;

	for (uint32_t i = 0; r == 0 && i < conditions->table_count; i++) {
		uint32_t rest = i / POLICYD_FILE_STATES / conditions->kinds;
		const struct combination combination = {
			.content = rest / (uint32_t)(conditions->fstype_count + 1),
			.fstype = rest % (uint32_t)(conditions->fstype_count + 1),
			.kind = i / POLICYD_FILE_STATES % conditions->kinds,
			.state = i % POLICYD_FILE_STATES,
		};

		r = class_find(model, sets, ids, &combination, &conditions->table[i]);
	}
	return r;
}

int conditions_build(struct model *model)
{
	struct idset_table sets = {0};
	int worst = 0;
	int r = 0;

	for (uint32_t i = 0; i < model->rule_count && r != -ENOMEM; i++) {
		if (!condition_is(&model->rules[i].rule->object))
			continue;
		r = rule_add(model, &model->rules[i]);
		worst = r < 0 ? r : worst;
	}
	if (worst < 0 || !model->conditions.keys.count)
		return worst;
	r = classes_enumerate(model, &sets);
	idset_clear(&sets);
	return r;
}

bool condition_holds(const struct model *model, uint32_t rule, uint32_t class)
{
	uint32_t condition = model->rules[rule].condition;

	return !condition || (class < model->conditions.class_count &&
			      idset_has(&model->sets, model->conditions.sets[class], condition));
}

size_t condition_matches(const struct model *model, const struct path_class *class, uint32_t condition,
			 struct rule_match *matches)
{
	size_t count;
	const uint32_t *rules = idset_ids(&model->sets, class->rules, &count);
	size_t used = 0;

	for (size_t i = 0; i < count; i++)
		if (condition_holds(model, rules[i], condition))
			matches[used++] = (struct rule_match){
				.rule = rules[i],
				.ops = model->rules[rules[i]].ops & VERDICT_PATH_OPS,
			};
	return used;
}

void conditions_clear(struct condition_model *conditions)
{
	content_clear(&conditions->content);
	text_clear(&conditions->keys);
	text_clear(&conditions->tables);
	free(conditions->objects);
	free(conditions->devices);
	free(conditions->fstypes);
	free(conditions->table);
	free(conditions->sets);
}
