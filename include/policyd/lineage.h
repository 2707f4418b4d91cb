/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Programs that processes were started with. A task's history outlives the files and the processes in it, and
 * has to be read anew by every generation of policies. So each name that was executed stands once in the map
 * `programs`, under a keyed hash of the whole name; tasks hold these keys (struct policyd_lineage).
 */
#ifndef POLICYD_LINEAGE_H
#define POLICYD_LINEAGE_H

#include <policyd/types.h>

#define POLICYD_PROGRAMS_MAX	8192 /* names at one time */
#define POLICYD_PROGRAM_LEVELS	64   /* components of a name */
#define POLICYD_PROGRAM_START	1024 /* where the last of them may begin: a power of two */
#define POLICYD_PROGRAM_TEXT	(POLICYD_PROGRAM_START + 256)
#define POLICYD_ANCESTORS_MAX	48 /* different programs in the history of one task */
#define POLICYD_PROGRAM_UNKNOWN 0  /* no key */

/*
 * A name: its components from the leaf up to the root of the filesystem, each followed by NUL. It is what the
 * file was called when it was executed.
 */
struct policyd_program {
	/* The state of the name in two generations: by parity, the lower half of the generation's number,
	 * shifted by 32, and the state; 0: none. */
	__u64 cached[2];
	__u32 ready;  /* the name is complete */
	__u32 epoch;  /* the last pass over all tasks that found it in use */
	__u32 root;   /* enum policyd_root */
	__u32 dev;    /* s_dev */
	__u16 depth;  /* components */
	__u16 length; /* bytes of text */
	__u32 folds;  /* the filesystem may take other spellings of a name: its bytes alone say nothing */
	__u64 hashes[POLICYD_PROGRAM_LEVELS]; /* of each component */
	__u16 offsets[POLICYD_PROGRAM_LEVELS];
	char text[POLICYD_PROGRAM_TEXT];
};
policyd_static_assert(sizeof(struct policyd_program) == 1960, "with the map's own head below 2,048");

#define POLICYD_LINEAGE_KNOWN	      1U  /* the rest is valid */
#define POLICYD_LINEAGE_OLDER	      2U  /* runs since before policyd: a script would not be known */
#define POLICYD_LINEAGE_LOST_SCRIPT   4U  /* there was no room for the script's name */
#define POLICYD_LINEAGE_LOST_EXE      8U  /* or for the program's */
#define POLICYD_LINEAGE_LOST_ANCESTOR 16U /* or for that of some ancestor */

/* What a task came from. */
struct policyd_lineage {
	__u64 exe;    /* what it runs, 0: nothing (kernel threads), or not known */
	__u64 script; /* what it was asked to run, where that is not `exe` */
	__u64 asked;  /* the same while execve() is under way */
	__u32 flags;
	__u32 count;
	__u64 ancestors[POLICYD_ANCESTORS_MAX];
};
policyd_static_assert(sizeof(struct policyd_lineage) == 416, "no padding");

/* What a pass over all tasks found. */
struct policyd_lineage_pass {
	__u32 epoch;
	__u32 tasks;
	__u32 older; /* tasks of which no script is known, since they began before policyd */
	__u32 lost;  /* tasks with a part that there was no room for */
};

#endif
