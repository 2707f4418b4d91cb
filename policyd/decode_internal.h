/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Between the parts that read ring records. `record` has `size` bytes, name bytes begin at `body`. Functions
 * return 0, -EBADMSG for a record that was counted as faulty, -ENOMEM.
 */
#ifndef POLICYD_DECODE_INTERNAL_H
#define POLICYD_DECODE_INTERNAL_H

#include "decode.h"

/* Counts the record as faulty: -EBADMSG. */
int decode_fail(struct decoder *decoder, enum decode_fault what);

int decode_head(struct decoder *decoder, const struct policyd_event_head *head, struct event *event);

/* Reads the name that `from` describes into `text`, the event's field; stays empty where there is none. */
int decode_text(struct decoder *decoder, const char *record, size_t body, size_t size,
		const struct policyd_event_name *from, struct event *event, enum event_cut cut,
		struct event_text *text);

/* Who did it: the program, its parent's, its arguments. */
int decode_program(struct decoder *decoder, const char *record, size_t body, size_t size,
		   const struct policyd_event_head *head, const struct policyd_event_name *exe,
		   struct event *event);

/* Says that a text of the event was cut. */
void decode_cut(struct event *event, enum event_cut cut);

#endif
