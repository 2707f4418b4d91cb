/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers of the kernel that the language has words for.
 */
#ifndef POLICYD_WORD_H
#define POLICYD_WORD_H

#include <stdint.h>

/* "sys_admin" and so on; "?" for a number that has no word. */
const char *word_capability(uint32_t number);

/* "TERM" and so on, "34" for a number that has no word. */
const char *word_signal(uint32_t number);

/* 0 and the number of the signal, by word or in decimal, or -ENOENT. */
int word_to_signal(const char *name, uint32_t *ret_number);

/* 0 and the number of the capability (CAP_*), or -ENOENT. */
int word_to_capability(const char *name, uint32_t *ret_number);

#endif
