/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Operations that an open file, or one about to be executed, stands for.
 */
#ifndef BPF_LSM_OPENED_H
#define BPF_LSM_OPENED_H

#include "maps.bpf.h"

#include <policyd/decide.h>

#define MAY_WRITE 2
#define MAY_READ  4

/* All that an open can be for. */
#define FILE_OPENS (POLICYD_OP_FILE_READ | POLICYD_OP_FILE_WRITE | POLICYD_OP_FILE_APPEND)

/* Access modes, O_TRUNC (a write whatever the mode), O_APPEND. */
static __always_inline __u32 file_ops(struct file *file)
{
	__u32 mode = file->f_mode, flags = file->f_flags;
	__u32 ops = 0;

	if (flags & FMODE_EXEC)
		return 0; /* the kernel's own open for execve: decided by exec rules */
	if (mode & FMODE_READ)
		ops |= POLICYD_OP_FILE_READ;
	if (mode & FMODE_WRITE)
		ops |= flags & O_APPEND ? POLICYD_OP_FILE_APPEND : POLICYD_OP_FILE_WRITE;
	if (flags & O_TRUNC)
		ops |= POLICYD_OP_FILE_WRITE;
	return policyd_opaque(ops); /* one path for the verifier */
}

/* Whether execveat() was only asked if it would execute the file; bprm_check_security does not come then. */
static __always_inline bool exec_is_question(struct linux_binprm *bprm)
{
	struct linux_binprm___check *check = (void *)bprm;

	return bpf_core_field_exists(check->is_check) && BPF_CORE_READ_BITFIELD_PROBED(check, is_check);
}

/* The kernel's own reading and mapping of what it executes is decided by exec rules. */
static __always_inline bool revalidate_skips(struct file *file)
{
	return file->f_flags & FMODE_EXEC;
}

/* What is asked again of a descriptor that is open already, by policies with `revalidate`. */
static __always_inline __u32 revalidate_ops(struct file *file, bool reads, bool writes)
{
	__u32 ops = 0;

	if (reads)
		ops |= POLICYD_OP_FILE_READ;
	if (writes)
		ops |= file->f_flags & O_APPEND ? POLICYD_OP_FILE_APPEND : POLICYD_OP_FILE_WRITE;
	return policyd_opaque(ops << POLICYD_REVALIDATE_SHIFT); /* one path for the verifier */
}

#endif
