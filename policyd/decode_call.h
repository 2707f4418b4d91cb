/* SPDX-License-Identifier: Apache-2.0 */
/* What a ring record says of a system call. */
#ifndef POLICYD_DECODE_CALL_H
#define POLICYD_DECODE_CALL_H

#include "decode.h"

/* Reads a record of kind syscall. Returns 0, -EBADMSG for one that was counted as faulty, or -ENOMEM. */
int decode_syscall(struct decoder *decoder, const char *record, size_t size, struct event *event);

/* Fills the fields about an operation that comes by no hook; `call` is an enum policyd_unhooked. */
void decode_unhooked(uint32_t call, struct event *event);

#endif
