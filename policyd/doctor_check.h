/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The checks of doctor.h: functions, each of which looks at one thing. Internal to doctor.
 */
#ifndef POLICYD_DOCTOR_CHECK_H
#define POLICYD_DOCTOR_CHECK_H

#include <stdbool.h>

#include "doctor.h"

struct btf;

/* The host that is looked at. `root` ends without a slash: "" for the running host. */
struct doctor_host {
	const char *root;
	bool running;		 /* things that are not files can be tried */
	const struct btf *types; /* of its kernel; NULL: it does not run, or says nothing about itself */
};

/*
 * Sets state, sentence and remedy; both texts start as NULL. Returns 0 or -ENOMEM.
 */
typedef int doctor_look_fn(const struct doctor_host *host, struct doctor_check *check);

doctor_look_fn doctor_look_kernel;
doctor_look_fn doctor_look_lsm;
doctor_look_fn doctor_look_btf;
doctor_look_fn doctor_look_bpffs;
doctor_look_fn doctor_look_privileges;
doctor_look_fn doctor_look_jit;
doctor_look_fn doctor_look_lockdown;
doctor_look_fn doctor_look_ftrace;
doctor_look_fn doctor_look_memlock;
doctor_look_fn doctor_look_program;
doctor_look_fn doctor_look_rules;
doctor_look_fn doctor_look_contents;
doctor_look_fn doctor_look_calls;
doctor_look_fn doctor_look_modules;
doctor_look_fn doctor_look_containers;
doctor_look_fn doctor_look_limits;

/*
 * Records a finding; `sentence` and `remedy` as malloc'ed by asprintf or strdup, owned by the check from
 * then on. `remedy` may be NULL. Returns 0, -ENOMEM when `sentence` is NULL.
 */
int doctor_find(struct doctor_check *check, enum doctor_state state, char *sentence, char *remedy);

/*
 * The first line of a file of the host, without the newline. Returns 0 and *ret_line (malloc'ed), or -errno.
 */
int doctor_read(const struct doctor_host *host, const char *path, char **ret_line);

#endif
