/* SPDX-License-Identifier: Apache-2.0 */
/* Attempts on policyd in words. */
#ifndef POLICYD_DECODE_TAMPER_H
#define POLICYD_DECODE_TAMPER_H

#include "event.h"

/*
 * Makes the event one of kind tamper and says what was attempted. No policy decided, so nothing is looked up
 * for it. Returns 0 or -ENOMEM.
 */
int decode_tamper(const struct policyd_event_path *path, struct event *event);

#endif
