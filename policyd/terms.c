/* SPDX-License-Identifier: Apache-2.0 */
#include "terms.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "util.h"

const struct pattern_list *term_patterns(const struct term *term, enum path_key key)
{
	switch (key) {
	case KEY_EXE:
		return &term->keys->exe;
	case KEY_SCRIPT:
		return &term->keys->script;
	case KEY_CGROUP:
		return &term->keys->cgroup;
	default:
		return &term->keys->ancestor;
	}
}

static const struct id_list *term_ids(const struct term *term, enum id_key key)
{
	return key == KEY_USER	  ? &term->keys->user
	       : key == KEY_GROUP ? &term->keys->group
				  : &term->keys->login;
}

static bool patterns_equal(const struct pattern_list *a, const struct pattern_list *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->items[i].text, b->items[i].text) != 0)
			return false;
	return true;
}

static bool ids_equal(const struct id_list *a, const struct id_list *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		const struct id_range *x = &a->items[i];
		const struct id_range *y = &b->items[i];

		if (!x->name != !y->name || (x->name && strcmp(x->name, y->name) != 0))
			return false;
		if (!x->name && (x->first != y->first || x->last != y->last))
			return false;
	}
	return true;
}

static bool terms_equal(const struct term *a, const struct term *b)
{
	for (enum path_key key = 0; key < KEY_PATH_COUNT; key++)
		if (!patterns_equal(term_patterns(a, key), term_patterns(b, key)))
			return false;
	for (enum id_key key = 0; key < KEY_ID_COUNT; key++)
		if (!ids_equal(term_ids(a, key), term_ids(b, key)))
			return false;
	return true;
}

static bool term_is_empty(const struct term *term)
{
	static const struct subject_keys none;

	return terms_equal(term, &(struct term){.keys = &none});
}

int terms_add(struct model *model, const struct subject_keys *keys, struct location at, uint32_t *ret_term)
{
	struct term term = {.keys = keys, .at = at};
	int r;

	if (term_is_empty(&term)) {
		*ret_term = TERM_NONE;
		return 0;
	}
	for (uint32_t i = 0; i < model->term_count; i++)
		if (terms_equal(&model->terms[i], &term)) {
			*ret_term = i;
			return 0;
		}
	if (model->term_count >= POLICYD_TERMS_MAX)
		return model_fail(model, at, "more than %d distinct subjects and exceptions of subjects",
				  POLICYD_TERMS_MAX);
	r = ARRAY_RESERVE(model->terms, model->terms_allocated, model->term_count + 1);
	if (r < 0)
		return r;
	*ret_term = (uint32_t)model->term_count;
	model->terms[model->term_count++] = term;
	return 0;
}

static void line_set(struct policyd_line *line, uint32_t term)
{
	line->q[term / 64] |= 1ULL << (term % 64);
}

static int line_intern(struct model *model, const struct policyd_line *line, uint32_t *ret_text)
{
	return text_intern(&model->term_lines, line, sizeof(*line), ret_text);
}

/* Ids with names looked up. */
struct id_span {
	uint32_t first;
	uint32_t last;
	uint32_t term;
};

struct id_spans {
	struct id_span *items;
	size_t count, allocated;
};

static void spans_done(struct id_spans *spans)
{
	free(spans->items);
}

static int span_add(struct model *model, struct id_spans *spans, enum id_key key,
		    const struct id_range *range, uint32_t term)
{
	struct id_span span = {.first = range->first, .last = range->last, .term = term};
	int r;

	if (range->name) {
		r = key == KEY_GROUP ? model->host->group_id(model->host, range->name, &span.first)
				     : model->host->user_id(model->host, range->name, &span.first);
		if (r == -ENOENT)
			return model_fail(model, range->at, "unknown %s '%s' on this host",
					  key == KEY_GROUP ? "group" : "user", range->name);
		if (r < 0)
			return r;
		span.last = span.first;
	}
	r = ARRAY_RESERVE(spans->items, spans->allocated, spans->count + 1);
	if (r < 0)
		return r;
	spans->items[spans->count++] = span;
	return 0;
}

/* Adds the range that begins at `first` to the table, unless it has the terms of the one before. */
static int range_add(struct model *model, enum id_key key, const struct id_spans *spans, uint32_t first)
{
	struct id_table *table = &model->ids[key];
	struct policyd_line line = {0};
	struct id_terms range = {.first = first};
	size_t length;
	int r;

	memcpy(&line, text_bytes(&model->term_lines, model->id_base[key], &length), sizeof(line));
	for (size_t i = 0; i < spans->count; i++)
		if (spans->items[i].first <= first && first <= spans->items[i].last)
			line_set(&line, spans->items[i].term);
	r = line_intern(model, &line, &range.terms);
	if (r < 0)
		return r;
	if (table->count && table->ranges[table->count - 1].terms == range.terms)
		return 0;
	r = ARRAY_RESERVE(table->ranges, table->allocated, table->count + 1);
	if (r < 0)
		return r;
	table->ranges[table->count++] = range;
	return 0;
}

static int ids_resolve(struct model *model, enum id_key key)
{
	CLEANUP(spans_done) struct id_spans spans = {0};
	CLEANUP_FREE uint32_t *firsts = NULL;
	size_t count = 0;
	int r;

	for (uint32_t t = 0; t < model->term_count; t++) {
		const struct id_list *ids = term_ids(&model->terms[t], key);

		for (size_t i = 0; i < ids->count; i++) {
			r = span_add(model, &spans, key, &ids->items[i], t);
			if (r < 0)
				return r;
		}
	}
	if (!spans.count)
		return 0;
	firsts = calloc(2 * spans.count + 1, sizeof(*firsts));
	if (!firsts)
		return -ENOMEM;
	firsts[count++] = 0;
	for (size_t i = 0; i < spans.count; i++) {
		firsts[count++] = spans.items[i].first;
		if (spans.items[i].last != UINT32_MAX)
			firsts[count++] = spans.items[i].last + 1;
	}
	count = array_sort_unique(firsts, count);
	for (size_t i = 0; i < count; i++) {
		r = range_add(model, key, &spans, firsts[i]);
		if (r < 0)
			return r;
	}
	return 0;
}

int terms_resolve(struct model *model)
{
	struct policyd_line all = {0};
	int r;

	for (uint32_t t = 0; t < model->term_count; t++)
		line_set(&all, t);
	r = line_intern(model, &all, &model->all_terms);
	for (enum path_key key = 0; key < KEY_PATH_COUNT && r == 0; key++) {
		struct policyd_line line = {0};

		for (uint32_t t = 0; t < model->term_count; t++)
			if (!term_patterns(&model->terms[t], key)->count)
				line_set(&line, t);
		r = line_intern(model, &line, &model->path_base[key]);
	}
	for (enum id_key key = 0; key < KEY_ID_COUNT && r == 0; key++) {
		struct policyd_line line = {0};

		for (uint32_t t = 0; t < model->term_count; t++)
			if (!term_ids(&model->terms[t], key)->count)
				line_set(&line, t);
		r = line_intern(model, &line, &model->id_base[key]);
		if (r == 0)
			r = ids_resolve(model, key);
	}
	return r;
}

int terms_of_class(struct model *model, const struct path_class *class, enum path_key key, uint32_t *ret_line)
{
	struct policyd_line line = {0};
	size_t length;
	size_t count;
	const uint32_t *lists = idset_ids(&model->sets, class->terms, &count);

	memcpy(&line, text_bytes(&model->term_lines, model->path_base[key], &length), sizeof(line));
	for (size_t i = 0; i < count; i++)
		if (lists[i] >> LIST_SHIFT == LIST_EXE + (uint32_t)key)
			line_set(&line, lists[i] & LIST_INDEX);
	return line_intern(model, &line, ret_line);
}
