/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>

#include "image.h"
#include "util.h"

int image_syscalls(struct image *image, const struct model *model, const uint32_t *row_quiet)
{
	const struct syscall_table *table = &model->syscalls;
	const size_t count = (size_t)POLICYD_ARCH_COUNT * POLICYD_SYSCALLS;
	CLEANUP_FREE uint32_t *words = NULL;
	uint32_t base = 0;
	int r;

	if (!table->set_count)
		return 0;
	words = calloc(count, sizeof(*words));
	if (!words)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		if (!(row_quiet[table->rows[i]] & POLICYD_OP_SYSCALL))
			words[i] = table->rows[i] + 1;
	r = image_add_words(image, words, count, &base);
	if (r == 0)
		((struct policyd_tables *)&image->lines[POLICYD_TABLES])->syscalls = base;
	return r;
}
