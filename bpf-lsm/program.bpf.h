/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Names of programs that outlive the files: the map `programs`. A name is put into it when it is executed,
 * and its state in the automaton of a generation is found from there.
 */
#ifndef BPF_LSM_PROGRAM_H
#define BPF_LSM_PROGRAM_H

#include "program_key.bpf.h"

#define PROGRAM_TRIES 8

struct program_copy {
	__u64 key;
	__u64 dentry;
	__u32 skip;
	__u32 offset;
	__u16 alone; /* a memory file, whose only component is in the root itself */
	__u16 done;
};

/* Whether the name of a dentry is that of a memory file. */
static __always_inline bool program_alone(__u64 leaf)
{
	struct dentry *d = (void *)leaf;
	__u64 parent = 0;

	return !bpf_core_read(&parent, sizeof(parent), &d->d_parent) && parent == leaf &&
	       program_start(leaf, leaf, 0) >> 32 == POLICYD_ROOT_MEMFD;
}

/* Copies a component to where `copy` stands: 0, or 1 where it cannot be read or has no room. */
static __always_inline long program_copy_text(__u32 i, struct program_copy *copy,
					      struct policyd_program *program)
{
	__u64 address = 0, length, hash, offset = copy->offset;
	__u32 stored = 0;

	if (name_read(copy->dentry, &address, &stored) || stored < copy->skip)
		return 1;
	length = stored - copy->skip;
	if (length > POLICYD_NAME_MAX)
		return 1;
	if (offset >= POLICYD_PROGRAM_START)
		return 1;
	asm volatile("%0 &= 0xff" : "+r"(length));
	asm volatile("%0 &= %1" : "+r"(offset) : "i"(POLICYD_PROGRAM_START - 1));
	hash = name_hash_bytes(address + copy->skip, length);
	program->hashes[i & (POLICYD_PROGRAM_LEVELS - 1)] = hash;
	program->offsets[i & (POLICYD_PROGRAM_LEVELS - 1)] = (__u16)offset;
	if (!hash || bpf_probe_read_kernel(program->text + offset, length, (void *)(address + copy->skip)))
		return 1;
	asm volatile("%0 &= 0xff" : "+r"(length));
	asm volatile("%0 &= %1" : "+r"(offset) : "i"(POLICYD_PROGRAM_START - 1));
	offset += length;
	program->text[offset] = 0;
	copy->offset = (__u32)offset + 1;
	return 0;
}

/* Copies one component, and goes on with the directory that it is in. */
static long program_copy_one(__u32 i, struct program_copy *copy)
{
	struct policyd_program *program = bpf_map_lookup_elem(&programs, &copy->key);
	struct dentry *d = (void *)copy->dentry;
	__u64 parent = 0;

	if (!program ||
	    bpf_probe_read_kernel(&parent, sizeof(parent), __builtin_preserve_access_index(&d->d_parent)))
		return 1;
	program->depth = (__u16)i;
	program->length = (__u16)copy->offset;
	copy->done = (__u16)policyd_opaque(parent == copy->dentry && !copy->alone);
	if (copy->done || program_copy_text(i, copy, program))
		return 1;
	copy->alone = (__u16)opaque_zero;
	copy->dentry = parent;
	return 0;
}

/* Finds or makes the entry of a key; NULL where there is no room. */
static __always_inline struct policyd_program *program_entry(__u64 *key)
{
	struct policyd_program *program = bpf_map_lookup_elem(&programs, key), *empty;
	__u32 zero = 0;

	if (program)
		return program;
	empty = bpf_map_lookup_elem(&blank, &zero);
	if (empty)
		bpf_map_update_elem(&programs, key, empty, BPF_NOEXIST);
	return bpf_map_lookup_elem(&programs, key);
}

/* Whether names in the filesystem of a dentry may have several spellings; also where it cannot be asked. */
static __always_inline bool program_folds(__u64 leaf)
{
	struct dentry *d = (void *)leaf;
	__u64 super = 0;

	return bpf_core_read(&super, sizeof(super), &d->d_sb) || name_may_fold(super);
}

/*
 * Makes sure that the map has the name of a dentry behind its key: 0; -1 where the dentry has another name by
 * now, -ENOSPC where there is no room. Several tasks may write the same name at once, and then write the same
 * bytes: what is between two readings of the same name is of it, as long as no other rename of a directory
 * begins (see name_slow()).
 */
__noinline __weak int program_put(__u64 key, __u64 leaf)
{
	struct program_copy copy = {.key = key, .dentry = leaf, .offset = (__u32)opaque_zero};
	struct policyd_program *program = program_entry(&copy.key);
	__u64 renames = rename_count(), root;

	if (!program)
		return -ENOSPC;
	program->epoch = program_epoch;
	if (*(volatile __u32 *)&program->ready)
		return 0;
	if (program_key(leaf) != key)
		return -1;
	copy.alone = (__u16)policyd_opaque(program_alone(leaf));
	copy.skip = policyd_opaque(copy.alone ? MEMFD_PREFIX : 0);
	bpf_loop(POLICYD_PROGRAM_LEVELS + 1, program_copy_one, &copy, 0);
	if (!copy.done)
		return -1;
	root = program_start(leaf, copy.dentry, copy.dentry != leaf);
	if (!root || program_key(leaf) != key || !rename_none_begun(renames))
		return -1;
	program->root = root >> 32;
	program->dev = (__u32)root;
	program->folds = program_folds(leaf);
	*(volatile __u32 *)&program->ready = 1;
	return 0;
}

/* Key of the name of a dentry once that stands still, like name_slow(); POLICYD_PROGRAM_UNKNOWN if never. */
__noinline __weak __u64 program_settled(__u64 leaf)
{
	__u64 previous = opaque_zero, since = opaque_zero;

	for (int i = 0; i < PROGRAM_TRIES; i++) {
		__u64 renames = rename_count(), key;
		__u32 sequence = name_settle(leaf);

		key = program_key(leaf);
		if (sequence & 1 || name_sequence(leaf) != sequence)
			continue;
		if (rename_none_since(renames) || (key == previous && rename_none_begun(since)))
			return key;
		previous = key;
		since = renames;
	}
	return POLICYD_PROGRAM_UNKNOWN;
}

/*
 * The key of the name that the dentry at an address has, which is in the map from then on; or
 * POLICYD_PROGRAM_UNKNOWN, counted, where the name is too long, changes all the time, or has no room.
 */
__noinline __weak __u64 program_get(__u64 leaf)
{
	for (int i = 0; i < PROGRAM_TRIES; i++) {
		__u64 key = program_settled(leaf);
		int r = key ? program_put(key, leaf) : -ENOSPC;

		if (!r)
			return key;
		if (r == -ENOSPC)
			break;
	}
	counter_add(POLICYD_COUNT_LOST_LINEAGE);
	return POLICYD_PROGRAM_UNKNOWN;
}

/* A task holds the program, or did a moment ago: what policyd takes out was in none in two passes. */
struct program_reading {
	struct policyd_program *program;
	__u64 generation;
	__u64 state; /* or NAME_FAILED | reason */
};

/* Component i from the top: its text ends with a NUL, behind which the one above it begins, or nothing. */
static long program_read_one(__u32 i, struct program_reading *reading)
{
	struct policyd_program *program = reading->program;
	__u32 at = (program->depth - 1U - i) & (POLICYD_PROGRAM_LEVELS - 1), end = program->length;
	__u64 offset = program->offsets[at], address = 0;
	const char *slot;

	if (i)
		end = program->offsets[(at + 1) & (POLICYD_PROGRAM_LEVELS - 1)];
	asm volatile("%0 &= %1" : "+r"(offset) : "i"(POLICYD_PROGRAM_START - 1));
	slot = program->text + offset;
	bpf_probe_read_kernel(&address, sizeof(address), &slot);
	reading->state = component_step(program->hashes[at], address, end - 1 - (__u32)offset,
					(__u32)reading->state, reading->generation);
	return !!(reading->state & NAME_FAILED);
}

/* Start of the name in the automaton of a generation, or NAME_FAILED. */
static __always_inline __u64 program_begin(const struct policyd_program *program, __u64 generation)
{
	const struct policyd_header *header;
	void *image = image_of(generation);

	if (!image)
		return NAME_FAILED | POLICYD_REASON_IMAGE;
	header = policyd_header_at(image);
	if (!header || header->generation != generation)
		return NAME_FAILED | POLICYD_REASON_GENERATION;
	return name_root(image, header, program->root, program->dev);
}

/* State of a name where it was read in this generation, or NAME_FAILED. */
static __always_inline __u64 program_recall(const struct policyd_program *program, __u64 generation)
{
	__u64 cached = *(volatile const __u64 *)&program->cached[generation & 1];

	return cached && cached >> 32 == (__u32)generation ? (__u32)cached
							   : NAME_FAILED | POLICYD_REASON_SUBJECT;
}

/* State of a name, or NAME_FAILED. It is read once in a generation. */
static __always_inline __u64 program_read(struct policyd_program *program, __u64 generation)
{
	struct program_reading reading = {.program = program, .generation = generation};
	__u64 state;

	if (!*(volatile __u32 *)&program->ready)
		return NAME_FAILED | POLICYD_REASON_SUBJECT;
	state = program_recall(program, generation);
	if (!(state & NAME_FAILED))
		return state;
	reading.state = program_begin(program, generation);
	if (reading.state & NAME_FAILED)
		return reading.state;
	bpf_loop(program->depth, program_read_one, &reading, 0);
	if (!(reading.state & NAME_FAILED))
		*(volatile __u64 *)&program->cached[generation & 1] = generation << 32 | (__u32)reading.state;
	return reading.state;
}

/* The same by the name's key. */
__noinline __weak __u64 program_state(__u64 key, __u64 generation)
{
	struct policyd_program *program = bpf_map_lookup_elem(&programs, &key);

	return program ? program_read(program, generation) : NAME_FAILED | POLICYD_REASON_SUBJECT;
}

/*
 * The same for what the file with that name is called, where the name alone says it: NAME_SLOW where it is in
 * no filesystem, where it may have other spellings, and where it is not known.
 */
__noinline __weak __u64 program_called(__u64 key, __u64 generation)
{
	struct policyd_program *program = bpf_map_lookup_elem(&programs, &key);
	__u64 state;

	if (!program || program->folds || program->root != POLICYD_ROOT_DEV)
		return NAME_SLOW;
	state = program_read(program, generation);
	return state & NAME_FAILED ? NAME_SLOW : state;
}

#endif
