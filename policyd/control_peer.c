// SPDX-License-Identifier: Apache-2.0
#include <grp.h>
#include <sys/socket.h>

#include "control_peer.h"
#include "util.h"

#define GROUPS_MAX 65536

gid_t control_group_find(const char *name)
{
	const struct group *group = getgrnam(name);

	return group ? group->gr_gid : CONTROL_NO_GROUP;
}

/* Whether `group` is among the supplementary groups that the peer had when it connected. */
static int peer_has_group(int fd, gid_t group, bool *ret_member)
{
	CLEANUP_FREE gid_t *groups = NULL;
	socklen_t size = 0;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, NULL, &size) < 0 && errno != ERANGE)
		return -errno;
	if (size > GROUPS_MAX * sizeof(*groups))
		return -E2BIG;
	groups = malloc(size + sizeof(*groups));
	if (!groups)
		return -ENOMEM;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &size) < 0)
		return -errno;
	*ret_member = false;
	for (size_t i = 0; i < size / sizeof(*groups); i++)
		*ret_member = *ret_member || groups[i] == group;
	return 0;
}

int control_peer_get(int fd, gid_t group, uid_t *ret_uid, bool *ret_member)
{
	struct ucred credentials;
	socklen_t size = sizeof(credentials);
	bool member;
	int r;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) < 0)
		return -errno;
	member = group != CONTROL_NO_GROUP && credentials.gid == group;
	if (group != CONTROL_NO_GROUP && !member) {
		r = peer_has_group(fd, group, &member);
		if (r < 0)
			return r;
	}
	*ret_uid = credentials.uid;
	*ret_member = member;
	return 0;
}

bool control_peer_may(uid_t uid, bool member, enum control_right right)
{
	return uid == 0 || (member && right == CONTROL_READ);
}
