// SPDX-License-Identifier: Apache-2.0
#include <bpf/btf.h>
#include <string.h>

#include "loader_aim.h"
#include "loader_enter.h"
#include "util.h"

#define TYPE_NAME_SIZE 128

/* What programs attach to that has not the same name on every kernel. */
static const struct target {
	const char *program;
	enum bpf_attach_type type;
	const char *names[2];
} targets[] = {
	{"rate_open", BPF_TRACE_FEXIT, {"do_filp_open", "do_file_open"}}, /* the other since 7.0 */
	{"uring_submit", BPF_TRACE_RAW_TP, {"io_uring_submit_req", "io_uring_submit_sqe"}}, /* before 6.3 */
};

/* Programs for some kernels only: where a structure, or a member of one, is there or is not. */
static const struct edition {
	const char *program;
	const char *structure;
	const char *member;
	bool present;
} editions[] = {
	{"layer_open", "backing_file", NULL, false}, /* since 6.5: what an overlay opens has its own path */
	{"layer_turn", "backing_file", NULL, false},
	{"layer_again", "backing_file", NULL, false},
	{"check_run", "linux_binprm", "is_check", true}, /* since 6.14: AT_EXECVE_CHECK */
	{"layer_check", "linux_binprm", "is_check", true},
	{"content_read_check", "linux_binprm", "is_check", true},
	{"content_ask_check", "linux_binprm", "is_check", true},
};

static const struct target *target_of(const struct hook *hook)
{
	for (size_t i = 0; i < ARRAY_SIZE(targets); i++)
		if (strcmp(targets[i].program, hook->program) == 0)
			return &targets[i];
	return NULL;
}

void loader_types_cleanup(struct btf **types)
{
	btf__free(*types);
}

/* The kernel's types, NULL: it does not say. They are read once, when *types is NULL: libbpf's own function
 * for what programs attach to reads them each time, which takes as long as verifying a small program. */
static const struct btf *kernel_types(struct btf **types)
{
	if (!*types)
		*types = btf__load_vmlinux_btf();
	return *types;
}

/* Number of a type or function of the kernel, or -errno. */
static int kernel_type(struct btf **types, uint32_t kind, const char *name)
{
	return kernel_types(types) ? btf__find_by_name_kind(*types, name, kind) : -ENOENT;
}

/* Whether the kernel has what a program attaches to. */
static bool kernel_has(struct btf **types, enum bpf_attach_type type, const char *name)
{
	const char *prefix = type == BPF_LSM_MAC ? "bpf_lsm_" : type == BPF_TRACE_RAW_TP ? "btf_trace_" : "";
	char full[TYPE_NAME_SIZE];

	(void)snprintf(full, sizeof(full), "%s%s", prefix, name);
	return kernel_type(types, type == BPF_TRACE_RAW_TP ? BTF_KIND_TYPEDEF : BTF_KIND_FUNC, full) > 0;
}

/* The same of what the program's section names: several programs can be on one hook. */
static bool kernel_has_section(struct btf **types, const struct bpf_program *program)
{
	const char *name = strchr(bpf_program__section_name(program), '/');

	return name && kernel_has(types, bpf_program__expected_attach_type(program), name + 1);
}

/* Whether the kernel has a structure, and where one is named a member of it. */
static bool kernel_has_member(struct btf **types, const struct edition *edition)
{
	int number = kernel_type(types, BTF_KIND_STRUCT, edition->structure);
	const struct btf_type *type;

	if (number <= 0 || !edition->member)
		return number > 0;
	type = btf__type_by_id(*types, (uint32_t)number);
	for (uint32_t i = 0; type && i < btf_vlen(type); i++)
		if (strcmp(btf__name_by_offset(*types, btf_members(type)[i].name_off), edition->member) == 0)
			return true;
	return false;
}

/* NULL: the program is for every kernel. */
static const struct edition *edition_of(const struct hook *hook)
{
	for (size_t i = 0; i < ARRAY_SIZE(editions); i++)
		if (strcmp(editions[i].program, hook->program) == 0)
			return &editions[i];
	return NULL;
}

/* NULL: this kernel has none of them. */
static const char *target_name(struct btf **types, const struct target *target)
{
	for (size_t i = 0; i < ARRAY_SIZE(target->names); i++)
		if (kernel_has(types, target->type, target->names[i]))
			return target->names[i];
	return NULL;
}

int loader_aim(const struct hook *hook, struct bpf_program *program, struct btf **types, bool *ret_absent)
{
	const struct edition *edition = edition_of(hook);
	const struct target *target = target_of(hook);
	const char *name;

	if (edition) {
		*ret_absent = kernel_has_member(types, edition) != edition->present;
		return 0;
	}
	if (!target) {
		*ret_absent = hook->optional && !kernel_has_section(types, program);
		return loader_enter_is(program) ? loader_enter_aim(program, kernel_types(types)) : 0;
	}
	name = target_name(types, target);
	*ret_absent = hook->optional && !name;
	return name ? bpf_program__set_attach_target(program, 0, name) : 0;
}
