/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The image: one generation of all policies as flat tables, immutable once published.
 *
 * An image is an array of 64-byte lines. The kernel holds it as one BPF array map whose elements are the
 * lines, user space as one block of memory; every reference inside is a line number or a record number, so
 * the same bytes serve both. Publishing replaces one pointer (an element of the outer map-in-map
 * `live`), hence a decision that fetched the image once sees exactly one generation.
 *
 * Line 0 is the header. The sections follow in the order of its fields; each base is a line number. A
 * record of 16 bytes stands 4 to a line, one of 32 bytes 2 to a line; record i of a section with n records
 * to a line is at line base + i / n. Record 0 of states and classes is reserved as described below.
 */
#ifndef POLICYD_IMAGE_H
#define POLICYD_IMAGE_H

#include <policyd/syscall.h>
#include <policyd/types.h>

#define POLICYD_IMAGE_MAGIC 0x31696470u /* "pdi1", little endian */
#define POLICYD_ABI	    12		/* changes with any layout in this folder */

/*
 * The outer map: each image stands in the element of its generation's parity. An element is reused two
 * generations later, after an RCU grace period, so never under a running decision. Which generation is the
 * live one says a number beside the map (`published`), a single store.
 */
#define POLICYD_LIVE_COUNT 2

policyd_inline __u32 policyd_live_slot(__u64 generation)
{
	return (__u32)(generation & 1);
}

#define POLICYD_LINE_SIZE 64
#define POLICYD_LINES_MAX (1u << 20) /* 64 MiB; a larger image is refused by the compiler */

struct policyd_line {
	union {
		__u8 b[64];
		__u16 h[32];
		__u32 w[16];
		__u64 q[8];
	};
};
policyd_static_assert(sizeof(struct policyd_line) == POLICYD_LINE_SIZE, "a line is one cache line");

/*
 * Line 0. `generation` is never 0 in a published image. A section that no policy needs has base 0 and costs
 * no look-up.
 */
struct policyd_header {
	__u32 magic;
	__u32 abi;
	__u64 generation;
	__u32 lines;	  /* length of the image, header included */
	__u32 edges;	  /* base of the edge table */
	__u32 edge_lines; /* lines of edges in it, 4 to a line; the displacements stand behind them */
	__u32 states;	  /* base: struct policyd_state, 4 to a line */
	__u32 classes;	  /* base: struct policyd_class, 2 to a line */
	__u32 rows;	  /* base: verdict rows, then rows of summaries, each row_lines long */
	__u32 row_lines;  /* lines in a row: subject classes / 4, rounded up */
	__u32 bytes;	  /* base: byte automaton, struct policyd_byte, 8 to a line */
	__u32 net;	  /* line number of struct policyd_net, 0: no network rule */
	__u32 subjects;	  /* base: struct policyd_subject, 1 to a line */
	__u32 salt;	  /* of the edge table, see policyd_edge_mix() in decide.h */
	__u32 fixed;	  /* line number of struct policyd_fixed */
};
policyd_static_assert(sizeof(struct policyd_header) == POLICYD_LINE_SIZE, "the header is line 0");

/* Line 1: further tables, by the same rule. */
#define POLICYD_TABLES 1
struct policyd_tables {
	/* Base: for each way into the kernel POLICYD_SYSCALLS words, verdict row + 1 or 0 (see syscall.h). */
	__u32 syscalls;
	__u32 anomalies; /* line of struct policyd_anomalies (see anomaly.h), 0: nothing is counted */
	__u32 ingress;	 /* subject class that requests for connections are decided by at interfaces, see
			    ingress.h */
	__u32 locals;	 /* base: for each address class its local class, a word each; 0: all have class 0 */
	__u64 source;	 /* fingerprint of the files that it was made of: the next policyd knows them by it */
	__u32 local_classes;
	__u32 own;	/* subject class of policyd's own process, which no policy is about */
	__u64 subjects; /* fingerprint of all that the subject class of a process comes of */
	/*
	 * Each image from this generation on up to this one gives every process the same class, so one that
	 * was found by them holds. Set when the image is published; 0: nothing is known about those before
	 * it.
	 */
	__u64 subjects_since;
	__u32 sources; /* 1: some rule asks from which local address a connection is made */
	__u32 reserved[3];
};
policyd_static_assert(sizeof(struct policyd_tables) == POLICYD_LINE_SIZE, "the tables are one line");

/*
 * Edges: every look-up by key in the image, one table. The key is (state, hash); `next` is the value. A key
 * can be in one slot only (perfect hashing): it belongs to a group, the group has a displacement of 16 bits,
 * and both give the slot (policyd_edge_group, policyd_edge_slot in decide.h). There are as many groups as
 * lines of edges; their displacements, 32 to a line, stand behind the edges. An empty edge has state 0. The
 * compiler finds displacements for all groups, or changes the salt until it can.
 *
 * Uses: literal component: (state, keyed hash of the name); component matched by wildcards: (state, glob set
 * number); start state of a filesystem: (POLICYD_EDGE_ROOT, root key); subject class of a term set:
 * (POLICYD_EDGE_SUBJECT, hash of the set); address, see struct policyd_net.
 */
struct policyd_edge {
	__u64 hash;
	__u32 state;
	__u32 next;
};
policyd_static_assert(sizeof(struct policyd_edge) == 16, "4 edges to a line");

#define POLICYD_EDGE_GLOB    (1ULL << 63) /* or-ed to a glob set number; keyed hashes have bit 63 clear */
#define POLICYD_EDGE_ROOT    0xffffffffu  /* pseudo-state: hash = policyd_root_key(kind, id) */
#define POLICYD_EDGE_SUBJECT 0xfffffffeu  /* pseudo-state: hash = policyd_terms_hash(line) */
#define POLICYD_EDGE_DEVICE  0xfffffffdu  /* pseudo-state: hash = a device number or policyd_device_any() */
#define POLICYD_EDGE_FSTYPE  0xfffffffcu  /* pseudo-state: hash = keyed hash of a file system type's name */
#define POLICYD_EDGE_CONTENT                                                                                 \
	0xfffffffbu /* pseudo-state: hash = policyd_content_hash(), next = number of a digest */
#define POLICYD_EDGE_ADDR6 0xfffffe00u /* pseudo-state + prefix length: hash = policyd_addr6_hash() */

/* Where a name starts. */
enum policyd_root {
	POLICYD_ROOT_DEV = 1, /* id = s_dev of a filesystem that the host's namespace mounts (kernel encoding,
			       * MAJOR << 20 | MINOR) */
	POLICYD_ROOT_UNMAPPED, /* id = 0: a filesystem with no canonical name; reads "unmapped:" */
	POLICYD_ROOT_MEMFD,    /* id = 0: one component, the name given to memfd_create */
	POLICYD_ROOT_PIPE,     /* id = 0: no components */
	POLICYD_ROOT_SOCKET,   /* id = 0: no components */
	POLICYD_ROOT_ABSTRACT, /* id = 0: one component, an abstract unix socket name without its NUL */
	POLICYD_ROOT_CGROUP,   /* id = 0: the cgroup v2 path */
	POLICYD_ROOT_ANONYMOUS, /* id = 0: other files without a name (eventfd, io_uring, …); no components */
	POLICYD_ROOT_COUNT
};

policyd_inline __u64 policyd_root_key(__u32 kind, __u32 id)
{
	return ((__u64)kind << 32) | id;
}

/*
 * A state of the path automaton, which reads one path component a step. State 0 is dead: nothing that
 * follows can match; it has class 0 and every step from it stays in it.
 */
struct policyd_state {
	__u32 class;	/* class of a name that ends here */
	__u32 fallback; /* next state where neither a literal nor a wildcard edge matches */
	__u32 glob;	/* base of the byte automaton that reads the component, 0: none */
	__u32 flags;	/* POLICYD_STATE_*; from bit POLICYD_STATE_BELOW on the row of struct policyd_below */
};
policyd_static_assert(sizeof(struct policyd_state) == 16, "4 states to a line");

#define POLICYD_STATE_LITERAL 1u /* has literal edges: look the component's hash up */
#define POLICYD_STATE_FINAL   2u /* every continuation stays in this state: reading may stop */
#define POLICYD_STATE_BELOW   8

/*
 * The byte automaton, for components with wildcards inside (`*.conf`, `a?`, `[a-z]*`). A state is a base
 * into an array of cells that the rows of all states share (row displacement): the cell for byte b of the
 * state at `base` is base + b and counts only if its `check` equals base. Where it does not, the cell
 * base + POLICYD_BYTE_OTHER gives the next base. At the end of the component base + POLICYD_BYTE_END gives
 * the glob set number (0: no pattern matched), again only if its check holds. Base 0 is dead.
 */
struct policyd_byte {
	__u32 check;
	__u32 next;
};
policyd_static_assert(sizeof(struct policyd_byte) == 8, "8 byte cells to a line");

#define POLICYD_BYTE_END   256
#define POLICYD_BYTE_OTHER 257
#define POLICYD_BYTE_SPAN  258

/*
 * A path class: names that no rule and no subject selector can tell apart. Class 0 is the class of names
 * that no pattern matches.
 */
struct policyd_class {
	__u32 row;	/* verdict row (row 0 is the row of class 0), or POLICYD_ROW_CONDITIONS | line */
	__u32 quiet;	/* operations that every subject passes without an event */
	__u32 exe;	/* line of subject terms that fit a process running such a file */
	__u32 script;	/* the same for a script with such a name */
	__u32 ancestor; /* the same for a process with an ancestor that ran such a file */
	__u32 cgroup;	/* the same for a process in such a cgroup */
	__u32 id;	/* number of the class in the model, for attribution */
	__u32 flags;	/* reserved, 0 */
};
policyd_static_assert(sizeof(struct policyd_class) == 32, "2 classes to a line");

/*
 * Conditions: what a rule asks of a file beyond its name. The attributes of a file map to a condition class:
 * two files share one when no rule tells them apart. A path class with such rules has, in place of a row,
 * POLICYD_ROW_CONDITIONS | line number of its table of 32-bit entries: the line number of struct
 * policyd_conditions, then a row for each condition class. Attributes are read at each decision, since they
 * can change; `quiet` of such a class is what every row passes in silence.
 *
 * The entry of `table` is at ((content class * fstypes + file system class) * kinds + kind) *
 * POLICYD_FILE_STATES + state bits. File system, device and content classes are found by edges
 * (POLICYD_EDGE_FSTYPE, POLICYD_EDGE_DEVICE, POLICYD_EDGE_CONTENT); what has none is class 0.
 *
 * Where POLICYD_ROW_CONTENT is set too, a rule asks for what is in the file: a decision about its execution
 * has to know its SHA-256 first.
 */
#define POLICYD_ROW_CONDITIONS 0x80000000u
#define POLICYD_ROW_CONTENT    0x40000000u
#define POLICYD_ROW_LINE       0x3fffffffu

enum policyd_kind {
	POLICYD_KIND_REGULAR, /* and what has no other kind */
	POLICYD_KIND_DIRECTORY,
	POLICYD_KIND_SYMLINK,
	POLICYD_KIND_FIFO,
	POLICYD_KIND_SOCKET,
	POLICYD_KIND_DEVICE, /* + 2 * device class + 1 for character devices */
};

enum policyd_file_state {
	POLICYD_FILE_DELETED = 1,  /* no name is left: i_nlink is 0 */
	POLICYD_FILE_SETUID = 2,   /* set-user-id, or set-group-id and executable by the group */
	POLICYD_FILE_WRITABLE = 4, /* the file or its directory belongs to another than root, or can be
				    * written by the group or by others */
	POLICYD_FILE_STATES = 8
};

struct policyd_conditions {
	__u32 table;
	__u32 kinds;	/* POLICYD_KIND_DEVICE + 2 * device classes */
	__u32 fstypes;	/* file system classes */
	__u32 classes;	/* condition classes */
	__u32 contents; /* content classes: 1 where no rule asks for contents */
	__u32 digests;	/* base: struct policyd_content, 1 to a line */
	__u32 digest_count;
	__u32 reserved[9];
};
policyd_static_assert(sizeof(struct policyd_conditions) == POLICYD_LINE_SIZE, "one line");

/* Files that rules tell apart by their contents; so few that a link can be compared in each of them. */
#define POLICYD_CONTENTS_MAX 64

/* A SHA-256 that a rule lists, to check an edge against, and its content class. */
struct policyd_content {
	__u64 digest[4];
	__u32 class;
	__u32 reserved[7];
};
policyd_static_assert(sizeof(struct policyd_content) == POLICYD_LINE_SIZE, "one line");

/* The key of all devices with a major number that no rule names with their minor. */
policyd_inline __u64 policyd_device_any(__u32 major)
{
	return 1ULL << 32 | major;
}

/*
 * A verdict: what one subject class may do with one object class. A bit is an operation (op.h). `report`
 * asks for an event whether the operation is refused or not: refused and not quiet, audited, or would be
 * refused if the policy were enforced. `kill` is a subset of `refuse`. Which rule decided is found in user
 * space from (generation, subject class, object class, operation).
 */
struct policyd_cell {
	__u32 refuse;
	__u32 report;
	__u32 kill;
	__u32 errnos; /* line with errno per operation (b[bit]), 0: EPERM for all */
};
policyd_static_assert(sizeof(struct policyd_cell) == 16, "4 cells to a line");

/*
 * What a subject class is refused below a directory, that is under any name that goes on from a state. Rows
 * of these stand behind the verdict rows. A directory that moves from state a to state b gives its files at
 * most a.any & ~b.all & (a.extra | b.loss): `extra` and `loss` compare with one state of reference, the same
 * for the whole image (that of any directory which no rule names), so that rules about names anywhere count
 * only where the two places differ.
 */
struct policyd_below {
	__u32 any;   /* refused under some name */
	__u32 all;   /* refused under every name */
	__u32 extra; /* refused under some name which, below the reference, would not be refused */
	__u32 loss;  /* not refused under some name which, below the reference, would be */
};
policyd_static_assert(sizeof(struct policyd_below) == sizeof(struct policyd_cell), "rows of one length");

#include <policyd/image_net.h>
#include <policyd/image_subject.h>

#endif
