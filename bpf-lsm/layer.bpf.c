/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Open files of overlays, by the names of the files of the layers. Where the kernel asks a hook once more
 * about the layer's file by its own path (file_open, file_permission, and file_mprotect since 6.5) the
 * ordinary programs decide that.
 *
 *   layer_run (the hook bprm_check_security)   run
 *   layer_check (bprm_creds_for_exec)          run, where execveat() is only asked
 *   layer_map (mmap_file)                      load; and what the programs for open descriptors ask there
 *   layer_receive (file_receive)               descriptors received
 *   layer_open, layer_turn, layer_again (file_open, file_mprotect, file_permission)
 *                                              before 6.5: what the kernel asks about has the overlay's path
 *                                              and the layer's inode
 */
#include "layer.bpf.h"
#include "mapping.bpf.h"
#include "opened.bpf.h"

/* Verdict on what is behind a file, if it is an overlay's. */
static __always_inline int layer_verdict(struct file *file, __u32 ops)
{
	if (!ops || file->f_inode->i_sb->s_magic != OVERLAYFS_MAGIC)
		return 0;
	return decide_return((__s32)layer_decide_all(address_of(file), ops, false));
}

/* Verdict on a layer's file that has an overlay's path. */
static __always_inline int layer_verdict_fake(struct file *file, __u32 ops)
{
	struct dentry *dentry = file->f_path.dentry;

	if (!layer_path_is_fake() || !ops || dentry->d_inode == file->f_inode ||
	    dentry->d_sb->s_magic != OVERLAYFS_MAGIC)
		return 0;
	return decide_return((__s32)layer_decide_all(address_of(file), ops, true));
}

SEC("lsm/bprm_check_security")
int BPF_PROG(layer_run, struct linux_binprm *bprm, int ret)
{
	return ret ? ret : layer_verdict(bprm->file, POLICYD_OP_EXEC_RUN);
}

SEC("?lsm/bprm_creds_for_exec")
int BPF_PROG(layer_check, struct linux_binprm *bprm, int ret)
{
	if (ret)
		return ret;
	return exec_is_question(bprm) ? layer_verdict(bprm->file, POLICYD_OP_EXEC_RUN) : 0;
}

SEC("lsm/mmap_file")
int BPF_PROG(layer_map, struct file *file, unsigned long reqprot, unsigned long prot, unsigned long flags,
	     int ret)
{
	__u32 ops;

	if (ret || !file)
		return ret;
	ops = revalidate_ops(file, true, mapping_writes(prot, flags));
	if (revalidate_skips(file))
		ops = 0;
	if (prot & PROT_EXEC)
		ops |= POLICYD_OP_EXEC_LOAD;
	return layer_verdict(file, ops);
}

SEC("lsm/file_receive")
int BPF_PROG(layer_receive, struct file *file, int ret)
{
	return ret ? ret : layer_verdict(file, file_ops(file));
}

SEC("?lsm/file_open")
int BPF_PROG(layer_open, struct file *file, int ret)
{
	return ret ? ret : layer_verdict_fake(file, file_ops(file));
}

SEC("?lsm/file_mprotect")
int BPF_PROG(layer_turn, struct vm_area_struct *vma, unsigned long reqprot, unsigned long prot, int ret)
{
	struct file *file;
	__u32 ops = 0;

	if (ret)
		return ret;
	file = vma->vm_file;
	if (!file)
		return 0;
	if (prot & PROT_EXEC && !(vma->vm_flags & VM_EXEC))
		ops = POLICYD_OP_EXEC_LOAD;
	if (mapping_turns(vma, prot))
		ops |= revalidate_ops(file, false, true);
	return layer_verdict_fake(file, ops);
}

SEC("?lsm/file_permission")
int BPF_PROG(layer_again, struct file *file, int mask, int ret)
{
	if (ret)
		return ret;
	return layer_verdict_fake(file, revalidate_ops(file, mask & MAY_READ, mask & MAY_WRITE));
}
