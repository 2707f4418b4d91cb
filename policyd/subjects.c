/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "builtin.h"
#include "terms.h"
#include "util.h"

/* Sets of terms by their text, each once. */
struct term_sets {
	uint32_t *items;
	size_t count, allocated;
	struct index index;
};

static void term_sets_done(struct term_sets *sets)
{
	free(sets->items);
	index_clear(&sets->index);
}

static int term_sets_add(struct term_sets *sets, uint32_t text)
{
	uint64_t hash = index_hash_word(0, text);
	size_t cursor = 0;
	uint32_t known;
	int r;

	while (index_next(&sets->index, hash, &cursor, &known))
		if (known == text)
			return 0;
	r = index_add(&sets->index, hash, text);
	if (r == 0)
		r = ARRAY_RESERVE(sets->items, sets->allocated, sets->count + 1);
	if (r < 0)
		return r;
	sets->items[sets->count++] = text;
	return 0;
}

static int term_sets_combine(struct model *model, uint32_t a, uint32_t b, bool join, uint32_t *ret_text)
{
	struct policyd_line x;
	struct policyd_line y;
	size_t length;

	memcpy(&x, text_bytes(&model->term_lines, a, &length), sizeof(x));
	memcpy(&y, text_bytes(&model->term_lines, b, &length), sizeof(y));
	for (int i = 0; i < 8; i++)
		x.q[i] = join ? x.q[i] | y.q[i] : x.q[i] & y.q[i];
	return text_intern(&model->term_lines, &x, sizeof(x), ret_text);
}

/* One attribute: the sets that its values can give. */
struct dimension {
	const char *name;
	struct term_sets values;
	bool joins; /* a task has several values (ancestors, groups), which add up */
};

static int tries_spend(struct model *model, size_t *tries, const char *name)
{
	struct location at =
		model->term_count ? model->terms[model->term_count - 1].at : (struct location){0};

	if (++*tries <= SUBJECT_TRIES_MAX)
		return 0;
	return model_fail(model, at,
			  "the selectors of '%s' and of the other subject keys combine in more than %d ways",
			  name, SUBJECT_TRIES_MAX);
}

static int classes_check(struct model *model, const struct term_sets *sets, const char *name)
{
	struct location at =
		model->term_count ? model->terms[model->term_count - 1].at : (struct location){0};

	if (sets->count <= SUBJECT_CLASSES_MAX)
		return 0;
	return model_fail(model, at,
			  "the selectors of '%s' and of the other subject keys make more than %d different "
			  "subjects",
			  name, SUBJECT_CLASSES_MAX);
}

/* Closes the values under union. */
static int dimension_join(struct model *model, struct dimension *dimension, size_t *tries)
{
	size_t single = dimension->values.count;

	for (size_t i = 0; i < dimension->values.count; i++)
		for (size_t k = 0; k < single; k++) {
			uint32_t joined;
			int r = tries_spend(model, tries, dimension->name);

			if (r == 0)
				r = term_sets_combine(model, dimension->values.items[i],
						      dimension->values.items[k], true, &joined);
			if (r == 0)
				r = term_sets_add(&dimension->values, joined);
			if (r == 0)
				r = classes_check(model, &dimension->values, dimension->name);
			if (r < 0)
				return r;
		}
	return 0;
}

/* Intersects everything that is reachable so far with every value of one more attribute. */
static int dimension_apply(struct model *model, const struct dimension *dimension, struct term_sets *reached,
			   size_t *tries)
{
	CLEANUP(term_sets_done) struct term_sets next = {0};
	struct term_sets old;

	for (size_t i = 0; i < reached->count; i++)
		for (size_t k = 0; k < dimension->values.count; k++) {
			uint32_t both;
			int r = tries_spend(model, tries, dimension->name);

			if (r == 0)
				r = term_sets_combine(model, reached->items[i], dimension->values.items[k],
						      false, &both);
			if (r == 0)
				r = term_sets_add(&next, both);
			if (r == 0)
				r = classes_check(model, &next, dimension->name);
			if (r < 0)
				return r;
		}
	old = *reached;
	*reached = next;
	next = old;
	return 0;
}

static int dimension_path(struct model *model, enum path_key key, struct term_sets *values)
{
	int r = term_sets_add(values, model->path_base[key]);

	for (uint32_t c = 0; c < model->class_count && r == 0; c++)
		r = term_sets_add(values, model->classes[c].lines[key]);
	return r;
}

static int dimension_id(struct model *model, enum id_key key, struct term_sets *values)
{
	int r = 0;

	if (!model->ids[key].count || key == KEY_GROUP)
		r = term_sets_add(values, model->id_base[key]);
	for (size_t i = 0; i < model->ids[key].count && r == 0; i++)
		r = term_sets_add(values, model->ids[key].ranges[i].terms);
	return r;
}

static int subjects_reach(struct model *model, struct term_sets *reached)
{
	static const char *const path_names[] = {"exe", "script", "cgroup", "ancestor"};
	static const char *const id_names[] = {"user", "group", "login"};
	size_t tries = 0;
	int r = term_sets_add(reached, model->all_terms);

	for (int i = 0; i < KEY_PATH_COUNT + KEY_ID_COUNT && r == 0; i++) {
		bool path = i < KEY_PATH_COUNT;
		struct dimension dimension = {
			.name = path ? path_names[i] : id_names[i - KEY_PATH_COUNT],
			.joins = i == KEY_ANCESTOR || i == KEY_PATH_COUNT + KEY_GROUP,
		};

		r = path ? dimension_path(model, (enum path_key)i, &dimension.values)
			 : dimension_id(model, (enum id_key)(i - KEY_PATH_COUNT), &dimension.values);
		if (r == 0 && dimension.joins)
			r = dimension_join(model, &dimension, &tries);
		if (r == 0)
			r = dimension_apply(model, &dimension, reached, &tries);
		term_sets_done(&dimension.values);
	}
	return r;
}

static bool term_holds(const struct policyd_line *line, uint32_t term)
{
	return line->q[term / 64] & 1ULL << (term % 64);
}

static int subject_policies(struct model *model, uint32_t terms, uint32_t *ret_policies)
{
	CLEANUP_FREE uint32_t *applies = calloc(model->policy_count + 1, sizeof(*applies));
	struct policyd_line line;
	size_t length;
	size_t count = 0;

	if (!applies)
		return -ENOMEM;
	memcpy(&line, text_bytes(&model->term_lines, terms, &length), sizeof(line));
	for (uint32_t p = 0; p < model->policy_count; p++) {
		const struct model_policy *policy = &model->policies[p];

		if (policy->match_term != TERM_NONE && !term_holds(&line, policy->match_term))
			continue;
		if (policy->except_term != TERM_NONE && term_holds(&line, policy->except_term))
			continue;
		applies[count++] = p;
	}
	return idset_intern(&model->sets, applies, count, ret_policies);
}

static int line_compare(const void *a, const void *b, void *data)
{
	const struct model *model = data;
	size_t length;
	const char *x = text_bytes(&model->term_lines, *(const uint32_t *)a, &length);
	const char *y = text_bytes(&model->term_lines, *(const uint32_t *)b, &length);

	return memcmp(x, y, length);
}

/* The last class, of policyd's own process: of all policies only what policyd tries itself with is about it.
 */
static int subject_own(struct model *model)
{
	static const struct policyd_line none;
	struct subject_class *own = &model->subjects[model->subject_count];
	CLEANUP_FREE uint32_t *applies = calloc(model->policy_count + 1, sizeof(*applies));
	size_t count = 0;
	int r;

	if (!applies)
		return -ENOMEM;
	for (uint32_t p = 0; p < model->policy_count; p++)
		if (builtin_is(model->policies[p].policy))
			applies[count++] = p;
	r = text_intern(&model->term_lines, (const char *)&none, sizeof(none), &own->terms);
	if (r == 0)
		r = idset_intern(&model->sets, applies, count, &own->policies);
	if (r == 0)
		model->subject_count++;
	return r;
}

int subjects_enumerate(struct model *model)
{
	CLEANUP(term_sets_done) struct term_sets reached = {0};
	int r;

	r = subjects_reach(model, &reached);
	if (r < 0)
		return r;
	if (reached.count > 0)
		qsort_r(reached.items, reached.count, sizeof(*reached.items), line_compare, model);
	r = ARRAY_RESERVE(model->subjects, model->subjects_allocated, reached.count + 1);
	if (r < 0)
		return r;
	for (size_t i = 0; i < reached.count; i++) {
		struct subject_class *subject = &model->subjects[model->subject_count];

		subject->terms = reached.items[i];
		r = subject_policies(model, subject->terms, &subject->policies);
		if (r < 0)
			return r;
		model->subject_count++;
	}
	return subject_own(model);
}
