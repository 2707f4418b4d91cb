/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Opened files on hosts without BPF LSM, for policies that accept that (`degraded: audit`).
 *
 *   degraded_open    open in every form, when the system call returns: the file that the descriptor stands
 * for has the kernel's own name. Another thread may have closed or replaced it by then. Opens that fail,
 * io_uring, truncation without an open for writing, and everything that needs no descriptor (delete, rename,
 * link, chmod, ...) are not seen.
 */
#include "seen.bpf.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct fdtable {
	unsigned int max_fds;
	struct file **fd;
};

struct files_struct {
	struct fdtable *fdt;
};

struct task_struct___files {
	struct files_struct *files;
};

#pragma clang attribute pop

/* creat, open, openat, openat2, open_by_handle_at */
static __always_inline bool is_open(__u32 arch, __u64 number)
{
	if (number == 437)
		return true;
	switch (arch) {
	case POLICYD_ARCH_X86_64:
	case POLICYD_ARCH_X32:
		return number == 2 || number == 85 || number == 257 || number == 304;
	case POLICYD_ARCH_I386:
		return number == 5 || number == 8 || number == 295 || number == 342;
	case POLICYD_ARCH_AARCH64:
		return number == 56 || number == 265;
	default:
		return number == 5 || number == 8 || number == 322 || number == 371;
	}
}

/* The file of a descriptor of the current task, by address; 0: it is not there any more. */
static __always_inline __u64 descriptor_file(__u32 fd)
{
	struct task_struct___files *task = (void *)bpf_get_current_task_btf();
	struct files_struct *files = NULL;
	struct fdtable *table = NULL;
	__u64 slots = 0, file = 0;
	__u32 count = 0;

	if (bpf_core_read(&files, sizeof(files), &task->files) ||
	    bpf_core_read(&table, sizeof(table), &files->fdt) ||
	    bpf_core_read(&count, sizeof(count), &table->max_fds) ||
	    bpf_core_read(&slots, sizeof(slots), &table->fd) || fd >= count ||
	    bpf_probe_read_kernel(&file, sizeof(file), (void *)(slots + 8ULL * fd)))
		return 0;
	return file;
}

/* The operations of an opened file and its dentry; O_TRUNC is not kept in a file. */
static __always_inline bool seen_open(__u32 fd, struct seen *seen)
{
	struct file *file = (void *)descriptor_file(fd);
	__u32 mode = 0, flags = 0;

	if (!file || bpf_core_read(&mode, sizeof(mode), &file->f_mode) ||
	    bpf_core_read(&flags, sizeof(flags), &file->f_flags) ||
	    bpf_core_read(&seen->dentry, sizeof(seen->dentry), &file->f_path.dentry))
		return false;
	if (mode & FMODE_READ)
		seen->ops |= POLICYD_OP_FILE_READ;
	if (mode & FMODE_WRITE)
		seen->ops |= flags & O_APPEND ? POLICYD_OP_FILE_APPEND : POLICYD_OP_FILE_WRITE;
	if (mode & FMODE_CREATED)
		seen->ops |= POLICYD_OP_FILE_CREATE;
	return true;
}

SEC("raw_tp/sys_exit")
int BPF_PROG(degraded_open, void *registers, long returned)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct decision decision;
	struct seen seen = {};
	struct name name = {};
	__u64 number;

	if (returned < 0 || !in_scope())
		return 0;
	number = syscall_number(registers);
	if (!is_open(syscall_arch(task, &number), number) || !decision_open(&decision))
		return 0;
	if (!seen_open((__u32)returned, &seen)) {
		counter_add(POLICYD_COUNT_UNRESOLVED);
		counter_add(POLICYD_COUNT_UNRESOLVED + POLICYD_REASON_RACE);
		return 0;
	}
	seen_classify(&name, seen.dentry, &decision);
	if (!name.reason && !(seen.ops & ~name.quiet))
		return 0;
	subject_current(&decision);
	return seen_decide(&decision, &name, &seen);
}
