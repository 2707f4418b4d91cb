/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Policy files as arguments of commands: parsed and compiled without a daemon, errors shown with their
 * source lines.
 */
#ifndef POLICYCTL_SOURCE_H
#define POLICYCTL_SOURCE_H

#include <stdbool.h>
#include <stdio.h>

#include "compile.h"
#include "diagnostic.h"
#include "host.h"
#include "policy.h"

/* Starts zeroed. */
struct source {
	struct policy_set set;
	struct diagnostics diagnostics;
	struct host *host;
	struct compiled *compiled;
};

/*
 * Reads files and directories into one set. Errors go to the diagnostics. Returns 0, -EINVAL where there are
 * any, -errno.
 */
int source_parse(struct source *source, char *const *paths, int count);

/*
 * Compiles the set with the facts of this host, or of `host_file` (NULL: this host). Returns 0; -EINVAL with
 * errors in the diagnostics (those of the host file too); -errno when the facts could not be read.
 */
int source_compile(struct source *source, const char *host_file);

/* Prints all errors and warnings with their source lines. */
void source_print(const struct source *source, FILE *stream, bool colour);

void source_clear(struct source *source);

#endif
