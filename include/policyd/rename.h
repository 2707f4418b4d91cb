/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef POLICYD_RENAME_H
#define POLICYD_RENAME_H

#include <policyd/types.h>

/*
 * Renames of directories: `started` counts them, `running` says how many have not ended. Cached names are
 * used only while `running` is 0 and `started` is what it was when they were made. `born` counts new
 * directories of overlays.
 */
struct rename_state {
	__u64 started;
	__s64 running;
	__u64 born;
};

#endif
