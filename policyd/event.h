/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An event as user space has it: decoded from a ring record (decode.h) or made here, attributed to policy
 * and rule by the caller, and then merged, numbered, formatted and sent.
 *
 * Members are generated from one list, which is also the const table that formats walk. A number is absent
 * when it is EVENT_NONE, a text when it is empty; absent fields are not printed. Texts are bytes, not
 * strings: a process may have chosen them.
 */
#ifndef POLICYD_USER_EVENT_H
#define POLICYD_USER_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <policyd/event.h>

#include "event_field.h"
#include "util.h"

#define EVENT_NONE UINT64_MAX

/* X(NAME, "name", severity, important): important kinds have a share of every buffer to themselves. */
#define EVENT_KINDS(X)                                                                                       \
	X(DENIED, "denied", EVENT_WARNING, true)                                                             \
	X(WOULD_DENY, "would-deny", EVENT_NOTICE, false)                                                     \
	X(AUDITED, "audited", EVENT_INFO, false)                                                             \
	X(KILLED, "killed", EVENT_ERROR, true)                                                               \
	X(ANOMALY, "anomaly", EVENT_WARNING, true)                                                           \
	X(LOST, "lost", EVENT_WARNING, true)                                                                 \
	X(POLICY, "policy", EVENT_NOTICE, true)                                                              \
	X(HEALTH, "health", EVENT_NOTICE, true)                                                              \
	X(TAMPER, "tamper", EVENT_CRITICAL, true)

enum event_kind {
#define X(name, text, severity, important) EVENT_##name,
	EVENT_KINDS(X)
#undef X
		EVENT_KIND_COUNT
};

/* Severities of syslog. */
enum event_severity {
	EVENT_EMERGENCY,
	EVENT_ALERT,
	EVENT_CRITICAL,
	EVENT_ERROR,
	EVENT_WARNING,
	EVENT_NOTICE,
	EVENT_INFO,
	EVENT_DEBUG,
	EVENT_SEVERITY_COUNT
};

/* Bytes; not owned by this struct. Empty is length 0. */
struct event_text {
	const char *bytes;
	size_t length;
};

/* What the kernel decided by, for whoever attributes the event. Meaningful when `valid`. */
struct event_origin {
	bool valid;
	bool canary;	  /* the daemon's own test operation */
	bool silent;	  /* was taken note of, and is not sent on */
	uint16_t record;  /* enum policyd_event_kind */
	uint32_t subject; /* subject class */
	uint32_t object;  /* path class of the first name, 0 where there is none */
	uint32_t target;  /* path class of the second name */
	uint32_t signal; /* number, of a signal to another process; `object` is the process's subject class */
	uint32_t condition; /* condition class of the file */
	uint32_t row;	    /* verdict row of an address */
	uint32_t bit;	    /* operation, bit number in the cell */
	uint32_t flags;	    /* POLICYD_EVENT_* */
	uint8_t address[16];
	uint8_t local[16];	      /* beside it, where a connection is accepted */
	uint16_t port;		      /* the remote, or the local of bind and listen, host order */
	uint16_t protocol;	      /* IPPROTO_* */
	uint32_t arch;		      /* of a system call: enum policyd_arch, */
	uint32_t number;	      /* and its number; of a rate: its number in the image */
	struct policyd_example first; /* of what a rate counted */
	uint64_t executable; /* of a baseline: the kernel's number of it, 0: the event is not about one */
	uint64_t item;	     /* and what it did, 0: it was started; of uid-gain and wx-memory: as in
				the record */
	uint16_t family;     /* AF_*, of the address or of the socket */
	uint32_t socket_type;
};

struct event_chunk;

struct event {
#define EVENT_STORE_NUMBER    uint64_t
#define EVENT_STORE_ID	      uint64_t
#define EVENT_STORE_TIME      uint64_t
#define EVENT_STORE_DURATION  uint64_t
#define EVENT_STORE_KIND      uint64_t
#define EVENT_STORE_SEVERITY  uint64_t
#define EVENT_STORE_ERRNO     uint64_t
#define EVENT_STORE_DEVICE    uint64_t
#define EVENT_STORE_MODE      uint64_t
#define EVENT_STORE_CUT	      uint64_t
#define EVENT_STORE_TEXT      struct event_text
#define EVENT_STORE_NAME      struct event_text
#define EVENT_STORE_TAGS      struct event_text
#define EVENT_STORE_ARGV      struct event_text
#define X(member, name, type) EVENT_STORE_##type member;
	EVENT_FIELDS(X)
#undef X
	struct event_origin origin;
	struct event_chunk *chunks; /* bytes that the event owns */
};

struct event_field_info {
	const char *name;
	enum event_type type;
	size_t offset;
};

extern const struct event_field_info event_fields[EVENT_FIELD_COUNT];

/* Makes an event without fields. Needs event_free(). */
void event_init(struct event *event);

/* Takes all fields away and keeps memory for the next use. */
void event_clear(struct event *event);

void event_free(struct event *event);

#define CLEANUP_EVENT CLEANUP(event_free)

/* A copy with all its bytes in one allocation, freed with event_destroy(). Returns 0, -ENOMEM. */
int event_copy(const struct event *event, struct event **ret_copy);

/* Frees an event_copy(); takes NULL. */
void event_destroy(struct event *event);

/* `size` bytes that live until event_clear(), NULL when out of memory. */
char *event_alloc(struct event *event, size_t size);

/* Copies `length` bytes into the event and makes `*text`, a member of it, refer to them. 0 or -ENOMEM. */
int event_set(struct event *event, struct event_text *text, const char *bytes, size_t length);

/* A text that borrows a NUL-terminated string (NULL: empty), which has to outlive the event. */
struct event_text event_text(const char *string);

bool event_is_text(enum event_type type);

/* The field's number. The field is none of the text types. */
uint64_t event_number(const struct event *event, enum event_field field);

/* The field's bytes. The field is one of the text types. */
const struct event_text *event_bytes(const struct event *event, enum event_field field);

bool event_has(const struct event *event, enum event_field field);

/* How many happenings the event stands for: `suppressed`, or 1. */
uint64_t event_weight(const struct event *event);

/* "denied" and so on; "?" beyond EVENT_KIND_COUNT. */
const char *event_kind_name(uint64_t kind);

/* 0 and the kind, or -ENOENT. */
int event_kind_from_name(const char *name, enum event_kind *ret_kind);

/* "warning" and so on; "?" beyond EVENT_SEVERITY_COUNT. */
const char *event_severity_name(uint64_t severity);

/* Whether events of this kind have the reserved share. */
bool event_kind_is_important(uint64_t kind);

/* Sets the kind and, where there is none, its default severity. */
void event_set_kind(struct event *event, enum event_kind kind);

/* Sets time and boottime to now. */
void event_set_now(struct event *event);

/* What policyd itself reports. X(NAME, "text", KIND, severity) */
#define EVENT_ACTIONS(X)                                                                                     \
	X(PUBLISHED, "published", POLICY, EVENT_NOTICE)                                                      \
	X(REJECTED, "rejected", POLICY, EVENT_ERROR)                                                         \
	X(ROLLED_BACK, "rolled-back", POLICY, EVENT_WARNING)                                                 \
	X(ON_TRIAL, "on-trial", POLICY, EVENT_NOTICE)                                                        \
	X(CONFIRMED, "confirmed", POLICY, EVENT_NOTICE)                                                      \
	X(BOOT_GUARD, "boot-guard", POLICY, EVENT_CRITICAL)                                                  \
	X(MODE_CHANGED, "mode-changed", POLICY, EVENT_NOTICE)                                                \
	X(BASELINE_CHANGED, "baseline-changed", POLICY, EVENT_NOTICE)                                        \
	X(LOCKED, "locked", POLICY, EVENT_WARNING)                                                           \
	X(IGNORED, "ignored", TAMPER, EVENT_CRITICAL)                                                        \
	X(STARTED, "started", HEALTH, EVENT_NOTICE)                                                          \
	X(STOPPED, "stopped", HEALTH, EVENT_NOTICE)                                                          \
	X(UNLOADED, "unloaded", HEALTH, EVENT_WARNING)                                                       \
	X(ADOPTED, "adopted", HEALTH, EVENT_NOTICE)                                                          \
	X(DEGRADED, "degraded", HEALTH, EVENT_ERROR)                                                         \
	X(RECOVERED, "recovered", HEALTH, EVENT_NOTICE)                                                      \
	X(CANARY_FAILED, "canary-failed", HEALTH, EVENT_CRITICAL)                                            \
	X(READER_FAILED, "reader-failed", HEALTH, EVENT_CRITICAL)                                            \
	X(TAMPERED, "tampered", TAMPER, EVENT_CRITICAL)

enum event_action {
#define X(name, text, kind, severity) EVENT_ACTION_##name,
	EVENT_ACTIONS(X)
#undef X
		EVENT_ACTION_COUNT
};

/*
 * Fills an empty event with what policyd itself reports: kind, severity, action, time, and `detail`, a text
 * for people that is copied and may be NULL. The caller adds what else it knows (generation, policy, file).
 * Returns 0 or -ENOMEM.
 */
int event_report(struct event *event, enum event_action action, const char *detail);

#endif
