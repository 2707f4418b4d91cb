/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Programs that run where system calls enter the kernel: on the tracepoint itself (`sys_enter`), or on its
 * event (`raw_syscalls:sys_enter`). See docs/architecture.md.
 */
#ifndef POLICYD_LOADER_ENTER_H
#define POLICYD_LOADER_ENTER_H

#include <bpf/libbpf.h>
#include <stdbool.h>

struct btf;

/* Whether this kernel runs programs on the tracepoint with preemption on, so that a call can be hidden from
 * them by another process that was preempted there. `types` are the kernel's; NULL: it does not say. */
bool loader_enter_preempted(const struct btf *types);

/* The number of the event, or -errno: -ENOENT where tracefs is not mounted. */
int loader_enter_event(void);

/* Whether a program, by its section, is one of them. */
bool loader_enter_is(const struct bpf_program *program);

/* Makes it one of the event before it is loaded, where that is needed and possible. Returns 0 or -errno. */
int loader_enter_aim(struct bpf_program *program, const struct btf *types);

/* Attaches one of them that was loaded as `type`. Returns the link, or -errno. */
int loader_enter_attach(int program, enum bpf_prog_type type);

#endif
