/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One line in a file that outlives a crash of the machine: which set, in which boot, and one word about it.
 * It is on disk before marker_write() returns, and replaced as a whole.
 */
#ifndef POLICYD_MARKER_H
#define POLICYD_MARKER_H

#include <stdint.h>

#define MARKER_BOOT_SIZE 37 /* a boot id and a NUL */
#define MARKER_WORD_SIZE 16

struct marker {
	char boot[MARKER_BOOT_SIZE];
	uint64_t fingerprint; /* of the set, see fingerprint.h */
	char word[MARKER_WORD_SIZE];
};

/* The id of this boot. Returns 0 or -errno. */
int marker_boot(char boot[static MARKER_BOOT_SIZE]);

/* Writes `directory`/`name`. Returns 0 or -errno; what stood there is then unchanged. */
int marker_write(const char *directory, const char *name, const struct marker *marker);

/* Returns 0; -ENOENT: there is none; -EBADMSG: it is not a marker; -errno. */
int marker_read(const char *directory, const char *name, struct marker *ret_marker);

/* Removes it, on disk too. Returns 0, also where there is none, or -errno. */
int marker_remove(const char *directory, const char *name);

#endif
