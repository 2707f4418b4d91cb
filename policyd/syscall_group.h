/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Groups of system calls, as systemd.exec(5) names them.
 */
#ifndef POLICYD_SYSCALL_GROUP_H
#define POLICYD_SYSCALL_GROUP_H

#include <assert.h>
#include <stddef.h>

#define SYSCALL_GROUP_COUNT 30

/* Their names, "@aio" and so on. */
extern const char *const syscall_groups[SYSCALL_GROUP_COUNT];

/*
 * Names of system calls and of other groups, separated by single spaces; empty for "@known", which is every
 * call. NULL where there is no such group. As of systemd 252, with "@sandbox" of later versions.
 */
const char *syscall_group_members(const char *name);

#endif
