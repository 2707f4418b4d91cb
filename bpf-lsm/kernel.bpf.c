/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a process asks of the kernel as a whole. No name decides, so a verdict is one look-up; the file of a
 * module or the place of a mount is in the event.
 *
 *   kernel_read_file        module-load: finit_module; kexec: kexec_file_load, with a file
 *   kernel_load_data        module-load: init_module; kexec: kexec_load, from memory
 *   kernel_module_request   module-load: a module that the kernel would fetch for the process (a protocol, a
 *                           file system); modprobe itself runs as a process of its own
 *   perf_event_open         perf
 *   bpf                     bpf: every command of the system call
 *   userns_create           userns: clone, clone3 and unshare
 *   locked_down             modify-lockdown: what a kernel refuses that is locked down for integrity (raw
 *                           memory and ports, registers, unsigned modules, debugging files)
 *   settime                 settime: settimeofday and clock_settime
 *   sb_mount, move_mount, sb_umount, sb_pivotroot
 *                           mount
 *   sb_remount              mount: a file system that is mounted gets other options, by fsconfig too
 * What has no hook is in unhooked.bpf.c.
 */
#include "pseudo.bpf.h"

/* The kernel's own numbers of what it reads, looked up at load. */
enum kernel_read_file_id {
	READING_MODULE,
	READING_KEXEC_IMAGE,
	READING_KEXEC_INITRAMFS,
};

enum kernel_read_file_id___compressed {
	READING_MODULE_COMPRESSED,
};

enum kernel_load_data_id {
	LOADING_MODULE,
	LOADING_KEXEC_IMAGE,
	LOADING_KEXEC_INITRAMFS,
};

/* Reasons up to this one are about changing the running kernel, those above about reading it. */
enum lockdown_reason {
	LOCKDOWN_NONE,
	LOCKDOWN_INTEGRITY_MAX,
};

static __always_inline __u32 op_reading(__u64 id)
{
	if (id == bpf_core_enum_value(enum kernel_read_file_id, READING_MODULE))
		return POLICYD_OP_KERNEL_MODULE_LOAD;
	if (bpf_core_enum_value_exists(enum kernel_read_file_id___compressed, READING_MODULE_COMPRESSED) &&
	    id == bpf_core_enum_value(enum kernel_read_file_id___compressed, READING_MODULE_COMPRESSED))
		return POLICYD_OP_KERNEL_MODULE_LOAD;
	if (id == bpf_core_enum_value(enum kernel_read_file_id, READING_KEXEC_IMAGE) ||
	    id == bpf_core_enum_value(enum kernel_read_file_id, READING_KEXEC_INITRAMFS))
		return POLICYD_OP_KERNEL_KEXEC;
	return 0;
}

static __always_inline __u32 op_loading(__u64 id)
{
	if (id == bpf_core_enum_value(enum kernel_load_data_id, LOADING_MODULE))
		return POLICYD_OP_KERNEL_MODULE_LOAD;
	if (id == bpf_core_enum_value(enum kernel_load_data_id, LOADING_KEXEC_IMAGE) ||
	    id == bpf_core_enum_value(enum kernel_load_data_id, LOADING_KEXEC_INITRAMFS))
		return POLICYD_OP_KERNEL_KEXEC;
	return 0;
}

/* Verdict on one operation; `object` is for the event, NULL for none. */
static __always_inline int decide_kernel(__u32 op, struct dentry *object)
{
	const struct pseudo pseudo = {
		.kind = POLICYD_PSEUDO_KERNEL,
		.op = op,
		.flags = POLICYD_EVENT_OF_KERNEL,
	};

	return decide_pseudo_object(&pseudo, object);
}

SEC("lsm/kernel_read_file")
int BPF_PROG(kernel_read_file, struct file *file, int id, bool contents, int ret)
{
	if (ret)
		return ret;
	/* Without a file it is init_module or kexec_load asking ahead, which kernel_load_data sees. */
	return decide_kernel(op_reading((__u32)id), file ? file->f_path.dentry : NULL);
}

SEC("lsm/kernel_load_data")
int BPF_PROG(kernel_load_data, int id, bool contents, int ret)
{
	if (ret)
		return ret;
	return decide_kernel(op_loading((__u32)id), NULL);
}

SEC("lsm/kernel_module_request")
int BPF_PROG(kernel_module_request, char *name, int ret)
{
	if (ret)
		return ret;
	return decide_kernel(POLICYD_OP_KERNEL_MODULE_LOAD, NULL);
}

/*
 * The number of arguments differs between kernels, so the earlier verdict cannot be read here; the kernel
 * runs no program after one that refused.
 */
SEC("lsm/perf_event_open")
int BPF_PROG(perf_event_open)
{
	return decide_kernel(POLICYD_OP_KERNEL_PERF, NULL);
}

/* The same with the arguments of bpf(). */
SEC("lsm/bpf")
int BPF_PROG(bpf)
{
	return decide_kernel(POLICYD_OP_KERNEL_BPF, NULL);
}

SEC("lsm/userns_create")
int BPF_PROG(userns_create, const struct cred *cred, int ret)
{
	if (ret)
		return ret;
	return decide_kernel(POLICYD_OP_KERNEL_USERNS, NULL);
}

SEC("lsm/locked_down")
int BPF_PROG(locked_down, int what, int ret)
{
	if (ret)
		return ret;
	if ((__u32)what > bpf_core_enum_value(enum lockdown_reason, LOCKDOWN_INTEGRITY_MAX))
		return 0;
	return decide_kernel(POLICYD_OP_KERNEL_MODIFY_LOCKDOWN, NULL);
}

SEC("lsm/settime")
int BPF_PROG(settime, const void *time, const void *zone, int ret)
{
	if (ret)
		return ret;
	return decide_kernel(POLICYD_OP_KERNEL_SETTIME, NULL);
}

SEC("lsm/sb_mount")
int BPF_PROG(kernel_mount, const char *device, const struct path *path, const char *type, unsigned long flags,
	     void *data, int ret)
{
	if (ret)
		return ret;
	return decide_kernel(POLICYD_OP_KERNEL_MOUNT, path->dentry);
}

SEC("lsm/move_mount")
int BPF_PROG(kernel_move, const struct path *from, const struct path *to, int ret)
{
	if (ret)
		return ret;
	return decide_kernel(POLICYD_OP_KERNEL_MOUNT, to->dentry);
}

SEC("lsm/sb_umount")
int BPF_PROG(kernel_umount, struct vfsmount *mount, int flags, int ret)
{
	if (ret)
		return ret;
	return decide_kernel(POLICYD_OP_KERNEL_MOUNT, mount->mnt_root);
}

SEC("lsm/sb_pivotroot")
int BPF_PROG(kernel_pivot, const struct path *old, const struct path *new, int ret)
{
	if (ret)
		return ret;
	return decide_kernel(POLICYD_OP_KERNEL_MOUNT, new->dentry);
}

SEC("lsm/sb_remount")
int BPF_PROG(kernel_remount, struct super_block *sb, void *options, int ret)
{
	if (ret)
		return ret;
	return decide_kernel(POLICYD_OP_KERNEL_MOUNT, sb->s_root);
}
