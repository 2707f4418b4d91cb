/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Operations of io_uring, by the system calls that they stand for.
 */
#ifndef POLICYD_URING_H
#define POLICYD_URING_H

#include <stdint.h>

/* The system call that does the same; NULL for operations of io_uring's own and for those not known here. */
const char *uring_name(uint32_t operation);

/* The first operation from `from` on that stands for the call, or -1. */
int uring_find(const char *call, uint32_t from);

#endif
