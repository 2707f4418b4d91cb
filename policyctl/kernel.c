// SPDX-License-Identifier: Apache-2.0
#include <bpf/btf.h>
#include <stdio.h>
#include <stdlib.h>

#include "kernel.h"
#include "util.h"

struct kernel {
	struct btf *types;
};

struct kernel *kernel_open(void)
{
	CLEANUP_FREE struct kernel *kernel = calloc(1, sizeof(*kernel));

	if (!kernel)
		return NULL;
	kernel->types = btf__parse("/sys/kernel/btf/vmlinux", NULL);
	return kernel->types ? TAKE_PTR(kernel) : NULL;
}

bool kernel_has_hook(void *data, const char *hook)
{
	const struct kernel *kernel = data;
	char name[64];

	(void)snprintf(name, sizeof(name), "bpf_lsm_%s", hook);
	return btf__find_by_name_kind(kernel->types, name, BTF_KIND_FUNC) > 0;
}

void kernel_close(struct kernel **kernel)
{
	if (!*kernel)
		return;
	btf__free((*kernel)->types);
	free(*kernel);
}
