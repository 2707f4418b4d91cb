/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is at the other end of a UNIX socket, as the kernel says.
 */
#ifndef POLICYD_CONTROL_PEER_H
#define POLICYD_CONTROL_PEER_H

#include <stdbool.h>
#include <sys/types.h>

#include "control.h"

#define CONTROL_NO_GROUP ((gid_t)-1)

/* The gid of a group, CONTROL_NO_GROUP where there is none of that name. */
gid_t control_group_find(const char *name);

/*
 * The user who connected and whether the user or the process is a member of `group`. Returns 0 or -errno.
 */
int control_peer_get(int fd, gid_t group, uid_t *ret_uid, bool *ret_member);

/* Whether a peer has a right. */
bool control_peer_may(uid_t uid, bool member, enum control_right right);

#endif
