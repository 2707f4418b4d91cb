/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Self-protection: what the guard's programs know of policyd, and what they call what they refuse.
 */
#ifndef POLICYD_GUARD_ABI_H
#define POLICYD_GUARD_ABI_H

#include <policyd/types.h>

/* Kinds of things in the map `guard`. */
enum policyd_guard_kind {
	POLICYD_GUARD_MAP = 1,	 /* `id` is that of the map, */
	POLICYD_GUARD_PROGRAM,	 /* of the program, */
	POLICYD_GUARD_LINK,	 /* of the link */
	POLICYD_GUARD_NAMESPACE, /* the host's mount namespace: its inode number */
	POLICYD_GUARD_WAY,	 /* a directory on the way to the pins: dev, inode, generation */
	POLICYD_GUARD_PINS,	 /* the directory of the pins */
	POLICYD_GUARD_CODE,	 /* policyd's executable, its loader and its libraries */
	POLICYD_GUARD_PROCESS,	 /* an established process: `id` is its start time, `generation` its number */
	POLICYD_GUARD_OWN_NAMESPACE, /* policyd's mount namespace: a number that is not used again */
	POLICYD_GUARD_CGROUP,	     /* no entry: what learns it notes whose cgroups are to be kept */
};

struct policyd_guard_key {
	__u32 kind; /* enum policyd_guard_kind */
	__u32 dev;  /* s_dev of an inode, otherwise 0 */
	__u64 id;   /* of the object, or inode number */
	__u32 generation;
	__u32 reserved;
};
policyd_static_assert(sizeof(struct policyd_guard_key) == 24, "no padding");

#define POLICYD_GUARD_ENTRIES 4096

/* Value of an entry. Only policyd looks at it. */
enum policyd_guard_age {
	POLICYD_GUARD_CURRENT = 1,
	POLICYD_GUARD_OLD, /* of an earlier policyd, until this one learns it again */
};

/* The name of every map that holds an image. */
#define POLICYD_GUARD_IMAGE_1 "policyd_"
#define POLICYD_GUARD_IMAGE_2 "image\0\0\0"
#define POLICYD_GUARD_IMAGE   POLICYD_GUARD_IMAGE_1 POLICYD_GUARD_IMAGE_2

/*
 * The mark of policyd's process (map `guarded`). The guard marks a process that executes policyd's code as
 * new; policyd marks itself as established. What an established process opens while `learn` is a kind is put
 * into the map `guard` as that kind.
 */
enum policyd_guard_state {
	POLICYD_GUARD_NONE,
	POLICYD_GUARD_NEW,
	POLICYD_GUARD_ESTABLISHED,
};

struct policyd_guard_mark {
	__u32 state;  /* enum policyd_guard_state */
	__u32 learn;  /* enum policyd_guard_kind, 0: nothing */
	__u32 failed; /* how many things could not be put into the map */
	__u32 reserved;
};
policyd_static_assert(sizeof(struct policyd_guard_mark) == 16, "no padding");

/*
 * policyd's main task: its address, and when it started. It may have ended, and its memory be something else:
 * then the time does not fit.
 */
struct policyd_guard_self {
	__u64 task;
	__u64 started;
};

/* Element of the map `locked`. */
struct policyd_guard_lock {
	__u32 locked; /* 1: policies stay as they are until the machine is started anew */
	__u32 reserved;
	__u64 fingerprint; /* of the set in force, */
	__u8 digest[32];   /* and of the texts that it was parsed from */
};
policyd_static_assert(sizeof(struct policyd_guard_lock) == 48, "no padding");

/* What somebody attempted: `op` of a record with POLICYD_EVENT_TAMPER. X(NAME, "text") */
#define POLICYD_GUARD_DEEDS(X)                                                                               \
	X(SIGNAL, "signal")	   /* a signal to policyd */                                                 \
	X(TRACE, "trace")	   /* ptrace and what reads or writes its memory */                          \
	X(LIMIT, "limit")	   /* its resource limits or its scheduling */                               \
	X(MAP, "map")		   /* opening a map of policyd's by its number or its pin */                 \
	X(PROGRAM, "program")	   /* opening a program of policyd's */                                      \
	X(LINK, "link")		   /* opening a link of policyd's by its number */                           \
	X(LOAD, "load-program")	   /* loading a program that could run before policyd's */                   \
	X(PIN, "pin")		   /* making, removing or renaming a pin */                                  \
	X(MOUNT, "mount")	   /* hiding the pins by mounts */                                           \
	X(SWITCH, "ftrace-switch") /* opening the switch that turns attached programs off */                 \
	X(CODE, "code")		   /* writing to policyd's executable or libraries */                        \
	X(FOREIGN, "foreign-code") /* policyd's executable was started with code that is not policyd's */    \
	X(CGROUP, "cgroup")	   /* freezing or killing what is in policyd's cgroup, or moving policyd */

enum policyd_guard_deed {
#define X(name, text) POLICYD_GUARD_DEED_##name,
	POLICYD_GUARD_DEEDS(X)
#undef X
		POLICYD_GUARD_DEED_COUNT
};

#endif
