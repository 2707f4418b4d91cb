/* SPDX-License-Identifier: Apache-2.0 */
#include "model.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "condition.h"
#include "mounts.h"
#include "netclass.h"
#include "syscalls.h"

int model_fail(struct model *model, struct location at, const char *format, ...)
{
	char text[2048];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (!at.file)
		at.file = model->policy_count ? model->policies[0].policy->at.file : "policies";
	diagnostic_add(model->diagnostics, DIAGNOSTIC_ERROR, at, "%s", text);
	return -EINVAL;
}

size_t model_weigh_names(const struct rule *rule)
{
	const struct object *object = &rule->object;

	return object->path.count + object->except.count + object->to.count + object->from.count +
	       object->at.count;
}

struct location model_heaviest(const struct model *model, model_weigh_fn *weigh)
{
	struct location at = {0};
	size_t most = 1;

	for (uint32_t i = 0; i < model->rule_count; i++) {
		size_t weight = weigh(model->rules[i].rule);

		if (weight < most)
			continue;
		most = weight;
		at = model->rules[i].rule->at;
	}
	return at;
}

void model_free(struct model *model)
{
	if (!model)
		return;
	mounts_free(model);
	free(model->policies);
	free(model->rules);
	free(model->terms);
	for (int key = 0; key < KEY_ID_COUNT; key++)
		free(model->ids[key].ranges);
	text_clear(&model->term_lines);
	nfa_clear(&model->nfa);
	free(model->roots);
	dfa_clear(&model->paths);
	text_clear(&model->literals);
	dfa_clear(&model->bytes);
	idset_clear(&model->sets);
	free(model->classes);
	conditions_clear(&model->conditions);
	free(model->subjects);
	text_clear(&model->fences);
	text_clear(&model->errnos);
	text_clear(&model->rows);
	text_clear(&model->belows);
	free(model->below);
	netclass_clear(&model->net);
	syscalls_clear(&model->syscalls);
	free(model->targets.rows);
	free(model->anomalies);
	free(model);
}
