/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Operations: what a rule can permit or refuse. The numbers are part of the ABI: they are bit positions
 * in verdict cells (struct policyd_cell) and travel in events.
 *
 * POLICYD_OPS(X) lists X(section, NAME, "name in the language", bit). Bits are unique within one object
 * domain: a path's row decides the file, exec and unix operations, an address's row the inet operations,
 * a socket's row creation, and so on. See POLICYD_DOMAINS.
 */
#ifndef POLICYD_OP_H
#define POLICYD_OP_H

#include <policyd/types.h>

/* X(NAME, "section name in the language") */
#define POLICYD_SECTIONS(X)                                                                                  \
	X(FILE, "file")                                                                                      \
	X(EXEC, "exec")                                                                                      \
	X(NETWORK, "network")                                                                                \
	X(PROCESS, "process")                                                                                \
	X(KERNEL, "kernel")                                                                                  \
	X(CAPABILITY, "capability")                                                                          \
	X(SYSCALL, "syscall")                                                                                \
	X(ANOMALY, "anomaly")

enum policyd_section {
#define X(name, text) POLICYD_SECTION_##name,
	POLICYD_SECTIONS(X)
#undef X
		POLICYD_SECTION_COUNT
};

/* X(SECTION, NAME, "name in the language", bit in the cell) */
#define POLICYD_OPS(X)                                                                                       \
	X(FILE, READ, "read", 0)                                                                             \
	X(FILE, WRITE, "write", 1)                                                                           \
	X(FILE, APPEND, "append", 2)                                                                         \
	X(FILE, CREATE, "create", 3)                                                                         \
	X(FILE, DELETE, "delete", 4)                                                                         \
	X(FILE, RENAME, "rename", 5)                                                                         \
	X(FILE, LINK, "link", 6)                                                                             \
	X(FILE, CHMOD, "chmod", 7)                                                                           \
	X(FILE, CHOWN, "chown", 8)                                                                           \
	X(FILE, SETATTR, "setattr", 9)                                                                       \
	X(FILE, IOCTL, "ioctl", 10)                                                                          \
	X(FILE, MOUNT, "mount", 11)                                                                          \
	X(EXEC, RUN, "run", 12)                                                                              \
	X(EXEC, LOAD, "load", 13)                                                                            \
	X(EXEC, ANONYMOUS, "anonymous", 14)                                                                  \
	X(NETWORK, CREATE, "create", 16)                                                                     \
	X(NETWORK, BIND, "bind", 17)                                                                         \
	X(NETWORK, LISTEN, "listen", 18)                                                                     \
	X(NETWORK, ACCEPT, "accept", 19)                                                                     \
	X(NETWORK, CONNECT, "connect", 20)                                                                   \
	X(PROCESS, PTRACE, "ptrace", 0)                                                                      \
	X(PROCESS, SIGNAL, "signal", 1)                                                                      \
	X(KERNEL, MODULE_LOAD, "module-load", 0)                                                             \
	X(KERNEL, KEXEC, "kexec", 1)                                                                         \
	X(KERNEL, BPF, "bpf", 2)                                                                             \
	X(KERNEL, PERF, "perf", 3)                                                                           \
	X(KERNEL, USERNS, "userns", 4)                                                                       \
	X(KERNEL, MOUNT, "mount", 5)                                                                         \
	X(KERNEL, SETTIME, "settime", 6)                                                                     \
	X(KERNEL, PTRACE_ANY, "ptrace-any", 7)                                                               \
	X(KERNEL, MODIFY_LOCKDOWN, "modify-lockdown", 8)

/*
 * read, write and append through a descriptor that is open already: their bits in a path's row, shifted. Only
 * policies with `revalidate` have them; events give the operation itself.
 */
#define POLICYD_REVALIDATE_SHIFT 24
#define POLICYD_REVALIDATE_OPS	 7U /* before the shift */

/* POLICYD_BIT_FILE_READ and so on: the bit's number; POLICYD_OP_FILE_READ: the mask. */
enum policyd_bit {
#define X(section, name, text, bit) POLICYD_BIT_##section##_##name = bit,
	POLICYD_OPS(X)
#undef X
};

enum policyd_op_mask {
#define X(section, name, text, bit) POLICYD_OP_##section##_##name = 1U << (bit),
	POLICYD_OPS(X)
#undef X
};

#endif
