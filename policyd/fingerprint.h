/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a policy directory holds, as one number: over names, sizes and bytes of the files that parse_directory
 * would read. Two that are equal are taken for the same set; policyctl compares what it sees with what the
 * daemon has published. Not for use against somebody who may write the directory.
 */
#ifndef POLICYD_FINGERPRINT_H
#define POLICYD_FINGERPRINT_H

#include <stdbool.h>
#include <stdint.h>

#define FINGERPRINT_TEXT_SIZE 17 /* 16 hexadecimal digits and a NUL */

/* Whether a name in a policy directory is one of a policy file: *.yaml, not hidden. */
bool fingerprint_counts(const char *name);

/* Returns 0 and *ret_fingerprint, or -errno (-ENOENT: no such directory). */
int fingerprint_directory(const char *path, uint64_t *ret_fingerprint);

/* Writes the number as text, the form in which the control protocol has it. */
void fingerprint_format(uint64_t fingerprint, char text[static FINGERPRINT_TEXT_SIZE]);

#endif
