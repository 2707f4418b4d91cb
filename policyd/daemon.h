/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The daemon's life: start in order, run until told to stop, unwind in reverse order.
 */
#ifndef POLICYD_DAEMON_H
#define POLICYD_DAEMON_H

#include "config.h"

/*
 * Runs the daemon in the foreground. Returns the exit status: 0 after an ordered stop; 1 when it could not
 * start or go on, which it has said on stderr.
 */
int daemon_run(const struct config *config);

/* Validates the policy directory and says what is wrong with it on stderr. Returns 0 or 1. */
int daemon_check(const struct config *config);

#endif
