/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "content.h"
#include "image.h"

static int write_contents(struct image *image, const struct content_model *content, uint32_t *ret_line)
{
	int r = image_add(image, (uint32_t)content->digests.count, ret_line);

	for (uint32_t i = 0; r == 0 && i < content->digests.count; i++) {
		struct policyd_content record = {.class = content->classes[i]};
		size_t length;

		memcpy(record.digest, text_bytes(&content->digests, i, &length), sizeof(record.digest));
		memcpy(&image->lines[*ret_line + i], &record, sizeof(record));
	}
	return r;
}

/* The line that all tables refer to, and the table of condition classes. */
static int write_conditions(struct image *image, const struct condition_model *conditions, uint32_t *ret_line)
{
	struct policyd_conditions record = {
		.kinds = conditions->kinds,
		.fstypes = (uint32_t)conditions->fstype_count + 1,
		.classes = conditions->class_count,
		.contents = content_count(&conditions->content),
		.digest_count = (uint32_t)conditions->content.digests.count,
	};
	int r = image_add(image, 1, ret_line);

	if (r == 0)
		r = image_add_words(image, conditions->table, conditions->table_count, &record.table);
	if (r == 0 && record.digest_count)
		r = write_contents(image, &conditions->content, &record.digests);
	if (r == 0)
		memcpy(&image->lines[*ret_line], &record, sizeof(record));
	return r;
}

static int write_table(struct image *image, const struct model *model, uint32_t number, uint32_t conditions,
		       const uint32_t *row_quiet, struct image_tables *tables)
{
	uint32_t *line = &tables->lines[number];
	uint32_t *quiet = &tables->quiet[number];
	size_t length;
	const uint32_t *rows =
		(const uint32_t *)(const void *)text_bytes(&model->conditions.tables, number, &length);
	uint32_t *words;
	int r = image_add(image, (length / sizeof(*rows) + 16) / 16, line);

	if (r < 0)
		return r;
	words = image->lines[*line].w;
	words[0] = conditions;
	memcpy(words + 1, rows, length);
	*quiet = ~0U;
	for (size_t i = 0; i < length / sizeof(*rows); i++)
		*quiet &= row_quiet[rows[i]];
	return 0;
}

int image_conditions(struct image *image, const struct model *model, const uint32_t *row_quiet,
		     struct image_tables *tables)
{
	size_t count = model->conditions.tables.count;
	uint32_t conditions = 0;
	int r;

	if (!count)
		return 0;
	tables->lines = calloc(count, sizeof(*tables->lines));
	tables->quiet = calloc(count, sizeof(*tables->quiet));
	if (!tables->lines || !tables->quiet)
		return -ENOMEM;
	r = write_conditions(image, &model->conditions, &conditions);
	for (uint32_t i = 0; i < count && r == 0; i++)
		r = write_table(image, model, i, conditions, row_quiet, tables);
	return r;
}
