/* SPDX-License-Identifier: Apache-2.0 */
/* Events and ring records that several tests use. */
#ifndef EVENT_SAMPLE_H
#define EVENT_SAMPLE_H

#include <string.h>

#include <policyd/image.h>
#include <policyd/op.h>

#include "event.h"

#define SAMPLE_TIME 1714572131123456789U /* 2024-05-01T14:02:11.123456789Z */

/* What the decoder and the outputs know of every event. */
static inline void sample_begin(struct event *event, enum event_kind kind)
{
	event->time = SAMPLE_TIME;
	event->boottime = 86400000000005U;
	event->host = event_text("web1.example.net");
	event->boot_id = event_text("5a0c2f0e-8d7b-4a6e-9c39-0f5d1e2b3a4c");
	event->sequence = 17;
	event_set_kind(event, kind);
}

/* What the kernel always knows of who did something. */
static inline void sample_process(struct event *event)
{
	event->generation = 3;
	event->pid = 812;
	event->tid = 815;
	event->start_time = 3000000000U;
	event->ppid = 1;
	event->uid = 33;
	event->gid = 33;
	event->euid = 33;
	event->comm = event_text("nginx");
}

/* The event of the documentation. */
static inline void sample_denied(struct event *event)
{
	sample_begin(event, EVENT_DENIED);
	sample_process(event);
	event->policy = event_text("web-server");
	event->rule = event_text("file[2]");
	event->file = event_text("/etc/policyd/policy.d/web.yaml");
	event->line = 31;
	event->message = event_text("web servers do not write there");
	event->tags = event_text("web,pci");
	event->mode = event_text("enforce");
	event->section = event_text("file");
	event->operation = event_text("write");
	event->error = 1;
	event->user = event_text("www-data");
	event->exe = event_text("/usr/sbin/nginx");
	event->cgroup = event_text("/system.slice/nginx.service");
	event->cgroup_id = 4711;
	event->pid_namespace = 4026531836U;
	event->mount_namespace = 4026531841U;
	event->parent_exe = event_text("/usr/lib/systemd/systemd");
	event->argv = (struct event_text){.bytes = "nginx:\0-g\0daemon off;", .length = 21};
	event->path = event_text("/etc/passwd");
	event->dev = 8U << 20 | 1;
	event->inode = 1311;
	event->file_mode = 0100644;
}

static inline void sample_connect(struct event *event)
{
	sample_denied(event);
	event_set_kind(event, EVENT_WOULD_DENY);
	event->severity = EVENT_NOTICE;
	event->mode = event_text("audit");
	event->section = event_text("network");
	event->operation = event_text("connect");
	event->rule = event_text("no-outside");
	event->error = EVENT_NONE;
	event->path = (struct event_text){};
	event->dev = event->inode = event->file_mode = EVENT_NONE;
	event->family = event_text("inet6");
	event->socket_type = event_text("stream");
	event->protocol = event_text("tcp");
	event->local_address = event_text("2001:db8::1");
	event->local_port = 40000;
	event->remote_address = event_text("2001:db8::2");
	event->remote_port = 443;
	event->suppressed = 12;
}

/* A script that starts a program. */
static inline void sample_execution(struct event *event)
{
	sample_denied(event);
	event->section = event_text("exec");
	event->operation = event_text("run");
	event->rule = event_text("tools");
	event->exe = event_text("/usr/bin/dash");
	event->comm = event_text("nightly");
	event->script = event_text("/srv/jobs/nightly");
	event->argv = (struct event_text){.bytes = "/bin/sh\0/srv/jobs/nightly", .length = 25};
	event->path = event_text("/srv/tools/get");
	event->file_mode = 0100755;
	event->sha256 = event_text("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08");
	event->new_argv = (struct event_text){.bytes = "get\0-q\0a file", .length = 13};
}

/* A signal to another process. */
static inline void sample_signal(struct event *event)
{
	sample_denied(event);
	event_set_kind(event, EVENT_KILLED);
	event->section = event_text("process");
	event->operation = event_text("signal");
	event->path = (struct event_text){};
	event->dev = event->inode = event->file_mode = EVENT_NONE;
	event->target_pid = 4321;
	event->target_exe = event_text("/usr/sbin/sshd");
	event->detail = event_text("KILL");
}

/* A connection that comes in. */
static inline void sample_accept(struct event *event)
{
	sample_denied(event);
	event->section = event_text("network");
	event->operation = event_text("accept");
	event->path = (struct event_text){};
	event->dev = event->inode = event->file_mode = EVENT_NONE;
	event->family = event_text("inet");
	event->socket_type = event_text("stream");
	event->protocol = event_text("tcp");
	event->local_address = event_text("192.0.2.1");
	event->local_port = 22;
	event->remote_address = event_text("198.51.100.7");
	event->remote_port = 50000;
}

/* An event of each kind. */
static inline void sample_kind(struct event *event, enum event_kind kind)
{
	switch (kind) {
	case EVENT_LOST:
		event->lost = 1200;
		event->lost_kind = event_text("audited");
		event->cause = event_text("queue:syslog");
		break;
	case EVENT_POLICY:
		(void)event_report(event, EVENT_ACTION_PUBLISHED, "3 policies, 41 rules");
		event->generation = 4;
		break;
	case EVENT_HEALTH:
		(void)event_report(event, EVENT_ACTION_CANARY_FAILED, "no hook refused the canary's open");
		break;
	case EVENT_TAMPER:
		(void)event_report(event, EVENT_ACTION_TAMPERED, "pin \"live\" removed");
		break;
	default:
		sample_denied(event);
		event->severity = EVENT_NONE;
	}
	event_set_kind(event, kind);
	event->time = SAMPLE_TIME;
	event->boottime = 86400000000005U;
	event->host = event_text("web1.example.net");
	event->boot_id = event_text("5a0c2f0e-8d7b-4a6e-9c39-0f5d1e2b3a4c");
	event->sequence = 18 + kind;
}

/* All fields at once, with bytes that every format has to quote in some way. */
static inline void sample_hostile(struct event *event)
{
	static const char bytes[] =
		"a\"b\\c]d\ne=f|g'h%n\t\x01\x7f\xff\xc3\x28 ip=1 [x@1 y=\"z\"] <13>\r\0end";
	unsigned int number = 1;

	for (size_t i = 0; i < EVENT_FIELD_COUNT; i++) {
		void *member = (char *)event + event_fields[i].offset;

		if (event_is_text(event_fields[i].type))
			*(struct event_text *)member = (struct event_text){bytes, sizeof(bytes) - 1};
		else
			*(uint64_t *)member = number++;
	}
	event->time = SAMPLE_TIME;
	event->kind = EVENT_DENIED;
	event->severity = EVENT_WARNING;
	event->inode = UINT64_MAX - 1;
	event->cut = 1ULL << EVENT_CUT_path;
	event->suppressed = EVENT_NONE;
	event->lost = EVENT_NONE;
}

/* A record with room for names; returns where the next name goes. */
struct sample_record {
	union {
		struct policyd_event_head head;
		struct policyd_event_path path;
		struct policyd_event_inet inet;
		struct policyd_event_process process;
		char bytes[POLICYD_EVENT_MEDIUM];
	};
};

static inline void sample_head(struct sample_record *record, uint16_t kind, uint32_t size)
{
	memset(record, 0, sizeof(*record));
	record->head = (struct policyd_event_head){
		.version = POLICYD_EVENT_VERSION,
		.kind = kind,
		.size = size,
		.generation = 3,
		.time = 1000000001,
		.start_time = 500000000,
		.pid = 812,
		.tid = 815,
		.parent = 1,
		.uid = 33,
		.gid = 33,
		.euid = 0,
		.login = UINT32_MAX,
		.session = UINT32_MAX,
		.subject = 5,
		.op = POLICYD_BIT_FILE_WRITE,
		.error = 1,
		.cgroup = 4711,
		.pid_namespace = 11,
		.mount_namespace = 12,
		.comm = "nginx",
	};
}

/* Appends `length` bytes (components, leaf first, each with its NUL) and makes `name` refer to them. */
static inline void sample_name(struct sample_record *record, struct policyd_event_name *name, uint32_t root,
			       uint32_t dev, const char *bytes, uint32_t length)
{
	name->root = root;
	name->dev = dev;
	name->offset = record->head.size;
	name->length = length;
	memcpy(record->bytes + record->head.size, bytes, length);
	record->head.size += length;
}

#endif
