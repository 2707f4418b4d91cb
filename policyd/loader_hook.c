// SPDX-License-Identifier: Apache-2.0
#include <bpf/bpf.h>
#include <string.h>

#include <policyd/anomaly.h>

#include "loader_enter.h"
#include "loader_internal.h"
#include "util.h"

#define READ	   POLICYD_OP_FILE_READ
#define EXECUTE	   (POLICYD_OP_EXEC_RUN | POLICYD_OP_EXEC_LOAD)
#define WRITE	   (POLICYD_OP_FILE_WRITE | POLICYD_OP_FILE_APPEND)
#define ACCESS	   (POLICYD_OP_FILE_SETATTR | POLICYD_OP_FILE_CHMOD)
#define REVALIDATE (POLICYD_REVALIDATE_OPS << POLICYD_REVALIDATE_SHIFT)

const struct hook loader_hook_table[] = {
	{"inode_rename", HOOK_ALWAYS, 0, false},
	{"vfs_rename_exit", HOOK_ALWAYS, 0, false},
	{"task_free", HOOK_ALWAYS, 0, false},
	{"sb_set_mnt_opts", HOOK_ALWAYS, 0, false},
	{"d_instantiate", HOOK_ALWAYS, 0, false},
	{"bprm_committed_creds", HOOK_ALWAYS, 0, false},
	{"lineage_ask", HOOK_ALWAYS, 0, false},
	{"lineage_fork", HOOK_ALWAYS, 0, false},
	{"lineage_mark", HOOK_READ, 0, false},
	{"task_fix_setuid", HOOK_ALWAYS, 0, false},
	{"task_fix_setgid", HOOK_ALWAYS, 0, false},
	{"task_fix_setgroups", HOOK_ALWAYS, 0, false},
	/* Asked after those that decide by the name that was used: what is attached last runs first. */
	{"layer_run", HOOK_PATH, POLICYD_OP_EXEC_RUN, false},
	{"layer_check", HOOK_PATH, POLICYD_OP_EXEC_RUN, true},
	{"layer_map", HOOK_PATH, POLICYD_OP_EXEC_LOAD | REVALIDATE, false},
	{"layer_receive", HOOK_PATH, READ | WRITE, false},
	{"layer_open", HOOK_PATH, READ | WRITE, true},
	{"layer_turn", HOOK_PATH, POLICYD_OP_EXEC_LOAD | REVALIDATE, true},
	{"layer_again", HOOK_PATH, REVALIDATE, true},
	{"layer_create", HOOK_PATH, POLICYD_OP_FILE_CREATE, false},
	{"layer_mkdir", HOOK_PATH, POLICYD_OP_FILE_CREATE, false},
	{"layer_mknod", HOOK_PATH, POLICYD_OP_FILE_CREATE, false},
	{"layer_symlink", HOOK_PATH, POLICYD_OP_FILE_CREATE, false},
	{"layer_unlink", HOOK_PATH, POLICYD_OP_FILE_DELETE, false},
	{"layer_rmdir", HOOK_PATH, POLICYD_OP_FILE_DELETE, false},
	{"layer_link", HOOK_PATH, ~0U, false},
	{"layer_link_own", HOOK_PATH, POLICYD_OP_FILE_CREATE | POLICYD_OP_FILE_DELETE, false},
	{"layer_rename", HOOK_PATH, ~0U, false},
	{"layer_rename_own", HOOK_PATH, POLICYD_OP_FILE_CREATE | POLICYD_OP_FILE_DELETE, false},
	{"layer_setattr", HOOK_PATH, POLICYD_OP_FILE_CHMOD | POLICYD_OP_FILE_CHOWN | WRITE, false},
	{"file_open", HOOK_ALWAYS, 0, false},
	/* Late after lineage_ask, so that execve() in between is rare: it is counted as not known. */
	{"lineage_execute", HOOK_ALWAYS, 0, false},
	{"file_receive", HOOK_PATH, READ | WRITE, false},
	{"file_truncate", HOOK_PATH, WRITE, true},
	{"path_truncate", HOOK_PATH, WRITE, false},
	{"quota_on", HOOK_PATH, WRITE, false},
	{"path_mknod", HOOK_PATH, POLICYD_OP_FILE_CREATE | POLICYD_OP_NETWORK_BIND, false},
	{"path_mkdir", HOOK_PATH, POLICYD_OP_FILE_CREATE, false},
	{"path_symlink", HOOK_PATH, POLICYD_OP_FILE_CREATE, false},
	{"path_unlink", HOOK_PATH, POLICYD_OP_FILE_DELETE, false},
	{"path_rmdir", HOOK_PATH, POLICYD_OP_FILE_DELETE, false},
	/* A link or a rename can end any restriction on a name. */
	{"path_link", HOOK_PATH, ~0U, false},
	{"path_rename", HOOK_PATH, ~0U, false},
	{"path_chmod", HOOK_PATH, POLICYD_OP_FILE_CHMOD, false},
	{"path_chown", HOOK_PATH, POLICYD_OP_FILE_CHOWN, false},
	{"inode_setattr", HOOK_PATH, POLICYD_OP_FILE_SETATTR, false},
	{"inode_setxattr", HOOK_PATH, ACCESS, false},
	{"inode_removexattr", HOOK_PATH, ACCESS, false},
	{"inode_set_acl", HOOK_PATH, ACCESS, true},
	{"inode_remove_acl", HOOK_PATH, ACCESS, true},
	{"inode_file_setattr", HOOK_PATH, POLICYD_OP_FILE_SETATTR, true},
	{"file_ioctl", HOOK_PATH, POLICYD_OP_FILE_IOCTL | POLICYD_OP_FILE_SETATTR, false},
	{"file_ioctl_compat", HOOK_PATH, POLICYD_OP_FILE_IOCTL | POLICYD_OP_FILE_SETATTR, true},
	{"subvolume", HOOK_PATH, POLICYD_OP_FILE_CREATE | POLICYD_OP_FILE_DELETE, false},
	{"subvolume_compat", HOOK_PATH, POLICYD_OP_FILE_CREATE | POLICYD_OP_FILE_DELETE, true},
	{"sb_mount", HOOK_PATH, POLICYD_OP_FILE_MOUNT, false},
	{"move_mount", HOOK_PATH, POLICYD_OP_FILE_MOUNT, false},
	{"sb_umount", HOOK_PATH, POLICYD_OP_FILE_MOUNT, false},
	{"sb_pivotroot", HOOK_PATH, POLICYD_OP_FILE_MOUNT, false},
	{"path_chroot", HOOK_PATH, POLICYD_OP_FILE_MOUNT, false},
	{"bprm_check_security", HOOK_PATH, POLICYD_OP_EXEC_RUN, false},
	{"check_run", HOOK_PATH, POLICYD_OP_EXEC_RUN, true},
	{"mmap_file", HOOK_PATH, POLICYD_OP_EXEC_LOAD, false},
	{"file_mprotect", HOOK_PATH, POLICYD_OP_EXEC_LOAD, false},
	{"memory_map", HOOK_PATH, POLICYD_OP_EXEC_ANONYMOUS, false},
	{"memory_protect", HOOK_PATH, POLICYD_OP_EXEC_ANONYMOUS, false},
	/* What is attached last runs first: whoever decides stands before who reads, and that before who
	   asks. */
	{"content_write", HOOK_CONTENT, EXECUTE, false},
	{"content_read_run", HOOK_CONTENT, POLICYD_OP_EXEC_RUN, false},
	{"content_read_check", HOOK_CONTENT, POLICYD_OP_EXEC_RUN, true},
	{"content_read_load", HOOK_CONTENT, EXECUTE, false},
	{"content_ask_run", HOOK_CONTENT, POLICYD_OP_EXEC_RUN, false},
	{"content_ask_check", HOOK_CONTENT, POLICYD_OP_EXEC_RUN, true},
	{"content_ask_load", HOOK_CONTENT, POLICYD_OP_EXEC_LOAD, false},
	{"revalidate", HOOK_PATH, REVALIDATE, false},
	{"revalidate_map", HOOK_PATH, REVALIDATE, false},
	{"revalidate_turn", HOOK_PATH, REVALIDATE, false},
	{"append_drop", HOOK_APPEND, 0, false},
	{"append_map", HOOK_APPEND, 0, false},
	{"append_turn", HOOK_APPEND, 0, false},
	{"socket_create", HOOK_SOCKET, POLICYD_OP_NETWORK_CREATE, false},
	{"received_socket", HOOK_SOCKET, POLICYD_OP_NETWORK_CREATE, false},
	{"received_endpoint", HOOK_NETWORK,
	 POLICYD_OP_NETWORK_CONNECT | POLICYD_OP_NETWORK_BIND | POLICYD_OP_NETWORK_LISTEN, false},
	{"socket_connect", HOOK_NETWORK, POLICYD_OP_NETWORK_CONNECT, false},
	{"socket_sendmsg", HOOK_NETWORK, POLICYD_OP_NETWORK_CONNECT, false},
	{"socket_bind", HOOK_NETWORK, POLICYD_OP_NETWORK_BIND, false},
	{"route_option", HOOK_SOCKET, POLICYD_OP_NETWORK_CREATE, false},
	{"socket_message", HOOK_SOCKET, POLICYD_OP_NETWORK_CREATE | POLICYD_OP_NETWORK_CONNECT, false},
	{"socket_source", HOOK_SOURCE, 0, false},
	{"socket_listen", HOOK_NETWORK, POLICYD_OP_NETWORK_LISTEN, false},
	{"inet_listener", HOOK_NETWORK, POLICYD_OP_NETWORK_ACCEPT, false},
	{"socket_accept", HOOK_NETWORK, POLICYD_OP_NETWORK_ACCEPT, false},
	{"inet_conn_request", HOOK_NETWORK, POLICYD_OP_NETWORK_ACCEPT, false},
	{"family_connect", HOOK_SOCKET, POLICYD_OP_NETWORK_CONNECT, false},
	{"family_bind", HOOK_SOCKET, POLICYD_OP_NETWORK_BIND, false},
	{"family_listen", HOOK_SOCKET, POLICYD_OP_NETWORK_LISTEN, false},
	{"family_accept", HOOK_SOCKET, POLICYD_OP_NETWORK_ACCEPT, false},
	{"unix_stream_connect", HOOK_PATH, POLICYD_OP_NETWORK_CONNECT, false},
	{"unix_may_send", HOOK_PATH, POLICYD_OP_NETWORK_CONNECT, false},
	{"unix_bind", HOOK_PATH, POLICYD_OP_NETWORK_BIND, false},
	{"unix_listen", HOOK_PATH, POLICYD_OP_NETWORK_LISTEN, false},
	{"unix_accept", HOOK_PATH, POLICYD_OP_NETWORK_ACCEPT, false},
	{"kernel_read_file", HOOK_KERNEL, POLICYD_OP_KERNEL_MODULE_LOAD | POLICYD_OP_KERNEL_KEXEC, false},
	{"kernel_load_data", HOOK_KERNEL, POLICYD_OP_KERNEL_MODULE_LOAD | POLICYD_OP_KERNEL_KEXEC, false},
	{"kernel_module_request", HOOK_KERNEL, POLICYD_OP_KERNEL_MODULE_LOAD, false},
	{"perf_event_open", HOOK_KERNEL, POLICYD_OP_KERNEL_PERF, false},
	{"userns_create", HOOK_KERNEL, POLICYD_OP_KERNEL_USERNS, false},
	{"locked_down", HOOK_KERNEL, POLICYD_OP_KERNEL_MODIFY_LOCKDOWN, false},
	{"settime", HOOK_KERNEL, POLICYD_OP_KERNEL_SETTIME, false},
	{"ptrace_access_check", HOOK_PROCESS, POLICYD_OP_PROCESS_PTRACE, false},
	{"ptrace_traceme", HOOK_PROCESS, POLICYD_OP_PROCESS_PTRACE, false},
	{"task_kill", HOOK_PROCESS, POLICYD_OP_PROCESS_SIGNAL, false},
	{"bpf", HOOK_KERNEL, POLICYD_OP_KERNEL_BPF, false},
	{"capable", HOOK_CAPABILITY, 0, false},
	{"kernel_mount", HOOK_KERNEL, POLICYD_OP_KERNEL_MOUNT, false},
	{"kernel_move", HOOK_KERNEL, POLICYD_OP_KERNEL_MOUNT, false},
	{"kernel_umount", HOOK_KERNEL, POLICYD_OP_KERNEL_MOUNT, false},
	{"kernel_pivot", HOOK_KERNEL, POLICYD_OP_KERNEL_MOUNT, false},
	{"kernel_remount", HOOK_KERNEL, POLICYD_OP_KERNEL_MOUNT, false},
	{"unhooked_setattr", HOOK_KERNEL, POLICYD_OP_KERNEL_MOUNT, true},
	{"unhooked_setattr_compat", HOOK_KERNEL, POLICYD_OP_KERNEL_MOUNT, true},
	{"unhooked_tree", HOOK_KERNEL, POLICYD_OP_KERNEL_MOUNT, true},
	{"unhooked_tree_compat", HOOK_KERNEL, POLICYD_OP_KERNEL_MOUNT, true},
	{"unhooked_tree_attr", HOOK_KERNEL, POLICYD_OP_KERNEL_MOUNT, true},
	{"unhooked_tree_attr_compat", HOOK_KERNEL, POLICYD_OP_KERNEL_MOUNT, true},
	{"unhooked_fsmount", HOOK_KERNEL, POLICYD_OP_KERNEL_MOUNT, true},
	{"unhooked_fsmount_compat", HOOK_KERNEL, POLICYD_OP_KERNEL_MOUNT, true},
	{"unhooked_adjust", HOOK_KERNEL, POLICYD_OP_KERNEL_SETTIME, true},
	{"sys_enter", HOOK_SYSCALL, 0, false},
	{"uring_submit", HOOK_SYSCALL, 0, true},
	{"rate_exec", HOOK_ANOMALY, 1U << POLICYD_ANOMALY_EXEC, false},
	{"rate_fork", HOOK_ANOMALY, 1U << POLICYD_ANOMALY_FORK, false},
	{"rate_connect", HOOK_ANOMALY, 1U << POLICYD_ANOMALY_CONNECT, false},
	{"rate_send", HOOK_ANOMALY, 1U << POLICYD_ANOMALY_CONNECT, false},
	{"rate_write", HOOK_ANOMALY, 1U << POLICYD_ANOMALY_WRITE, false},
	{"rate_rename", HOOK_ANOMALY, 1U << POLICYD_ANOMALY_RENAME, false},
	{"rate_delete", HOOK_ANOMALY, 1U << POLICYD_ANOMALY_DELETE, false},
	{"detect_memory", HOOK_ANOMALY, 1U << POLICYD_ANOMALY_MEMORY_EXEC, false},
	{"detect_write", HOOK_ANOMALY, 1U << POLICYD_ANOMALY_FRESH_EXEC, false},
	{"detect_fresh", HOOK_ANOMALY, 1U << POLICYD_ANOMALY_FRESH_EXEC, false},
	{"detect_listen", HOOK_ANOMALY, 1U << POLICYD_ANOMALY_SERVICE_SHELL, false},
	{"detect_accept", HOOK_ANOMALY, 1U << POLICYD_ANOMALY_SERVICE_SHELL, false},
	{"detect_shell", HOOK_ANOMALY, 1U << POLICYD_ANOMALY_SERVICE_SHELL, false},
	/* Those that follow the ids stand before those that compare: what is known at all is followed. */
	{"identity_fork", HOOK_ANOMALY, 1U << POLICYD_ANOMALY_UID_GAIN, false},
	{"identity_run", HOOK_ANOMALY, 1U << POLICYD_ANOMALY_UID_GAIN, false},
	{"identity_commit", HOOK_ANOMALY, 1U << POLICYD_ANOMALY_UID_GAIN, false},
	{"identity_call", HOOK_ANOMALY, 1U << POLICYD_ANOMALY_UID_GAIN, false},
	{"identity_execute", HOOK_ANOMALY, 1U << POLICYD_ANOMALY_UID_GAIN, false},
	{"identity_open", HOOK_ANOMALY, 1U << POLICYD_ANOMALY_UID_GAIN, false},
	{"identity_connect", HOOK_ANOMALY, 1U << POLICYD_ANOMALY_UID_GAIN, false},
	{"identity_capable", HOOK_ANOMALY, 1U << POLICYD_ANOMALY_UID_GAIN, false},
	/* Here as well. */
	{"wx_fork", HOOK_ANOMALY, 1U << POLICYD_ANOMALY_WX_MEMORY, false},
	{"wx_run", HOOK_ANOMALY, 1U << POLICYD_ANOMALY_WX_MEMORY, false},
	{"wx_map", HOOK_ANOMALY, 1U << POLICYD_ANOMALY_WX_MEMORY, false},
	{"wx_turn", HOOK_ANOMALY, 1U << POLICYD_ANOMALY_WX_MEMORY, false},
	{"rate_open", HOOK_ANOMALY, 1U << POLICYD_ANOMALY_OPEN_FAILED, false},
	{"baseline_start", HOOK_ANOMALY, POLICYD_ANOMALY_LEARNT_ALL, false},
	{"baseline_syscall", HOOK_ANOMALY, 1U << POLICYD_ANOMALY_NEW_SYSCALL, false},
	{"baseline_exec", HOOK_ANOMALY, 1U << POLICYD_ANOMALY_NEW_EXEC, false},
	{"baseline_connect", HOOK_ANOMALY, 1U << POLICYD_ANOMALY_NEW_CONNECT, false},
	{"baseline_send", HOOK_ANOMALY, 1U << POLICYD_ANOMALY_NEW_CONNECT, false},
	{"baseline_listen", HOOK_ANOMALY, 1U << POLICYD_ANOMALY_NEW_LISTEN, false},
	{"baseline_write", HOOK_ANOMALY, 1U << POLICYD_ANOMALY_NEW_DIRECTORY, false},
	{"ngram_fork", HOOK_ANOMALY, 1U << POLICYD_ANOMALY_NEW_SEQUENCE, false},
	{"ngram_enter", HOOK_ANOMALY, 1U << POLICYD_ANOMALY_NEW_SEQUENCE, false},
	{"guard_kill", HOOK_GUARD, 0, false},
	{"guard_trace", HOOK_GUARD, 0, false},
	{"guard_limit", HOOK_GUARD, 0, false},
	{"guard_schedule", HOOK_GUARD, 0, false},
	{"guard_nice", HOOK_GUARD, 0, false},
	{"guard_map", HOOK_GUARD, 0, false},
	{"guard_program", HOOK_GUARD, 0, false},
	{"guard_call", HOOK_GUARD, 0, false},
	{"guard_prepare", HOOK_GUARD, 0, false},
	{"guard_execute", HOOK_GUARD, 0, false},
	{"guard_code_map", HOOK_GUARD, 0, false},
	{"guard_open", HOOK_GUARD, 0, false},
	{"guard_truncate", HOOK_GUARD, 0, false},
	{"guard_unlink", HOOK_GUARD, 0, false},
	{"guard_rmdir", HOOK_GUARD, 0, false},
	{"guard_rename", HOOK_GUARD, 0, false},
	{"guard_make", HOOK_GUARD, 0, false},
	{"guard_mkdir", HOOK_GUARD, 0, false},
	{"guard_symlink", HOOK_GUARD, 0, false},
	{"guard_link", HOOK_GUARD, 0, false},
	{"guard_mount", HOOK_GUARD, 0, false},
	{"guard_move", HOOK_GUARD, 0, false},
	{"guard_umount", HOOK_GUARD, 0, false},
	{"guard_pivot", HOOK_GUARD, 0, false},
	{"guard_moved", HOOK_GUARD, 0, false},
	{"ingress", HOOK_INGRESS, 0, false},
	{"degraded_connect4", HOOK_CGROUP, POLICYD_OP_NETWORK_CONNECT, false},
	{"degraded_connect6", HOOK_CGROUP, POLICYD_OP_NETWORK_CONNECT, false},
	{"degraded_sendmsg4", HOOK_CGROUP, POLICYD_OP_NETWORK_CONNECT, false},
	{"degraded_sendmsg6", HOOK_CGROUP, POLICYD_OP_NETWORK_CONNECT, false},
	{"degraded_bind4", HOOK_CGROUP, POLICYD_OP_NETWORK_BIND, false},
	{"degraded_bind6", HOOK_CGROUP, POLICYD_OP_NETWORK_BIND, false},
	{"degraded_create", HOOK_CGROUP, POLICYD_OP_NETWORK_CREATE, false},
	{"degraded_open", HOOK_TRACE, READ | WRITE | POLICYD_OP_FILE_CREATE, false},
	{"degraded_begin", HOOK_TRACE, POLICYD_OP_EXEC_RUN, false},
	{"degraded_run", HOOK_TRACE, POLICYD_OP_EXEC_RUN, false},
};
const size_t loader_hook_count = ARRAY_SIZE(loader_hook_table);
_Static_assert(ARRAY_SIZE(loader_hook_table) <= LOADER_HOOKS_MAX, "every hook has a slot");

static void hooks_list(struct loader *loader)
{
	size_t count = 0;

	for (size_t i = 0; i < loader_hook_count; i++)
		if (loader->links[i] >= 0)
			loader->attached[count++] = loader_hook_table[i].program;
	loader->attached[count] = NULL;
}

/* LSM and tracing programs know what they attach to since they were loaded. Returns the link, or -errno. */
static int link_make(const struct loader *loader, size_t i)
{
	int program = loader->programs[i];
	struct loader_object object;
	int r = loader_object(program, &object);

	if (r < 0)
		return r;
	if (object.type == BPF_PROG_TYPE_LSM || object.type == BPF_PROG_TYPE_TRACING)
		return bpf_raw_tracepoint_open(NULL, program);
	if (loader->degraded && object.type != BPF_PROG_TYPE_TRACEPOINT)
		return loader_degraded_attach(loader, i);
	return loader_enter_attach(program, object.type);
}

static int hook_attach(struct loader *loader, size_t i, char **ret_error)
{
	const struct hook *hook = &loader_hook_table[i];
	int fd = link_make(loader, i);

	if (fd < 0)
		return loader_fail(ret_error, fd, "cannot attach the program '%s': %s", hook->program,
				   strerror(-fd));
	loader->links[i] = fd;
	return 0;
}

int loader_attach(struct loader *loader, const struct policyd_line *lines, char **ret_error)
{
	bool wanted[LOADER_HOOKS_MAX];

	loader_wanted(loader, lines, wanted);
	return loader_attach_wanted(loader, wanted, ret_error);
}

int loader_attach_wanted(struct loader *loader, const bool wanted[static LOADER_HOOKS_MAX], char **ret_error)
{
	int r = loader_load(loader, wanted, ret_error);

	if (r == 0)
		r = loader_begin(loader, ret_error);
	for (size_t i = 0; i < loader_hook_count && r == 0; i++)
		if (wanted[i] && loader->links[i] < 0 && loader->programs[i] >= 0 &&
		    loader_hook_table[i].need != HOOK_READ &&
		    loader_hook_table[i].need != HOOK_INGRESS) /* attached by interface */
			r = hook_attach(loader, i, ret_error);
	hooks_list(loader);
	if (r == 0 && loader->pin_dir)
		r = loader_pin(loader, ret_error);
	if (r == 0 && loader->guarded)
		r = loader_guard_objects(loader, ret_error);
	return r;
}

const char *const *loader_hooks(const struct loader *loader)
{
	return loader->attached;
}
