// SPDX-License-Identifier: Apache-2.0
/*
 * Sets of sequences in the documents of baselines: `items` has the sequences as text, 1 where they were new
 * in the last part of learning; `limit`, and of the last part `trial` (when it began, in seconds of
 * learning), `peak` and `tried`, where there is any.
 */
#include <errno.h>

#include "json.h"
#include "ngram.h"
#include "util.h"

#define SECOND 1000000000LL

static int number_add(json_t *object, const char *name, json_int_t number)
{
	return json_object_set_new(object, name, json_integer(number)) < 0 ? -ENOMEM : 0;
}

static int items_add(const struct ngram_set *set, json_t *items)
{
	for (size_t i = 0; i < set->count; i++) {
		CLEANUP_FREE char *text = ngram_text(set->words[i] & POLICYD_NGRAM_MASK);
		int r = text ? number_add(items, text, (set->words[i] & POLICYD_NGRAM_LATE) != 0) : -ENOMEM;

		if (r < 0)
			return r;
	}
	return 0;
}

int ngrams_json(const struct ngram_set *set, int64_t since, json_t *object)
{
	int r = items_add(set, json_object_get(object, "items"));

	if (r == 0 && set->limit)
		return number_add(object, "limit", set->limit);
	if (r == 0 && set->trying)
		r = number_add(object, "trial", (set->trial - since) / SECOND);
	if (r == 0 && set->trying)
		r = number_add(object, "peak", set->peak);
	if (r == 0 && set->trying)
		r = number_add(object, "tried", set->tried);
	return r;
}

static int items_merge(struct ngram_set *set, const json_t *items, const char **ret_item,
		       const char **ret_why)
{
	json_t *value;

	json_object_foreach((json_t *)items, *ret_item, value)
	{
		uint64_t ngram;
		int r = ngram_parse(*ret_item, &ngram, ret_why);

		if (r < 0)
			return r;
		*ret_why = "expected 0, or 1 for what was new in the last part of learning";
		if (!json_is_integer(value) || (json_integer_value(value) & ~1LL))
			return -EINVAL;
		r = ngrams_add(set, json_integer_value(value) ? ngram | POLICYD_NGRAM_LATE : ngram);
		if (r < 0)
			return r;
	}
	*ret_item = NULL;
	return 0;
}

/* Member of a document; -1: there is none, -EINVAL: it is no number up to `max`. */
static int64_t number_of(const json_t *object, const char *name, json_int_t max)
{
	const json_t *value = json_object_get(object, name);

	if (!value)
		return -1;
	return json_is_integer(value) && json_integer_value(value) >= 0 && json_integer_value(value) <= max
		       ? json_integer_value(value)
		       : -EINVAL;
}

int ngrams_merge(struct ngram_set *set, int64_t since, const json_t *object, const char **ret_item,
		 const char **ret_why)
{
	int64_t limit = number_of(object, "limit", POLICYD_NGRAM_WINDOW);
	int64_t trial = number_of(object, "trial", UINT32_MAX);
	int64_t peak = number_of(object, "peak", POLICYD_NGRAM_WINDOW);
	int64_t tried = number_of(object, "tried", UINT32_MAX);

	*ret_item = NULL;
	*ret_why = "'limit', 'trial', 'peak' or 'tried' is no number, or too large";
	if (limit == -EINVAL || trial == -EINVAL || peak == -EINVAL || tried == -EINVAL)
		return -EINVAL;
	if (limit > (int64_t)set->limit)
		set->limit = (uint32_t)limit;
	if (trial >= 0 && !set->trying) {
		set->trying = true;
		set->trial = since + trial * SECOND;
	}
	if (peak > (int64_t)set->peak)
		set->peak = (uint32_t)peak;
	if (tried > (int64_t)set->tried)
		set->tried = (uint32_t)tried;
	return items_merge(set, json_object_get(object, "items"), ret_item, ret_why);
}
