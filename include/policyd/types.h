/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Fixed-width types under the names that the kernel's headers use, for the headers that compile both as
 * BPF and as ordinary C. BPF objects include their kernel-types header first, which brings these types.
 */
#ifndef POLICYD_TYPES_H
#define POLICYD_TYPES_H

#ifdef __bpf__
#define policyd_static_assert(cond, msg) _Static_assert(cond, msg)
#define policyd_inline			 static __attribute__((always_inline, unused))
#else
#include <assert.h>
#include <errno.h>
#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#define policyd_static_assert(cond, msg) static_assert(cond, msg)
#define policyd_inline			 static inline __attribute__((unused))
#endif

#endif
