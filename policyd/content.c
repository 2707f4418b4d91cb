/* SPDX-License-Identifier: Apache-2.0 */
#include "content.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "util.h"

int content_add(struct content_model *content, const struct object *object, uint32_t condition)
{
	int r = ARRAY_RESERVE(content->uses, content->uses_allocated,
			      content->use_count + object->sha256_count);

	for (size_t i = 0; i < object->sha256_count && r == 0; i++) {
		uint32_t digest;

		r = text_intern(&content->digests, object->sha256[i].digest, sizeof(object->sha256[i].digest),
				&digest);
		if (r == 0)
			content->uses[content->use_count++] =
				(struct content_use){.digest = digest, .condition = condition};
	}
	return r;
}

static int use_compare(const void *a, const void *b)
{
	const struct content_use *x = a;
	const struct content_use *y = b;

	if (x->digest != y->digest)
		return x->digest < y->digest ? -1 : 1;
	return x->condition < y->condition ? -1 : x->condition > y->condition;
}

/* The class of the digest whose uses begin at `at`; moves it behind them. */
static int class_make(struct content_model *content, size_t *at, uint32_t *conditions)
{
	uint32_t digest = content->uses[*at].digest;
	size_t count = 0;

	for (; *at < content->use_count && content->uses[*at].digest == digest; ++*at)
		if (!count || conditions[count - 1] != content->uses[*at].condition)
			conditions[count++] = content->uses[*at].condition;
	return idset_intern(&content->sets, conditions, count, &content->classes[digest]);
}

int content_build(struct content_model *content)
{
	CLEANUP_FREE uint32_t *conditions = calloc(content->use_count + 1, sizeof(*conditions));
	int r = 0;

	content->classes = calloc(content->digests.count + 1, sizeof(*content->classes));
	if (!conditions || !content->classes)
		return -ENOMEM;
	if (content->use_count)
		qsort(content->uses, content->use_count, sizeof(*content->uses), use_compare);
	for (size_t at = 0; at < content->use_count && r == 0;)
		r = class_make(content, &at, conditions);
	if (r == 0 && content_count(content) > POLICYD_CONTENTS_MAX)
		r = -E2BIG;
	return r;
}

uint32_t content_count(const struct content_model *content)
{
	return (uint32_t)content->sets.count + 1;
}

bool content_fits(const struct content_model *content, uint32_t condition, uint32_t class)
{
	return class && idset_has(&content->sets, class, condition);
}

bool content_asked(const struct model *model, const struct path_class *class)
{
	size_t count;
	const uint32_t *rules = idset_ids(&model->sets, class->rules, &count);

	for (size_t i = 0; i < count; i++)
		if (model->rules[rules[i]].rule->object.sha256_count)
			return true;
	return false;
}

int content_find(policyd_image_t image, const struct policyd_hash_key *key, uint32_t row,
		 const uint8_t sha256[static DIGEST_SIZE], uint32_t *ret_class)
{
	__u64 digest[DIGEST_SIZE / sizeof(__u64)];

	memcpy(digest, sha256, sizeof(digest));
	return policyd_content_class(image, policyd_header_at(image), row, policyd_content_hash(key, digest),
				     digest, ret_class) < 0
		       ? -EBADMSG
		       : 0;
}

void content_clear(struct content_model *content)
{
	text_clear(&content->digests);
	idset_clear(&content->sets);
	free(content->uses);
	free(content->classes);
}
