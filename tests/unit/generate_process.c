/* SPDX-License-Identifier: Apache-2.0 */
#include "generate.h"

#include <stdio.h>

static const char *exe_generate(struct source *source, char *text, size_t size)
{
	text[0] = '\0';
	if (!source_below(source, 12))
		(void)snprintf(text, size, "memfd:%s", generate_name(source));
	else
		generate_path(source, text, size, 1 + source_below(source, 3));
	return text;
}

void generate_process(struct source *source, struct generated_process *generated,
		      struct decision_subject *subject)
{
	*subject = (struct decision_subject){
		.user = source_below(source, 6),
		.login = !source_below(source, 3) ? UINT32_MAX : source_below(source, 6),
		.ancestors = generated->ancestors,
		.groups = generated->groups,
		.ancestor_count = source_below(source, 3),
		.group_count = source_below(source, 3),
	};
	if (source_below(source, 10))
		subject->exe = exe_generate(source, generated->texts[0], sizeof(generated->texts[0]));
	if (!source_below(source, 3))
		subject->script = exe_generate(source, generated->texts[1], sizeof(generated->texts[1]));
	if (!source_below(source, 2)) {
		subject->cgroup = generated->texts[2];
		generated->texts[2][0] = '\0';
		generate_path(source, generated->texts[2], sizeof(generated->texts[2]),
			      source_below(source, 3));
	}
	for (size_t i = 0; i < 2; i++) {
		generated->ancestors[i] =
			exe_generate(source, generated->texts[3 + i], sizeof(generated->texts[0]));
		generated->groups[i] = source_below(source, 6);
	}
}

void generate_subject(struct source *source, struct generated *generated)
{
	generate_process(source, &generated->process, &generated->subject);
}
