/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a ring record to struct event. A record is checked as if somebody hostile had written it: version,
 * kind, size and every offset and length. What does not hold is counted and skipped.
 */
#ifndef POLICYD_DECODE_H
#define POLICYD_DECODE_H

#include <stddef.h>
#include <stdint.h>

#include <policyd/lineage.h>

#include "event.h"
#include "host.h"

/* Why a record was skipped. X(NAME, "name") */
#define DECODE_FAULTS(X)                                                                                     \
	X(VERSION, "version")                                                                                \
	X(KIND, "kind")                                                                                      \
	X(SIZE, "size")                                                                                      \
	X(NAME, "name")

enum decode_fault {
#define X(name, text) DECODE_##name,
	DECODE_FAULTS(X)
#undef X
		DECODE_FAULT_COUNT
};

/*
 * The caller sets `host` (borrowed, replaced when mounts change), `clock_offset`, and `program`, which finds
 * the name that the kernel keeps under a key: 0, or -errno where it has none (any more). NULL: it never does.
 */
struct decoder {
	const struct host *host;
	uint64_t clock_offset; /* ns to add to CLOCK_BOOTTIME for CLOCK_REALTIME */
	int (*program)(void *data, uint64_t key, struct policyd_program *ret_program);
	void *data;
	uint64_t faults[DECODE_FAULT_COUNT];
};

/* The present clock_offset. It changes when somebody sets the clock: ask again for every batch. */
uint64_t decode_clock_offset(void);

/*
 * Fills an empty event from a record of `length` bytes. The kind is killed, denied (an errno was returned) or
 * audited; whoever attributes it turns audited into would-deny where that is what it is, and sets policy,
 * rule, file, line, message, tags, mode and severity. Nothing in the event refers to the record afterwards.
 *
 * `degraded` says that the record is from a host without BPF LSM: from a program of a cgroup, which refuses
 * where the kind says so, or from one of a tracepoint, which tells what was done already.
 *
 * Returns 0, -EBADMSG for a record that was counted in `faults` and must be skipped, -ENOMEM.
 */
int decode(struct decoder *decoder, const void *record, size_t length, struct event *event);

const char *decode_fault_name(enum decode_fault fault);

#endif
