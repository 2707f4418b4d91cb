/* SPDX-License-Identifier: Apache-2.0 */
#include "likeness.h"

#include <string.h>

#include "host.h"

/* With its length, so that no two lists of texts look alike. */
static void add_bytes(struct model *model, const void *bytes, size_t length)
{
	uint64_t size = length;

	digest_add(&model->subjects_digest, &size, sizeof(size));
	digest_add(&model->subjects_digest, bytes, length);
}

static void add_number(struct model *model, uint64_t number)
{
	digest_add(&model->subjects_digest, &number, sizeof(number));
}

/* NULL is not the empty text. */
static void add_text(struct model *model, const char *text)
{
	add_number(model, text != NULL);
	if (text)
		add_bytes(model, text, strlen(text));
}

/* A set of terms. */
static void add_terms(struct model *model, uint32_t text)
{
	size_t length;
	const char *bytes = text_bytes(&model->term_lines, text, &length);

	add_bytes(model, bytes, length);
}

void likeness_begin(struct model *model)
{
	digest_begin(&model->subjects_digest);
}

void likeness_pattern(struct model *model, uint32_t list, const char *text, const char *resolved)
{
	uint32_t kind = list >> LIST_SHIFT;

	if (kind < LIST_EXE || kind > LIST_ANCESTOR)
		return;
	add_number(model, list);
	add_text(model, text);
	add_text(model, resolved);
}

/* Names are what they are by the mounts. */
static void mounts_end(struct model *model)
{
	const struct host *host = model->host;

	add_number(model, host->mount_count);
	for (size_t i = 0; i < host->mount_count; i++) {
		const struct host_mount *mount = &host->mounts[i];

		add_number(model, mount->dev);
		add_text(model, mount->root);
		add_text(model, mount->point);
		add_text(model, mount->fstype);
		add_text(model, mount->layer);
	}
}

static void ids_end(struct model *model)
{
	for (enum id_key key = 0; key < KEY_ID_COUNT; key++) {
		const struct id_table *table = &model->ids[key];

		add_terms(model, model->id_base[key]);
		add_number(model, table->count);
		for (size_t i = 0; i < table->count; i++) {
			add_number(model, table->ranges[i].first);
			add_terms(model, table->ranges[i].terms);
		}
	}
}

void likeness_end(struct model *model)
{
	uint8_t value[DIGEST_SIZE];

	mounts_end(model);
	ids_end(model);
	add_terms(model, model->all_terms);
	for (enum path_key key = 0; key < KEY_PATH_COUNT; key++)
		add_terms(model, model->path_base[key]);
	add_number(model, model->subject_count);
	for (size_t i = 0; i < model->subject_count; i++)
		add_terms(model, model->subjects[i].terms);
	digest_end(&model->subjects_digest, value);
	memcpy(&model->subjects_likeness, value, sizeof(model->subjects_likeness));
}
