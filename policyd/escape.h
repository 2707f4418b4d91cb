/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One spelling for bytes that a process chose, the same in every format: printable ASCII stands for itself
 * except `"`, `\` and `]`, which get a backslash; every other byte is \xHH with two lower-case digits. What
 * comes out is printable ASCII without a line break, so it can neither end a line nor a field. A format that
 * quotes values itself (RFC 5424, JSON, CEF) puts its own quoting on top, and its parser takes that off.
 */
#ifndef POLICYD_ESCAPE_H
#define POLICYD_ESCAPE_H

#include <stddef.h>

#define ESCAPE_MAX 4 /* characters that one byte becomes, at most */

/* Writes the spelling of one byte to `out` (no NUL). Returns its number of characters, 1 to ESCAPE_MAX. */
size_t escape_byte(unsigned char byte, char out[ESCAPE_MAX]);

/* Number of leading bytes that are spelled as themselves. */
size_t escape_plain(const char *bytes, size_t length);

/* Characters that `length` bytes become. */
size_t escape_length(const char *bytes, size_t length);

/* How many leading bytes of `length` become at most `limit` characters. */
size_t escape_fit(const char *bytes, size_t length, size_t limit);

/*
 * Writes the spelling of `length` bytes and a NUL to `buffer` of `size`. *ret_length counts without the NUL.
 * Returns 0, -ENOBUFS when it does not fit.
 */
int escape(const char *bytes, size_t length, char *buffer, size_t size, size_t *ret_length);

/*
 * The reverse: reads what escape() wrote, and a `]` that stands for itself. `buffer` needs at most `length`
 * bytes and gets no NUL; it may be `text` itself. Returns 0, -EINVAL for an unknown or cut escape or a byte
 * that has to be escaped, -ENOBUFS.
 */
int unescape(const char *text, size_t length, char *buffer, size_t size, size_t *ret_length);

#endif
