/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What records say of programs beside their names: arguments, the script, what is in the file.
 */
#ifndef POLICYD_DECODE_EXEC_H
#define POLICYD_DECODE_EXEC_H

#include "decode.h"

/* Where arguments are in a record, each ended by NUL. */
struct decode_arguments {
	uint32_t offset;
	uint32_t length;
	bool is_cut;
	enum event_cut cut;
};

/* Reads them into `text`. `body` is where they may begin. As decode(). */
int decode_arguments(struct decoder *decoder, const char *record, size_t body, size_t size,
		     const struct decode_arguments *from, struct event *event, struct event_text *text);

/* Sets `script` from its key; where its name is not known any more, the event says that it is cut. */
int decode_script(struct decoder *decoder, uint64_t key, struct event *event);

/* The digest of what is executed, and what it was called with. */
int decode_execution(struct decoder *decoder, const char *record, size_t size,
		     const struct policyd_event_path *path, struct event *event);

#endif
