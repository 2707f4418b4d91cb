/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A directory of policyd's own: who may write there, and whether it can be written.
 */
#ifndef POLICYD_STORAGE_H
#define POLICYD_STORAGE_H

#include <sys/types.h>

/*
 * Makes the directory where it is missing. Returns 0; -EPERM and *ret_untrusted (static) where it is there
 * and is no directory of this user that nobody else can write; or the -errno of making it.
 */
int storage_make(const char *path, mode_t mode, const char **ret_untrusted);

/*
 * Writes a file there and removes it: a directory that can be opened may be full or read-only. Returns 0 or
 * -errno (-EROFS, -ENOSPC, ...).
 */
int storage_try(const char *path);

#endif
