// SPDX-License-Identifier: Apache-2.0
/*
 * Programs for hosts without BPF LSM: those of a cgroup, and of tracepoints.
 */
#include <bpf/bpf.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "loader_internal.h"
#include "util.h"

/* Where a program is attached: the kind of event of the cgroup, or the tracepoint. */
static const struct {
	const char *program;
	enum bpf_attach_type type;
	const char *tracepoint;
} points[] = {
	{"degraded_connect4", BPF_CGROUP_INET4_CONNECT, NULL},
	{"degraded_connect6", BPF_CGROUP_INET6_CONNECT, NULL},
	{"degraded_sendmsg4", BPF_CGROUP_UDP4_SENDMSG, NULL},
	{"degraded_sendmsg6", BPF_CGROUP_UDP6_SENDMSG, NULL},
	{"degraded_bind4", BPF_CGROUP_INET4_BIND, NULL},
	{"degraded_bind6", BPF_CGROUP_INET6_BIND, NULL},
	{"degraded_create", BPF_CGROUP_INET_SOCK_CREATE, NULL},
	{"degraded_open", 0, "sys_exit"},
	{"degraded_begin", 0, "sys_enter"},
	{"degraded_run", 0, "sched_process_exec"},
};

bool loader_map_used(const struct loader *loader, size_t map)
{
	if (!loader->degraded)
		return map != LOADER_MAP_SCOPE;
	/* Storage in inodes is BPF LSM's: where that is not active the kernel makes no such map. */
	return map != LOADER_MAP_WRITERS && map != LOADER_MAP_CONTENTS;
}

int loader_degraded_open(struct loader *loader, const char *path, char **ret_error)
{
	struct statfs fs;
	CLEANUP_CLOSE int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return loader_fail(ret_error, -EINVAL, "cannot open the cgroup '%s': %s", path,
				   strerror(errno));
	if (fstatfs(fd, &fs) < 0 || fs.f_type != CGROUP2_SUPER_MAGIC)
		return loader_fail(ret_error, -EINVAL,
				   "'%s' is not a cgroup of version 2; name one with 'degraded_cgroup' in "
				   "policyd.yaml",
				   path);
	loader->cgroup = TAKE_FD(fd);
	return 0;
}

int loader_degraded_attach(const struct loader *loader, size_t hook)
{
	for (size_t i = 0; i < ARRAY_SIZE(points); i++) {
		if (strcmp(points[i].program, loader_hook_table[hook].program) != 0)
			continue;
		if (points[i].tracepoint)
			return bpf_raw_tracepoint_open(points[i].tracepoint, loader->programs[hook]);
		return bpf_link_create(loader->programs[hook], loader->cgroup, points[i].type, NULL);
	}
	return -ENOENT;
}

/* The cgroup that a link is attached to, 0: it is gone, or the link is of a tracepoint. */
static int link_cgroup(int link, bool *ret_is, uint64_t *ret_cgroup)
{
	struct bpf_link_info info = {};
	uint32_t size = sizeof(info);
	int r = bpf_obj_get_info_by_fd(link, &info, &size);

	if (r < 0)
		return r;
	*ret_is = info.type == BPF_LINK_TYPE_CGROUP;
	*ret_cgroup = info.cgroup.cgroup_id;
	return 0;
}

/* Whether all links of the cgroup are attached to one. 0, -ENOTSUP: they are not, or -errno. */
static int links_look(const struct loader *loader, uint64_t cgroup)
{
	for (size_t i = 0; i < loader_hook_count; i++) {
		uint64_t attached = 0;
		bool is = false;
		int r = loader->links[i] < 0 ? 0 : link_cgroup(loader->links[i], &is, &attached);

		if (r < 0)
			return r;
		if (is && attached != cgroup)
			return -ENOTSUP;
	}
	return 0;
}

/* Of a cgroup that was removed and made again the number is another one. */
static int cgroup_number(const struct loader *loader, uint64_t *ret_number)
{
	struct stat status;

	if (fstat(loader->cgroup, &status) < 0)
		return -errno;
	*ret_number = status.st_ino;
	return 0;
}

int loader_degraded_canary(const struct loader *loader)
{
	uint64_t number = 0;
	int r = cgroup_number(loader, &number);

	return r < 0 ? r : links_look(loader, number);
}

int loader_degraded_scope(struct loader *loader, char **ret_error)
{
	uint32_t zero = 0;
	int r = bpf_map_update_elem(loader->maps[LOADER_MAP_SCOPE], &zero, &loader->cgroup, BPF_ANY);

	if (r < 0)
		return loader_fail(ret_error, r, "cannot look at the tasks of a cgroup: %s", strerror(-r));
	r = loader_degraded_canary(loader);
	if (r == -ENOTSUP)
		return loader_fail(ret_error, -EPROTO,
				   "the pins in '%s' are of another cgroup than 'degraded_cgroup' names; end "
				   "what they enforce with 'rm -r %s', then start again",
				   loader->pin_dir, loader->pin_dir);
	return r < 0 ? loader_fail(ret_error, r, "cannot look at the programs: %s", strerror(-r)) : 0;
}
