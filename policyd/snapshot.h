/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A copy of the policy files of a directory, replaced as a whole: whoever looks, also after a crash, finds
 * the old copy or the new one. And the way back: what a copy holds becomes what a policy directory holds.
 */
#ifndef POLICYD_SNAPSHOT_H
#define POLICYD_SNAPSHOT_H

/*
 * Makes `parent`/`name` a directory (0700, files 0600) with the policy files of `source`, on disk before it
 * returns. What stood there goes. Symbolic links are followed, as parse_directory() does: the caller has read
 * the set and knows that it is to be trusted, and keeps writers away: leases_take(). Returns 0 or -errno
 * (-ENOSPC, -EROFS, -EINVAL where a policy file is no regular file), the old copy then being untouched; only
 * when the last sync fails (-EIO) may the new one stand there.
 */
int snapshot_replace(const char *source, const char *parent, const char *name);

/* Makes the copy `from` of `parent` the copy `to`; what stood there goes. Returns 0 or -errno, as above. */
int snapshot_rename(const char *parent, const char *from, const char *to);

/*
 * Makes the policy files of `directory` those of the copy `source`: each is renamed into place, then those
 * that the copy does not have are removed. Other files stay. A file keeps the mode of the one that it
 * replaces; a new one gets 0644. Done again after an interruption it ends the same way. Returns 0 or -errno,
 * the directory then holding a part of either.
 */
int snapshot_install(const char *source, const char *directory);

/*
 * Whether `path` is a copy that may be believed: a directory of this user, not a symbolic link, that nobody
 * else can enter, of regular files of this user with one name each. Returns 0, -ENOENT, or -EPERM.
 */
int snapshot_check(const char *path);

#endif
