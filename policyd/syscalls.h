/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The syscall section: which system calls each rule is about, and a verdict row for each call.
 */
#ifndef POLICYD_SYSCALLS_H
#define POLICYD_SYSCALLS_H

#include <policyd/syscall.h>

#include "verdict.h"

#define SYSCALL_RULES_MAX 4096 /* of a set, so that compiling stays short */

/* Fills `model->syscalls`; after the subject classes. Returns 0, -ENOMEM, or -EINVAL with a diagnostic. */
int syscalls_build(struct model *model, struct row_builder *rows);

void syscalls_clear(struct syscall_table *table);

/* The rule, which is one of section syscall, is about the call. */
bool syscall_rule_matches(const struct model *model, uint32_t rule, enum policyd_arch arch, uint32_t number);

/* Name of a way into the kernel: "x86_64", "i386" and so on. */
const char *syscall_arch_name(enum policyd_arch arch);

/* The way with that name, or -EINVAL. */
int syscall_arch_find(const char *name, enum policyd_arch *ret_arch);

/* The way of 64-bit programs on this machine. */
enum policyd_arch syscall_arch_native(void);

/* Number of a call by its name, -1 where the way has no such call (or no number of its own for it). */
int syscall_number(enum policyd_arch arch, const char *name);

/* Name of a call as libseccomp knows it, malloc'ed; NULL for a number that it does not know. */
char *syscall_name(enum policyd_arch arch, uint32_t number);

#endif
