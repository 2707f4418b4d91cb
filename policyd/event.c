/* SPDX-License-Identifier: Apache-2.0 */
#include "event.h"

#include <assert.h>
#include <string.h>
#include <time.h>

#define CHUNK_SIZE 4096

struct event_chunk {
	struct event_chunk *next;
	size_t size;
	size_t used;
	char data[];
};

const struct event_field_info event_fields[EVENT_FIELD_COUNT] = {
#define X(member, text, kind)                                                                                \
	[EVENT_FIELD_##member] = {                                                                           \
		.name = text,                                                                                \
		.type = EVENT_TYPE_##kind,                                                                   \
		.offset = offsetof(struct event, member),                                                    \
	},
	EVENT_FIELDS(X)
#undef X
};
_Static_assert(EVENT_CUT_COUNT <= 64, "`cut` has a bit per text");

bool event_is_text(enum event_type type)
{
	return type >= EVENT_TYPE_TEXT;
}

static void fields_clear(struct event *event)
{
	for (size_t i = 0; i < EVENT_FIELD_COUNT; i++) {
		void *member = (char *)event + event_fields[i].offset;

		if (event_is_text(event_fields[i].type))
			*(struct event_text *)member = (struct event_text){};
		else
			*(uint64_t *)member = EVENT_NONE;
	}
	event->origin = (struct event_origin){};
}

void event_init(struct event *event)
{
	event->chunks = NULL;
	fields_clear(event);
}

void event_clear(struct event *event)
{
	struct event_chunk *first = event->chunks;

	fields_clear(event);
	if (!first)
		return;

	for (struct event_chunk *chunk = first->next, *next; chunk; chunk = next) {
		next = chunk->next;
		free(chunk);
	}
	first->next = NULL;
	first->used = 0;
}

void event_free(struct event *event)
{
	event_clear(event);
	free(event->chunks);
	event->chunks = NULL;
}

char *event_alloc(struct event *event, size_t size)
{
	struct event_chunk *chunk = event->chunks;
	char *bytes;

	if (!chunk || chunk->size - chunk->used < size) {
		size_t room = size > CHUNK_SIZE ? size : CHUNK_SIZE;

		chunk = malloc(sizeof(*chunk) + room);
		if (!chunk)
			return NULL;

		*chunk = (struct event_chunk){.next = event->chunks, .size = room};
		event->chunks = chunk;
	}

	bytes = chunk->data + chunk->used;
	chunk->used += size;
	return bytes;
}

int event_set(struct event *event, struct event_text *text, const char *bytes, size_t length)
{
	char *copy;

	if (length == 0) {
		*text = (struct event_text){};
		return 0;
	}

	copy = event_alloc(event, length);
	if (!copy)
		return -ENOMEM;

	memcpy(copy, bytes, length);
	*text = (struct event_text){.bytes = copy, .length = length};
	return 0;
}

struct event_text event_text(const char *string)
{
	return (struct event_text){.bytes = string, .length = string ? strlen(string) : 0};
}

int event_copy(const struct event *event, struct event **ret_copy)
{
	struct event *copy;
	size_t size = 0;
	char *bytes;

	for (size_t i = 0; i < EVENT_FIELD_COUNT; i++)
		if (event_is_text(event_fields[i].type))
			size += event_bytes(event, i)->length;

	copy = malloc(sizeof(*copy) + size);
	if (!copy)
		return -ENOMEM;

	*copy = *event;
	copy->chunks = NULL;
	bytes = (char *)(copy + 1);
	for (size_t i = 0; i < EVENT_FIELD_COUNT; i++) {
		struct event_text *text = (struct event_text *)((char *)copy + event_fields[i].offset);

		if (!event_is_text(event_fields[i].type) || text->length == 0)
			continue;
		memcpy(bytes, text->bytes, text->length);
		text->bytes = bytes;
		bytes += text->length;
	}

	*ret_copy = copy;
	return 0;
}

void event_destroy(struct event *event)
{
	if (!event)
		return;

	event_free(event);
	free(event);
}

uint64_t event_number(const struct event *event, enum event_field field)
{
	assert(!event_is_text(event_fields[field].type));
	return *(const uint64_t *)((const char *)event + event_fields[field].offset);
}

const struct event_text *event_bytes(const struct event *event, enum event_field field)
{
	assert(event_is_text(event_fields[field].type));
	return (const struct event_text *)((const char *)event + event_fields[field].offset);
}

bool event_has(const struct event *event, enum event_field field)
{
	if (event_is_text(event_fields[field].type))
		return event_bytes(event, field)->length > 0;
	return event_number(event, field) != EVENT_NONE;
}

uint64_t event_weight(const struct event *event)
{
	return event->suppressed == EVENT_NONE ? 1 : event->suppressed;
}

void event_set_now(struct event *event)
{
	struct timespec real = {}, boot = {};

	(void)clock_gettime(CLOCK_REALTIME, &real);
	(void)clock_gettime(CLOCK_BOOTTIME, &boot);
	event->time = (uint64_t)real.tv_sec * 1000000000U + (uint64_t)real.tv_nsec;
	event->boottime = (uint64_t)boot.tv_sec * 1000000000U + (uint64_t)boot.tv_nsec;
}

int event_report(struct event *event, enum event_action action, const char *detail)
{
	static const struct {
		const char *text;
		enum event_kind kind;
		enum event_severity severity;
	} actions[] = {
#define X(name, string, type, level) [EVENT_ACTION_##name] = {string, EVENT_##type, level},
		EVENT_ACTIONS(X)
#undef X
	};
	int r;

	assert(action < EVENT_ACTION_COUNT);

	if (detail) {
		r = event_set(event, &event->detail, detail, strlen(detail));
		if (r < 0)
			return r;
	}

	event->action = event_text(actions[action].text);
	event->severity = actions[action].severity;
	event_set_kind(event, actions[action].kind);
	event_set_now(event);
	return 0;
}
