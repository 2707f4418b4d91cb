/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which hooks the running kernel lets LSM programs attach to, from its type information. Needs no privileges.
 */
#ifndef POLICYCTL_KERNEL_H
#define POLICYCTL_KERNEL_H

#include <stdbool.h>

struct kernel;

/* NULL where the kernel does not tell. */
struct kernel *kernel_open(void);

/* Whether there is the hook, called "file_open" or the like; fits struct lint_options. */
bool kernel_has_hook(void *kernel, const char *hook);

/* Takes a pointer to NULL. */
void kernel_close(struct kernel **kernel);

#endif
