/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Notices what may change the meaning of the policies: the files of the policy directory, the mount table of
 * the host, users and groups. Waits until the changes pause, then says so once.
 *
 * A file counts when its writer has closed it or moved it in, not while it is being written. Where the
 * directory is missing, the nearest directory above it that exists is watched until it appears; a directory
 * that is replaced is followed by name.
 */
#ifndef POLICYD_WATCH_H
#define POLICYD_WATCH_H

#include <systemd/sd-event.h>

/* What changed, as bits. */
enum watch_change {
	WATCH_POLICY = 1 << 0, /* the policy directory or a *.yaml in it */
	WATCH_MOUNT = 1 << 1,  /* /proc/1/mountinfo */
	WATCH_USER = 1 << 2,   /* /etc/passwd or /etc/group */
	WATCH_BLIND = 1 << 3,  /* the directory can no longer be watched: later changes may go unnoticed */
};

struct watch;

typedef void watch_fn(void *data, unsigned int changes);

/*
 * Watches until watch_free. `directory` is an absolute path, copied. `changed` runs from the event loop once
 * 20 ms have passed without a further change, at the latest 200 ms after the first. Returns 0 or -errno.
 */
int watch_new(sd_event *loop, const char *directory, watch_fn *changed, void *data, struct watch **ret_watch);

/* Takes NULL. */
void watch_free(struct watch *watch);

#endif
