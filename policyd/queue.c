/* SPDX-License-Identifier: Apache-2.0 */
#include "queue.h"

#include <assert.h>
#include <string.h>

static size_t line_cost(size_t length)
{
	return sizeof(struct queue_line) + length;
}

size_t queue_line_max(const struct queue *queue)
{
	size_t room = queue->capacity - queue->reserved;

	return room > line_cost(0) ? room - line_cost(0) : 0;
}

static struct queue_list *list_of(struct queue *queue, uint64_t kind)
{
	return event_kind_is_important(kind) ? &queue->important : &queue->ordinary;
}

void queue_init(struct queue *queue, size_t capacity, size_t reserved, struct lost *lost)
{
	assert(reserved < capacity);
	*queue = (struct queue){.capacity = capacity, .reserved = reserved, .lost = lost};
}

static struct queue_line *list_take(struct queue *queue, struct queue_list *list)
{
	struct queue_line *line = list->first;

	list->first = line->next;
	if (!list->first)
		list->last = NULL;
	line->next = NULL;
	queue->used -= line_cost(line->length);
	queue->count--;
	return line;
}

static uint64_t *risk_of(struct queue *queue, const struct lost_entry *entry)
{
	uint64_t kind = entry->kind < EVENT_KIND_COUNT ? entry->kind : EVENT_AUDITED;

	return &queue->at_risk[entry->told ? entry->cause : LOST_CRASH][kind];
}

void queue_sent(struct queue *queue, struct queue_line *line)
{
	*risk_of(queue, &line->entry) -= line->entry.count;
	free(line);
}

void queue_lose(struct queue *queue, struct queue_line *line, enum lost_cause cause)
{
	*risk_of(queue, &line->entry) -= line->entry.count;
	lost_add_entry(queue->lost, cause, &line->entry);
	free(line);
}

void queue_clear(struct queue *queue)
{
	for (struct queue_line *line; (line = queue_take(queue));)
		queue_lose(queue, line, LOST_CLOSE);
}

/* Drops the oldest ordinary lines until `used` is at most `limit`, or none is left. */
static void queue_evict(struct queue *queue, size_t limit)
{
	while (queue->used > limit && queue->ordinary.first)
		queue_lose(queue, list_take(queue, &queue->ordinary), LOST_QUEUE);
}

bool queue_is_full(const struct queue *queue, uint64_t kind)
{
	return !event_kind_is_important(kind) && queue->used >= queue->capacity - queue->reserved;
}

/* Whether a line of that cost may enter; makes room for an important one where that is enough. */
static bool queue_admit(struct queue *queue, uint64_t kind, size_t cost)
{
	if (!event_kind_is_important(kind))
		return cost <= queue->capacity - queue->reserved &&
		       queue->used <= queue->capacity - queue->reserved - cost;

	if (cost > queue->capacity)
		return false;
	if (queue->used > queue->capacity - cost)
		queue_evict(queue, queue->capacity - cost);
	return queue->used <= queue->capacity - cost;
}

static void list_append(struct queue_list *list, struct queue_line *line)
{
	if (list->last)
		list->last->next = line;
	else
		list->first = line;
	list->last = line;
}

int queue_push(struct queue *queue, const struct event *event, const struct event_text parts[3])
{
	size_t length = parts[0].length + parts[1].length + parts[2].length;
	struct lost_entry entry = lost_entry(queue->lost, event);
	struct queue_line *line;
	char *end;

	if (!queue_admit(queue, event->kind, line_cost(length))) {
		lost_add_entry(queue->lost, LOST_QUEUE, &entry);
		return -ENOBUFS;
	}

	line = malloc(line_cost(length));
	if (!line) {
		lost_add_entry(queue->lost, LOST_MEMORY, &entry);
		return -ENOMEM;
	}

	*line = (struct queue_line){
		.order = queue->order++,
		.kind = event->kind,
		.entry = entry,
		.length = length,
	};
	end = line->bytes;
	for (size_t i = 0; i < 3; i++)
		if (parts[i].length > 0)
			end = mempcpy(end, parts[i].bytes, parts[i].length);

	*risk_of(queue, &entry) += entry.count;
	list_append(list_of(queue, event->kind), line);
	queue->used += line_cost(length);
	queue->count++;
	return 0;
}

struct queue_line *queue_take(struct queue *queue)
{
	struct queue_line *important = queue->important.first, *ordinary = queue->ordinary.first;

	if (!important && !ordinary)
		return NULL;
	if (!ordinary || (important && important->order < ordinary->order))
		return list_take(queue, &queue->important);
	return list_take(queue, &queue->ordinary);
}
