/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The hook inode_setattr, whose arguments became one more with kernel 6.2.
 */
#ifndef BPF_LSM_SETATTR_H
#define BPF_LSM_SETATTR_H

#include "maps.bpf.h"

#define ATTR_MODE  (1U << 0)
#define ATTR_UID   (1U << 1)
#define ATTR_GID   (1U << 2)
#define ATTR_SIZE  (1U << 3)
#define ATTR_ATIME (1U << 4)
#define ATTR_MTIME (1U << 5)

/* Arrived together with the first argument. Only whether there is such a type is asked. */
struct mnt_idmap {
	int any;
};

/*
 * A program on the hook that returns decide(dentry, attr, ret). Two functions, so that clang does not make
 * one load of both places: the verifier wants constant ones.
 */
#define SETATTR_PROG(name, decide)                                                                           \
	static __noinline int name##_idmap(unsigned long long *ctx)                                          \
	{                                                                                                    \
		return decide((void *)ctx[1], (void *)ctx[2], (int)ctx[3]);                                  \
	}                                                                                                    \
	static __noinline int name##_plain(unsigned long long *ctx)                                          \
	{                                                                                                    \
		return decide((void *)ctx[0], (void *)ctx[1], (int)ctx[2]);                                  \
	}                                                                                                    \
	SEC("lsm/inode_setattr")                                                                             \
	int name(unsigned long long *ctx)                                                                    \
	{                                                                                                    \
		return bpf_core_type_exists(struct mnt_idmap) ? name##_idmap(ctx) : name##_plain(ctx);       \
	}

#endif
