// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "baseline.h"
#include "util.h"

static const char *const kind_names[] = {
#define X(name, text, operation) (text),
	POLICYD_LEARNT(X)
#undef X
};
_Static_assert(ARRAY_SIZE(kind_names) == BASELINE_KINDS, "every kind has a name");

const char *baseline_kind_name(uint32_t kind)
{
	return kind_names[kind - POLICYD_ANOMALY_LEARNT];
}

int baseline_kind_find(const char *name, uint32_t *ret_kind)
{
	for (uint32_t i = 0; i < BASELINE_KINDS; i++) {
		if (strcmp(kind_names[i], name) != 0)
			continue;
		*ret_kind = POLICYD_ANOMALY_LEARNT + i;
		return 0;
	}
	return -ENOENT;
}

static void baseline_free(struct baseline *baseline)
{
	for (size_t k = 0; k < BASELINE_KINDS; k++) {
		for (size_t i = 0; i < baseline->sets[k].count; i++)
			free(baseline->sets[k].items[i].text);
		free(baseline->sets[k].items);
	}
	ngrams_clear(&baseline->ngrams);
	free(baseline->executable);
	free(baseline->ids);
	free(baseline);
}

void baselines_clear(struct baselines *baselines)
{
	for (size_t i = 0; i < baselines->count; i++)
		baseline_free(baselines->all[i]);
	free((void *)baselines->all);
	*baselines = (struct baselines){};
}

void baselines_tick(struct baselines *baselines, uint64_t now, bool running)
{
	if (baselines->running && baselines->last && now > baselines->last)
		baselines->clock += (int64_t)(now - baselines->last);
	baselines->last = now;
	baselines->running = running;
}

/* The text by which entry `i` of a sorted array is found. */
typedef const char *text_at(const void *array, size_t i);

/* Where the text is or would be. */
static size_t text_place(const void *array, size_t count, text_at *at, const char *text, bool *ret_found)
{
	size_t low = 0, high = count;

	*ret_found = false;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(at(array, middle), text);

		if (order == 0) {
			*ret_found = true;
			return middle;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static const char *executable_at(const void *array, size_t i)
{
	return ((struct baseline *const *)array)[i]->executable;
}

static const char *item_at(const void *array, size_t i)
{
	return ((const struct baseline_item *)array)[i].text;
}

static size_t baselines_place(const struct baselines *baselines, const char *executable, bool *ret_found)
{
	return text_place((const void *)baselines->all, baselines->count, executable_at, executable,
			  ret_found);
}

struct baseline *baselines_find(const struct baselines *baselines, const char *executable)
{
	bool found;
	size_t place = baselines_place(baselines, executable, &found);

	return found ? baselines->all[place] : NULL;
}

int baselines_get(struct baselines *baselines, const char *executable, struct baseline **ret_baseline)
{
	struct baseline *baseline;
	bool found;
	size_t place = baselines_place(baselines, executable, &found);
	int r;

	if (found) {
		*ret_baseline = baselines->all[place];
		return 0;
	}
	if (baselines->count == POLICYD_EXECUTABLES_MAX)
		return -ENOSPC;
	r = ARRAY_RESERVE(baselines->all, baselines->allocated, baselines->count + 1);
	if (r < 0)
		return r;
	baseline = calloc(1, sizeof(*baseline));
	if (!baseline)
		return -ENOMEM;
	baseline->executable = strdup(executable);
	if (!baseline->executable) {
		free(baseline);
		return -ENOMEM;
	}
	for (size_t k = 0; k < BASELINE_KINDS; k++)
		baseline->sets[k].learn = baseline->sets[k].first = UINT64_MAX;
	memmove((void *)&baselines->all[place + 1], (void *)&baselines->all[place],
		(baselines->count - place) * sizeof(struct baseline *));
	baselines->all[place] = baseline;
	baselines->count++;
	baselines->changed = true;
	*ret_baseline = baseline;
	return 0;
}

int baselines_remove(struct baselines *baselines, const char *executable)
{
	bool found;
	size_t place = baselines_place(baselines, executable, &found);

	if (!found)
		return -ENOENT;
	baseline_free(baselines->all[place]);
	baselines->count--;
	memmove((void *)&baselines->all[place], (void *)&baselines->all[place + 1],
		(baselines->count - place) * sizeof(struct baseline *));
	baselines->changed = true;
	return 0;
}

struct baseline_set *baseline_set_of(struct baseline *baseline, uint32_t kind)
{
	return &baseline->sets[kind - POLICYD_ANOMALY_LEARNT];
}

const struct baseline_set *baseline_sequences(const struct baseline *baseline)
{
	return &baseline->sets[POLICYD_ANOMALY_NEW_SEQUENCE - POLICYD_ANOMALY_LEARNT];
}

uint64_t baseline_age(const struct baselines *baselines, const struct baseline_set *set)
{
	return set->started ? (uint64_t)(baselines->clock - set->since) : 0;
}

static size_t item_place(const struct baseline_set *set, const char *text, bool *ret_found)
{
	return text_place(set->items, set->count, item_at, text, ret_found);
}

struct baseline_item *baseline_find(const struct baseline_set *set, const char *text)
{
	bool found;
	size_t place = item_place(set, text, &found);

	return found ? &set->items[place] : NULL;
}

/* System calls have a limit of their own, as they have room of their own in the kernel. */
static bool baseline_is_full(const struct baseline *baseline, uint32_t kind)
{
	size_t count = 0;

	if (kind == POLICYD_ANOMALY_NEW_SYSCALL)
		return baseline->sets[0].count >= BASELINE_SYSCALLS_MAX;
	for (size_t k = 1; k < BASELINE_KINDS; k++)
		count += baseline->sets[k].count;
	return count >= POLICYD_ITEMS_MAX;
}

int baseline_add(struct baselines *baselines, struct baseline *baseline, uint32_t kind, const char *text,
		 struct baseline_item **ret_item)
{
	struct baseline_set *set = baseline_set_of(baseline, kind);
	struct baseline_item item = {.at = baselines->clock};
	bool found;
	size_t place = item_place(set, text, &found);
	int r;

	if (baseline_is_full(baseline, kind))
		return -ENOSPC;
	r = ARRAY_RESERVE(set->items, set->allocated, set->count + 1);
	if (r < 0)
		return r;
	item.text = strdup(text);
	if (!item.text)
		return -ENOMEM;
	memmove(&set->items[place + 1], &set->items[place], (set->count - place) * sizeof(item));
	set->items[place] = item;
	set->count++;
	baselines->changed = true;
	*ret_item = &set->items[place];
	return 0;
}

int baseline_identify(struct baseline *baseline, uint64_t id)
{
	int r;

	for (size_t i = 0; i < baseline->id_count; i++)
		if (baseline->ids[i] == id)
			return 0;
	r = ARRAY_RESERVE(baseline->ids, baseline->id_allocated, baseline->id_count + 1);
	if (r < 0)
		return r;
	baseline->ids[baseline->id_count++] = id;
	return 1;
}

/* What the kernel is to do with its sequences. */
static uint32_t ngrams_flags(const struct baselines *baselines, const struct baseline *baseline)
{
	const struct baseline_set *times = baseline_sequences(baseline);
	const struct ngram_set *set = &baseline->ngrams;
	bool adopt = times->first != UINT64_MAX && baseline_age(baselines, times) < times->learn;

	if (!times->started || set->full)
		return 0;
	if (set->limit)
		return POLICYD_NGRAM_WATCH | (adopt ? POLICYD_NGRAM_LEARN : 0);
	return POLICYD_NGRAM_LEARN | (set->trying ? POLICYD_NGRAM_TRIAL : 0);
}

struct policyd_known baseline_known(const struct baselines *baselines, const struct baseline *baseline)
{
	const struct baseline_set *calls = &baseline->sets[0];
	struct policyd_known known = {
		.ngrams = ngrams_flags(baselines, baseline),
		.ngram_limit = baseline->ngrams.limit,
	};

	for (uint32_t k = 0; k < BASELINE_KINDS; k++)
		if (baseline->sets[k].started &&
		    baseline_age(baselines, &baseline->sets[k]) >= baseline->sets[k].learn)
			known.learnt |= 1ULL << (POLICYD_ANOMALY_LEARNT + k);
	for (size_t i = 0; i < calls->count; i++) {
		int number = calls->items[i].outside ? -1 : baseline_text_syscall(calls->items[i].text);

		if (number >= 0 && number < POLICYD_TOLD_SYSCALLS)
			known.syscalls[number / 64] |= 1ULL << (number % 64);
	}
	return known;
}
