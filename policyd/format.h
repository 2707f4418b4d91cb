/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Formats: an event as one line of printable ASCII without its line end. Values that a process chose are
 * escaped the same way in all of them (escape.h); what a format quotes comes on top.
 */
#ifndef POLICYD_FORMAT_H
#define POLICYD_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event.h"

/* The id of our structured data: the private enterprise number is the one that RFC 5612 keeps for examples.
 */
#define FORMAT_SD_ID "policyd@32473"

/* Long enough for any event in any format; no output needs more. */
#define FORMAT_LINE_MAX 262144

struct format_options {
	unsigned int facility; /* syslog facility number, 10: authpriv */
	uint32_t pid;	       /* of policyd, for syslog headers */
	bool colour;	       /* text only */
	bool envelope;	       /* puts a syslog header before formats that have none; for syslog outputs */
};

/*
 * Writes the event and a NUL to `buffer` of `size`; *ret_length counts without the NUL. Returns 0, or
 * -ENOBUFS when the line is longer. Fields are never cut here.
 */
typedef int format_function(const struct event *event, const struct format_options *options, char *buffer,
			    size_t size, size_t *ret_length);

format_function format_rfc5424; /* RFC 5424 with structured data */
format_function format_rfc3164; /* RFC 3164 with key="value" text, times in local time */
format_function format_json;	/* our own fields as one object */
format_function format_ecs;	/* Elastic Common Schema */
format_function format_ocsf;	/* Open Cybersecurity Schema Framework */
format_function format_cef;	/* ArcSight Common Event Format */
format_function format_text;	/* for people, times in local time */

struct format {
	const char *name;
	format_function *function;
	bool is_syslog; /* has a syslog header of its own */
};

extern const struct format formats[];
extern const size_t format_count;

/* The format called `name`, or NULL. */
const struct format *format_from_name(const char *name);

/* Number of a syslog facility by name ("authpriv", "local0"). Returns 0, -ENOENT. */
int format_facility_from_name(const char *name, unsigned int *ret_facility);

/* Facility authpriv, this process, no colour, no envelope. */
struct format_options format_options_default(void);

/*
 * Formats an event into at most `size` - 1 characters. An event that is longer is shortened: its longest
 * texts lose their ends, all down to the same length, little more than is needed, and are named in
 * `truncated`. That length counts escaped characters and no escape is cut. Returns 0, -ENOBUFS when even
 * empty texts do not help.
 */
int format_event(const struct format *format, const struct event *event, const struct format_options *options,
		 char *buffer, size_t size, size_t *ret_length);

#endif
