/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sequence numbers of events: 1, 2, 3, ... per boot, going on where the last daemon stopped. They are kept in
 * a mapped file: a daemon that is killed has not lost count, and a number costs no system call. After a
 * crash of the machine the boot is another one and the count starts again, so the file need not be synced.
 */
#ifndef POLICYD_SEQUENCE_H
#define POLICYD_SEQUENCE_H

#include <stdint.h>

#include "event.h"

struct sequence;

/*
 * Opens the file `path`, made where it does not exist; a file that holds anything but a sequence is begun
 * anew. `boot_id` is of this boot, NULL: the kernel's. Returns 0, -EWOULDBLOCK when another process has it
 * open, -EINVAL for a bad boot id, or -errno.
 */
int sequence_open(const char *path, const char *boot_id, struct sequence **ret_sequence);

/* Takes NULL. */
void sequence_close(struct sequence *sequence);

/* Gives the event its number and the boot id, whose bytes belong to the sequence. */
void sequence_stamp(struct sequence *sequence, struct event *event);

/* The last number that was given in this boot, 0: none. */
uint64_t sequence_last(const struct sequence *sequence);

const char *sequence_boot_id(const struct sequence *sequence);

#endif
