/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the two sources of host facts share: the running host (host.c) and a file (host_file.c).
 */
#ifndef POLICYD_HOST_FACTS_H
#define POLICYD_HOST_FACTS_H

#include "host.h"

struct host_link {
	char *path;
	char *target;
};

struct host_name {
	char *name;
	uint32_t id;
	bool group;
};

/* Where a name led when it was resolved. */
struct host_place {
	char *path;
	char *resolved;
};

/* The data of both; the running host has only `root` and places. */
struct host_data {
	int root; /* the host's root directory, -1 for a file */
	struct host_place *places;
	size_t place_count, places_allocated;
	size_t next; /* place to look at */
	bool looked; /* nothing more is noted */
	size_t mounts_allocated;
	struct host_link *links;
	size_t link_count, links_allocated;
	struct host_name *names;
	size_t name_count, names_allocated;
};

/*
 * What a path without symbolic links before its last component is: 1 and *ret_target (malloc'ed) for a
 * symbolic link, 0 for anything else, -ENOENT and the like where it does not exist.
 */
typedef int (*host_link_read)(const struct host *host, const char *path, char **ret_target);

/* The resolution that host.h describes, by a way to read links. */
char *host_resolve(const struct host *host, const char *path, host_link_read read_link);

/* An empty host with its data. Returns 0 or -ENOMEM. */
int host_new(struct host **ret_host);

/* Adds a mount; the strings are copied. Returns 0 or -ENOMEM. */
int host_mount_add(struct host *host, uint32_t dev, const char *root, const char *point, const char *fstype);

/*
 * The mount that holds a path, and in *ret_rest the rest of the path: of several at one place the last.
 * Layers are none. Returns NULL where no mount holds it.
 */
const struct host_mount *host_mount_find(const struct host_mount *mounts, size_t count, const char *path,
					 const char **ret_rest);

/* Keeps the options of the mount that was added last, where they say which layers it has. Returns 0 or
 * -ENOMEM. */
int host_mount_options(struct host *host, const char *options);

/* "\040" and the like, in place. */
void host_unescape(char *text);

#endif
