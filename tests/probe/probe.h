// SPDX-License-Identifier: Apache-2.0
/*
 * One program that tries things, for the tests. What it tries is its first argument; its exit status says
 * what came of it, so that a test can tell a refusal by policy from any other trouble.
 */
#pragma once

#include <stddef.h>
#include <unistd.h>

enum probe_outcome {
	PROBE_ALLOWED = 0,
	PROBE_DENIED = 1,    /* refused with the expected errno */
	PROBE_NOT_TRIED = 2, /* wrong usage, or something before the attempt itself failed */
	PROBE_OTHER = 3,     /* refused with another errno */
};

/* One thing to try. `run` gets the arguments after the name, at least `arguments` of them, ended by NULL. */
struct probe {
	const char *name;
	const char *usage;
	int arguments;
	enum probe_outcome (*run)(char **arguments);
};

/* The families; each table ends with an entry without a name. */
extern const struct probe probe_file_table[];
extern const struct probe probe_exec_table[];
extern const struct probe probe_net_table[];
extern const struct probe probe_route_table[];
extern const struct probe probe_subject_table[];
extern const struct probe probe_race_table[];
extern const struct probe probe_crowd_table[];
extern const struct probe probe_uring_table[];
extern const struct probe probe_32_table[];
extern const struct probe probe_kernel_table[];
extern const struct probe probe_memory_table[];
extern const struct probe probe_descriptor_table[];
extern const struct probe probe_process_table[];
extern const struct probe probe_socket_table[];
extern const struct probe probe_source_table[];
extern const struct probe probe_bound_table[];
extern const struct probe probe_family_table[];
extern const struct probe probe_given_table[];
extern const struct probe probe_guard_table[];
extern const struct probe probe_mount_table[];
extern const struct probe probe_identity_table[];

/* Prints "listening" and gives the descriptor to who connects to the unix socket that it makes at `path`. */
enum probe_outcome probe_give(int given, const char *path);

/* execve() by the 32-bit entry: returns an errno when it failed. */
int exec_32(char **arguments);

/* Verdict on an attempt: 0 is allowed, the expected errno is denied, any other is something else and is
 * printed. */
enum probe_outcome probe_verdict(int error);

/* For failures before the attempt: prints `what` with `error` (0 for none). */
enum probe_outcome probe_not_tried(const char *what, int error);

/* Runs the probe that arguments[0] names. */
enum probe_outcome probe_run(char **arguments);

static inline void probe_closep(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
}

#define _cleanup_close_ __attribute__((cleanup(probe_closep)))
