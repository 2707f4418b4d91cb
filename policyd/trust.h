/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether nobody but root can have written what is about to be believed.
 */
#ifndef POLICYD_TRUST_H
#define POLICYD_TRUST_H

#include <sys/stat.h>

#include "diagnostic.h"

/*
 * The file or directory that `fd` is must belong to root and be writable by nobody else, and nobody else may
 * be able to rename it or a directory above it. `path` is for messages. Returns 0, or -EINVAL with the reason
 * in the diagnostics.
 */
int trust_check(int fd, const struct stat *status, const char *path, struct diagnostics *diagnostics);

#endif
