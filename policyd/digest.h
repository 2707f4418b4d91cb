/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256, where somebody may try to make two things that look the same.
 */
#ifndef POLICYD_DIGEST_H
#define POLICYD_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#define DIGEST_SIZE 32

struct digest {
	uint32_t state[8];
	uint64_t length; /* bytes so far */
	uint8_t block[64];
};

void digest_begin(struct digest *digest);

void digest_add(struct digest *digest, const void *bytes, size_t length);

/* Ends it; the struct is of no use afterwards. */
void digest_end(struct digest *digest, uint8_t ret_value[static DIGEST_SIZE]);

#endif
