// SPDX-License-Identifier: Apache-2.0
#include "digest.h"

#include <errno.h>
#include <string.h>

_Static_assert(DIGEST_SIZE == SHA256_DIGEST_SIZE, "a digest is of SHA-256");

/* Value of a hexadecimal digit, -1 for other bytes. */
static int hex_digit(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	if (digit >= 'A' && digit <= 'F')
		return digit - 'A' + 10;
	return -1;
}

int digest_read(const char *text, uint8_t ret_value[static DIGEST_SIZE])
{
	uint8_t value[DIGEST_SIZE];

	if (strlen(text) != sizeof(value) * 2)
		return -EINVAL;
	for (size_t i = 0; i < sizeof(value); i++) {
		int high = hex_digit(text[2 * i]);
		int low = hex_digit(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return -EINVAL;
		value[i] = (uint8_t)(high << 4 | low);
	}
	memcpy(ret_value, value, sizeof(value));
	return 0;
}

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

void digest_print(const uint8_t value[static DIGEST_SIZE], char ret_text[static DIGEST_TEXT_SIZE])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < DIGEST_SIZE; i++) {
		ret_text[2 * i] = digits[value[i] >> 4];
		ret_text[2 * i + 1] = digits[value[i] & 15];
	}
	ret_text[DIGEST_TEXT_SIZE - 1] = '\0';
}
