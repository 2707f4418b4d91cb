/* SPDX-License-Identifier: Apache-2.0 */
#include "decode_anomaly.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <policyd/anomaly.h>
#include <policyd/baseline.h>
#include <policyd/ngram.h>

#include "anomalies.h"
#include "decode_internal.h"
#include "decode_socket.h"
#include "policy.h"
#include "syscalls.h"
#include "util.h"

#define DETAIL_MAX 256

/* The destination, as other records have it. */
static int destination_set(const struct policyd_event_anomaly *anomaly, struct event *event)
{
	struct policyd_event_inet inet = {
		.head.op = POLICYD_BIT_NETWORK_CONNECT,
		.family = anomaly->family,
		.remote_port = anomaly->remote_port,
		.protocol = anomaly->item >> 16 & 0xffff,
	};

	if (!anomaly->family)
		return 0;
	memcpy(inet.remote, anomaly->remote, sizeof(inet.remote));
	return decode_socket(&inet, event);
}

static int call_set(uint64_t what, struct event *event)
{
	enum policyd_arch arch = (enum policyd_arch)(what >> 32);
	CLEANUP_FREE char *name = syscall_name(arch, (uint32_t)what);

	if (arch >= POLICYD_ARCH_COUNT)
		return 0;
	event->syscall_number = (uint32_t)what;
	event->architecture = event_text(syscall_arch_name(arch));
	return name ? event_set(event, &event->syscall, name, strlen(name)) : 0;
}

/* The last call of a sequence. */
static int sequence_set(uint64_t call, struct event *event)
{
	if (!call || call == POLICYD_NGRAM_OTHER)
		return 0;
	return call_set(policyd_syscall_what(syscall_arch_native(), (uint32_t)call - 1), event);
}

/* What a baseline is compared with: the names stand in the record, the rest in the item. */
static int learnt_set(const struct policyd_event_anomaly *anomaly, struct event *event)
{
	uint64_t what = policyd_item_what(anomaly->item);

	event->origin.executable = anomaly->executable;
	event->origin.item = anomaly->item;
	if (!anomaly->item)
		return 0;
	if (anomaly->head.op == POLICYD_ANOMALY_NEW_SYSCALL)
		return call_set(what, event);
	if (anomaly->head.op == POLICYD_ANOMALY_NEW_SEQUENCE)
		return sequence_set(what & POLICYD_NGRAM_OTHER, event);
	if (anomaly->head.op == POLICYD_ANOMALY_NEW_LISTEN)
		event->local_port = what & 0xffff;
	return destination_set(anomaly, event);
}

/* Kind, section, operation, how many, the object unless it is a name, and what attribution needs. */
static int body_set(const struct policyd_event_anomaly *anomaly, struct event *event)
{
	event->severity = EVENT_NONE; /* the head's kind had another */
	event_set_kind(event, EVENT_ANOMALY);
	event->section = event_text(section_name(POLICYD_SECTION_ANOMALY));
	event->operation = event_text(anomaly_name(anomaly->head.op));
	if (anomaly->count)
		event->suppressed = anomaly->count;
	if (anomaly->child)
		event->target_pid = anomaly->child;
	event->origin.number = anomaly->number;
	event->origin.first = anomaly->first;
	if (anomaly->head.op >= POLICYD_ANOMALY_LEARNT)
		return learnt_set(anomaly, event);
	if (anomaly->head.op == POLICYD_ANOMALY_UID_GAIN || anomaly->head.op == POLICYD_ANOMALY_WX_MEMORY)
		event->origin.item = anomaly->item;
	return destination_set(anomaly, event);
}

/* The name that a process gave to a failed open, as it gave it. */
static int typed_set(struct decoder *decoder, const char *record, size_t size,
		     const struct policyd_event_anomaly *anomaly, struct event *event)
{
	uint32_t offset = anomaly->typed_offset, length = anomaly->typed_length;

	if (!length)
		return 0;
	if (offset < sizeof(*anomaly) || offset > size || length > size - offset)
		return decode_fail(decoder, DECODE_NAME);
	return event_set(event, &event->path, record + offset, length);
}

int decode_anomaly(struct decoder *decoder, const char *record, size_t size, struct event *event)
{
	struct policyd_event_anomaly anomaly;
	int r;

	if (size < sizeof(anomaly))
		return decode_fail(decoder, DECODE_SIZE);

	memcpy(&anomaly, record, sizeof(anomaly));
	r = decode_head(decoder, &anomaly.head, event);
	if (r == 0)
		r = body_set(&anomaly, event);
	if (r == 0)
		r = typed_set(decoder, record, size, &anomaly, event);
	if (r == 0)
		r = decode_text(decoder, record, sizeof(anomaly), size, &anomaly.object, event,
				EVENT_CUT_path, &event->path);
	return r < 0 ? r
		     : decode_program(decoder, record, sizeof(anomaly), size, &anomaly.head, &anomaly.exe,
				      event);
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

/* How long before the event the first was, and whose it was. */
static int first_print(char *buffer, size_t size, const struct event *event)
{
	const struct policyd_example *first = &event->origin.first;
	uint64_t age = event->boottime > first->time ? event->boottime - first->time : 0;

	return snprintf(buffer, size, "%" PRIu64 ".%03" PRIu64 "s before by %.*s (pid %u, uid %u)",
			age / 1000000000, age / 1000000 % 1000,
			(int)strnlen(first->comm, sizeof(first->comm)), first->comm, first->pid, first->uid);
}

static int rate_print(char *buffer, size_t size, const struct event *event, const struct anomaly_rate *rate,
		      const char *first)
{
	char over[32];

	(void)duration_print(over, sizeof(over), rate->over_ns);
	return snprintf(buffer, size, "%" PRIu64 "%s in %s, limit %" PRIu64 "; first %s%s", event->suppressed,
			rate->distinct ? " different" : "", over, rate->limit, first,
			rate->action == POLICY_KILL && event->origin.flags & POLICYD_EVENT_KILLED ? "; killed"
												  : "");
}

/* What the user id was and for how long, which one was gained, and how. */
static int gain_print(char *buffer, size_t size, const struct event *event, const char *verdict)
{
	const struct policyd_example *known = &event->origin.first;
	uint64_t age = event->boottime > known->time ? event->boottime - known->time : 0;
	uint32_t id = (uint32_t)event->origin.item;
	char before[64] = "";

	if (known->time)
		(void)snprintf(before, sizeof(before), "uid %u for %" PRIu64 ".%03" PRIu64 "s, ", known->uid,
			       age / 1000000000, age / 1000000 % 1000);
	return snprintf(buffer, size,
			event->origin.item >> 32 == POLICYD_GAIN_CAPABILITY
				? "%sasks for %u with nothing but the capability setuid; %s"
				: "%sthen %u, which no call and no execution gave; %s",
			before, id, verdict);
}

/* What the memory was, and how it became executable. */
static int wx_print(char *buffer, size_t size, const struct event *event, const char *verdict)
{
	static const char *const whats[] = {
		[POLICYD_WX_ANONYMOUS] = "anonymous memory",
		[POLICYD_WX_COPY] = "a private copy of the file",
		[POLICYD_WX_ALIAS] = "a file that is mapped writable",
		[POLICYD_WX_UNNAMED] = "a file without a name",
	};
	uint64_t what = event->origin.item & ~(uint64_t)POLICYD_WX_TURNED;

	return snprintf(buffer, size, "%s, %s executable; %s",
			what < ARRAY_SIZE(whats) ? whats[what] : "memory",
			event->origin.item & POLICYD_WX_TURNED ? "turned" : "mapped", verdict);
}

static int detect_print(char *buffer, size_t size, const struct event *event,
			const struct anomaly_detect *detect, const char *first)
{
	const char *verdict = event->origin.flags & POLICYD_EVENT_KILLED ? "killed"
			      : event->error != EVENT_NONE		 ? "refused"
									 : "went on";

	if (detect->kind == POLICYD_ANOMALY_FRESH_EXEC)
		return snprintf(buffer, size, "opened for writing %s; %s", first, verdict);
	if (detect->kind == POLICYD_ANOMALY_SERVICE_SHELL)
		return snprintf(buffer, size, "serves connections, first %s; %s", first, verdict);
	if (detect->kind == POLICYD_ANOMALY_UID_GAIN)
		return gain_print(buffer, size, event, verdict);
	if (detect->kind == POLICYD_ANOMALY_WX_MEMORY)
		return wx_print(buffer, size, event, verdict);
	return snprintf(buffer, size, "the file has no name; %s", verdict);
}

int decode_anomaly_detail(struct event *event, const struct model_anomaly *anomaly)
{
	char text[DETAIL_MAX], first[128];
	int length;

	if (anomaly->baseline) /* what is known of it is not in the record */
		return 0;
	(void)first_print(first, sizeof(first), event);
	length = anomaly->rate ? rate_print(text, sizeof(text), event, anomaly->rate, first)
			       : detect_print(text, sizeof(text), event, anomaly->detect, first);
	return event_set(event, &event->detail, text, (size_t)length);
}
