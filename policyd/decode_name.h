/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Canonical names: where a name that the kernel reports stands in the host's tree.
 */
#ifndef POLICYD_DECODE_NAME_H
#define POLICYD_DECODE_NAME_H

#include <stdbool.h>
#include <stdint.h>

#include "event.h"
#include "host.h"

/* A name as the kernel has it. */
struct decode_name {
	uint32_t root;	   /* enum policyd_root */
	uint32_t dev;	   /* for POLICYD_ROOT_DEV */
	const char *bytes; /* components from leaf to root, a NUL after each */
	size_t length;
	bool cut; /* the components nearest the root are missing */
};

/*
 * Makes `*ret_text` the canonical name, with its bytes in `event`: an absolute path, "unmapped:/PATH" for a
 * file that the host's namespace does not reach, "memfd:NAME", "pipe:", "socket:", "@NAME" for an abstract
 * socket. Of several names that bind mounts give, it is the one through the shortest mount point. A cut name
 * is the end of a path after a horizontal ellipsis (U+2026). Components are taken as they are.
 *
 * Returns 0, -EBADMSG for an unknown root, a component that is empty or has no NUL, -ENOMEM.
 */
int decode_name(const struct decode_name *name, const struct host *host, struct event *event,
		struct event_text *ret_text);

#endif
