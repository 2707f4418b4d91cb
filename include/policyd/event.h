/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Ring records from the kernel to policyd. User space checks `version`, `size` and every offset before it
 * reads. Numbers are in the byte order of the machine. Times are CLOCK_BOOTTIME in nanoseconds.
 *
 * A record is an event_head, then the body of its kind, then name bytes. The ring's records come in two
 * sizes (POLICYD_EVENT_SMALL, _MEDIUM); `size` says how much of it is meaningful.
 */
#ifndef POLICYD_EVENT_H
#define POLICYD_EVENT_H

#include <policyd/count.h>
#include <policyd/types.h>

#define POLICYD_EVENT_VERSION 3

enum policyd_event_kind {
	POLICYD_EVENT_PATH = 1, /* a decision about one or two names: struct policyd_event_path */
	POLICYD_EVENT_INET,	/* about an address: struct policyd_event_inet */
	POLICYD_EVENT_SYSCALL,	/* about a system call: struct policyd_event_syscall */
	POLICYD_EVENT_PROCESS,	/* about another process: struct policyd_event_process */
	POLICYD_EVENT_ANOMALY,	/* a count beyond its limit: struct policyd_event_anomaly */
	POLICYD_EVENT_COUNT
};

/* Record sizes; the smallest that holds the names is used. A name area beyond MEDIUM is cut and flagged. */
#define POLICYD_EVENT_SMALL  1024
#define POLICYD_EVENT_MEDIUM 8192

#define POLICYD_COMM_SIZE 16

/*
 * A name: `length` bytes at `offset` from the record's start, its components from the leaf up to the
 * filesystem's root, each followed by NUL. A name that needs no component (the root itself, a pipe) has
 * length 0.
 */
struct policyd_event_name {
	__u32 root; /* enum policyd_root, 0: no such name */
	__u32 dev;  /* s_dev */
	__u32 offset;
	__u32 length;
	__u64 inode;
	__u32 generation; /* i_generation */
	__u32 mode;	  /* i_mode */
	__u32 flags;	  /* POLICYD_NAME_* */
	__u32 object;	  /* path class */
};
policyd_static_assert(sizeof(struct policyd_event_name) == 40, "no padding");

#define POLICYD_NAME_CUT      1U /* the name did not fit; the components nearest the leaf are there */
#define POLICYD_NAME_UNLINKED 2U /* the file has no name any more; this is its last one */
#define POLICYD_NAME_TORN     4U /* names changed while it was written: parts may be of different ones */

/* Arguments that a record takes, in bytes. */
#define POLICYD_ARGV_MAX 255

/* Who: the same in every kind. */
struct policyd_event_head {
	__u16 version;
	__u16 kind; /* enum policyd_event_kind */
	__u32 size; /* meaningful bytes of the record, head included */
	__u64 generation;
	__u64 time;
	__u64 start_time; /* of the process, CLOCK_BOOTTIME */
	__u32 pid;	  /* thread group in the initial pid namespace */
	__u32 tid;
	__u32 parent;
	__u32 uid; /* real ids in the initial user namespace */
	__u32 gid;
	__u32 euid;
	__u32 login;
	__u32 session;
	__u32 subject; /* subject class */
	__u32 op;      /* bit number in the cell (enum policyd_bit) */
	__u32 flags;   /* POLICYD_EVENT_* below */
	__s32 error;   /* errno returned, 0 where the operation went on */
	__u64 cgroup;  /* cgroup v2 id */
	__u32 pid_namespace;
	__u32 mount_namespace;
	char comm[POLICYD_COMM_SIZE];
	struct policyd_event_name parent_exe; /* the program that the parent runs */
	__u32 argv; /* offset of the arguments, each ended by NUL, as the process shows them now */
	__u32 argv_length;
	__u64 script; /* key of what an interpreter was started for (lineage.h), 0: nothing, or not known */
};
policyd_static_assert(sizeof(struct policyd_event_head) == 168, "no padding");

#define POLICYD_EVENT_KILLED	    1U	  /* SIGKILL was sent */
#define POLICYD_EVENT_UNRESOLVED    2U	  /* a name could not be established; see policyd_event_path.reason */
#define POLICYD_EVENT_CANARY	    4U	  /* the daemon's own test operation */
#define POLICYD_EVENT_ARGV_CUT	    32U	  /* there are more arguments than had room */
#define POLICYD_EVENT_OF_KERNEL	    16U	  /* `op` is one of section kernel; the object is only told */
#define POLICYD_EVENT_OF_CAPABILITY 256U  /* `op` is the number of a capability; there is no object */
#define POLICYD_EVENT_TAMPER	    512U  /* an attempt on policyd: `op` is an enum policyd_guard_deed */
#define POLICYD_EVENT_DEGRADED	    1024U /* decided or seen by other means than LSM programs */
#define POLICYD_EVENT_STARTED_CUT   2048U /* there are more in policyd_event_path.started than had room */
#define POLICYD_EVENT_SOURCE_ROUTE  4096U /* making a raw socket stands for what sets a source route */
#define POLICYD_EVENT_RECEIVED	    8192U /* of a socket that another process handed over */
#define POLICYD_EVENT_NO_HOOK	    16384U /* told only; `reason`: enum policyd_unhooked, or see UNRESOLVED */
#define POLICYD_EVENT_LAUNDER	    8U /* refused because the new name would permit what the old one does not */

/* Why a name could not be established. */
enum policyd_reason {
	POLICYD_REASON_NONE,
	POLICYD_REASON_DEPTH,	   /* deeper than the walk goes */
	POLICYD_REASON_READ,	   /* a read of kernel memory failed */
	POLICYD_REASON_RACE,	   /* names changed under every attempt */
	POLICYD_REASON_DETACHED,   /* the walk did not end at the filesystem's root */
	POLICYD_REASON_IMAGE,	   /* the image refers outside itself */
	POLICYD_REASON_SUBJECT,	   /* no subject class for the task's terms */
	POLICYD_REASON_GENERATION, /* policies were replaced twice within one decision */
	POLICYD_REASON_CONTENT,	   /* what is in the file could not be established */
	POLICYD_REASON_FOLD,	   /* the name is one of many spellings of the file's */
	POLICYD_REASON_BELOW,	   /* it is about some name below, and no hook says which */
	POLICYD_REASON_COUNT
};

/* What comes by no hook: the system call, as decode_call.c names it. */
enum policyd_unhooked {
	POLICYD_UNHOOKED_MOUNT_SETATTR,
	POLICYD_UNHOOKED_OPEN_TREE,
	POLICYD_UNHOOKED_OPEN_TREE_ATTR,
	POLICYD_UNHOOKED_FSMOUNT,
	POLICYD_UNHOOKED_ADJTIMEX,
	POLICYD_UNHOOKED_COUNT
};

struct policyd_event_path {
	struct policyd_event_head head;
	struct policyd_event_name object;
	struct policyd_event_name target; /* second name of a rename or link */
	struct policyd_event_name exe;
	__u32 reason;	 /* enum policyd_reason */
	__u32 condition; /* condition class of the object, 0 where no condition was asked; number of the
			    signal or id of the object with POLICYD_EVENT_TAMPER */
	__u8 digest[32]; /* SHA-256 of what is executed, where a rule asked for it */
	__u32 digest_known;
	__u32 started; /* offset of the arguments that execve() was called with, each ended by NUL */
	__u32 started_length;
	__u32 reserved;
};
policyd_static_assert(sizeof(struct policyd_event_path) == 344, "no padding");

struct policyd_event_inet {
	struct policyd_event_head head;
	struct policyd_event_name exe;
	__u8 remote[16]; /* network order, IPv4 as ::ffff:a.b.c.d */
	__u8 local[16];
	__u16 family; /* of the address that decided */
	__u16 protocol;
	__u16 remote_port; /* host order */
	__u16 local_port;
	__u32 socket_type;
	__u32 row; /* verdict row, for attribution */
};
policyd_static_assert(sizeof(struct policyd_event_inet) == 256, "no padding");

/* A system call as it entered. Its arguments are not told: what they point to can change afterwards. */
struct policyd_event_syscall {
	struct policyd_event_head head;
	struct policyd_event_name exe;
	__u32 number;
	__u32 arch; /* enum policyd_arch */
};
policyd_static_assert(sizeof(struct policyd_event_syscall) == 216, "no padding");

/* `op` is of section process, or of section kernel with POLICYD_EVENT_OF_KERNEL. */
struct policyd_event_process {
	struct policyd_event_head head; /* of the process that acts */
	struct policyd_event_name exe;
	struct policyd_event_name target_exe;
	__u32 target_pid;     /* thread group in the initial pid namespace */
	__u32 target_subject; /* its subject class */
	__u32 signal;	      /* number, 0: not about a signal */
	__u32 reason;	      /* enum policyd_reason */
};
policyd_static_assert(sizeof(struct policyd_event_process) == 264, "no padding");

/*
 * A count beyond its limit. `head` is about the last process that was counted, `op` is the kind (enum
 * policyd_anomaly_kind); `error` is that of a failed open.
 */
struct policyd_event_anomaly {
	struct policyd_event_head head;
	struct policyd_event_name exe;
	struct policyd_event_name object; /* of exec */
	struct policyd_example first;	  /* of what was counted within the time */
	__u64 count;			  /* of new-sequence: windows with too much that is new */
	__u8 remote[16];		  /* of connect: network order, IPv4 as ::ffff:a.b.c.d */
	__u16 remote_port;
	__u16 family;
	__u32 number;	    /* of the record in the image; of new-sequence: new ones in the window */
	__u32 child;	    /* of fork: the new process */
	__u32 typed_offset; /* of open-failed: the name as the process gave it, which may be relative */
	__u32 typed_length;
	__u32 reserved;
	__u64 executable; /* of baselines: the kernel's number of it, */
	__u64 item;	  /* and what it did (see baseline.h), 0: it was started; of uid-gain: enum
			     policyd_gain << 32 | the id; of wx-memory: enum policyd_wx */
};
policyd_static_assert(sizeof(struct policyd_event_anomaly) == 344, "no padding");

/* Counters, one 64-bit value per CPU each (map `counters`). */
enum policyd_counter {
	POLICYD_COUNT_DECISION, /* decisions that asked for an event */
	POLICYD_COUNT_REFUSED,
	POLICYD_COUNT_KILLED,
	POLICYD_COUNT_LOST_DENIAL,   /* records of refusals that the ring had no room for */
	POLICYD_COUNT_LOST_AUDIT,    /* the same for operations that went on */
	POLICYD_COUNT_LOST_ANOMALY,  /* the same for counts beyond their limit */
	POLICYD_COUNT_LOST_COUNT,    /* not counted for some rate, since there is no room for another count */
	POLICYD_COUNT_LOST_BASELINE, /* not compared with a baseline, since there is no room for it */
	POLICYD_COUNT_LOST_LINEAGE,  /* programs, scripts and ancestors that there was no room to remember */
	POLICYD_COUNT_UNRESOLVED,    /* + enum policyd_reason follows */
	POLICYD_COUNT_TAMPER = POLICYD_COUNT_UNRESOLVED + POLICYD_REASON_COUNT, /* attempts on policyd */
	POLICYD_COUNT_UNREADABLE, /* packets dropped at an interface, whose headers could not be reached */
	/* Calls of programs that the kernel skipped, since they were already active on that processor: of
	 * those that were replaced. policyd adds what the kernel counted of the others. */
	POLICYD_COUNT_SKIPPED_AUDIT,
	POLICYD_COUNT_SKIPPED_ANOMALY,
	POLICYD_COUNT_END
};

#endif
