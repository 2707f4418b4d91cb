/* SPDX-License-Identifier: Apache-2.0 */
/* What a ring record says about a count beyond its limit, or something that was looked for. */
#ifndef POLICYD_DECODE_ANOMALY_H
#define POLICYD_DECODE_ANOMALY_H

#include "decode.h"
#include "model.h"

/* Reads a record of kind POLICYD_EVENT_ANOMALY; see decode_internal.h. */
int decode_anomaly(struct decoder *decoder, const char *record, size_t size, struct event *event);

/*
 * Sets `detail`: how many within which time, beyond which limit, and who was first; or what was found. After
 * decode_anomaly(). Returns 0 or -ENOMEM.
 */
int decode_anomaly_detail(struct event *event, const struct model_anomaly *anomaly);

#endif
