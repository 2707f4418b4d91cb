/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Keyed hash of one path component (1 to 255 bytes, no NUL), 63 bits.
 *
 * Names are compared by this hash alone, so two names that collide would be one name to the engine. The
 * function is multilinear (the HM form of Lemire and Kaser, "Strongly universal string hashing is fast"):
 * two independent lanes of which the upper 32 bits count, so that for any two names that somebody chooses
 * without knowing the key the chance of a collision is 2^-63. The key is drawn with getrandom() when the
 * programs are loaded. Simpler mixers (xor and multiply) have collisions that hold under every key.
 *
 * A name is read as little-endian 64-bit words, the last one padded with zero bytes; since names hold no
 * NUL that is unambiguous.
 */
#ifndef POLICYD_HASH_H
#define POLICYD_HASH_H

#include <policyd/types.h>

#define POLICYD_NAME_MAX   255
#define POLICYD_NAME_WORDS 32

struct policyd_hash_key {
	__u64 word[POLICYD_NAME_WORDS][4];
	__u64 start[2];
	__u64 length[2];
	__u64 task[3]; /* what is multiplied with what tells a task: see bpf-lsm/subject.bpf.h */
};

struct policyd_hash {
	__u64 a;
	__u64 b;
};

policyd_inline struct policyd_hash policyd_hash_start(const volatile struct policyd_hash_key *key,
						      __u32 length)
{
	return (struct policyd_hash){
		.a = key->start[0] + length * key->length[0],
		.b = key->start[1] + length * key->length[1],
	};
}

/* Adds the halves, of 32 bits each, of word number i (i < POLICYD_NAME_WORDS). */
policyd_inline void policyd_hash_pair(const volatile struct policyd_hash_key *key, struct policyd_hash *hash,
				      __u64 i, __u64 low, __u64 high)
{
	hash->a += (key->word[i][0] + low) * (key->word[i][1] + high);
	hash->b += (key->word[i][2] + low) * (key->word[i][3] + high);
}

/* Adds word number i. */
policyd_inline void policyd_hash_word(const volatile struct policyd_hash_key *key, struct policyd_hash *hash,
				      __u64 i, __u64 word)
{
	policyd_hash_pair(key, hash, i, (__u32)word, word >> 32);
}

policyd_inline __u64 policyd_hash_end(const struct policyd_hash *hash)
{
	return ((hash->a >> 33) << 32) | (hash->b >> 32);
}

#ifndef __bpf__
#include <endian.h>
#include <string.h>

/* The hash of `length` bytes (at most POLICYD_NAME_MAX) at `name`. */
policyd_inline __u64 policyd_hash_name(const struct policyd_hash_key *key, const void *name, size_t length)
{
	struct policyd_hash hash = policyd_hash_start(key, (__u32)length);

	assert(length <= POLICYD_NAME_MAX);
	for (size_t at = 0; at < length; at += 8) {
		__u64 word = 0;

		memcpy(&word, (const char *)name + at, length - at < 8 ? length - at : 8);
		policyd_hash_word(key, &hash, at / 8, le64toh(word));
	}
	return policyd_hash_end(&hash);
}
#endif

#endif
