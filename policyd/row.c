/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "util.h"
#include "verdict.h"

/*
 * A key says which policies have matching rules and what their fences are: the domain, then pairs of policy
 * and fence. Objects with the same key have the same row, whatever their rules are.
 */
static int key_append(struct row_builder *builder, uint32_t number)
{
	int r = ARRAY_RESERVE(builder->key, builder->key_allocated, builder->key_count + 1);

	if (r < 0)
		return r;
	builder->key[builder->key_count++] = number;
	return 0;
}

static int key_build(struct row_builder *builder, enum row_domain domain, const struct rule_match *matches,
		     size_t count)
{
	struct model *model = builder->model;
	int r;

	builder->key_count = 0;
	r = key_append(builder, domain);
	for (size_t i = 0, end; i < count && r == 0; i = end) {
		uint32_t policy = model->rules[matches[i].rule].policy;
		struct fence fence;
		uint32_t text;

		for (end = i + 1; end < count && model->rules[matches[end].rule].policy == policy;)
			end++;
		fence = verdict_fence(model, &model->policies[policy], domain, matches + i, end - i);
		r = text_intern(&model->fences, &fence, sizeof(fence), &text);
		if (r == 0)
			r = key_append(builder, policy);
		if (r == 0)
			r = key_append(builder, text);
	}
	return r;
}

static void cell_merge(struct policyd_cell *cell, uint8_t *errnos, const struct fence *fence)
{
	cell->refuse |= fence->refuse;
	cell->report |= fence->report;
	cell->kill |= fence->kill;
	for (int bit = 0; bit < 32; bit++)
		if (fence->errnos[bit] && (!errnos[bit] || fence->errnos[bit] < errnos[bit]))
			errnos[bit] = fence->errnos[bit];
}

/* The cell of a subject: fences of its policies, from the key where it names the policy. */
static void cell_build(struct row_builder *builder, enum row_domain domain, uint32_t subject)
{
	struct model *model = builder->model;
	size_t count;
	const uint32_t *policies = idset_ids(&model->sets, model->subjects[subject].policies, &count);
	struct policyd_cell *cell = &builder->cells[subject];
	size_t k = 1;

	*cell = (struct policyd_cell){0};
	memset(builder->errnos[subject], 0, sizeof(builder->errnos[subject]));
	for (size_t i = 0; i < count; i++) {
		struct fence fence;
		size_t length;

		while (k < builder->key_count && builder->key[k] < policies[i])
			k += 2;
		if (k < builder->key_count && builder->key[k] == policies[i])
			memcpy(&fence, text_bytes(&model->fences, builder->key[k + 1], &length),
			       sizeof(fence));
		else if (verdict_default(&model->policies[policies[i]], domain))
			fence = verdict_fence(model, &model->policies[policies[i]], domain, NULL, 0);
		else
			continue;
		cell_merge(cell, builder->errnos[subject], &fence);
	}
}

static int cell_errnos(struct row_builder *builder, uint32_t subject)
{
	struct policyd_cell *cell = &builder->cells[subject];
	struct policyd_line line = {0};
	bool special = false;
	uint32_t text;
	int r;

	for (int bit = 0; bit < 32; bit++) {
		line.b[bit] = cell->refuse & 1U << bit ? builder->errnos[subject][bit] : EPERM;
		special = special || line.b[bit] != EPERM;
	}
	if (!special)
		return 0;
	r = text_intern(&builder->model->errnos, &line, sizeof(line), &text);
	if (r == 0)
		cell->errnos = text + 1;
	return r;
}

static int row_build(struct row_builder *builder, enum row_domain domain, uint32_t *ret_row)
{
	struct model *model = builder->model;
	size_t lines = (model->subject_count + 3) / 4;
	int r = 0;

	for (uint32_t s = 0; s < model->subject_count && r == 0; s++) {
		cell_build(builder, domain, s);
		r = cell_errnos(builder, s);
	}
	if (r == 0)
		r = text_intern(&model->rows, builder->cells, model->subject_count * sizeof(*builder->cells),
				ret_row);
	if (r < 0)
		return r;
	if (model->rows.count * lines > POLICYD_LINES_MAX)
		return model_fail(model, model_heaviest(model, model_weigh_names),
				  "%zu different verdicts for %zu subjects are more than an image holds",
				  model->rows.count, model->subject_count);
	return 0;
}

int row_begin(struct row_builder *builder, struct model *model)
{
	builder->model = model;
	builder->cells = calloc(model->subject_count + 1, sizeof(*builder->cells));
	builder->errnos = calloc(model->subject_count + 1, sizeof(*builder->errnos));
	return builder->cells && builder->errnos ? 0 : -ENOMEM;
}

int row_find(struct row_builder *builder, enum row_domain domain, const struct rule_match *matches,
	     size_t count, uint32_t *ret_row)
{
	uint32_t key = 0;
	int r;

	r = key_build(builder, domain, matches, count);
	if (r == 0)
		r = idset_intern(&builder->keys, builder->key, builder->key_count, &key);
	if (r == 0)
		r = ARRAY_RESERVE(builder->row_of, builder->row_of_allocated, key + 1);
	if (r < 0)
		return r;
	if (!builder->row_of[key]) {
		uint32_t row = 0;

		r = row_build(builder, domain, &row);
		if (r < 0)
			return r;
		builder->row_of[key] = row + 1;
	}
	*ret_row = builder->row_of[key] - 1;
	return 0;
}

void row_done(struct row_builder *builder)
{
	idset_clear(&builder->keys);
	free(builder->row_of);
	free(builder->key);
	free(builder->cells);
	free(builder->errnos);
}
