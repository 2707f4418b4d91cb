/* SPDX-License-Identifier: Apache-2.0 */
#include "generate.h"

#include <string.h>

void generate_move(struct source *source, struct generated *generated)
{
	struct reference_object *object = &generated->object;

	*object = (struct reference_object){.kind = DECISION_PATH};
	object->file.root = !source_below(source, 6) ? POLICYD_ROOT_UNMAPPED : POLICYD_ROOT_DEV;
	if (object->file.root == POLICYD_ROOT_DEV)
		object->file.dev = !source_below(source, 12) ? 9 : 1 + source_below(source, 3);
	for (int i = 0; i < 2; i++) {
		generated->moves[i][0] = '\0';
		generate_path(source, generated->moves[i], sizeof(generated->moves[i]),
			      1 + source_below(source, 3));
	}
	/* Most renames change the last component alone. */
	if (!source_below(source, 2)) {
		char *last;

		memcpy(generated->moves[1], generated->moves[0], sizeof(generated->moves[1]));
		last = strrchr(generated->moves[1], '/');
		last[0] = '\0';
		generate_path(source, generated->moves[1], sizeof(generated->moves[1]), 1);
	}
}

void generate_below(struct source *source, struct generated *generated)
{
	generate_attributes(source, &generated->object.file.attributes);
	generated->moves[2][0] = '\0';
	generate_path(source, generated->moves[2], sizeof(generated->moves[2]), 1 + source_below(source, 4));
}
