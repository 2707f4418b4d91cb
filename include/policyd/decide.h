/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The decision code: the automaton's step and the verdict look-up; of processes and sockets in
 * <policyd/subject.h> and <policyd/endpoint.h>. Written once, over <policyd/view.h>.
 *
 * Functions that can fail return -1 when a line of the image could not be fetched or a record refers
 * outside it. A correct image never does that; callers treat it as an unresolved name, never as a pass.
 */
#ifndef POLICYD_DECIDE_H
#define POLICYD_DECIDE_H

#include <policyd/hash.h>
#include <policyd/op.h>
#include <policyd/view.h>

/* Group and slot of a key are taken from this. */
policyd_inline __u64 policyd_edge_mix(__u32 salt, __u32 state, __u64 hash)
{
	__u64 mix = (hash ^ ((__u64)(state ^ salt) * 0x9e3779b97f4a7c15ULL)) * 0xbf58476d1ce4e5b9ULL;

	mix ^= mix >> 29;
	return mix * 0x94d049bb133111ebULL;
}

policyd_inline __u32 policyd_edge_group(__u64 mix, __u32 lines)
{
	return (__u32)(((mix >> 32) * lines) >> 32);
}

policyd_inline __u32 policyd_edge_slot(__u64 mix, __u32 displacement, __u32 lines)
{
	return (__u32)(((((mix ^ displacement) * 0xbf58476d1ce4e5b9ULL) >> 32) * ((__u64)lines << 2)) >> 32);
}

/*
 * 1: found, *ret_next set; 0: no such edge; -1: the image is broken. Every look-up reads two lines and
 * compares one edge, however many there are.
 */
policyd_inline int policyd_edge_find(policyd_image_t image, const struct policyd_header *header, __u32 state,
				     __u64 hash, __u32 *ret_next)
{
	__u64 mix = policyd_edge_mix(header->salt, state, hash);
	__u32 group = policyd_edge_group(mix, header->edge_lines);
	const struct policyd_line *line;
	const struct policyd_edge *edge;
	__u32 slot;

	line = policyd_line_at(image, header->edges + header->edge_lines + (group >> 5));
	if (!line)
		return -1;
	slot = policyd_edge_slot(mix, line->h[group & 31], header->edge_lines);
	line = policyd_line_at(image, header->edges + (slot >> 2));
	if (!line)
		return -1;
	edge = (const struct policyd_edge *)line + (slot & 3);
	if (edge->hash != hash || edge->state != state)
		return 0;
	*ret_next = edge->next;
	return 1;
}

policyd_inline const struct policyd_state *policyd_state_at(policyd_image_t image,
							    const struct policyd_header *header, __u32 state)
{
	const struct policyd_line *line = policyd_line_at(image, header->states + (state >> 2));

	return line ? (const struct policyd_state *)line + (state & 3) : NULL;
}

policyd_inline const struct policyd_class *policyd_class_at(policyd_image_t image,
							    const struct policyd_header *header, __u32 class)
{
	const struct policyd_line *line = policyd_line_at(image, header->classes + (class >> 1));

	return line ? (const struct policyd_class *)line + (class & 1) : NULL;
}

/* The line of the first cells of a row. */
policyd_inline __u32 policyd_cells_of(const struct policyd_header *header, __u32 row)
{
	return header->rows + row * header->row_lines;
}

policyd_inline const struct policyd_cell *policyd_cell_in(policyd_image_t image, __u32 cells, __u32 subject)
{
	const struct policyd_line *line = policyd_line_at(image, cells + (subject >> 2));

	return line ? (const struct policyd_cell *)line + (subject & 3) : NULL;
}

policyd_inline const struct policyd_cell *
policyd_cell_at(policyd_image_t image, const struct policyd_header *header, __u32 row, __u32 subject)
{
	return policyd_cell_in(image, policyd_cells_of(header, row), subject);
}

policyd_inline const struct policyd_below *
policyd_below_at(policyd_image_t image, const struct policyd_header *header, __u32 state, __u32 subject)
{
	const struct policyd_state *record = policyd_state_at(image, header, state);

	return record ? (const struct policyd_below *)policyd_cell_at(
				image, header, record->flags >> POLICYD_STATE_BELOW, subject)
		      : NULL;
}

/*
 * The operations that a subject may gain below a directory whose name leaves state `from` for state `to`: 0,
 * or -1. None where *ret_gain is 0; what is in it need not be gained for sure.
 */
policyd_inline int policyd_below_gain(policyd_image_t image, const struct policyd_header *header, __u32 from,
				      __u32 to, __u32 subject, __u32 *ret_gain)
{
	const struct policyd_below *below;
	__u32 any, extra;

	*ret_gain = 0;
	if (from == to)
		return 0;
	below = policyd_below_at(image, header, from, subject);
	if (!below)
		return -1;
	any = below->any;
	extra = below->extra;
	below = policyd_below_at(image, header, to, subject);
	if (!below)
		return -1;
	*ret_gain = any & ~below->all & (extra | below->loss);
	return 0;
}

policyd_inline const struct policyd_byte *policyd_byte_at(policyd_image_t image,
							  const struct policyd_header *header, __u32 i)
{
	const struct policyd_line *line = policyd_line_at(image, header->bytes + (i >> 3));

	return line ? (const struct policyd_byte *)line + (i & 7) : NULL;
}

/* Reads one byte: 0 and *base advanced, or -1. */
policyd_inline int policyd_byte_step(policyd_image_t image, const struct policyd_header *header, __u32 *base,
				     __u32 byte)
{
	const struct policyd_byte *cell = policyd_byte_at(image, header, *base + (byte & 0xff));

	if (!cell)
		return -1;
	if (cell->check != *base) {
		cell = policyd_byte_at(image, header, *base + POLICYD_BYTE_OTHER);
		if (!cell)
			return -1;
		*base = cell->check == *base ? cell->next : 0;
		return 0;
	}
	*base = cell->next;
	return 0;
}

/* The glob set that accepts at the component's end: 0 and *ret_set (0: none), or -1. */
policyd_inline int policyd_byte_end(policyd_image_t image, const struct policyd_header *header, __u32 base,
				    __u32 *ret_set)
{
	const struct policyd_byte *cell;

	if (!base) {
		*ret_set = 0;
		return 0;
	}
	cell = policyd_byte_at(image, header, base + POLICYD_BYTE_END);
	if (!cell)
		return -1;
	*ret_set = cell->check == base ? cell->next : 0;
	return 0;
}

/* What the first half of a step found. */
enum policyd_step {
	POLICYD_STEP_BROKEN = -1,
	POLICYD_STEP_DONE, /* *state is the next state */
	POLICYD_STEP_GLOB, /* run the byte automaton from *ret_glob over the name, then policyd_step_glob() */
};

/*
 * Reads one component by its hash. Where wildcards may match and no literal edge does, the caller runs
 * the byte automaton (it alone knows how to read the name's bytes).
 */
policyd_inline enum policyd_step policyd_step(policyd_image_t image, const struct policyd_header *header,
					      __u32 *state, __u64 hash, __u32 *ret_glob)
{
	const struct policyd_state *record;
	__u32 next = 0;

	if (!*state)
		return POLICYD_STEP_DONE;
	record = policyd_state_at(image, header, *state);
	if (!record)
		return POLICYD_STEP_BROKEN;
	if (record->flags & POLICYD_STATE_LITERAL) {
		int r = policyd_edge_find(image, header, *state, hash, &next);

		if (r < 0)
			return POLICYD_STEP_BROKEN;
		if (r) {
			*state = next;
			return POLICYD_STEP_DONE;
		}
	}
	if (record->glob) {
		*ret_glob = record->glob;
		return POLICYD_STEP_GLOB;
	}
	*state = record->fallback;
	return POLICYD_STEP_DONE;
}

/* The second half: `set` is what policyd_byte_end() gave. 0 and *state set, or -1. */
policyd_inline int policyd_step_glob(policyd_image_t image, const struct policyd_header *header, __u32 *state,
				     __u32 set)
{
	const struct policyd_state *record;
	__u32 next = 0;
	int r;

	if (set) {
		r = policyd_edge_find(image, header, *state, POLICYD_EDGE_GLOB | set, &next);
		if (r < 0)
			return -1;
		if (r) {
			*state = next;
			return 0;
		}
	}
	record = policyd_state_at(image, header, *state);
	if (!record)
		return -1;
	*state = record->fallback;
	return 0;
}

#define POLICYD_NO_ROW 0xffffffffu

/* Verdict row of a system call; POLICYD_NO_ROW where every subject makes it in silence. */
policyd_inline int policyd_syscall_row(policyd_image_t image, __u32 arch, __u32 number, __u32 *ret_row)
{
	const struct policyd_tables *tables = policyd_tables_at(image);
	__u32 entry = 0;

	if (!tables)
		return -1;
	if (number > POLICYD_SYSCALL_OTHER)
		number = POLICYD_SYSCALL_OTHER;
	if (tables->syscalls &&
	    policyd_word_at(image, tables->syscalls, arch * POLICYD_SYSCALLS + number, &entry) < 0)
		return -1;
	*ret_row = entry - 1; /* 0 wraps to POLICYD_NO_ROW */
	return 0;
}

#endif
