// SPDX-License-Identifier: Apache-2.0
/*
 * The list of system calls that the live image is about. Programs that see every call look there first, so it
 * may name too many calls at any time, and never too few.
 */
#include <bpf/bpf.h>
#include <policyd/decide.h>
#include <string.h>

#include "loader_internal.h"
#include "util.h"

static const uint32_t zero;

static void calls_of(policyd_image_t image, struct policyd_calls *ret_calls)
{
	uint32_t row;

	memset(ret_calls, 0, sizeof(*ret_calls));
	for (uint32_t arch = 0; arch < POLICYD_ARCH_IO_URING; arch++)
		for (uint32_t number = 0; number < POLICYD_SYSCALLS; number++)
			if (policyd_syscall_row(image, arch, number, &row) < 0 || row != POLICYD_NO_ROW)
				ret_calls->heeded[number] = 1;
}

int loader_calls(int image, struct policyd_calls *ret_calls)
{
	struct policyd_view view;
	int r = loader_image_map(image, &view);

	if (r < 0)
		return r;
	calls_of(&view, ret_calls);
	return loader_image_unmap(&view);
}

int loader_calls_set(const struct loader *loader, const struct policyd_calls *calls)
{
	return bpf_map_update_elem(loader->maps[LOADER_MAP_CALLS], &zero, calls, BPF_ANY);
}

int loader_calls_add(const struct loader *loader, const struct policyd_calls *calls)
{
	struct policyd_calls all;
	int r = bpf_map_lookup_elem(loader->maps[LOADER_MAP_CALLS], &zero, &all);

	if (r < 0)
		return r;
	for (size_t i = 0; i < POLICYD_SYSCALLS; i++)
		all.heeded[i] |= calls->heeded[i];
	return loader_calls_set(loader, &all);
}

bool loader_calls_named(const struct loader *loader, const struct policyd_calls *calls)
{
	struct policyd_calls now;

	if (bpf_map_lookup_elem(loader->maps[LOADER_MAP_CALLS], &zero, &now) < 0)
		return false;
	for (size_t i = 0; i < POLICYD_SYSCALLS; i++)
		if (calls->heeded[i] && !now.heeded[i])
			return false;
	return true;
}
