/* SPDX-License-Identifier: Apache-2.0 */
#include "decode.h"

#include <assert.h>
#include <string.h>
#include <time.h>

#include <policyd/image.h>
#include <policyd/op.h>

#include "decode_anomaly.h"
#include "decode_call.h"
#include "decode_exec.h"
#include "decode_internal.h"
#include "decode_name.h"
#include "decode_socket.h"
#include "decode_tamper.h"
#include "util.h"
#include "word.h"

#define NO_ID UINT32_MAX /* of login and session: not set */

static const char *const fault_names[] = {
#define X(name, text) [DECODE_##name] = text,
	DECODE_FAULTS(X)
#undef X
};
_Static_assert(ARRAY_SIZE(fault_names) == DECODE_FAULT_COUNT, "every fault has its name");

static const char *const reasons[] = {
	[POLICYD_REASON_NONE] = "unknown",
	[POLICYD_REASON_DEPTH] = "too-deep",
	[POLICYD_REASON_READ] = "unreadable",
	[POLICYD_REASON_RACE] = "renamed-meanwhile",
	[POLICYD_REASON_DETACHED] = "detached",
	[POLICYD_REASON_IMAGE] = "bad-image",
	[POLICYD_REASON_SUBJECT] = "no-subject-class",
	[POLICYD_REASON_GENERATION] = "policies-replaced",
	[POLICYD_REASON_CONTENT] = "content-unknown",
	[POLICYD_REASON_FOLD] = "case-folded",
	[POLICYD_REASON_BELOW] = "name-below",
};
_Static_assert(ARRAY_SIZE(reasons) == POLICYD_REASON_COUNT, "every reason has its name");

_Static_assert(POLICYD_SECTION_FILE == 0 && POLICYD_SECTION_EXEC == 1 && POLICYD_SECTION_NETWORK == 2,
	       "file, exec and network come first");

static const char *const sections[] = {
#define X(name, text) [POLICYD_SECTION_##name] = text,
	POLICYD_SECTIONS(X)
#undef X
};

struct operation {
	enum policyd_section section;
	uint32_t bit;
	const char *name;
};

/* The operation that a bit means: the rows of names and addresses share theirs, other rows have their own. */
static const struct operation *operation_find(uint32_t bit, enum policyd_section first,
					      enum policyd_section last)
{
	static const struct operation operations[] = {
#define X(section, name, text, number) {POLICYD_SECTION_##section, number, text},
		POLICYD_OPS(X)
#undef X
	};

	for (size_t i = 0; i < ARRAY_SIZE(operations); i++)
		if (operations[i].bit == bit && operations[i].section >= first &&
		    operations[i].section <= last)
			return &operations[i];
	return NULL;
}

const char *decode_fault_name(enum decode_fault fault)
{
	assert(fault < DECODE_FAULT_COUNT);
	return fault_names[fault];
}

uint64_t decode_clock_offset(void)
{
	struct timespec real = {}, boot = {};

	(void)clock_gettime(CLOCK_REALTIME, &real);
	(void)clock_gettime(CLOCK_BOOTTIME, &boot);
	return (uint64_t)(real.tv_sec - boot.tv_sec) * 1000000000U + (uint64_t)(real.tv_nsec - boot.tv_nsec);
}

int decode_fail(struct decoder *decoder, enum decode_fault what)
{
	decoder->faults[what]++;
	return -EBADMSG;
}

static uint64_t id_or_none(uint32_t id)
{
	return id == NO_ID ? EVENT_NONE : id;
}

static void decode_operation(struct event *event, const struct policyd_event_head *head)
{
	const struct operation *operation;

	if (head->flags & POLICYD_EVENT_OF_CAPABILITY) {
		event->section = event_text(sections[POLICYD_SECTION_CAPABILITY]);
		event->operation = event_text(word_capability(head->op));
		return;
	}
	if (head->flags & POLICYD_EVENT_OF_KERNEL)
		operation = operation_find(head->op, POLICYD_SECTION_KERNEL, POLICYD_SECTION_KERNEL);
	else if (head->kind == POLICYD_EVENT_PROCESS)
		operation = operation_find(head->op, POLICYD_SECTION_PROCESS, POLICYD_SECTION_PROCESS);
	else
		operation = operation_find(head->op, POLICYD_SECTION_FILE, POLICYD_SECTION_NETWORK);
	event->section = event_text(operation ? sections[operation->section] : NULL);
	event->operation = event_text(operation ? operation->name : NULL);
}

static void decode_kind(struct event *event, const struct policyd_event_head *head)
{
	if (head->flags & POLICYD_EVENT_KILLED)
		event_set_kind(event, EVENT_KILLED);
	else
		event_set_kind(event, head->error ? EVENT_DENIED : EVENT_AUDITED);

	if (head->error)
		event->error = head->error < 0 ? -(uint64_t)(int64_t)head->error : (uint64_t)head->error;
}

static void decode_degraded(struct event *event, const struct policyd_event_head *head)
{
	if (head->flags & POLICYD_EVENT_DEGRADED)
		event->degraded = event_text(head->kind == POLICYD_EVENT_INET ? "cgroup" : "tracepoint");
}

int decode_head(struct decoder *decoder, const struct policyd_event_head *head, struct event *event)
{
	decode_kind(event, head);
	decode_operation(event, head);
	decode_degraded(event, head);
	event->time = head->time + decoder->clock_offset;
	event->boottime = head->time;
	event->generation = head->generation;
	event->pid = head->pid;
	event->tid = head->tid;
	event->start_time = head->start_time;
	event->ppid = head->parent;
	event->uid = head->uid;
	event->gid = head->gid;
	event->euid = head->euid;
	event->login_uid = id_or_none(head->login);
	event->session = id_or_none(head->session);
	event->cgroup_id = head->cgroup ? head->cgroup : EVENT_NONE;
	event->pid_namespace = head->pid_namespace;
	event->mount_namespace = head->mount_namespace;
	event->origin = (struct event_origin){
		.valid = true,
		.canary = head->flags & POLICYD_EVENT_CANARY,
		.record = head->kind,
		.subject = head->subject,
		.bit = head->op,
		.flags = head->flags,
	};
	return event_set(event, &event->comm, head->comm, strnlen(head->comm, sizeof(head->comm)));
}

void decode_cut(struct event *event, enum event_cut cut)
{
	event->cut = (event->cut == EVENT_NONE ? 0 : event->cut) | 1ULL << cut;
}

/*
 * Reads the name that `from` describes out of the record into `text`. A text that the record lacks stays
 * empty. `body` is where name bytes may begin.
 */
int decode_text(struct decoder *decoder, const char *record, size_t body, size_t size,
		const struct policyd_event_name *from, struct event *event, enum event_cut cut,
		struct event_text *text)
{
	struct decode_name name = {
		.root = from->root,
		.dev = from->dev,
		.length = from->length,
		.cut = from->flags & POLICYD_NAME_CUT,
	};
	int r;

	if (from->root == 0)
		return 0;

	if (from->length > 0) {
		if (from->offset < body || from->offset > size || from->length > size - from->offset)
			return decode_fail(decoder, DECODE_NAME);
		name.bytes = record + from->offset;
	}

	r = decode_name(&name, decoder->host, event, text);
	if (r == -EBADMSG)
		return decode_fail(decoder, DECODE_NAME);
	if (r < 0)
		return r;

	if (name.cut)
		decode_cut(event, cut);
	/* Without BPF LSM nothing knows of renames: all names may be torn, as `degraded` says. */
	if (from->flags & POLICYD_NAME_TORN && event->reason.length == 0 && event->degraded.length == 0)
		event->reason = event_text(reasons[POLICYD_REASON_RACE]);
	return 0;
}

/* Who did it: the program, its parent's, the script, the arguments. */
int decode_program(struct decoder *decoder, const char *record, size_t body, size_t size,
		   const struct policyd_event_head *head, const struct policyd_event_name *exe,
		   struct event *event)
{
	int r = decode_text(decoder, record, body, size, exe, event, EVENT_CUT_exe, &event->exe);

	if (r < 0)
		return r;
	r = decode_text(decoder, record, body, size, &head->parent_exe, event, EVENT_CUT_parent_exe,
			&event->parent_exe);
	if (r < 0)
		return r;
	r = decode_script(decoder, head->script, event);
	if (r < 0)
		return r;
	return decode_arguments(decoder, record, body, size,
				&(struct decode_arguments){.offset = head->argv,
							   .length = head->argv_length,
							   .is_cut = head->flags & POLICYD_EVENT_ARGV_CUT,
							   .cut = EVENT_CUT_argv},
				event, &event->argv);
}

static void decode_object(const struct policyd_event_name *object, struct event *event)
{
	event->origin.object = object->object;
	if (object->root == 0)
		return;

	event->dev = object->dev;
	event->inode = object->inode;
	event->file_mode = object->mode;
	if (object->flags & POLICYD_NAME_UNLINKED)
		event->unlinked = 1;
}

static int decode_path(struct decoder *decoder, const char *record, size_t size, struct event *event)
{
	struct policyd_event_path path;
	bool is_socket;
	int r;

	if (size < sizeof(path))
		return decode_fail(decoder, DECODE_SIZE);

	memcpy(&path, record, sizeof(path));
	r = decode_head(decoder, &path.head, event);
	if (r < 0)
		return r;

	is_socket =
		path.object.root == POLICYD_ROOT_ABSTRACT ||
		(!(path.head.flags & POLICYD_EVENT_TAMPER) && path.head.op >= POLICYD_BIT_NETWORK_CREATE &&
		 path.head.op <= POLICYD_BIT_NETWORK_CONNECT);
	decode_object(&path.object, event);
	event->origin.target = path.target.object;
	event->origin.condition = path.condition;
	if (path.head.flags & POLICYD_EVENT_UNRESOLVED)
		event->reason = event_text(reasons[path.reason < POLICYD_REASON_COUNT ? path.reason : 0]);
	else if (path.head.flags & POLICYD_EVENT_NO_HOOK)
		decode_unhooked(path.reason, event);
	if (is_socket)
		event->family = event_text("unix");
	r = path.head.flags & POLICYD_EVENT_TAMPER ? decode_tamper(&path, event) : 0;
	if (r < 0)
		return r;

	r = decode_text(decoder, record, sizeof(path), size, &path.object, event,
			is_socket ? EVENT_CUT_unix_name : EVENT_CUT_path,
			is_socket ? &event->unix_name : &event->path);
	if (r < 0)
		return r;

	r = decode_text(decoder, record, sizeof(path), size, &path.target, event, EVENT_CUT_path2,
			&event->path2);
	if (r == 0)
		r = decode_execution(decoder, record, size, &path, event);
	return r < 0 ? r : decode_program(decoder, record, sizeof(path), size, &path.head, &path.exe, event);
}

static int decode_inet(struct decoder *decoder, const char *record, size_t size, struct event *event)
{
	struct policyd_event_inet inet;
	int r;

	if (size < sizeof(inet))
		return decode_fail(decoder, DECODE_SIZE);

	memcpy(&inet, record, sizeof(inet));
	r = decode_head(decoder, &inet.head, event);
	if (r < 0)
		return r;

	r = decode_socket(&inet, event);
	if (r < 0)
		return r;

	return decode_program(decoder, record, sizeof(inet), size, &inet.head, &inet.exe, event);
}

static int decode_process(struct decoder *decoder, const char *record, size_t size, struct event *event)
{
	struct policyd_event_process process;
	int r;

	if (size < sizeof(process))
		return decode_fail(decoder, DECODE_SIZE);

	memcpy(&process, record, sizeof(process));
	r = decode_head(decoder, &process.head, event);
	if (r < 0)
		return r;

	event->target_pid = process.target_pid;
	event->origin.object = process.target_subject;
	event->origin.signal = process.signal;
	if (process.signal)
		event->detail = event_text(word_signal(process.signal));
	if (process.head.flags & POLICYD_EVENT_UNRESOLVED)
		event->reason =
			event_text(reasons[process.reason < POLICYD_REASON_COUNT ? process.reason : 0]);

	r = decode_program(decoder, record, sizeof(process), size, &process.head, &process.exe, event);
	if (r < 0)
		return r;

	return decode_text(decoder, record, sizeof(process), size, &process.target_exe, event,
			   EVENT_CUT_target_exe, &event->target_exe);
}

int decode(struct decoder *decoder, const void *record, size_t length, struct event *event)
{
	static int (*const bodies[])(struct decoder *, const char *, size_t, struct event *) = {
		[POLICYD_EVENT_PATH] = decode_path,	  [POLICYD_EVENT_INET] = decode_inet,
		[POLICYD_EVENT_PROCESS] = decode_process, [POLICYD_EVENT_SYSCALL] = decode_syscall,
		[POLICYD_EVENT_ANOMALY] = decode_anomaly,
	};
	_Static_assert(ARRAY_SIZE(bodies) == POLICYD_EVENT_COUNT, "every kind is decoded");
	struct policyd_event_head head;

	if (length < sizeof(head))
		return decode_fail(decoder, DECODE_SIZE);

	memcpy(&head, record, sizeof(head));
	if (head.version != POLICYD_EVENT_VERSION)
		return decode_fail(decoder, DECODE_VERSION);
	if (head.kind >= ARRAY_SIZE(bodies) || !bodies[head.kind])
		return decode_fail(decoder, DECODE_KIND);
	if (head.size < sizeof(head) || head.size > length)
		return decode_fail(decoder, DECODE_SIZE);

	return bodies[head.kind](decoder, record, head.size, event);
}
