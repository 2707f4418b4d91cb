/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What programs attach to on the kernel that runs. Between the parts of the loader.
 */
#ifndef POLICYD_LOADER_AIM_H
#define POLICYD_LOADER_AIM_H

#include "loader_internal.h"

/*
 * Aims the program of a hook at what this kernel has. Where that is nothing an optional one is absent, and
 * loading another fails. `types` are the kernel's, read where *types is NULL. Returns 0 or -errno.
 */
int loader_aim(const struct hook *hook, struct bpf_program *program, struct btf **types, bool *ret_absent);

void loader_types_cleanup(struct btf **types);

#endif
