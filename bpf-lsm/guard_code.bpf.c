/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Self-protection: who is policyd. A process proves itself by the code that it runs: the executable, the
 * program loader and the libraries, known by filesystem, inode and inode generation, none of which anybody
 * can write to. The environment cannot bring other code in, and nobody traces the process.
 *
 *   bprm_creds_for_exec    policyd's executable is run as one that gains privileges: the program loader then
 *                          takes nothing from the environment (LD_PRELOAD, LD_LIBRARY_PATH)
 *   bprm_committed_creds   a process of root that executes it, and that nobody traces or answers system calls
 *                          for (seccomp), is marked as new
 *   mmap_file              a new one that maps other code is none any more; an established one may not
 *   file_open              writing to this code, to the switch of ftrace and to what stops policyd's cgroup;
 *                          reading a pin as a file; and to learn what an established process opens
 *   path_truncate          truncate of this code, without opening
 */
#include "guard_cgroup.bpf.h"

#define BPRM_SECURE 1 /* BPF_F_BPRM_SECUREEXEC */
#define PROC_MAGIC  0x9fa0
#define FILTERS_MAX 64 /* of seccomp; a process with more is not taken for policyd */

static __always_inline bool is_code(struct file *file)
{
	return guard_knows_inode(POLICYD_GUARD_CODE, file->f_inode);
}

SEC("lsm/bprm_creds_for_exec")
int BPF_PROG(guard_prepare, struct linux_binprm *bprm, int ret)
{
	if (ret)
		return ret;
	if (is_code(bprm->file))
		bpf_bprm_opts_set(bprm, BPRM_SECURE);
	return 0;
}

/* Whether another process may answer system calls in the kernel's place. */
static __always_inline bool is_supervised(struct task_struct *task)
{
	struct seccomp_filter *filter = task->seccomp.filter;
	struct notification *listener;

	for (__u32 i = 0; i < FILTERS_MAX && filter; i++) {
		listener = BPF_CORE_READ(filter, notif);
		if (listener)
			return true;
		filter = BPF_CORE_READ(filter, prev);
	}
	return filter != NULL;
}

SEC("lsm/bprm_committed_creds")
int BPF_PROG(guard_execute, struct linux_binprm *bprm)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct policyd_guard_mark *mark;

	bpf_task_storage_delete(&guarded, task);
	if (!is_code(bprm->file) || task->ptrace || task->cred->euid.val || is_supervised(task))
		return 0;
	mark = bpf_task_storage_get(&guarded, task, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (mark) /* without it this is an ordinary process, which says so when it opens the pins */
		mark->state = POLICYD_GUARD_NEW;
	return 0;
}

SEC("lsm/mmap_file")
int BPF_PROG(guard_code_map, struct file *file, unsigned long reqprot, unsigned long prot,
	     unsigned long flags, int ret)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct policyd_guard_mark *mark;

	if (ret)
		return ret;
	if (!(prot & PROT_EXEC) || !file)
		return 0;
	mark = guard_mark(task);
	if (!mark || is_code(file))
		return 0;
	if (mark->state == POLICYD_GUARD_ESTABLISHED)
		return guard_refuse(POLICYD_GUARD_DEED_FOREIGN, 0, file->f_path.dentry);
	mark->state = POLICYD_GUARD_NONE;
	guard_tell(POLICYD_GUARD_DEED_FOREIGN, 0, file->f_path.dentry, 0);
	return 0;
}

static __always_inline void guard_learn(struct file *file)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct policyd_guard_mark *mark = guard_mark(task);
	struct policyd_guard_key key;
	__u32 current = POLICYD_GUARD_CURRENT;

	if (!mark || mark->state != POLICYD_GUARD_ESTABLISHED || !mark->learn)
		return;
	if (mark->learn == POLICYD_GUARD_CGROUP) {
		guard_cgroup_learn(task);
		return;
	}
	if (mark->learn == POLICYD_GUARD_OWN_NAMESPACE)
		key = (struct policyd_guard_key){.kind = mark->learn, .id = guard_namespace(task)};
	else
		key = guard_key(mark->learn, file->f_inode);
	if (bpf_map_update_elem(&guard, &key, &current, BPF_ANY))
		mark->failed++;
	key = guard_process(task);
	if (bpf_map_update_elem(&guard, &key, &current, BPF_ANY))
		mark->failed++;
}

/* The first bytes of a component and its NUL. */
static __always_inline void component_read(struct dentry *dentry, __u64 *ret, const __u32 size)
{
	__u64 address = 0;

	if (bpf_probe_read_kernel(&address, sizeof(address), &dentry->d_name.name) == 0)
		bpf_probe_read_kernel(ret, size, (void *)address);
}

static __always_inline bool is_switch(struct file *file)
{
	struct dentry *dentry = file->f_path.dentry;
	__u64 name[2] = {}, folder = 0;

	if (file->f_inode->i_sb->s_magic != PROC_MAGIC)
		return false;
	component_read(dentry, name, sizeof("ftrace_enabled"));
	component_read(dentry->d_parent, &folder, sizeof("kernel"));
	return name[0] == GUARD_WORD("ftrace_e") && name[1] == GUARD_WORD("nabled\0\0") &&
	       folder == GUARD_WORD("kernel\0\0");
}

/* A pin of a map shows the map to whoever reads the file. */
static __always_inline int guard_read(struct file *file)
{
	struct dentry *dentry = file->f_path.dentry;
	struct inode *folder = dentry->d_parent->d_inode;

	if (!is_bpffs(file->f_inode) || !folder || !guard_knows_inode(POLICYD_GUARD_PINS, folder))
		return 0;
	return guard_is_policyd() ? 0 : guard_refuse(POLICYD_GUARD_DEED_PIN, 0, dentry);
}

SEC("lsm/file_open")
int BPF_PROG(guard_open, struct file *file, int ret)
{
	if (ret)
		return ret;
	if (!(file->f_mode & FMODE_WRITE) && !(file->f_flags & O_TRUNC)) {
		guard_learn(file);
		return guard_read(file);
	}
	if (is_code(file))
		return guard_refuse(POLICYD_GUARD_DEED_CODE, 0, file->f_path.dentry);
	if (is_switch(file))
		return guard_refuse(POLICYD_GUARD_DEED_SWITCH, 0, file->f_path.dentry);
	if (guard_stops(file->f_inode) && !guard_is_init() && !guard_is_policyd())
		return guard_refuse(POLICYD_GUARD_DEED_CGROUP, 0, file->f_path.dentry);
	return 0;
}

SEC("lsm/path_truncate")
int BPF_PROG(guard_truncate, const struct path *path, int ret)
{
	struct inode *inode = path->dentry->d_inode;

	if (ret)
		return ret;
	if (!inode || !guard_knows_inode(POLICYD_GUARD_CODE, inode))
		return 0;
	return guard_refuse(POLICYD_GUARD_DEED_CODE, 0, path->dentry);
}
