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

/* One line of mountinfo, or a layer of an overlay (layers.h). Strings are unescaped. */
struct host_mount {
	uint32_t dev;	   /* kernel encoding: MAJOR << 20 | MINOR */
	const char *root;  /* which directory of the filesystem is mounted; "/" for all of it */
	const char *point; /* where, an absolute canonical path */
	const char *fstype;
	const char *options; /* of an overlay, as mountinfo has them; NULL for all others */
	const char *layer;   /* the own path of a layer, whose `point` is the overlay's; NULL for a mount */
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

#define HOST_LOOKS_MAX 4096

/*
 * Whether a name that was resolved leads elsewhere now: a symbolic link was made, changed or removed on its
 * way. Of the running host only. Looks at HOST_LOOKS_MAX names at most, at the next ones when it is called
 * again. What is resolved after the first call is not looked at.
 */
bool host_moved(const struct host *host);

/*
 * Reads facts from a file with lines `mount DEV ROOT POINT FSTYPE [OPTIONS]`, `link PATH TARGET`, `user NAME
 * ID`, `group NAME ID`; `#` starts a comment. Returns 0 or -errno; -EINVAL with *ret_line set for a bad line.
 */
int host_from_file(const char *path, struct host **ret_host, unsigned int *ret_line);

void host_free(struct host *host);

#endif
