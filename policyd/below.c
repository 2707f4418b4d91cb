/* SPDX-License-Identifier: Apache-2.0 */
#include "below.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "product.h"
#include "util.h"

#define NONE UINT32_MAX

/*
 * Strongly connected components by Tarjan's algorithm, without recursion. They come out successors first, so
 * that what is below a component is known when its turn comes.
 */
struct visit {
	uint32_t node;
	uint32_t next; /* successor to look at */
};

struct builder {
	struct model *model;
	struct product product;
	uint32_t *order; /* of a node: when it was met, 0: not yet */
	uint32_t *low;	 /* the earliest node of its component that it leads to, as far as known */
	uint32_t *below; /* row of what is below a node; NONE until its component is done */
	uint32_t *with;	 /* the same with the node's own name */
	uint32_t met;
	struct visit *path;
	size_t path_count, path_allocated;
	uint32_t *stack; /* nodes whose component is not done */
	size_t stack_count, stack_allocated;
	struct text_table rows; /* rows of struct policyd_below, also those that no state has in the end */
	struct idset_table unions;
	uint32_t *union_rows; /* row of a set of rows + 1 */
	size_t union_rows_allocated;
	struct idset_table pairs; /* pairs of verdict rows */
	uint32_t *pair_rows;	  /* row of a name with such verdicts + 1 */
	size_t pair_rows_allocated;
	struct gather gather;
	struct policyd_below *cells;
};

static void builder_done(struct builder *builder)
{
	product_clear(&builder->product);
	free(builder->order);
	free(builder->low);
	free(builder->below);
	free(builder->with);
	free(builder->path);
	free(builder->stack);
	text_clear(&builder->rows);
	idset_clear(&builder->unions);
	free(builder->union_rows);
	idset_clear(&builder->pairs);
	free(builder->pair_rows);
	gather_clear(&builder->gather);
	free(builder->cells);
}

/* Files the row in `cells`. */
static int row_intern(struct builder *builder, uint32_t *ret_row)
{
	const struct model *model = builder->model;
	size_t lines = (model->subject_count + 3) / 4;

	if ((model->rows.count + builder->rows.count) * lines > POLICYD_LINES_MAX)
		return model_fail(builder->model, model_heaviest(builder->model, model_weigh_names),
				  "different verdicts below directories for %zu subjects are more than an "
				  "image holds",
				  model->subject_count);
	return text_intern(&builder->rows, builder->cells, model->subject_count * sizeof(*builder->cells),
			   ret_row);
}

/* The path class of a state's names. */
static const struct path_class *class_of(const struct builder *builder, uint32_t state)
{
	const struct model *model = builder->model;

	return &model->classes[model->paths.states[state].label];
}

/* What tells the verdicts of two path classes apart: their row, or their table of rows. */
static uint32_t verdict_key(const struct path_class *class)
{
	return class->table ? 2 * class->table - 1 : 2 * class->row;
}

/* What a subject is refused on files of a condition class. */
static uint32_t refused(const struct model *model, const struct path_class *class, uint32_t condition,
			uint32_t subject)
{
	struct policyd_cell cell;
	uint32_t row = class->row;
	const char *bytes;
	size_t length;

	if (class->table) {
		bytes = text_bytes(&model->conditions.tables, class->table - 1, &length);
		memcpy(&row, bytes + condition * sizeof(row), sizeof(row));
	}
	bytes = text_bytes(&model->rows, row, &length);
	memcpy(&cell, bytes + subject * sizeof(cell), sizeof(cell));
	return cell.refuse;
}

/* One name, for one subject. A file that moves keeps its condition class. */
static struct policyd_below name_cell(const struct builder *builder, const struct path_class *mine,
				      const struct path_class *theirs, uint32_t subject)
{
	const struct model *model = builder->model;
	bool conditions = mine->table || (theirs && theirs->table);
	uint32_t count = conditions ? model->conditions.class_count : 1;
	struct policyd_below cell = {.all = ~0U, .loss = theirs ? 0 : ~0U};

	for (uint32_t c = 0; c < count; c++) {
		uint32_t refuse = refused(model, mine, c, subject);
		uint32_t other = theirs ? refused(model, theirs, c, subject) : 0;

		cell.any |= refuse;
		cell.all &= refuse;
		cell.extra |= refuse & ~other;
		cell.loss |= other & ~refuse;
	}
	return cell;
}

/* The row of one name: what it is refused, and what under the other state. */
static int name_row(struct builder *builder, const struct product_node *node, uint32_t *ret_row)
{
	const struct path_class *mine = class_of(builder, node->state);
	const struct path_class *theirs =
		node->other != PRODUCT_ALONE ? class_of(builder, node->other) : NULL;
	uint32_t key[2] = {verdict_key(mine), theirs ? verdict_key(theirs) : NONE};
	uint32_t pair = 0;
	uint32_t row = 0;
	int r = idset_intern(&builder->pairs, key, 2, &pair);

	if (r == 0)
		r = ARRAY_RESERVE(builder->pair_rows, builder->pair_rows_allocated, pair + 1);
	if (r < 0)
		return r;
	if (!builder->pair_rows[pair]) {
		for (uint32_t s = 0; s < builder->model->subject_count; s++)
			builder->cells[s] = name_cell(builder, mine, theirs, s);
		r = row_intern(builder, &row);
		if (r < 0)
			return r;
		builder->pair_rows[pair] = row + 1;
	}
	*ret_row = builder->pair_rows[pair] - 1;
	return 0;
}

static void cells_join(struct builder *builder, uint32_t row)
{
	size_t length;
	const char *bytes = text_bytes(&builder->rows, row, &length);

	for (size_t s = 0; s < builder->model->subject_count; s++) {
		struct policyd_below *cell = &builder->cells[s];
		struct policyd_below other;

		memcpy(&other, bytes + s * sizeof(other), sizeof(other));
		cell->any |= other.any;
		cell->all &= other.all;
		cell->extra |= other.extra;
		cell->loss |= other.loss;
	}
}

/* The row of all rows that were gathered. */
static int gathered_row(struct builder *builder, uint32_t *ret_row)
{
	struct gather *gather = &builder->gather;
	uint32_t set = 0;
	uint32_t row = 0;
	int r;

	gather->count = array_sort_unique(gather->items, gather->count);
	r = idset_intern(&builder->unions, gather->items, gather->count, &set);
	if (r == 0)
		r = ARRAY_RESERVE(builder->union_rows, builder->union_rows_allocated, set + 1);
	if (r < 0)
		return r;
	if (!builder->union_rows[set]) {
		for (size_t s = 0; s < builder->model->subject_count; s++)
			builder->cells[s] = (struct policyd_below){.all = ~0U};
		for (size_t i = 0; i < gather->count; i++)
			cells_join(builder, gather->items[i]);
		r = row_intern(builder, &row);
		if (r < 0)
			return r;
		builder->union_rows[set] = row + 1;
	}
	*ret_row = builder->union_rows[set] - 1;
	return 0;
}

/* Adds a row to those that are gathered, of which there may be more than when gathering began. */
static int row_gather(struct builder *builder, uint32_t row)
{
	int r = ARRAY_RESERVE(builder->gather.stamps, builder->gather.stamps_allocated,
			      builder->rows.count + 1);

	if (r == 0)
		r = gather_add(&builder->gather, row);
	return r < 0 ? r : 0;
}

/* Gathers what a node leads to outside its component, and says whether it leads into it. */
static int node_gather(struct builder *builder, uint32_t node, bool *inside)
{
	const struct product_node *at = &builder->product.nodes[node];
	int r = 0;

	for (uint32_t i = 0; i < at->count && r == 0; i++) {
		uint32_t next = builder->product.successors[at->first + i];

		if (builder->below[next] == NONE)
			*inside = true;
		else
			r = row_gather(builder, builder->with[next]);
	}
	return r;
}

/* A component whose nodes stand on the stack from `first` on. Inside a loop every node is below every other.
 */
static int component_end(struct builder *builder, size_t first)
{
	bool loop = false;
	uint32_t row = 0;
	uint32_t with = 0;
	int r = gather_start(&builder->gather, builder->rows.count + 1);

	for (size_t i = first; i < builder->stack_count && r == 0; i++)
		r = node_gather(builder, builder->stack[i], &loop);
	for (size_t i = first; i < builder->stack_count && r == 0 && loop; i++) {
		r = name_row(builder, &builder->product.nodes[builder->stack[i]], &row);
		if (r == 0)
			r = row_gather(builder, row);
	}
	if (r == 0)
		r = gathered_row(builder, &row);
	with = row;
	if (r == 0 && !loop) {
		r = name_row(builder, &builder->product.nodes[builder->stack[first]], &with);
		if (r == 0)
			r = gather_start(&builder->gather, builder->rows.count + 1);
		if (r == 0)
			r = row_gather(builder, row);
		if (r == 0)
			r = row_gather(builder, with);
		if (r == 0)
			r = gathered_row(builder, &with);
	}
	for (; builder->stack_count > first && r == 0; builder->stack_count--) {
		builder->below[builder->stack[builder->stack_count - 1]] = row;
		builder->with[builder->stack[builder->stack_count - 1]] = with;
	}
	return r;
}

static int node_enter(struct builder *builder, uint32_t node)
{
	int r = ARRAY_RESERVE(builder->path, builder->path_allocated, builder->path_count + 1);

	if (r == 0)
		r = ARRAY_RESERVE(builder->stack, builder->stack_allocated, builder->stack_count + 1);
	if (r < 0)
		return r;
	builder->order[node] = builder->low[node] = ++builder->met;
	builder->path[builder->path_count++] = (struct visit){.node = node};
	builder->stack[builder->stack_count++] = node;
	return 0;
}

/* All successors are done. */
static int node_leave(struct builder *builder, uint32_t node)
{
	size_t first = builder->stack_count;

	builder->path_count--;
	if (builder->path_count) {
		uint32_t *low = &builder->low[builder->path[builder->path_count - 1].node];

		if (builder->low[node] < *low)
			*low = builder->low[node];
	}
	if (builder->low[node] != builder->order[node])
		return 0;
	while (builder->stack[first - 1] != node)
		first--;
	return component_end(builder, first - 1);
}

static int nodes_visit(struct builder *builder, uint32_t root)
{
	int r = node_enter(builder, root);

	while (builder->path_count && r == 0) {
		struct visit *visit = &builder->path[builder->path_count - 1];
		const struct product_node *at = &builder->product.nodes[visit->node];
		uint32_t next;

		if (visit->next == at->count) {
			r = node_leave(builder, visit->node);
			continue;
		}
		next = builder->product.successors[at->first + visit->next++];
		if (!builder->order[next])
			r = node_enter(builder, next);
		else if (builder->below[next] == NONE && builder->order[next] < builder->low[visit->node])
			builder->low[visit->node] = builder->order[next];
	}
	return r;
}

static int builder_begin(struct builder *builder)
{
	size_t count = builder->product.count;

	builder->order = calloc(count, sizeof(*builder->order));
	builder->low = calloc(count, sizeof(*builder->low));
	builder->below = malloc(count * sizeof(*builder->below));
	builder->with = calloc(count, sizeof(*builder->with));
	builder->cells = calloc(builder->model->subject_count + 1, sizeof(*builder->cells));
	if (!builder->order || !builder->low || !builder->below || !builder->with || !builder->cells)
		return -ENOMEM;
	memset(builder->below, 0xff, count * sizeof(*builder->below));
	return 0;
}

/* Where a name leads that no rule spells out: the first file system's root, then any names. */
static uint32_t reference_state(const struct model *model)
{
	uint32_t state = 0;

	for (size_t i = model->root_count; i-- > 0;)
		if (model->roots[i].kind == POLICYD_ROOT_DEV)
			state = model->roots[i].state;
	for (size_t i = 0; i < model->paths.count && model->paths.states[state].fallback != state; i++)
		state = model->paths.states[state].fallback;
	return state;
}

static int pairs_build(struct builder *builder)
{
	int r = product_build(&builder->product, builder->model, reference_state(builder->model));

	if (r != -E2BIG)
		return r;
	product_clear(&builder->product);
	return product_build(&builder->product, builder->model, PRODUCT_ALONE);
}

/* Keeps the rows that states have. */
static int rows_keep(struct builder *builder)
{
	struct model *model = builder->model;
	int r = 0;

	model->below = calloc(model->paths.count, sizeof(*model->below));
	if (!model->below)
		return -ENOMEM;
	for (size_t s = 0; s < model->paths.count && r == 0; s++) {
		size_t length;
		const char *row = text_bytes(&builder->rows, builder->below[s], &length);

		r = text_intern(&model->belows, row, length, &model->below[s]);
	}
	return r;
}

int below_build(struct model *model)
{
	CLEANUP(builder_done) struct builder builder = {.model = model};
	int r;

	r = pairs_build(&builder);
	if (r == 0)
		r = builder_begin(&builder);
	for (uint32_t node = 0; r == 0 && node < builder.product.count; node++)
		if (!builder.order[node])
			r = nodes_visit(&builder, node);
	return r < 0 ? r : rows_keep(&builder);
}
