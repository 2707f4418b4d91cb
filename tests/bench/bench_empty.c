/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_empty list: the LSM hooks that programs are loaded for, a line each, and how many.
 * bench_empty attach HOOK...: a program that does nothing on each (a hook may stand there more than once),
 * until a signal comes. Says "attached" when that is so.
 * bench_empty attach-calls: the same where system calls begin, on the tracepoint sys_enter.
 * bench_empty attach-event: the same on that tracepoint's event.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "bench_empty.skel.h"

#define HOOK_PREFIX "bpf_lsm_"

static int hook_print(const struct btf *kernel, __u32 id)
{
	struct bpf_prog_info info = {0};
	__u32 size = sizeof(info);
	const struct btf_type *function;
	int fd = bpf_prog_get_fd_by_id(id);
	const char *name;

	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	if (bpf_obj_get_info_by_fd(fd, &info, &size) < 0) {
		(void)close(fd);
		return -errno;
	}
	(void)close(fd);
	if (info.type != BPF_PROG_TYPE_LSM || info.attach_btf_id == 0)
		return 0;
	function = btf__type_by_id(kernel, info.attach_btf_id);
	name = function ? btf__name_by_offset(kernel, function->name_off) : NULL;
	if (!name || strncmp(name, HOOK_PREFIX, strlen(HOOK_PREFIX)) != 0)
		return -EINVAL;
	(void)puts(name + strlen(HOOK_PREFIX));
	return 0;
}

static int hooks_list(void)
{
	struct btf *kernel = btf__load_vmlinux_btf();
	__u32 id = 0;
	int r = kernel ? 0 : -errno;

	while (r == 0 && bpf_prog_get_next_id(id, &id) == 0)
		r = hook_print(kernel, id);
	btf__free(kernel);
	return r;
}

/* Loads one of the programs, and no other, and attaches it until this process ends. */
static int program_attach(struct bench_empty_bpf *empty, const struct bpf_program *program)
{
	struct bpf_program *other;
	int r;

	for (other = bpf_object__next_program(empty->obj, NULL); other;
	     other = bpf_object__next_program(empty->obj, other))
		(void)bpf_program__set_autoload(other, other == program);
	r = bench_empty_bpf__load(empty);
	return r < 0 ? r : bench_empty_bpf__attach(empty);
}

static int hook_attach(const char *hook)
{
	struct bench_empty_bpf *empty = bench_empty_bpf__open();

	if (!empty)
		return -errno;
	if (bpf_program__set_attach_target(empty->progs.empty, 0, hook) < 0)
		return -errno;
	return program_attach(empty, empty->progs.empty);
}

static int calls_attach(bool event)
{
	struct bench_empty_bpf *empty = bench_empty_bpf__open();

	if (!empty)
		return -errno;
	return program_attach(empty, event ? empty->progs.empty_event : empty->progs.empty_call);
}

static void wait_attached(void)
{
	(void)puts("attached");
	(void)fflush(stdout);
	(void)pause();
}

int main(int argc, char **argv)
{
	int r;

	if (argc == 2 && strcmp(argv[1], "list") == 0) {
		r = hooks_list();
		if (r < 0)
			(void)fprintf(stderr, "bench_empty: %s\n", strerror(-r));
		return r < 0;
	}
	if (argc == 2 && (strcmp(argv[1], "attach-calls") == 0 || strcmp(argv[1], "attach-event") == 0)) {
		r = calls_attach(strcmp(argv[1], "attach-event") == 0);
		if (r < 0)
			(void)fprintf(stderr, "bench_empty: sys_enter: %s\n", strerror(-r));
		else
			wait_attached();
		return r < 0;
	}
	if (argc < 3 || strcmp(argv[1], "attach") != 0)
		return 2;
	for (int i = 2; i < argc; i++) {
		r = hook_attach(argv[i]);
		if (r < 0) {
			(void)fprintf(stderr, "bench_empty: %s: %s\n", argv[i], strerror(-r));
			return 1;
		}
	}
	wait_attached();
	return 0;
}
