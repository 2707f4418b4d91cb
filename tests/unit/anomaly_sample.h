/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of anomalies share: a record as the programs write it.
 */
#ifndef ANOMALY_SAMPLE_H
#define ANOMALY_SAMPLE_H

#include <stdint.h>

#include <policyd/event.h>

static inline struct policyd_event_anomaly record_of(uint32_t kind)
{
	return (struct policyd_event_anomaly){
		.head = {.version = POLICYD_EVENT_VERSION,
			 .kind = POLICYD_EVENT_ANOMALY,
			 .size = sizeof(struct policyd_event_anomaly),
			 .op = kind,
			 .time = 7250000000,
			 .pid = 42,
			 .comm = "sh"},
		.first = {.time = 5000000000, .pid = 41, .uid = 1000, .comm = "sixteen bytes lo"},
		.count = 201,
		.number = 3,
	};
}

#endif
