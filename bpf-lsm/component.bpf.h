/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * One component of a name: its hash, by direct loads where it stands in the dentry, and the step of the
 * automaton over it.
 */
#ifndef BPF_LSM_COMPONENT_H
#define BPF_LSM_COMPONENT_H

#include "maps.bpf.h"

#include <policyd/decide.h>

#define NAME_CHUNK 32 /* bytes of a name read at a time */

/* Results of the global functions that work on names: a value of 32 bits, or one of these. */
#define NAME_FAILED (1ULL << 32)	       /* + enum policyd_reason */
#define NAME_PSEUDO (1ULL << 34)	       /* the state is that of a kind of anonymous files */
#define NAME_SLOW   (1ULL << 33 | NAME_FAILED) /* the slow walk is needed */
/* Of a root: some directories below take names in other spellings. */
#define NAME_FOLDING (1ULL << 36)
/* The state is that of such a directory; of the names below it no more is known. */
#define NAME_FOLDED_BIT 35
#define NAME_FOLDED	(1ULL << NAME_FOLDED_BIT)

struct bytes {
	union {
		__u8 byte[NAME_CHUNK];
		__u64 word[NAME_CHUNK / 8];
	};
};

/*
 * What a pointer points to as a number, which is all that global functions and loop callbacks can take. Read
 * back from the stack, because the verifier lets no arithmetic turn one into the other.
 */
static __always_inline __u64 address_of(const void *pointer)
{
	const void *slot = pointer;
	__u64 address = 0;

	bpf_probe_read_kernel(&address, sizeof(address), &slot);
	return address;
}

/* The same of NULL, too, which is 0. */
static __always_inline __u64 address_or_none(const void *pointer)
{
	return pointer ? address_of(pointer) : 0;
}

/* Address and length of a dentry's name, read by address: works where the pointer has lost its type. */
static __always_inline int name_read(__u64 dentry, __u64 *address, __u32 *length)
{
	struct dentry *d = (void *)dentry;
	struct qstr name;

	if (bpf_core_read(&name, sizeof(name), &d->d_name))
		return -1;
	*address = (__u64)name.name;
	*length = name.len;
	return 0;
}

/* All ones where `number` is less than 0, else 0. clang makes a branch of a shift that it understands. */
static __always_inline __u64 name_negative(__s64 number)
{
	asm volatile("%0 s>>= 63" : "+r"(number));
	return (__u64)number;
}

/* How many of `left` bytes a chunk has, 1 to NAME_CHUNK. */
static __always_inline __u32 name_chunk(__u64 left)
{
	__u64 room = NAME_CHUNK - left;

	room &= ~name_negative((__s64)room);
	return ((__u32)(NAME_CHUNK - 1 - room) & (NAME_CHUNK - 1)) + 1;
}

/*
 * Hash of `length` bytes at an address, 0 where they cannot be read or are more than POLICYD_NAME_MAX. All
 * words of a chunk are hashed, and what those behind the end come to is masked: one path for the verifier,
 * which a callback would be too, but for the frame. Global, so that it is verified once.
 */
__noinline __weak __u64 name_hash_bytes(__u64 address, __u64 length)
{
	struct policyd_hash hash = policyd_hash_start(&name_key, (__u32)length);
	struct bytes bytes;

	if (length > POLICYD_NAME_MAX)
		return 0;
	for (__u32 at = 0; at <= POLICYD_NAME_MAX; at += NAME_CHUNK) {
		__u32 size;

		if (at >= length)
			break;
		size = name_chunk(length - at);
		__builtin_memset(&bytes, 0, sizeof(bytes));
		if (bpf_probe_read_kernel(&bytes, size, (void *)(address + at)))
			return 0;
#pragma unroll
		for (__u32 i = 0; i < NAME_CHUNK / 8; i++) {
			__u64 counts = name_negative((__s64)i * 8 - size);
			struct policyd_hash word = {};

			policyd_hash_word(&name_key, &word, at / 8 + i, bytes.word[i]);
			hash.a += word.a & counts;
			hash.b += word.b & counts;
		}
	}
	return policyd_hash_end(&hash);
}

/* Hash of a name of any length, without its first `skip` bytes; 0 where it cannot be read. */
static __always_inline __u64 name_hash_long(__u64 dentry, __u32 skip)
{
	__u64 address = 0;
	__u32 length = 0;

	if (name_read(dentry, &address, &length) || length < skip)
		return 0;
	return name_hash_bytes(address + skip, length - skip);
}

/* Where the byte automaton stands, for the loop's callback. */
struct glob_walk {
	__u64 address; /* of the name */
	__u64 generation;
	__u64 word; /* the name's current 8 bytes */
	__u32 base;
	__u32 failed; /* enum policyd_reason */
};

/* Reads byte i: enum policyd_reason. */
static __always_inline __u32 name_glob_byte(__u32 i, struct glob_walk *walk)
{
	const struct policyd_header *header;
	void *image = image_of(walk->generation);

	if (!image)
		return POLICYD_REASON_GENERATION;
	header = policyd_header_at(image);
	if (!header || header->generation != walk->generation)
		return POLICYD_REASON_GENERATION;
	/* Beyond the name's end stand its NUL and the dentry or slab it is in: 8 bytes can be read. */
	if (!(i & 7) && bpf_probe_read_kernel(&walk->word, sizeof(walk->word), (void *)(walk->address + i)))
		return POLICYD_REASON_READ;
	return policyd_byte_step(image, header, &walk->base, (__u32)(walk->word >> 8 * (i & 7)) & 0xff)
		       ? POLICYD_REASON_IMAGE
		       : POLICYD_REASON_NONE;
}

/* The sums make numbers like any other of what the ways through the step leave: one state for the verifier.
 */
static long name_glob_one(__u32 i, struct glob_walk *walk)
{
	walk->failed = policyd_opaque(name_glob_byte(i, walk));
	walk->base = policyd_opaque(walk->base);
	return walk->failed || !walk->base;
}

/*
 * The step from `state` over `length` bytes at an address where globs have to be tried: the byte automaton
 * goes over them from `base`. The next state, or NAME_FAILED | reason.
 */
static __always_inline __u64 name_glob_bytes(__u64 address, __u32 length, __u32 base, __u32 state,
					     __u64 generation)
{
	struct glob_walk walk = {.address = address, .generation = generation, .base = base};
	const struct policyd_header *header;
	void *image;
	__u32 set = 0;

	bpf_loop(length, name_glob_one, &walk, 0);
	if (walk.failed)
		return NAME_FAILED | walk.failed;
	/* Looked up again, for the stack. */
	image = image_of(generation);
	if (!image)
		return NAME_FAILED | POLICYD_REASON_IMAGE;
	header = policyd_header_at(image);
	if (!header || header->generation != generation)
		return NAME_FAILED | POLICYD_REASON_GENERATION;
	if (policyd_byte_end(image, header, walk.base, &set) || policyd_step_glob(image, header, &state, set))
		return NAME_FAILED | POLICYD_REASON_IMAGE;
	return state;
}

/* The same over a name. Global, so that it is verified once. */
__noinline __weak __u64 name_glob(__u64 dentry, __u32 base, __u32 state, __u64 generation)
{
	__u64 address = 0;
	__u32 length = 0;

	if (name_read(dentry, &address, &length) || length > POLICYD_NAME_MAX)
		return NAME_FAILED | POLICYD_REASON_READ;
	return name_glob_bytes(address, length, base, state, generation);
}

/*
 * The step over the component of `length` bytes at an address, with its hash: the next state or NAME_FAILED.
 * Global, so that it is verified once; the hash comes from outside, for its stack would be under this one.
 */
__noinline __weak __u64 component_step(__u64 hash, __u64 address, __u32 length, __u32 state, __u64 generation)
{
	const struct policyd_header *header;
	void *image = image_of(generation);
	enum policyd_step step;
	__u32 glob = 0;

	if (!image)
		return NAME_FAILED | POLICYD_REASON_IMAGE;
	header = policyd_header_at(image);
	if (!header || header->generation != generation)
		return NAME_FAILED | POLICYD_REASON_GENERATION;
	if (!hash || length > POLICYD_NAME_MAX)
		return NAME_FAILED | POLICYD_REASON_READ;
	step = policyd_step(image, header, &state, hash, &glob);
	if (step == POLICYD_STEP_DONE)
		return state;
	return step == POLICYD_STEP_GLOB ? name_glob_bytes(address, length, glob, state, generation)
					 : NAME_FAILED | POLICYD_REASON_IMAGE;
}

/* The same without a hash. */
static __always_inline __u64 component_at(__u64 address, __u64 length, __u32 state, __u64 generation)
{
	return component_step(name_hash_bytes(address, length), address, (__u32)length, state, generation);
}

#define NAME_SHORT 32 /* bytes of a name that are read with direct loads */

/*
 * Whether a name of that length stands in the dentry, at *ret_words. Names shorter than the dentry's inline
 * space always do: __d_alloc, copy_name and swap_names keep that.
 */
static __always_inline bool name_is_short(struct dentry *dentry, __u32 length, const __u64 **ret_words)
{
	struct dentry___shortname *shortname = (void *)dentry;
	__u32 size;

	if (bpf_core_field_exists(shortname->d_shortname)) {
		size = bpf_core_field_size(shortname->d_shortname);
		*ret_words = (void *)__builtin_preserve_access_index(&shortname->d_shortname);
	} else {
		size = bpf_core_field_size(dentry->d_iname);
		*ret_words = (void *)__builtin_preserve_access_index(&dentry->d_iname);
	}
	return length < size && length <= NAME_SHORT;
}

/* Word i of such a name, 0 behind its end. One after the other, since clang unrolls no loop over them. */
static __always_inline __u64 name_word(const __u64 *words, __u32 length, __u32 i)
{
	if (length >= i * 8 + 8)
		return words[i];
	return length > i * 8 ? words[i] & ~0ULL >> (64 - 8 * (length & 7)) : 0;
}

static __always_inline void name_hash_word(struct policyd_hash *hash, const __u64 *words, __u32 length,
					   __u32 i)
{
	if (length > i * 8)
		policyd_hash_word(&name_key, hash, i, name_word(words, length, i));
}

/* Hash of a short name, 0 for one that does not stand in the dentry. */
static __always_inline __u64 name_hash_short(struct dentry *dentry)
{
	__u32 length = dentry->d_name.len;
	struct policyd_hash hash;
	const __u64 *words;

	if (!name_is_short(dentry, length, &words))
		return 0;
	hash = policyd_hash_start(&name_key, length);
	name_hash_word(&hash, words, length, 0);
	name_hash_word(&hash, words, length, 1);
	name_hash_word(&hash, words, length, 2);
	name_hash_word(&hash, words, length, 3);
	return policyd_hash_end(&hash);
}

static __always_inline __u64 name_hash(struct dentry *dentry)
{
	__u64 hash = name_hash_short(dentry);

	return hash ? hash : name_hash_long(address_of(dentry), 0);
}

#endif
