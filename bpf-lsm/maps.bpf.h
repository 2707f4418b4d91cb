/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The maps that all programs share. Each BPF file compiles alone and declares them weak; linking makes one.
 */
#ifndef BPF_LSM_MAPS_H
#define BPF_LSM_MAPS_H

#include "kernel.bpf.h"

#include <policyd/event.h>
#include <policyd/hash.h>
#include <policyd/image.h>
#include <policyd/lineage.h>

/*
 * The inner map: an image. User space fills it through a mapping, then freezes it. (A map that is read-only
 * for programs could not be mapped for writing.)
 */
struct image_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_INNER_MAP | BPF_F_MMAPABLE);
	__uint(key_size, sizeof(__u32)); /* sizes, not types: 6.1 takes no image for a map that has types */
	__uint(value_size, sizeof(struct policyd_line));
};

/* The images, each at policyd_live_slot() of its generation. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, POLICYD_LIVE_COUNT);
	__type(key, __u32);
	__array(values, struct image_map);
} live SEC(".maps") __weak;

/*
 * Caches of what names came to. They may forget, and nothing depends on them: an entry stands where something
 * that anybody may know of the name says, and another name may take its place.
 */
#define FILES_BITS	 15
#define DIRECTORIES_BITS 14
#define ENDPOINTS_BITS	 12
#define SUBJECTS_BITS	 14

/*
 * Where a name stands: a directory is known by its inode, which is not reused with the same generation; one
 * of an overlay by its dentry's address, and its life in the other two (life.bpf.h).
 */
struct place {
	__u64 inode;
	__u32 generation;
	__u32 dev;
};

#define FILE_FORGOTTEN (~0ULL) /* no generation has that number */
#define FILE_WORDS     4       /* of a name that is kept as it is; of a longer one the keyed hash is */

/* The class of a file under a name, and all that must still be so for it to count. */
struct file_entry {
	__u64 version; /* odd while a program writes */
	__u64 generation;
	__u64 renames;
	struct place place;
	__u64 name[FILE_WORDS];
	__u32 length;
	__u32 class;
	__u32 row;
	__u32 quiet;
	__u32 cells; /* line of the row's first cells, 0 where the row has conditions */
	__u32 reserved;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1 << FILES_BITS);
	__type(key, __u32);
	__type(value, struct file_entry);
} files SEC(".maps") __weak;

/* The same of an end of a connection. */
struct endpoint_entry {
	__u64 version; /* odd while a program writes */
	__u64 generation;
	__u64 high;
	__u64 low;
	__u32 port;
	__u32 protocol;
	__u32 quiet;
	__u32 cells;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1 << ENDPOINTS_BITS);
	__type(key, __u32);
	__type(value, struct endpoint_entry);
} endpoints SEC(".maps") __weak;

/*
 * The automaton's state after a directory's own name. The seal is made of the place, the generation and the
 * count of renames by a keyed hash, so nobody can make those of two directories agree, and of the state, so
 * that an entry which two writers mixed is not used.
 */
struct directory_entry {
	__u64 seal;
	__u32 state;
	__u32 reserved;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1 << DIRECTORIES_BITS);
	__type(key, __u32);
	__type(value, struct directory_entry);
} directories SEC(".maps") __weak;

/*
 * Classes of tasks, each at the last bits of its thread's number and written by the task alone: a seal of the
 * task and the generation, and the class in its lowest bits. A cache of what `tasks` has; a variable, which
 * is at a known address, since every decision looks there.
 */
extern __u64 subjects[1 << SUBJECTS_BITS];

/* A task's subject class. Written by the task itself and, at fork, by its parent before it runs. */
struct task_entry {
	__u64 generation; /* of the image that `subject` is from; 0: to be computed */
	__u64 cgroup;	  /* id of the cgroup that `subject` is from; 0: no policy asks for cgroups */
	__u32 subject;
	__u32 reserved;
	struct policyd_lineage lineage;
};
policyd_static_assert(__builtin_offsetof(struct task_entry, generation) == 0, "policyd sets it to 0");

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct task_entry);
} tasks SEC(".maps") __weak;

/*
 * What another task came from that has no history of its own yet, as found for one decision about it. In the
 * storage of the task that decides, which alone writes there: a stack has no room for it, and the other task
 * may begin its history at the same time.
 */
struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct policyd_lineage);
} origins SEC(".maps") __weak;

/* Names of programs, by program_key(). policyd takes out what no task holds any more. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, POLICYD_PROGRAMS_MAX);
	__type(key, __u64);
	__type(value, struct policyd_program);
} programs SEC(".maps") __weak;

/* One that is all zero: what a new name begins as. A stack has no room for it. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct policyd_program);
} blank SEC(".maps") __weak;

/* policyd's own process (its main task): 1. Set by policyd, taken back when that executes another program. */
struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, __u32);
} self SEC(".maps") __weak;

/*
 * Who listens on a socket: the task that called listen, or accept since. Connections arrive in interrupts,
 * where the current task has nothing to do with them. `task` is an address that is only compared and read by
 * probes.
 */
struct listener {
	struct policyd_event_head head; /* who, for events */
	__u64 task;
	__u64 exe; /* the file and the credentials that the class is from, by address */
	__u64 cred;
	__u64 cgroup;	  /* and the id of the cgroup */
	__u64 generation; /* of `subject`, 0: none */
	__u64 lineage;	  /* address of what the task came from, 0: not known */
	__u32 subject;
	__u32 sequence; /* odd while a program writes */
};

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct listener);
} listeners SEC(".maps") __weak;

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4 << 20);
} events SEC(".maps") __weak;

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, POLICYD_COUNT_END);
	__type(key, __u32);
	__type(value, __u64);
} counters SEC(".maps") __weak;

/* Where degraded programs look: the tasks below this cgroup. Only they have the map. */
struct {
	__uint(type, BPF_MAP_TYPE_CGROUP_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} scope SEC(".maps") __weak;

/* Storing the number of a generation, whose image is in `live` by then, is what publishing means. */
extern __u64 published;

/* While an upgrade has the programs of two builds attached, both refuse; what happens once is counted by one.
 */
extern __u64 acting;

/* Always 0, which the verifier does not know: adding it to a loop's result makes the paths through the loop
 * one path again. */
volatile __u64 opaque_zero __weak;

/* Passes over all tasks so far, see lineage_mark. */
volatile __u32 program_epoch __weak;

/* Set once before load. */
const volatile struct policyd_hash_key name_key __weak = {};
const volatile __u32 abi __weak = POLICYD_ABI;
const volatile __u64 programs_build __weak = 0; /* tells these programs from those of another build */
const volatile __u64 audit_share __weak =
	0; /* bytes of the ring that records of permitted operations may fill */

static __always_inline void counter_add(__u32 counter)
{
	__u64 *value = bpf_map_lookup_elem(&counters, &counter);

	if (value)
		__sync_fetch_and_add(value, 1);
}

/* Whether these programs are those that count. */
static __always_inline bool programs_act(void)
{
	return *(volatile __u64 *)&acting == programs_build;
}

/* The generation that is in force, 0: none. */
static __always_inline __u64 generation_live(void)
{
	return *(volatile __u64 *)&published;
}

/* The image of a generation that is or just was live. */
static __always_inline void *image_of(__u64 generation)
{
	__u32 slot = policyd_live_slot(generation);

	return bpf_map_lookup_elem(&live, &slot);
}

static __always_inline void *image_live(void)
{
	__u64 generation = generation_live();

	return generation ? image_of(generation) : NULL;
}

#endif
