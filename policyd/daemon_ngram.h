/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sequences of system calls in the daemon: between what is known of an executable and the kernel's sets.
 */
#ifndef POLICYD_DAEMON_NGRAM_H
#define POLICYD_DAEMON_NGRAM_H

#include "daemon_internal.h"

/* Adds what the kernel has learnt, where it learns. */
void daemon_ngram_collect(struct daemon *daemon, struct baseline *baseline);

/* Puts the set into the kernel where the executable has a new number there. */
void daemon_ngram_identify(struct daemon *daemon, struct baseline *baseline);

/* The same after the set has changed here. */
void daemon_ngram_put(struct daemon *daemon, struct baseline *baseline);

/* Goes on to the next part of learning when it is time. */
void daemon_ngram_look(struct daemon *daemon, struct baseline *baseline);

#endif
