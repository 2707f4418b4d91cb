/* SPDX-License-Identifier: Apache-2.0 */
/* JSON values, for the formats that are JSON. */
#ifndef POLICYD_FORMAT_JSON_H
#define POLICYD_FORMAT_JSON_H

#include "format_writer.h"

/* A JSON string of the escaped bytes. */
void json_bytes(struct writer *writer, const char *bytes, size_t length);

/* The value of a field that event_has(): a number, a string, or an array of strings for tags and argv. */
void json_field(struct writer *writer, const struct event *event, enum event_field field);

#endif
