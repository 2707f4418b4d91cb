// SPDX-License-Identifier: Apache-2.0
/*
 * The list of system calls that the live image is about, and of the subjects that it says nothing to.
 * Programs that see every call look there first, so it may name too many calls at any time, and never too
 * few.
 */
#include <bpf/bpf.h>
#include <policyd/decide.h>
#include <string.h>

#include "loader_internal.h"
#include "terms.h"
#include "util.h"

static const uint32_t zero;

_Static_assert(POLICYD_CALLS_SUBJECTS == SUBJECT_CLASSES_MAX, "each subject class has a bit");

/* Whether the row says something to a subject. A row that cannot be read might. */
static bool row_speaks(policyd_image_t image, const struct policyd_header *header, uint32_t row,
		       uint32_t subject)
{
	const struct policyd_cell *cell = policyd_cell_at(image, header, row, subject);

	return !cell || (cell->refuse | cell->report | cell->kill);
}

static void row_hear(policyd_image_t image, uint32_t row, struct policyd_calls *calls)
{
	const struct policyd_header *header = policyd_header_at(image);
	const struct policyd_fixed *fixed =
		header ? (const void *)policyd_line_at(image, header->fixed) : NULL;
	uint32_t count = fixed ? fixed->subject_count : 0;

	for (uint32_t i = 0; i < POLICYD_CALLS_SUBJECTS; i++)
		if (i >= count || row_speaks(image, header, row, i))
			calls->silent[i / 8] &= (uint8_t) ~(1U << i % 8);
}

void loader_calls_of(policyd_image_t image, struct policyd_calls *ret_calls)
{
	const struct policyd_header *header = policyd_header_at(image);
	const struct policyd_tables *tables = policyd_tables_at(image);
	uint32_t last = POLICYD_NO_ROW;

	*ret_calls = (struct policyd_calls){.generation = header ? header->generation : 0};
	memset(ret_calls->silent, 0xff, sizeof(ret_calls->silent));
	if (tables && !tables->syscalls)
		return; /* no rule is about a call */
	for (uint32_t arch = 0; arch < POLICYD_ARCH_IO_URING; arch++) {
		for (uint32_t number = 0; number < POLICYD_SYSCALLS; number++) {
			uint32_t row = POLICYD_NO_ROW;
			bool broken = policyd_syscall_row(image, arch, number, &row) < 0;

			if (row == POLICYD_NO_ROW && !broken)
				continue;
			ret_calls->heeded[number] = 1;
			if (row != last || broken) /* most calls share a row with the one before */
				row_hear(image, row, ret_calls);
			last = row;
		}
	}
}

int loader_calls(int image, struct policyd_calls *ret_calls)
{
	struct policyd_view view;
	int r = loader_image_map(image, &view);

	if (r < 0)
		return r;
	loader_calls_of(&view, ret_calls);
	return loader_image_unmap(&view);
}

static int calls_write(const struct loader *loader, const struct policyd_calls *calls)
{
	return bpf_map_update_elem(loader->maps[LOADER_MAP_CALLS], &zero, calls, BPF_ANY);
}

/* Whether a program looks at the list. What is attached once stays so, and is before the first image of which
 * the list has to say something. */
static bool calls_watched(const struct loader *loader)
{
	for (size_t i = 0; i < loader_hook_count; i++)
		if (loader_hook_table[i].need == HOOK_SYSCALL && loader->links[i] >= 0)
			return true;
	return false;
}

/* The generation last: a program that reads meanwhile finds none, or what belongs to it. */
int loader_calls_set(const struct loader *loader, const struct policyd_calls *calls)
{
	struct policyd_calls early = *calls;
	int r;

	if (!calls_watched(loader))
		return 0;
	early.generation = 0;
	r = calls_write(loader, &early);
	return r < 0 ? r : calls_write(loader, calls);
}

int loader_calls_add(const struct loader *loader, const struct policyd_calls *calls)
{
	struct policyd_calls all;
	int r;

	if (!calls_watched(loader))
		return 0;
	r = bpf_map_lookup_elem(loader->maps[LOADER_MAP_CALLS], &zero, &all);
	if (r < 0)
		return r;
	for (size_t i = 0; i < POLICYD_SYSCALLS; i++)
		all.heeded[i] |= calls->heeded[i];
	return calls_write(loader, &all);
}

/* The classes of the generation that is live are these, or none. */
static bool silence_named(const struct policyd_calls *now, const struct policyd_calls *calls)
{
	return now->generation != calls->generation ||
	       memcmp(now->silent, calls->silent, sizeof(now->silent)) == 0;
}

bool loader_calls_named(const struct loader *loader, const struct policyd_calls *calls)
{
	struct policyd_calls now;

	if (!calls_watched(loader))
		return true;
	if (bpf_map_lookup_elem(loader->maps[LOADER_MAP_CALLS], &zero, &now) < 0 ||
	    !silence_named(&now, calls))
		return false;
	for (size_t i = 0; i < POLICYD_SYSCALLS; i++)
		if (calls->heeded[i] && !now.heeded[i])
			return false;
	return true;
}
