// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "digest.h"

#define BLOCK  64
#define ROUNDS 64
#define LENGTH 8 /* bytes of the length that ends the last block */

static const uint32_t constants[ROUNDS] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t turn(uint32_t word, unsigned int by)
{
	return word >> by | word << (32 - by);
}

static uint32_t word_read(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static void schedule_make(const uint8_t *block, uint32_t words[static ROUNDS])
{
	for (size_t i = 0; i < 16; i++)
		words[i] = word_read(block + i * 4);
	for (size_t i = 16; i < ROUNDS; i++) {
		uint32_t a = words[i - 15], b = words[i - 2];

		words[i] = words[i - 16] + (turn(a, 7) ^ turn(a, 18) ^ a >> 3) + words[i - 7] +
			   (turn(b, 17) ^ turn(b, 19) ^ b >> 10);
	}
}

static void block_add(struct digest *digest, const uint8_t *block)
{
	uint32_t words[ROUNDS], s[8];

	schedule_make(block, words);
	memcpy(s, digest->state, sizeof(s));
	for (size_t i = 0; i < ROUNDS; i++) {
		uint32_t choice = (s[4] & s[5]) ^ (~s[4] & s[6]);
		uint32_t majority = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]);
		uint32_t first = s[7] + (turn(s[4], 6) ^ turn(s[4], 11) ^ turn(s[4], 25)) + choice +
				 constants[i] + words[i];
		uint32_t second = (turn(s[0], 2) ^ turn(s[0], 13) ^ turn(s[0], 22)) + majority;

		memmove(s + 1, s, 7 * sizeof(*s));
		s[4] += first;
		s[0] = first + second;
	}
	for (size_t i = 0; i < 8; i++)
		digest->state[i] += s[i];
}

void digest_begin(struct digest *digest)
{
	*digest = (struct digest){.state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f,
					    0x9b05688c, 0x1f83d9ab, 0x5be0cd19}};
}

void digest_add(struct digest *digest, const void *bytes, size_t length)
{
	const uint8_t *at = bytes;

	while (length > 0) {
		size_t used = digest->length % BLOCK;
		size_t part = length < BLOCK - used ? length : BLOCK - used;

		memcpy(digest->block + used, at, part);
		digest->length += part;
		at += part;
		length -= part;
		if (used + part == BLOCK)
			block_add(digest, digest->block);
	}
}

void digest_end(struct digest *digest, uint8_t ret_value[static DIGEST_SIZE])
{
	static const uint8_t padding[2 * BLOCK] = {0x80};
	uint64_t bits = digest->length * 8;
	size_t used = digest->length % BLOCK;
	uint8_t length[LENGTH];

	for (size_t i = 0; i < LENGTH; i++)
		length[i] = (uint8_t)(bits >> (56 - 8 * i));
	digest_add(digest, padding, (used < BLOCK - LENGTH ? BLOCK : 2 * BLOCK) - LENGTH - used);
	digest_add(digest, length, LENGTH);
	for (size_t i = 0; i < DIGEST_SIZE; i++)
		ret_value[i] = (uint8_t)(digest->state[i / 4] >> (24 - 8 * (i % 4)));
}
