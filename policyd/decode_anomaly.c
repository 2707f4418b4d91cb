/* SPDX-License-Identifier: Apache-2.0 */
#include "decode_anomaly.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <policyd/anomaly.h>

#include "anomalies.h"
#include "decode_socket.h"
#include "policy.h"

#define DETAIL_MAX 256

/* The destination, as other records have it. */
static int destination_set(const struct policyd_event_anomaly *anomaly, struct event *event)
{
	struct policyd_event_inet inet = {
		.head.op = POLICYD_BIT_NETWORK_CONNECT,
		.family = anomaly->family,
		.remote_port = anomaly->remote_port,
	};

	if (!anomaly->family)
		return 0;
	memcpy(inet.remote, anomaly->remote, sizeof(inet.remote));
	return decode_socket(&inet, event);
}

int decode_anomaly(const struct policyd_event_anomaly *anomaly, struct event *event)
{
	event_set_kind(event, EVENT_ANOMALY);
	event->section = event_text(section_name(POLICYD_SECTION_ANOMALY));
	event->operation = event_text(anomaly_name(anomaly->head.op));
	event->suppressed = anomaly->count;
	if (anomaly->child)
		event->target_pid = anomaly->child;
	event->origin.number = anomaly->number;
	event->origin.first = anomaly->first;
	return destination_set(anomaly, event);
}

/* The largest unit that leaves no rest, as policies are written. */
static int duration_print(char *buffer, size_t size, uint64_t ns)
{
	static const struct {
		uint64_t ns;
		const char *name;
	} units[] = {{86400000000000, "d"}, {3600000000000, "h"}, {60000000000, "m"}, {1000000000, "s"}};

	for (size_t i = 0; i < ARRAY_SIZE(units); i++)
		if (ns % units[i].ns == 0)
			return snprintf(buffer, size, "%" PRIu64 "%s", ns / units[i].ns, units[i].name);
	return snprintf(buffer, size, "%" PRIu64 "ms", ns / 1000000);
}

int decode_anomaly_detail(struct event *event, uint64_t over_ns, uint64_t limit)
{
	const struct policyd_example *first = &event->origin.first;
	uint64_t age = event->boottime > first->time ? event->boottime - first->time : 0;
	char text[DETAIL_MAX], over[32];
	int length;

	(void)duration_print(over, sizeof(over), over_ns);
	length =
		snprintf(text, sizeof(text),
			 "%" PRIu64 " in %s, limit %" PRIu64 "; first %" PRIu64 ".%03" PRIu64
			 "s before by %.*s (pid %u, uid %u)",
			 event->suppressed, over, limit, age / 1000000000, age / 1000000 % 1000,
			 (int)strnlen(first->comm, sizeof(first->comm)), first->comm, first->pid, first->uid);
	return event_set(event, &event->detail, text, (size_t)length);
}
