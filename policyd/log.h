/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The daemon's own messages on stderr, one line each. With the journal's level prefix where stderr is the
 * journal. Only the daemon logs; the library returns what went wrong.
 */
#ifndef POLICYD_LOG_H
#define POLICYD_LOG_H

#include "event.h"

/* Messages less severe than `level` are dropped. Looks whether stderr is the journal. */
void log_open(enum event_severity level);

/* Writes a line; control characters become ?. errno is kept. */
__attribute__((format(printf, 2, 3))) void log_line(enum event_severity severity, const char *format, ...);

#endif
