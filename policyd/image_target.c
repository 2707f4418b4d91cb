/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "image.h"

int image_target(struct image *image, const struct model *model, const uint32_t *row_quiet,
		 const uint32_t *row_refuse, struct policyd_process *ret_process)
{
	const struct target_classes *targets = &model->targets;
	size_t count = (size_t)targets->signal_count * (model->subject_count + 1);
	struct policyd_process process = {
		.signal_classes = targets->signal_count,
		.targets = (uint32_t)model->subject_count,
		.quiet = ~0U,
	};
	int r;

	if (!targets->used) {
		*ret_process = process;
		return 0;
	}
	r = image_add(image, 1, &process.signal);
	if (r == 0)
		memcpy(&image->lines[process.signal], targets->signal, sizeof(targets->signal));
	if (r == 0)
		r = image_add_words(image, targets->rows, count, &process.rows);
	if (r < 0)
		return r;
	for (size_t i = 0; i < count; i++) {
		process.quiet &= row_quiet[targets->rows[i]];
		process.refuse |= row_refuse[targets->rows[i]];
	}
	*ret_process = process;
	return 0;
}
