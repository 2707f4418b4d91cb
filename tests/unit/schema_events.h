/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events for the formats that follow somebody else's schema: each kind with each operation and each thing
 * that policyd reports, with every field, without one of them, and with those only that the daemon always
 * knows.
 */
#ifndef SCHEMA_EVENTS_H
#define SCHEMA_EVENTS_H

#include <sys/stat.h>

#include "event_sample.h"

typedef void schema_check(const struct event *event);

struct schema_operation {
	const char *section;
	const char *operation;
};

static const struct schema_operation schema_operations[] = {
#define SECTION_FILE		    "file"
#define SECTION_EXEC		    "exec"
#define SECTION_NETWORK		    "network"
#define SECTION_PROCESS		    "process"
#define SECTION_KERNEL		    "kernel"
#define X(section, name, text, bit) {SECTION_##section, text},
	POLICYD_OPS(X)
#undef X
		{"capability", "net_raw"},
	{"syscall", "call"},
	{"anomaly", "new-connect"},
	{NULL, NULL},
};

static inline void schema_event_bare(struct event *event, enum event_kind kind,
				     const struct schema_operation *operation)
{
	sample_begin(event, kind);
	sample_process(event);
	event->section = event_text(operation->section);
	event->operation = event_text(operation->operation);
	if (operation->section && strcmp(operation->section, "network") == 0)
		event->family = event_text("netlink");
	if (operation->section && strcmp(operation->section, "process") == 0)
		event->target_pid = 4321;
}

/* The fields that are not any text or number. */
static inline void schema_event_shape(struct event *event)
{
	event->degraded = (struct event_text){};
	event->argv = event->new_argv = (struct event_text){.bytes = "nginx:\0-g", .length = 9};
	event->path = event_text("/srv/data/file");
	event->path2 = event_text("/srv/data/other");
	event->exe = event_text("/usr/sbin/nginx");
	event->parent_exe = event_text("/usr/lib/systemd/systemd");
	event->target_exe = event_text("/usr/sbin/sshd");
	event->sha256 = event_text("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08");
	event->family = event_text("inet6");
	event->protocol = event_text("tcp");
	event->local_address = event_text("192.0.2.1");
	event->remote_address = event_text("2001:db8::2");
	event->detail = event_text("KILL");
	event->file_mode = S_IFREG | 0644;
	event->error = 1;
	event->inode = UINT64_MAX - 1;
	event->cut = 1ULL << EVENT_CUT_path;
}

/* Gives the event every field that it lacks. */
static inline void schema_event_fill(struct event *event)
{
	struct event before = *event;

	for (size_t i = 0; i < EVENT_FIELD_COUNT; i++) {
		void *member = (char *)event + event_fields[i].offset;

		if (event_is_text(event_fields[i].type))
			*(struct event_text *)member = event_text(event_fields[i].name);
		else
			*(uint64_t *)member = i + 1;
	}
	schema_event_shape(event);
	for (size_t i = 0; i < EVENT_FIELD_COUNT; i++) {
		size_t offset = event_fields[i].offset;
		bool is_text = event_is_text(event_fields[i].type);

		if (event_has(&before, i))
			memcpy((char *)event + offset, (char *)&before + offset,
			       is_text ? sizeof(struct event_text) : sizeof(uint64_t));
	}
}

/* The event as it is and with all fields. */
static inline void schema_event_vary(const struct event *bare, schema_check *check)
{
	struct event full = *bare; /* borrows */

	check(bare);
	schema_event_fill(&full);
	check(&full);
}

/* The event with all fields but one, for each that `bare` lacks. */
static inline void schema_event_lessen(const struct event *bare, schema_check *check)
{
	struct event full = *bare;

	schema_event_fill(&full);
	for (size_t i = 0; i < EVENT_FIELD_COUNT; i++) {
		struct event less = full;
		void *member = (char *)&less + event_fields[i].offset;

		if (event_has(bare, i))
			continue;
		if (event_is_text(event_fields[i].type))
			*(struct event_text *)member = (struct event_text){};
		else
			*(uint64_t *)member = EVENT_NONE;
		check(&less);
	}
}

/* What the kernel told: each kind that has an operation. Most kinds miss a field in the same way. */
static inline void schema_events_decided(schema_check *check)
{
	static const enum event_kind kinds[] = {
		EVENT_DENIED, EVENT_WOULD_DENY, EVENT_AUDITED, EVENT_KILLED, EVENT_ANOMALY, EVENT_TAMPER,
	};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		for (size_t j = 0; j < ARRAY_SIZE(schema_operations); j++) {
			CLEANUP_EVENT struct event event;

			event_init(&event);
			schema_event_bare(&event, kinds[i], &schema_operations[j]);
			schema_event_vary(&event, check);
			if (kinds[i] == EVENT_DENIED || kinds[i] == EVENT_ANOMALY)
				schema_event_lessen(&event, check);
			event.family = event_text("inet");
			event.socket_type = event_text("stream");
			check(&event);
		}
	}
}

static inline void schema_events_own(schema_check *check)
{
	for (int i = 0; i <= EVENT_ACTION_COUNT; i++) {
		CLEANUP_EVENT struct event event;

		event_init(&event);
		if (i < EVENT_ACTION_COUNT)
			ck_assert_int_eq(event_report(&event, (enum event_action)i, "because"), 0);
		sample_begin(&event, i < EVENT_ACTION_COUNT ? (enum event_kind)event.kind : EVENT_LOST);
		check(&event);
		event.policy = event_text("web-server");
		event.rule = event_text("file[2]");
		event.message = event_text("of the policy");
		event.lost = i < EVENT_ACTION_COUNT ? EVENT_NONE : 3;
		check(&event);
	}
}

/* The samples that the golden files have, too. */
static inline void schema_events_sampled(schema_check *check)
{
	static void (*const samples[])(struct event *) = {
		sample_denied, sample_connect, sample_execution, sample_signal, sample_accept,
	};

	for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
		CLEANUP_EVENT struct event event;

		event_init(&event);
		samples[i](&event);
		check(&event);
	}
}

static inline void schema_events(schema_check *check)
{
	schema_events_decided(check);
	schema_events_own(check);
	schema_events_sampled(check);
}

#endif
