/* SPDX-License-Identifier: Apache-2.0 */
/* What a ring record says about a count beyond its limit, or something that was looked for. */
#ifndef POLICYD_DECODE_ANOMALY_H
#define POLICYD_DECODE_ANOMALY_H

#include "event.h"
#include "model.h"

/*
 * Fills what the record says beside names: kind, section, operation, how many (`suppressed`), the object, and
 * what attribution needs. After the head. Returns 0 or -ENOMEM.
 */
int decode_anomaly(const struct policyd_event_anomaly *anomaly, struct event *event);

/*
 * Sets `detail`: how many within which time, beyond which limit, and who was first; or what was found. After
 * decode_anomaly(). Returns 0 or -ENOMEM.
 */
int decode_anomaly_detail(struct event *event, const struct model_anomaly *anomaly);

#endif
