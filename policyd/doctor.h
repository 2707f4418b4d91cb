/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a host can enforce: each thing that policyd needs, whether it is there, and what to do where it is
 * not. Features are looked at or tried; the kernel's version is shown and never compared.
 */
#ifndef POLICYD_DOCTOR_H
#define POLICYD_DOCTOR_H

#include <stdbool.h>
#include <stddef.h>

/* X(NAME, "name") */
#define DOCTOR_STATES(X)                                                                                     \
	X(OK, "ok")                                                                                          \
	X(WARN, "warn")                                                                                      \
	X(FAIL, "fail")

enum doctor_state {
#define X(name, text) DOCTOR_##name,
	DOCTOR_STATES(X)
#undef X
		DOCTOR_STATE_COUNT
};

struct doctor_check {
	const char *name; /* static */
	enum doctor_state state;
	char *sentence; /* what was found */
	char *remedy;	/* what to do, NULL where there is nothing to do */
};

struct doctor {
	struct doctor_check *checks;
	size_t count;
};

/*
 * Looks at the host whose root directory is `root`: "/" for the running one, another directory for a copy of
 * the files that are looked at. What is not a file (the attempt to load a program) is tried for "/" only.
 * Returns 0 and *ret_doctor, or -ENOMEM.
 */
int doctor_run(const char *root, struct doctor **ret_doctor);

/*
 * The check that says why the host can only be served degraded: it takes BPF programs from this process, and
 * no LSM programs, or calls none. NULL where it is not so.
 */
const struct doctor_check *doctor_degrading(const struct doctor *doctor);

/*
 * The same of the running host. Returns 0 and *ret_degraded, with *ret_why (malloc'ed; the finding and its
 * remedy) where it is so, or -ENOMEM.
 */
int doctor_degraded(bool *ret_degraded, char **ret_why);

/* Takes NULL. */
void doctor_free(struct doctor *doctor);

/* True where no check failed: enforcement can be expected to work (only the canary proves it). */
bool doctor_passed(const struct doctor *doctor);

const char *doctor_state_name(enum doctor_state state);

#endif
