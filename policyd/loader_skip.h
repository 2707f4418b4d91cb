/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What tracing programs did not look at, since the kernel skipped them. Between the parts of the loader.
 */
#ifndef POLICYD_LOADER_SKIP_H
#define POLICYD_LOADER_SKIP_H

#include "loader_internal.h"

/* Whether the kernel may skip a program, and nobody would hear of it. */
bool loader_skips_silently(const struct hook *hook, const struct bpf_program *program);

/* Adds what programs were skipped for to the counters of that. */
void loader_skips(const struct loader *loader, uint64_t counters[static POLICYD_COUNT_END]);

/* Keeps it in the counters for the programs that are pinned in a directory, which are about to go. Returns 0
 * or -errno. */
int loader_skips_keep(const struct loader *loader, const char *directory);

#endif
