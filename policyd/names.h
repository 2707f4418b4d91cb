/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of the numbers in an event: the user of a uid, the path of a cgroup. For people; nothing decides by
 * them.
 */
#ifndef POLICYD_NAMES_H
#define POLICYD_NAMES_H

#include "event.h"

struct names;

/* `passwd` is the file of users, `cgroups` the mount point of cgroup v2 (NULL: none). Returns 0 or -ENOMEM.
 */
int names_new(const char *passwd, const char *cgroups, struct names **ret_names);

/* Takes NULL. */
void names_free(struct names *names);

/* Reads the file of users again at the next event. */
void names_refresh(struct names *names);

/*
 * Fills `user` and `cgroup` of the event where they are known. Only the file of users is asked, not the name
 * service, which may block. A cgroup that is gone has only its id.
 */
void names_set(struct names *names, struct event *event);

/* Mount point of cgroup v2 on this host, NULL where there is none. */
const char *names_cgroups_find(void);

#endif
