/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Errors that have a sentence for people beside their number.
 */
#ifndef POLICYD_REFUSE_H
#define POLICYD_REFUSE_H

/* Sets *ret_error to a malloc'ed sentence, NULL where memory is out; returns `error`, a negative errno. */
__attribute__((format(printf, 3, 4))) int refuse(char **ret_error, int error, const char *format, ...);

#endif
