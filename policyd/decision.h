/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Deciding in user space with the code and the tables that the kernel uses: for explaining, for tests inside
 * policies, and to say which rule was behind an event.
 *
 * Functions return 0, -EINVAL for a name that cannot be one, -EBADMSG when the image is broken, and
 * -ENOENT when the compiler did not foresee a subject (which the kernel treats as an unresolved name).
 */
#ifndef POLICYD_DECISION_H
#define POLICYD_DECISION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "compile.h"
#include "netpoint.h"
#include "pattern.h"

/* What an operation is about. */
enum decision_kind {
	DECISION_PATH,
	DECISION_INET,
	DECISION_PSEUDO,
	DECISION_SOCKET,
	DECISION_PROCESS,
	DECISION_SYSCALL
};

struct decision_object {
	enum decision_kind kind;
	uint32_t class;	 /* path class, enum policyd_pseudo or policyd_arch, or subject class of another
			    process */
	uint32_t number; /* of a system call */
	struct net_point point; /* classes of an endpoint; `protocol` also of a socket to be made */
	uint32_t signal;	/* class of a signal */
	uint32_t family;	/* class of a socket's family, beside `protocol` */
	uint32_t row;		/* verdict row */
	uint32_t rows;		/* of a path class: what the image has for its row */
	uint32_t condition;	/* condition class */
};

/* What conditions ask of a file; zeroed it is a regular file of an unnamed kind of file system. */
struct decision_attributes {
	uint32_t mode;	       /* type bits as in st_mode, 0: regular */
	uint32_t device;       /* MAJOR << 20 | MINOR of a device node */
	uint32_t state;	       /* bits of enum policyd_file_state */
	const char *fstype;    /* name of the file system's type, NULL: one that no rule names */
	const uint8_t *sha256; /* of what is in it, NULL: one that no rule lists */
};

/* A process. Paths are names on the host as a rule would write them, NULL where there is none. */
struct decision_subject {
	const char *exe;
	const char *script;
	const char *cgroup;
	const char *const *ancestors;
	size_t ancestor_count;
	uint32_t user; /* real uid */
	uint32_t login;
	const uint32_t *groups; /* real gid and supplementary groups */
	size_t group_count;
};

/*
 * An endpoint: addresses in network byte order (4 or 16 bytes), the port in host byte order. Where a
 * connection is accepted or made, `address` is the remote one, and the local one matters, too: who connects
 * has none while the socket is not bound.
 */
struct decision_endpoint {
	enum addr_family family;
	uint8_t address[16];
	uint16_t port;
	uint32_t protocol; /* IPPROTO_* */
	bool has_local;
	enum addr_family local_family;
	uint8_t local[16];
};

/* A socket to be made, in the kernel's numbers. Protocol 0 is the default of the type. */
struct decision_socket {
	uint32_t family; /* AF_* */
	uint32_t type;	 /* SOCK_* */
	uint32_t protocol;
};

struct decision_verdict {
	bool refuse;
	bool report;
	bool kill;
	int error; /* positive errno where refused, else 0 */
};

/*
 * The object that a name is: an absolute canonical path of the host, "unmapped:/…", "memfd:NAME", "pipe:",
 * "socket:"; with PATTERN_UNIX also "@NAME"; with PATTERN_CGROUP a cgroup path.
 */
int decision_path(const struct compiled *compiled, const char *name, enum pattern_kind kind,
		  struct decision_object *ret_object);

/* The object of a name inside a file system: `path` is relative to the root (policyd_root_key). */
int decision_name(const struct compiled *compiled, uint32_t root, uint32_t id, const char *path,
		  struct decision_object *ret_object);

/* Makes the object a file with these attributes; names are regular files to begin with. */
int decision_attributes(const struct compiled *compiled, const struct decision_attributes *attributes,
			struct decision_object *object);

/* Makes the object a file of a condition class, as an event gives it. */
int decision_condition(const struct compiled *compiled, uint32_t condition, struct decision_object *object);
/*
 * The operations that a process may gain on files below a directory, or on the directory, that is moved from
 * `from` to `to`, both as for decision_name(); `attributes` are the directory's: 0 where the move is no way
 * around a restriction. What is in *ret_gain need not be gained for sure.
 */
int decision_move(const struct compiled *compiled, uint32_t subject, uint32_t root, uint32_t id,
		  const char *from, const char *to, const struct decision_attributes *attributes,
		  uint32_t *ret_gain);

/* The object of path class `class`, as an event gives it. */
int decision_class(const struct compiled *compiled, uint32_t class, struct decision_object *ret_object);

/* The object of an endpoint. Where no rule is about the network the row is 0 and decides nothing. */
int decision_endpoint(const struct compiled *compiled, const struct decision_endpoint *endpoint,
		      struct decision_object *ret_object);

/* The object of the classes of an endpoint. */
int decision_classes(const struct compiled *compiled, const struct net_point *point,
		     struct decision_object *ret_object);

/* The object of a socket to be made, likewise. */
int decision_socket(const struct compiled *compiled, const struct decision_socket *socket,
		    struct decision_object *ret_object);

/* A pseudo-object: an unresolved name, anonymous memory. */
int decision_pseudo(const struct compiled *compiled, enum policyd_pseudo pseudo,
		    struct decision_object *ret_object);

/* A system call, by the way into the kernel (enum policyd_arch) and number (an x32 one without its bit). */
int decision_syscall(const struct compiled *compiled, uint32_t arch, uint32_t number,
		     struct decision_object *ret_object);

/* A process of subject class `target`; `signal` is 1 to 64, 0 where the operation is another. */
int decision_process(const struct compiled *compiled, uint32_t target, uint32_t signal,
		     struct decision_object *ret_object);

/* The subject class of a process. */
int decision_subject(const struct compiled *compiled, const struct decision_subject *subject,
		     uint32_t *ret_subject);

/* What the tables say; `bit` is the operation's (enum policyd_bit). */
int decision_verdict(const struct compiled *compiled, uint32_t subject, const struct decision_object *object,
		     unsigned int bit, struct decision_verdict *ret_verdict);

#endif
