/* SPDX-License-Identifier: Apache-2.0 */
/* Parts that syslog formats share. */
#ifndef POLICYD_FORMAT_SYSLOG_H
#define POLICYD_FORMAT_SYSLOG_H

#include "format.h"
#include "format_writer.h"

/*
 * Writes an RFC 5424 header with nil structured data and the space before the message, for formats without
 * a header of their own. Returns as a format_function.
 */
int format_syslog_header(const struct event *event, const struct format_options *options, char *buffer,
			 size_t size, size_t *ret_length);

/*
 * The event as a sentence of columns without its time: kind, subject, user, operation, object, rule, place.
 * `pad` aligns the columns; `colour` colours the kind.
 */
void format_summary(struct writer *writer, const struct event *event, bool pad, bool colour);

#endif
