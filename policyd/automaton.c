/* SPDX-License-Identifier: Apache-2.0 */
#include "automaton.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "partition.h"
#include "subset.h"
#include "util.h"

#define BLAMED_MAX 3

struct blame {
	const struct pattern_text *patterns[BLAMED_MAX];
	size_t count;
};

/* One more pattern that a position of the last state belongs to. */
static void blame_add(struct blame *blame, const struct subset *subset, const struct origins *origins,
		      uint32_t position)
{
	uint32_t origin = subset->nfa->nodes[position % subset->nfa->node_count].origin;

	if (origin == NFA_NO_ORIGIN || blame->count >= BLAMED_MAX)
		return;
	for (size_t k = 0; k < blame->count; k++)
		if (blame->patterns[k] == origins->items[origin])
			return;
	blame->patterns[blame->count++] = origins->items[origin];
}

/*
 * Says which patterns were too much: those that the last state is inside of, or, at the beginning of all
 * of them, those that go on from it.
 */
static int subset_blame(struct model *model, const struct subset *subset, const struct origins *origins)
{
	struct blame blame = {.count = 0};

	for (size_t i = 0; i < subset->node_count; i++)
		blame_add(&blame, subset, origins, subset->nodes[i]);
	for (size_t i = 0; !blame.count && i < subset->pair_count; i++)
		if (subset->pairs[i].symbol & NFA_KIND)
			blame_add(&blame, subset, origins, subset->pairs[i].target);
	return model_fail(model, blame.count ? blame.patterns[0]->at : (struct location){0},
			  "the patterns multiply beyond %d states, %d edges or %d steps of compiling%s"
			  "%s%s%s%s%s",
			  SUBSET_STATES_MAX, SUBSET_EDGES_MAX, SUBSET_STEPS_MAX,
			  blame.count ? "; these are among those that multiply: " : "",
			  blame.count ? blame.patterns[0]->text : "", blame.count > 1 ? ", " : "",
			  blame.count > 1 ? blame.patterns[1]->text : "", blame.count > 2 ? ", " : "",
			  blame.count > 2 ? blame.patterns[2]->text : "");
}

static int states_build(struct model *model, struct subset *subset, const struct origins *origins)
{
	int r = subset_begin(subset);

	for (size_t i = 0; i < model->root_count && r == 0; i++)
		r = subset_start(subset, model->roots[i].node, &model->roots[i].state);
	if (r == 0)
		r = subset_run(subset);
	return r == -E2BIG ? subset_blame(model, subset, origins) : r;
}

/* The class of a file from what each of its names matches. */
static int label_class(struct class_builder *builder, const struct subset *subset, uint32_t label,
		       uint32_t *ret_class)
{
	size_t names;
	const uint32_t *sets = idset_ids(&subset->labels, label, &names);
	int r = 0;

	class_begin(builder);
	for (size_t i = 0; i < names && r == 0; i++) {
		size_t count;
		const uint32_t *lists = idset_ids(&subset->lists, sets[i], &count);

		r = class_add_name(builder, lists, count);
	}
	/* No list at all is still a name, which rules without a path are about. */
	if (r == 0 && !names)
		r = class_add_name(builder, NULL, 0);
	return r < 0 ? r : class_end(builder, ret_class);
}

/* Labels become classes. Class 0 is that of no list. */
static int states_classify(struct model *model, struct subset *subset)
{
	CLEANUP(class_builder_done) struct class_builder builder = {.model = model};
	CLEANUP_FREE uint32_t *classes = calloc(subset->labels.count + 1, sizeof(*classes));
	int r = classes ? 0 : -ENOMEM;

	for (uint32_t label = 0; label <= subset->labels.count && r == 0; label++)
		r = label_class(&builder, subset, label, &classes[label]);
	for (size_t s = 0; s < subset->dfa.count && r == 0; s++)
		subset->dfa.states[s].label = classes[subset->dfa.states[s].label];
	return r < 0 ? r : classes_finish(&builder);
}

/* Before the paths, so that states with globs that do the same are seen to do the same. */
static int bytes_minimise(struct model *model, struct subset *subset)
{
	CLEANUP_FREE uint32_t *map = NULL;
	int r;

	r = partition_minimise(&subset->globs.dfa, &model->bytes, &map);
	if (r < 0)
		return r;
	for (size_t s = 0; s < subset->dfa.count; s++)
		subset->dfa.states[s].glob = map[subset->dfa.states[s].glob];
	return 0;
}

static int paths_minimise(struct model *model, struct subset *subset)
{
	CLEANUP_FREE uint32_t *map = NULL;
	int r;

	idset_clear(&subset->sets);
	r = partition_minimise(&subset->dfa, &model->paths, &map);
	if (r < 0)
		return r;
	dfa_clear(&subset->dfa);
	for (size_t i = 0; i < model->root_count; i++)
		model->roots[i].state = map[model->roots[i].state];
	return 0;
}

int automaton_build(struct model *model, const struct origins *origins)
{
	CLEANUP(subset_clear) struct subset subset = {.nfa = &model->nfa};
	int r;

	r = states_build(model, &subset, origins);
	if (r == 0)
		r = states_classify(model, &subset);
	if (r == 0)
		r = bytes_minimise(model, &subset);
	if (r == 0)
		r = paths_minimise(model, &subset);
	if (r < 0)
		return r;
	model->literals = model->nfa.literals;
	model->nfa.literals = (struct text_table){0};
	nfa_clear(&model->nfa);
	return 0;
}
