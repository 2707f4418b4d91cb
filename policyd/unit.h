/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers with units as people write them: 10s, 500ms, 8MiB.
 */
#ifndef POLICYD_UNIT_H
#define POLICYD_UNIT_H

#include <stddef.h>
#include <stdint.h>

#define UNIT_TEXT_SIZE 32

/*
 * A duration in ns, us, ms, s, m, h or d; 0 needs no unit. Returns 0 and *ret_ns, -EINVAL for another text,
 * -ERANGE beyond 64 bits.
 */
int unit_parse_duration(const char *text, uint64_t *ret_ns);

/* A size in bytes, with B, KiB, MiB or GiB or no unit. Returns as above. */
int unit_parse_size(const char *text, uint64_t *ret_bytes);

/* Write with the largest unit that keeps the number whole; what they write is read back the same. */
void unit_format_duration(uint64_t ns, char text[static UNIT_TEXT_SIZE]);
void unit_format_size(uint64_t bytes, char text[static UNIT_TEXT_SIZE]);

#endif
