/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events as nested JSON after somebody else's schema: a const table says which value stands at which path.
 */
#ifndef POLICYD_FORMAT_TREE_H
#define POLICYD_FORMAT_TREE_H

#include "format_writer.h"

enum tree_value {
	TREE_FIELD,   /* the field as in our own JSON */
	TREE_STRING,  /* the same in a string */
	TREE_NUMBER,  /* the field's number, whatever its type */
	TREE_MILLI,   /* a time in milliseconds */
	TREE_BASE,    /* base name of a path */
	TREE_COMMAND, /* argv joined by spaces */
	TREE_IANA,    /* a protocol by the name that IANA gives it */
	TREE_BORN,    /* when the process started: date */
	TREE_BORN_MS, /* the same in milliseconds since 1970 */
	TREE_SUMMARY, /* the sentence for people */
	TREE_JSON,    /* `json` as it is */
	TREE_CALL,    /* what `call` writes */
};

struct tree_row {
	const char *path; /* keys joined by '.'; rows that share keys stand together */
	enum tree_value value;
	enum event_field field;			 /* written only if the event has it */
	bool (*when)(const struct event *event); /* and if this holds, NULL: always */
	const char *json;
	void (*call)(struct writer *writer, const struct event *event);
};

#define TREE_ALWAYS EVENT_FIELD_kind /* every event has it */

/*
 * Writes one JSON object: the rows, and below the key `rest` under its own name each field that no row has
 * written as a whole.
 */
void tree_write(struct writer *writer, const struct event *event, const struct tree_row *rows, size_t count,
		const char *rest);

/* Whether the operation makes this host the destination: accept, bind, listen. */
bool tree_is_inbound(const struct event *event);

bool tree_is_outbound(const struct event *event);

/* Whether a text is that string. */
bool tree_text_is(const struct event_text *text, const char *string);

#endif
