/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Facts of the host that give policies their meaning: the mount table of the host's namespace
 * (/proc/1/mountinfo), symbolic links, users and groups. Replaceable by a file for tests.
 */
#ifndef POLICYD_HOST_H
#define POLICYD_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* One line of mountinfo. Strings are unescaped. */
struct host_mount {
	uint32_t dev;	   /* kernel encoding: MAJOR << 20 | MINOR */
	const char *root;  /* which directory of the filesystem is mounted; "/" for all of it */
	const char *point; /* where, an absolute canonical path */
	const char *fstype;
};

struct host {
	struct host_mount *mounts;
	size_t mount_count;
	/*
	 * Resolves the longest existing directory prefix of an absolute path without wildcards through
	 * symbolic links. Returns a malloc'ed path (equal to the input where nothing changes), or NULL with
	 * errno (ELOOP, ENOMEM). A component that does not exist ends the resolution, the rest is kept.
	 */
	char *(*resolve)(const struct host *host, const char *path);
	/* 0 and the id, -ENOENT for an unknown name. */
	int (*user_id)(const struct host *host, const char *name, uint32_t *ret_id);
	int (*group_id)(const struct host *host, const char *name, uint32_t *ret_id);
	void *data; /* of the implementation */
};

/* Reads the running host's facts. Returns 0 or -errno. */
int host_read(struct host **ret_host);

/*
 * Reads facts from a file with lines `mount DEV ROOT POINT FSTYPE`, `link PATH TARGET`, `user NAME ID`,
 * `group NAME ID`; `#` starts a comment. Returns 0 or -errno; -EINVAL with *ret_line set for a bad line.
 */
int host_from_file(const char *path, struct host **ret_host, unsigned int *ret_line);

void host_free(struct host *host);

#endif
