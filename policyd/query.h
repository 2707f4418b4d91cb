/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Questions about a compiled set in words: "file read /etc/passwd", "network connect tcp 10.1.2.3:443", asked
 * for a process described by subject keys. Paths are resolved through the host's symbolic links, as those
 * of rules are.
 */
#ifndef POLICYD_QUERY_H
#define POLICYD_QUERY_H

#include "decision.h"
#include "host.h"

struct query {
	enum policyd_section section;
	unsigned int bit; /* enum policyd_bit */
	struct decision_object object;
	bool lacks_local; /* rules ask for the local address of the connection, and the text does not say it
			   */
};

/*
 * Reads "SECTION OPERATION OBJECT". Objects: a path for file and exec (nothing for exec anonymous); for
 * network "PROTOCOL ADDRESS:PORT" ([ADDRESS]:PORT for IPv6; for accept the remote address and the local port;
 * for accept and connect "at ADDRESS" behind it for the local address), or "unix NAME"; for network create
 * "FAMILY [PROTOCOL]", where the protocol raw stands for raw sockets; for capability the name of one and no
 * object; for process a program or keys (subject_text.h), with the signal before it where the operation is
 * signal; for syscall the name of one and "[ARCHITECTURE]". Returns 0; -EINVAL for a text that is none,
 * -EOPNOTSUPP for a section that cannot be asked about, and then *ret_error, a malloc'ed sentence; -EBADMSG,
 * -ENOMEM.
 */
int query_parse(const struct compiled *compiled, const struct host *host, const char *text,
		struct query *ret_query, char **ret_error);

/*
 * Subject class of the process that has the keys' first values (all of group and ancestor). Absent: user and
 * group are root's, login is unset, the others are none. Returns 0; -EINVAL and *ret_error for an unknown
 * user or group; -ENOENT for a process that the compiler did not foresee; -EBADMSG, -ENOMEM.
 */
int query_subject(const struct compiled *compiled, const struct host *host, const struct subject_keys *keys,
		  uint32_t *ret_subject, char **ret_error);

#endif
