/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Of the image: who acts, and what is not reached through a name. Included by <policyd/image.h>.
 */
#ifndef POLICYD_IMAGE_SUBJECT_H
#define POLICYD_IMAGE_SUBJECT_H

#include <policyd/image.h>

/*
 * Subject terms: a policy's `subject` and its `except` are conjunctions over a task's attributes; each
 * distinct conjunction is a term, a bit in a set of 512 that fills one line. Every attribute value maps to
 * the set of terms that it does not rule out; the intersection over all attributes is the set of terms that
 * hold, which is looked up as (POLICYD_EDGE_SUBJECT, policyd_terms_hash(set)) and gives the subject class.
 */
#define POLICYD_TERMS_MAX 512

struct policyd_subject {
	struct policyd_line terms; /* the set, to check the hash against */
};

/*
 * Defaults of the attributes, one line of 32-bit line numbers. A line number here is a set of terms; the
 * tables of ranges are described at policyd_range.
 */
struct policyd_fixed {
	__u32 all;	   /* all terms: the start of the intersection */
	__u32 no_exe;	   /* kernel threads: no executable */
	__u32 no_script;   /* not started through a script */
	__u32 no_ancestor; /* what holds before any ancestor is known */
	__u32 no_cgroup;
	__u32 user;	  /* base of the table of uid ranges, 0: no term asks for the user */
	__u32 user_count; /* ranges in it */
	__u32 group;	  /* the same for gids */
	__u32 group_count;
	__u32 login; /* the same for the login uid */
	__u32 login_count;
	__u32 no_group; /* terms that ask for no group at all */
	__u32 pseudo;	/* line of the pseudo-objects, see enum policyd_pseudo; policyd_process is the next */
	__u32 subject_count; /* number of subject classes */
	__u32 class_count;   /* number of path classes */
	__u32 state_count;
};
policyd_static_assert(sizeof(struct policyd_fixed) == POLICYD_LINE_SIZE, "one line");

/* Objects that are not reached through a name: w[kind] of their line is the verdict row. */
enum policyd_pseudo {
	POLICYD_PSEUDO_UNRESOLVED,	/* a name that could not be established */
	POLICYD_PSEUDO_ANONYMOUS,	/* memory that no file backs: exec anonymous */
	POLICYD_PSEUDO_KERNEL,		/* the kernel section: bits of POLICYD_OP_KERNEL_* */
	POLICYD_PSEUDO_CAPABILITY_LOW,	/* using capabilities 0 to 31: a bit for each */
	POLICYD_PSEUDO_CAPABILITY_HIGH, /* using capabilities 32 to 63 */
	POLICYD_PSEUDO_COUNT
};
/* + kind, in the same line: operations that every subject passes in silence. */
#define POLICYD_PSEUDO_QUIET 8
/* In the same line: the number of the first row of struct policyd_below. */
#define POLICYD_PSEUDO_BELOW 15
/* And that of those which has what is refused where some mount is moved and nobody says which. */
#define POLICYD_PSEUDO_MOVED 7
policyd_static_assert(POLICYD_PSEUDO_COUNT <= POLICYD_PSEUDO_MOVED, "rows, then quiet operations");

/*
 * Processes as objects. The row is the word at rows + signal class * targets + target, 16 to a line, where
 * `target` is the subject class of the process that something is done to; the byte number - 1 of line
 * `signal` is the class of a signal. Operations other than signal have the same verdict in every class.
 */
#define POLICYD_SIGNALS 64

struct policyd_process {
	__u32 rows; /* 0: no rule is about processes */
	__u32 signal;
	__u32 signal_classes;
	__u32 targets; /* number of subject classes; one row more is for a target that is not known */
	__u32 quiet;   /* operations that every subject passes in silence, whatever the target */
	__u32 refuse;  /* operations that some subject is refused on some target */
	__u32 reserved[10];
};
policyd_static_assert(sizeof(struct policyd_process) == POLICYD_LINE_SIZE, "one line");

/* Ranges of ids, sorted by `first`, 8 to a line: an id belongs to the last range with first <= id. */
struct policyd_range {
	__u32 first;
	__u32 terms; /* line */
};
policyd_static_assert(sizeof(struct policyd_range) == 8, "8 ranges to a line");

#endif
