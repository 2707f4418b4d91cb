// SPDX-License-Identifier: Apache-2.0
/*
 * Since 7.3 programs on the tracepoints of system calls may sleep, for which the kernel leaves preemption on;
 * and it skips a program that is active already on that processor. Who is preempted there hides the calls of
 * whoever runs next. On the event the same programs run with preemption off, at some 180 instructions more
 * for each call.
 */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "loader_enter.h"
#include "util.h"

#define TRACEPOINT "sys_enter"
#define EVENT	   "/sys/kernel/tracing/events/raw_syscalls/sys_enter/id"

/* The number of the call stands at one place in what both give to a program, whose first word is theirs:
 * (registers, id) and struct trace_event_raw_sys_enter, as in include/trace/events/syscalls.h. */

/* Whether the kernel takes a program that may sleep on a tracepoint. */
static bool may_sleep(const struct btf *types, const char *tracepoint)
{
	static const struct bpf_insn code[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 0},
		{.code = BPF_JMP | BPF_EXIT},
	};
	int type = types ? btf__find_by_name_kind(types, tracepoint, BTF_KIND_TYPEDEF) : -ENOENT;
	LIBBPF_OPTS(bpf_prog_load_opts, options, .expected_attach_type = BPF_TRACE_RAW_TP,
		    .prog_flags = BPF_F_SLEEPABLE, .attach_btf_id = (__u32)type);
	CLEANUP_CLOSE int fd = -1;

	if (type < 0)
		return false;
	fd = bpf_prog_load(BPF_PROG_TYPE_TRACING, "may_sleep", "GPL", code, ARRAY_SIZE(code), &options);
	return fd >= 0;
}

/* Kernels that do not look (6.1) take one on any tracepoint. */
bool loader_enter_preempted(const struct btf *types)
{
	struct utsname name;

	if (uname(&name) == 0 && !strstr(name.version, "PREEMPT"))
		return false;
	return may_sleep(types, "btf_trace_sys_enter") && !may_sleep(types, "btf_trace_sched_process_fork");
}

int loader_enter_event(void)
{
	CLEANUP_CLOSE int fd = open(EVENT, O_RDONLY | O_CLOEXEC);
	char text[16] = "";
	long id;

	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
		return -errno;
	id = strtol(text, NULL, 10);
	return id > 0 && id <= INT_MAX ? (int)id : -EINVAL;
}

bool loader_enter_is(const struct bpf_program *program)
{
	return strcmp(bpf_program__section_name(program), "raw_tp/" TRACEPOINT) == 0;
}

int loader_enter_aim(struct bpf_program *program, const struct btf *types)
{
	if (loader_enter_event() < 0 || !loader_enter_preempted(types))
		return 0;
	return bpf_program__set_type(program, BPF_PROG_TYPE_TRACEPOINT);
}

/* Programs run on every processor, whichever the event is opened for; the link keeps the event. */
static int event_attach(int program)
{
	struct perf_event_attr attributes = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(attributes),
	};
	CLEANUP_CLOSE int event = -1;
	int id = loader_enter_event();

	if (id < 0)
		return id;
	attributes.config = (__u64)id;
	event = (int)syscall(SYS_perf_event_open, &attributes, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
	if (event < 0)
		return -errno;
	return bpf_link_create(program, event, BPF_PERF_EVENT, NULL);
}

int loader_enter_attach(int program, enum bpf_prog_type type)
{
	return type == BPF_PROG_TYPE_TRACEPOINT ? event_attach(program)
						: bpf_raw_tracepoint_open(TRACEPOINT, program);
}
