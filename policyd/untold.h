/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a daemon has taken and not delivered, told or not, at every moment: in a file of the run directory
 * that is mapped, so that it is known of a daemon that was killed, too. The next one tells it as lost.
 * Writing it costs no system call.
 */
#ifndef POLICYD_UNTOLD_H
#define POLICYD_UNTOLD_H

#include <stddef.h>

#include "lost.h"

#define UNTOLD_NAME_SIZE 64

/* Of an output, or of the daemon. */
struct untold_account {
	char output[UNTOLD_NAME_SIZE]; /* empty: the daemon, also for a name that does not fit */
	uint64_t lost[LOST_CAUSE_COUNT][EVENT_KIND_COUNT];
	uint64_t sending[EVENT_KIND_COUNT]; /* of LOST_CRASH: they are being sent at this moment */
};

struct untold;

/* The account for an output's name, "" for the daemon's; never NULL. */
typedef struct lost *untold_account_fn(void *data, const char *output);

/*
 * Adds what the file has to accounts. One of another build, whose causes and kinds are others, is left alone.
 * Returns 0, also where there is none; -EPROTO; -EBADMSG: it is no such file; -errno.
 */
int untold_load(const char *path, untold_account_fn *account, void *data);

/*
 * Makes a file with `count` accounts, all empty, which takes its name (and the place of the one before) by
 * untold_begin(). `path` is borrowed until then. Returns 0 or -errno.
 */
int untold_make(const char *path, size_t count, struct untold **ret_untold);
int untold_begin(struct untold *untold, const char *path);

/* Account number `i`; lives as long as `untold`. */
struct untold_account *untold_at(struct untold *untold, size_t i);

/* Whose account it is. */
void untold_name(struct untold_account *account, const char *output);

/* Writes what is untold in `lost`, with what would be lost if the process ended now, and what of it was being
 * sent. */
void untold_note(struct untold_account *account, const struct lost *lost,
		 uint64_t at_risk[static LOST_CAUSE_COUNT][EVENT_KIND_COUNT]);

/* The file stays. Takes NULL. */
void untold_close(struct untold *untold);

#endif
