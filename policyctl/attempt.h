/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The last attempt to publish, as the daemon's status tells it.
 */
#ifndef POLICYCTL_ATTEMPT_H
#define POLICYCTL_ATTEMPT_H

#include <jansson.h>

#include "command.h"

/* STATUS_GOOD where the set that was asked for is in force, STATUS_NO where not. `status` is the daemon's. */
enum status attempt_status(const json_t *status);

/* Writes errors and warnings to stderr, the outcome to stdout, and whether another set is in force instead.
 */
void attempt_print(const json_t *status);

#endif
