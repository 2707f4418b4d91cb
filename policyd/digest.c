// SPDX-License-Identifier: Apache-2.0
#include "digest.h"

_Static_assert(DIGEST_SIZE == SHA256_DIGEST_SIZE, "a digest is of SHA-256");

void digest_begin(struct digest *digest)
{
	sha256_init(&digest->sha256);
	digest->begun = true;
}

void digest_add(struct digest *digest, const void *bytes, size_t length)
{
	sha256_update(&digest->sha256, length, bytes);
}

void digest_end(struct digest *digest, uint8_t ret_value[static DIGEST_SIZE])
{
	sha256_digest(&digest->sha256, DIGEST_SIZE, ret_value);
}
