/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the daemon answers to the request `status`, see docs/control.md.
 */
#ifndef POLICYCTL_STATUS_H
#define POLICYCTL_STATUS_H

#include <jansson.h>
#include <stdbool.h>

/* Whether the member `state` is `state`. */
bool status_is(const json_t *status, const char *state);

/* Prints it for people. Sorts what it lists. */
void status_print(json_t *status);

#endif
