/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A copy of the policy files of a directory, replaced as a whole: whoever looks, also after a crash, finds
 * the old copy or the new one. Nothing keeps such copies yet; the last good set and `apply` are to.
 */
#ifndef POLICYD_SNAPSHOT_H
#define POLICYD_SNAPSHOT_H

/*
 * Makes `parent`/`name` a directory (0700, files 0600) with the policy files of `source`, on disk before it
 * returns. What stood there goes. The caller keeps writers away: leases_take(). Returns 0 or -errno (-ENOSPC,
 * -EROFS, -ELOOP where a policy file is a symbolic link, -EINVAL where it is no regular file), the old copy
 * then being untouched; only when the last sync fails (-EIO) may the new one stand there.
 */
int snapshot_replace(const char *source, const char *parent, const char *name);

/*
 * Whether `path` is a copy that may be believed: a directory of this user, not a symbolic link, that nobody
 * else can enter, of regular files of this user with one name each. Returns 0, -ENOENT, or -EPERM.
 */
int snapshot_check(const char *path);

#endif
