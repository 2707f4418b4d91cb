/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bounded queue of formatted lines, one for each output. Lines of important kinds (event.h) may fill all of
 * it, others only what is not reserved; when an important line finds no room, the oldest unimportant ones
 * make it. The order of what is left is kept.
 */
#ifndef POLICYD_QUEUE_H
#define POLICYD_QUEUE_H

#include <stddef.h>
#include <stdint.h>

#include "event.h"
#include "lost.h"

struct queue_line {
	struct queue_line *next;
	uint64_t order;
	uint64_t kind;
	struct lost_entry entry; /* what is lost with it */
	size_t length;
	char bytes[];
};

struct queue_list {
	struct queue_line *first;
	struct queue_line *last;
};

struct queue {
	size_t capacity; /* bytes, what a line costs beside its text included */
	size_t reserved; /* of it, for important kinds only */
	size_t used;
	size_t count;
	uint64_t order;
	struct queue_list important;
	struct queue_list ordinary;
	struct lost *lost; /* borrowed */
	/* What is lost when the process is killed: lines of the queue, and those that were taken from it. */
	uint64_t at_risk[LOST_CAUSE_COUNT][EVENT_KIND_COUNT];
};

/* `reserved` is less than `capacity`. What the queue loses is counted in `lost`. */
void queue_init(struct queue *queue, size_t capacity, size_t reserved, struct lost *lost);

/* The longest line, its prefix and suffix included, that an empty queue takes whatever its kind; 0: none. */
size_t queue_line_max(const struct queue *queue);

/* Frees all lines and counts them as lost by LOST_CLOSE. */
void queue_clear(struct queue *queue);

/* Whether a line of that kind has no chance, so that formatting it is not worth the time. */
bool queue_is_full(const struct queue *queue, uint64_t kind);

/*
 * Appends prefix, line and suffix as one. `event` is what was formatted. Returns 0, or -ENOBUFS or -ENOMEM
 * when the event is lost, and counted.
 */
int queue_push(struct queue *queue, const struct event *event, const struct event_text parts[3]);

/* Counts a line that was taken and could not be delivered, and frees it. */
void queue_lose(struct queue *queue, struct queue_line *line, enum lost_cause cause);

/* Frees a line that was taken and delivered. */
void queue_sent(struct queue *queue, struct queue_line *line);

/* The oldest line, which the caller gives back by queue_lose() or queue_sent(), or NULL. */
struct queue_line *queue_take(struct queue *queue);

#endif
