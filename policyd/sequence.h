/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sequence numbers of events: 1, 2, 3, ... per boot, going on where the last daemon stopped. They are kept in
 * a mapped file: a daemon that is killed has not lost count, and keeping a number costs no system call. After
 * a crash of the machine the boot is another one and the count starts again, so the file need not be synced,
 * nor be on a disk.
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

/*
 * The same without a file: numbers that are not kept. They start at the microseconds since the boot, which no
 * earlier daemon of this boot has reached: a consumer sees a gap, and never a number twice. Returns 0,
 * -ENOMEM, -EINVAL for a bad boot id, or -errno.
 */
int sequence_open_memory(const char *boot_id, struct sequence **ret_sequence);

/* Goes on above the last number in the file `path`, where that is a sequence of the same boot. */
void sequence_follow(struct sequence *sequence, const char *path);

/*
 * What policyd does: the file `sequence` in `directory`, which is to be in memory, so that neither a full
 * disk nor a read-only one stops events from being numbered; otherwise without a file. Earlier versions had
 * it in the directory `older`. Returns 0, -ENOMEM, or -errno where the boot id cannot be read.
 */
int sequence_start(const char *directory, const char *older, struct sequence **ret_sequence);

/* Why there is no file, -errno; 0: there is. */
int sequence_unkept(const struct sequence *sequence);

/* Takes NULL. */
void sequence_close(struct sequence *sequence);

/* Gives the event its number and the boot id, whose bytes belong to the sequence. */
void sequence_stamp(struct sequence *sequence, struct event *event);

/* From now on the next daemon goes on above the numbers given so far. Before any event that has one is sent.
 */
void sequence_keep(struct sequence *sequence);

/* The last number that was given in this boot, 0: none. */
uint64_t sequence_last(const struct sequence *sequence);

const char *sequence_boot_id(const struct sequence *sequence);

#endif
