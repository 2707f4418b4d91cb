/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text into a buffer of fixed size. What does not fit is dropped and remembered, so that only the end needs a
 * check.
 */
#ifndef POLICYD_FORMAT_WRITER_H
#define POLICYD_FORMAT_WRITER_H

#include <stdbool.h>
#include <stddef.h>

#include "event.h"

struct writer {
	char *buffer;
	size_t size;
	size_t length;
	bool overflow;
};

/* Characters that a format wants a backslash before, on top of the escaping that all formats share. */
#define WRITER_PLAIN	  ""
#define WRITER_RFC5424	  "\"\\]"
#define WRITER_JSON	  "\"\\"
#define WRITER_CEF_HEADER "\\|"
#define WRITER_CEF	  "\\="

void writer_bytes(struct writer *writer, const char *bytes, size_t length);

void writer_string(struct writer *writer, const char *string);

__attribute__((format(printf, 2, 3))) void writer_printf(struct writer *writer, const char *format, ...);

/* Escapes bytes (escape.h); of that, characters in `quoted` get one more backslash. */
void writer_escaped(struct writer *writer, const char *bytes, size_t length, const char *quoted);

/* The same for a text of EVENT_TYPE_NAME, where `]` is escaped only if it is in `quoted`. */
void writer_name(struct writer *writer, const struct event_text *name, const char *quoted);

/* The value of a field that event_has(), escaped. */
void writer_field(struct writer *writer, const struct event *event, enum event_field field,
		  const char *quoted);

/* The base name of a path: the bytes after its last '/'. */
struct event_text writer_base(const struct event_text *path);

/*
 * Ends the buffer with a NUL. Returns 0 and the length without it, or -ENOBUFS.
 */
int writer_end(struct writer *writer, size_t *ret_length);

#endif
