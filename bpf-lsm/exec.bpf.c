/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Execution, and what changes who a task is.
 *
 *   bprm_check_security    run: the program, and each script and interpreter on the way to it
 *   check_run (the hook bprm_creds_for_exec)
 *                          run, where execveat() is only asked (AT_EXECVE_CHECK)
 *   mmap_file              load: a file mapped executable
 *   file_mprotect          load: a file's mapping turned executable
 *   memory_map (the hook mmap_file)
 *                          anonymous: memory that no file backs, a private mapping that is writable as well,
 *                          System V segments (SHM_EXEC)
 *   memory_protect (the hook file_mprotect)
 *                          anonymous: other memory turned executable, and a private mapping of a file that
 *                          was, is or becomes writable
 *   bprm_committed_creds, task_fix_setuid, task_fix_setgid, task_fix_setgroups
 *                          the subject class is computed anew at the next decision
 */
#include "memory.bpf.h"
#include "opened.bpf.h"
#include "pseudo.bpf.h"

SEC("lsm/bprm_check_security")
int BPF_PROG(bprm_check_security, struct linux_binprm *bprm, int ret)
{
	if (ret)
		return ret;
	return decide_file(bprm->file, POLICYD_OP_EXEC_RUN);
}

SEC("?lsm/bprm_creds_for_exec")
int BPF_PROG(check_run, struct linux_binprm *bprm, int ret)
{
	if (ret)
		return ret;
	return exec_is_question(bprm) ? decide_file(bprm->file, POLICYD_OP_EXEC_RUN) : 0;
}

/* Verdict on executable memory that no file backs; `object` is the file it began as, for the event. */
static __noinline int decide_memory(struct dentry *object)
{
	const struct pseudo pseudo = {.kind = POLICYD_PSEUDO_ANONYMOUS, .op = POLICYD_OP_EXEC_ANONYMOUS};

	return decide_pseudo_object(&pseudo, object);
}

SEC("lsm/mmap_file")
int BPF_PROG(mmap_file, struct file *file, unsigned long reqprot, unsigned long prot, unsigned long flags,
	     int ret)
{
	if (ret)
		return ret;
	if (!file || !(prot & PROT_EXEC) || flags & MAP_ANONYMOUS || memory_is_private(file))
		return 0;
	return decide_file(file, POLICYD_OP_EXEC_LOAD);
}

SEC("lsm/file_mprotect")
int BPF_PROG(file_mprotect, struct vm_area_struct *vma, unsigned long reqprot, unsigned long prot, int ret)
{
	struct file *file;

	if (ret)
		return ret;
	if (!(prot & PROT_EXEC) || vma->vm_flags & VM_EXEC)
		return 0;
	file = vma->vm_file;
	if (!file || memory_is_private(file) || memory_is_huge(vma, file))
		return 0;
	return decide_dentry(file->f_path.dentry, POLICYD_OP_EXEC_LOAD, NULL);
}

SEC("lsm/mmap_file")
int BPF_PROG(memory_map, struct file *file, unsigned long reqprot, unsigned long prot, unsigned long flags,
	     int ret)
{
	enum memory memory;

	if (ret)
		return ret;
	memory = memory_mapped(file, prot, flags);
	if (memory == MEMORY_ANONYMOUS)
		return decide_memory(NULL);
	if (memory == MEMORY_COPY && file)
		return decide_memory(file->f_path.dentry);
	return 0;
}

SEC("lsm/file_mprotect")
int BPF_PROG(memory_protect, struct vm_area_struct *vma, unsigned long reqprot, unsigned long prot, int ret)
{
	enum memory memory;
	struct file *file;

	if (ret)
		return ret;
	memory = memory_turned(vma, prot);
	if (memory == MEMORY_ANONYMOUS)
		return decide_memory(NULL);
	file = vma->vm_file; /* as just read; the verifier wants it compared again */
	if (memory == MEMORY_COPY && file)
		return decide_memory(file->f_path.dentry);
	return 0;
}

SEC("lsm/bprm_committed_creds")
int BPF_PROG(bprm_committed_creds, struct linux_binprm *bprm)
{
	subject_forget();
	bpf_task_storage_delete(&self, bpf_get_current_task_btf());
	return 0;
}

SEC("lsm/task_fix_setuid")
int BPF_PROG(task_fix_setuid, struct cred *new, const struct cred *old, int flags, int ret)
{
	subject_forget();
	return ret;
}

SEC("lsm/task_fix_setgid")
int BPF_PROG(task_fix_setgid, struct cred *new, const struct cred *old, int flags, int ret)
{
	subject_forget();
	return ret;
}

SEC("lsm/task_fix_setgroups")
int BPF_PROG(task_fix_setgroups, struct cred *new, const struct cred *old, int ret)
{
	subject_forget();
	return ret;
}
