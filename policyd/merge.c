/* SPDX-License-Identifier: Apache-2.0 */
#include "merge.h"

#include <string.h>
#include <sys/random.h>

/* What makes two events equal. */
static const enum event_field key_fields[] = {
	EVENT_FIELD_pid,	 EVENT_FIELD_start_time,
	EVENT_FIELD_kind,	 EVENT_FIELD_generation,
	EVENT_FIELD_policy,	 EVENT_FIELD_rule,
	EVENT_FIELD_section,	 EVENT_FIELD_operation,
	EVENT_FIELD_error,	 EVENT_FIELD_uid,
	EVENT_FIELD_euid,	 EVENT_FIELD_exe,
	EVENT_FIELD_script,	 EVENT_FIELD_sha256,
	EVENT_FIELD_new_argv,	 EVENT_FIELD_path,
	EVENT_FIELD_path2,	 EVENT_FIELD_dev,
	EVENT_FIELD_inode,	 EVENT_FIELD_family,
	EVENT_FIELD_protocol,	 EVENT_FIELD_local_address,
	EVENT_FIELD_local_port,	 EVENT_FIELD_remote_address,
	EVENT_FIELD_remote_port, EVENT_FIELD_unix_name,
	EVENT_FIELD_syscall,	 EVENT_FIELD_syscall_number,
	EVENT_FIELD_target_pid,	 EVENT_FIELD_target_exe,
	EVENT_FIELD_reason,	 EVENT_FIELD_detail,
};

struct entry {
	struct entry *bucket_next;
	struct entry *older; /* by the end of the window */
	struct entry *newer;
	uint64_t hash;
	uint64_t until;
	uint64_t count;
	struct event *event; /* the first, with the time of the last */
};

struct merge {
	uint64_t window;
	size_t entries;
	size_t used;
	size_t counting;		   /* entries that have something to tell, */
	uint64_t untold[EVENT_KIND_COUNT]; /* and how much */
	uint64_t seed;			   /* so that nobody can choose events that share a bucket */
	merge_function *emit;
	void *data;
	struct entry *oldest;
	struct entry *newest;
	size_t bucket_mask;
	struct entry *buckets[];
};

static uint64_t mix(uint64_t hash, uint64_t value)
{
	unsigned __int128 product = (unsigned __int128)(hash ^ value) * 0x9e3779b97f4a7c15U;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t mix_bytes(uint64_t hash, const struct event_text *text)
{
	hash = mix(hash, text->length);
	for (size_t at = 0; at < text->length; at += 8) {
		size_t size = text->length - at < 8 ? text->length - at : 8;
		uint64_t word = 0;

		memcpy(&word, text->bytes + at, size);
		hash = mix(hash, word);
	}
	return hash;
}

static uint64_t event_hash(const struct merge *merge, const struct event *event)
{
	uint64_t hash = merge->seed;

	for (size_t i = 0; i < ARRAY_SIZE(key_fields); i++) {
		enum event_field field = key_fields[i];

		if (event_is_text(event_fields[field].type))
			hash = mix_bytes(hash, event_bytes(event, field));
		else
			hash = mix(hash, event_number(event, field));
	}
	return hash;
}

static bool event_equal(const struct event *a, const struct event *b)
{
	for (size_t i = 0; i < ARRAY_SIZE(key_fields); i++) {
		enum event_field field = key_fields[i];
		const struct event_text *left, *right;

		if (!event_is_text(event_fields[field].type)) {
			if (event_number(a, field) != event_number(b, field))
				return false;
			continue;
		}

		left = event_bytes(a, field);
		right = event_bytes(b, field);
		if (left->length != right->length ||
		    (left->length > 0 && memcmp(left->bytes, right->bytes, left->length) != 0))
			return false;
	}
	return true;
}

int merge_new(uint64_t window, size_t entries, merge_function *emit, void *data, struct merge **ret_merge)
{
	struct merge *merge;
	size_t buckets = 16;

	while (buckets < entries)
		buckets *= 2;

	merge = calloc(1, sizeof(*merge) + buckets * sizeof(merge->buckets[0]));
	if (!merge)
		return -ENOMEM;

	merge->window = window;
	merge->entries = entries;
	merge->emit = emit;
	merge->data = data;
	merge->bucket_mask = buckets - 1;
	if (getrandom(&merge->seed, sizeof(merge->seed), GRND_NONBLOCK) < 0)
		merge->seed = (uint64_t)(uintptr_t)merge;
	*ret_merge = merge;
	return 0;
}

static void list_append(struct merge *merge, struct entry *entry)
{
	entry->newer = NULL;
	entry->older = merge->newest;
	if (merge->newest)
		merge->newest->newer = entry;
	else
		merge->oldest = entry;
	merge->newest = entry;
}

static void list_remove(struct merge *merge, struct entry *entry)
{
	if (entry->older)
		entry->older->newer = entry->newer;
	else
		merge->oldest = entry->newer;
	if (entry->newer)
		entry->newer->older = entry->older;
	else
		merge->newest = entry->older;
}

static void entry_drop(struct merge *merge, struct entry *entry)
{
	struct entry **place = &merge->buckets[entry->hash & merge->bucket_mask];

	while (*place != entry)
		place = &(*place)->bucket_next;
	*place = entry->bucket_next;

	list_remove(merge, entry);
	merge->counting -= entry->count > 0;
	event_destroy(entry->event);
	free(entry);
	merge->used--;
}

/* Tells what the entry has counted. */
static void entry_emit(struct merge *merge, struct entry *entry)
{
	if (entry->count == 0)
		return;

	entry->event->suppressed = entry->count;
	merge->untold[entry->event->kind] -= entry->count;
	entry->count = 0;
	merge->counting--;
	merge->emit(entry->event, merge->data);
}

void merge_free(struct merge *merge)
{
	if (!merge)
		return;

	while (merge->oldest)
		entry_drop(merge, merge->oldest);
	free(merge);
}

static struct entry *entry_find(const struct merge *merge, const struct event *event, uint64_t hash)
{
	struct entry *entry = merge->buckets[hash & merge->bucket_mask];

	while (entry && (entry->hash != hash || !event_equal(entry->event, event)))
		entry = entry->bucket_next;
	return entry;
}

/* Remembers a first event. Without memory for it the next one is a first one again. */
static void entry_add(struct merge *merge, const struct event *event, uint64_t hash, uint64_t now)
{
	struct entry *entry, **bucket = &merge->buckets[hash & merge->bucket_mask];

	if (merge->used == merge->entries) {
		entry_emit(merge, merge->oldest);
		entry_drop(merge, merge->oldest);
	}

	entry = malloc(sizeof(*entry));
	if (!entry)
		return;

	*entry = (struct entry){.hash = hash, .until = now + merge->window};
	if (event_copy(event, &entry->event) < 0) {
		free(entry);
		return;
	}

	entry->bucket_next = *bucket;
	*bucket = entry;
	list_append(merge, entry);
	merge->used++;
}

static bool is_merged(const struct event *event)
{
	return event->kind == EVENT_DENIED || event->kind == EVENT_WOULD_DENY ||
	       event->kind == EVENT_AUDITED || event->kind == EVENT_ANOMALY;
}

void merge_add(struct merge *merge, struct event *event, uint64_t now)
{
	struct entry *entry;
	uint64_t hash;

	merge_expire(merge, now);
	if (merge->window == 0 || !is_merged(event)) {
		merge->emit(event, merge->data);
		return;
	}

	hash = event_hash(merge, event);
	entry = entry_find(merge, event, hash);
	if (entry) {
		merge->counting += entry->count == 0 && event_weight(event) > 0;
		entry->count += event_weight(event);
		merge->untold[event->kind] += event_weight(event);
		entry->event->time = event->time;
		entry->event->boottime = event->boottime;
		return;
	}

	entry_add(merge, event, hash, now);
	merge->emit(event, merge->data);
}

void merge_expire(struct merge *merge, uint64_t now)
{
	while (merge->oldest && merge->oldest->until <= now) {
		struct entry *entry = merge->oldest;

		if (entry->count == 0) {
			entry_drop(merge, entry);
			continue;
		}

		entry_emit(merge, entry);
		entry->until = now + merge->window;
		list_remove(merge, entry);
		list_append(merge, entry);
	}
}

const uint64_t *merge_untold(const struct merge *merge)
{
	return merge->untold;
}

void merge_flush(struct merge *merge)
{
	while (merge->oldest) {
		entry_emit(merge, merge->oldest);
		entry_drop(merge, merge->oldest);
	}
}

/*
 * Entries without a count need no wake-up of their own. Which is the first that has one is not looked for:
 * this is asked after every batch, and a flood of different events would be walked each time. So the oldest
 * may be woken for in vain, a window long.
 */
uint64_t merge_deadline(const struct merge *merge)
{
	return merge->counting > 0 ? merge->oldest->until : UINT64_MAX;
}
