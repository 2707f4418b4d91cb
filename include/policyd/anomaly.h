/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The anomaly section in the image: what is counted or looked for, and for whom.
 *
 * A process belongs to a subject class, and the class is that of several policies; so each pair of a kind and
 * a subject class has a list of the records that are about it.
 */
#ifndef POLICYD_ANOMALY_H
#define POLICYD_ANOMALY_H

#include <policyd/decide.h>

/* X(NAME, "name in the language"): what rates count. */
#define POLICYD_COUNTED(X)                                                                                   \
	X(EXEC, "exec")                                                                                      \
	X(FORK, "fork")                                                                                      \
	X(CONNECT, "connect")                                                                                \
	X(DENIED, "denied")                                                                                  \
	X(OPEN_FAILED, "open-failed")                                                                        \
	X(WRITE, "write")                                                                                    \
	X(RENAME, "rename")                                                                                  \
	X(DELETE, "delete")

/* X(NAME, "name in the language"): what is looked for; each time counts. */
#define POLICYD_DETECTED(X)                                                                                  \
	X(MEMORY_EXEC, "memory-exec")                                                                        \
	X(FRESH_EXEC, "fresh-exec")                                                                          \
	X(SERVICE_SHELL, "shell-from-service")                                                               \
	X(UID_GAIN, "uid-gain")                                                                              \
	X(WX_MEMORY, "wx-memory")

/* X(NAME, "name in the language", "name of the event's operation"): what baselines are of. */
#define POLICYD_LEARNT(X)                                                                                    \
	X(NEW_SYSCALL, "syscall", "new-syscall")                                                             \
	X(NEW_EXEC, "exec", "new-exec")                                                                      \
	X(NEW_CONNECT, "connect", "new-connect")                                                             \
	X(NEW_LISTEN, "listen", "new-listen")                                                                \
	X(NEW_DIRECTORY, "write-dir", "new-directory")                                                       \
	X(NEW_SEQUENCE, "sequence", "new-sequence")

enum policyd_anomaly_kind {
#define X(name, text) POLICYD_ANOMALY_##name,
	POLICYD_COUNTED(X) POLICYD_DETECTED(X)
#undef X
#define X(name, text, operation) POLICYD_ANOMALY_##name,
		POLICYD_LEARNT(X)
#undef X
			POLICYD_ANOMALY_COUNT
};

/* How a process got a user id, of uid-gain. */
enum policyd_gain {
	POLICYD_GAIN_NONE,
	POLICYD_GAIN_OVERWRITTEN, /* no call and no execution gave it */
	POLICYD_GAIN_CAPABILITY,  /* it asks for it, and has nothing of it but the capability */
};

/* What memory was that became executable, of wx-memory. */
enum policyd_wx {
	POLICYD_WX_ANONYMOUS, /* no file backs it */
	POLICYD_WX_COPY,      /* a private mapping of a file: what was written to it is not in the file */
	POLICYD_WX_ALIAS,     /* a file's that is mapped to be written, too */
	POLICYD_WX_UNNAMED,   /* a file's that has no name: a memory file */
	POLICYD_WX_COUNT,
};
#define POLICYD_WX_TURNED 16U /* by mprotect(); otherwise it was mapped so */

/* What is looked for, and not counted, has numbers from here on. */
#define POLICYD_ANOMALY_DETECTED POLICYD_ANOMALY_MEMORY_EXEC
/* What is compared with a baseline, from here on. */
#define POLICYD_ANOMALY_LEARNT	   POLICYD_ANOMALY_NEW_SYSCALL
#define POLICYD_ANOMALY_LEARNT_ALL (~0U << POLICYD_ANOMALY_LEARNT & ((1U << POLICYD_ANOMALY_COUNT) - 1))

/* Kinds whose objects can be told apart. */
#define POLICYD_ANOMALY_TOLD_APART                                                                           \
	(1U << POLICYD_ANOMALY_EXEC | 1U << POLICYD_ANOMALY_CONNECT | 1U << POLICYD_ANOMALY_WRITE |          \
	 1U << POLICYD_ANOMALY_RENAME | 1U << POLICYD_ANOMALY_DELETE)

/* Kinds whose object is a file by its name. */
#define POLICYD_ANOMALY_NAMED                                                                                \
	(1U << POLICYD_ANOMALY_EXEC | 1U << POLICYD_ANOMALY_WRITE | 1U << POLICYD_ANOMALY_RENAME |           \
	 1U << POLICYD_ANOMALY_DELETE | 1U << POLICYD_ANOMALY_MEMORY_EXEC |                                  \
	 1U << POLICYD_ANOMALY_FRESH_EXEC | 1U << POLICYD_ANOMALY_SERVICE_SHELL |                            \
	 1U << POLICYD_ANOMALY_WX_MEMORY | 1U << POLICYD_ANOMALY_NEW_EXEC |                                  \
	 1U << POLICYD_ANOMALY_NEW_DIRECTORY)

/* Records of a set; and, for one process, of one kind. */
#define POLICYD_ANOMALIES_MAX	     1024
#define POLICYD_ANOMALIES_OF_PROCESS 64

#define POLICYD_ANOMALY_PER_PROCESS 1U	/* each process has a count of its own */
#define POLICYD_ANOMALY_REFUSE	    2U	/* what is looked for is refused */
#define POLICYD_ANOMALY_KILL	    4U	/* and ends the process; of a rate: what is beyond the limit does */
#define POLICYD_ANOMALY_DISTINCT    8U	/* the same object counts once in the time */
#define POLICYD_ANOMALY_FREEZE	    16U /* policyd freezes the cgroup of the process */

/* A rate, or what is looked for. `id` stays the same as long as the policy says the same, so that a count
 * outlives a reload. */
struct policyd_anomaly {
	__u64 id;
	__u64 span; /* ns: an eighth of the time in which is counted; for fresh-exec how old a file may be */
	__u32 limit;
	__u32 kind; /* enum policyd_anomaly_kind */
	__u32 flags;
	__u32 reserved;
};
policyd_static_assert(sizeof(struct policyd_anomaly) == 32, "2 anomalies to a line");

/* The line of struct policyd_tables.anomalies. */
struct policyd_anomalies {
	__u32 records; /* base: struct policyd_anomaly, 2 to a line */
	__u32 count;
	__u32 heads;	/* base of words by kind * subject classes + class: place of the list + 1, 0: none */
	__u32 lists;	/* base of words; a list is a length and that many numbers of records */
	__u32 words;	/* of all lists */
	__u32 kinds;	/* bits of the kinds that some record has */
	__u32 subjects; /* number of subject classes */
	__u32 reserved[9];
};
policyd_static_assert(sizeof(struct policyd_anomalies) == POLICYD_LINE_SIZE, "one line");

/* NULL: there are none. */
policyd_inline const struct policyd_anomalies *policyd_anomalies_at(policyd_image_t image)
{
	const struct policyd_tables *tables = policyd_tables_at(image);

	return tables && tables->anomalies ? (const void *)policyd_line_at(image, tables->anomalies) : NULL;
}

/*
 * The list of a kind for a subject class: its length, the first number at *ret_place in `lists`. 0: none, -1:
 * the image is broken.
 */
policyd_inline int policyd_anomaly_list(policyd_image_t image, const struct policyd_anomalies *anomalies,
					__u32 kind, __u32 subject, __u32 *ret_place)
{
	__u32 head = 0, length = 0;

	if (subject >= anomalies->subjects ||
	    policyd_word_at(image, anomalies->heads, kind * anomalies->subjects + subject, &head) < 0)
		return -1;
	if (!head)
		return 0;
	if (policyd_word_at(image, anomalies->lists, head - 1, &length) < 0)
		return -1;
	*ret_place = head;
	return length <= POLICYD_ANOMALIES_OF_PROCESS ? (int)length : -1;
}

/* Record number `number`, NULL where there is none. */
policyd_inline const struct policyd_anomaly *
policyd_anomaly_at(policyd_image_t image, const struct policyd_anomalies *anomalies, __u32 number)
{
	const struct policyd_line *line;

	if (number >= anomalies->count)
		return NULL;
	line = policyd_line_at(image, anomalies->records + number / 2);
	return line ? (const struct policyd_anomaly *)line + number % 2 : NULL;
}

#endif
