/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256, where somebody may try to make two things that look the same.
 */
#ifndef POLICYD_DIGEST_H
#define POLICYD_DIGEST_H

#include <nettle/sha2.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DIGEST_SIZE 32

/* All zero: not begun. */
struct digest {
	struct sha256_ctx sha256;
	bool begun;
};

/* 64 hexadecimal digits. Returns 0 or -EINVAL. */
int digest_read(const char *text, uint8_t ret_value[static DIGEST_SIZE]);

#define DIGEST_TEXT_SIZE (2 * DIGEST_SIZE + 1)

/* The digits that digest_read() takes, and NUL. */
void digest_print(const uint8_t value[static DIGEST_SIZE], char ret_text[static DIGEST_TEXT_SIZE]);

void digest_begin(struct digest *digest);

void digest_add(struct digest *digest, const void *bytes, size_t length);

/* Ends it; the struct is of no use afterwards. */
void digest_end(struct digest *digest, uint8_t ret_value[static DIGEST_SIZE]);

#endif
