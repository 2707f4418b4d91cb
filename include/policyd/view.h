/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * How the lines of an image are reached: as BPF over the image's map, as ordinary C over the image in memory.
 * NULL is a line that is not there.
 */
#ifndef POLICYD_VIEW_H
#define POLICYD_VIEW_H

#include <policyd/image.h>
#include <policyd/types.h>

#ifdef __bpf__
typedef void *policyd_image_t;

policyd_inline const struct policyd_line *policyd_line_at(policyd_image_t image, __u32 i)
{
	return bpf_map_lookup_elem(image, &i);
}

/* A zero that the verifier does not know. Added to what the ways through a step leave, it makes one state of
 * them. */
extern volatile __u64 opaque_zero __weak;

policyd_inline __u32 policyd_opaque(__u32 value)
{
	return value + (__u32)opaque_zero;
}
#else
struct policyd_view {
	const struct policyd_line *lines;
	__u32 count;
};
typedef const struct policyd_view *policyd_image_t;

policyd_inline const struct policyd_line *policyd_line_at(policyd_image_t image, __u32 i)
{
	return i < image->count ? &image->lines[i] : NULL;
}

policyd_inline __u32 policyd_opaque(__u32 value)
{
	return value;
}
#endif

policyd_inline const struct policyd_header *policyd_header_at(policyd_image_t image)
{
	return (const struct policyd_header *)policyd_line_at(image, 0);
}

policyd_inline const struct policyd_tables *policyd_tables_at(policyd_image_t image)
{
	return (const struct policyd_tables *)policyd_line_at(image, POLICYD_TABLES);
}

/* Entry i of a table of 32-bit entries that starts at line `base`: 0 and *ret_entry, or -1. */
policyd_inline int policyd_word_at(policyd_image_t image, __u32 base, __u32 i, __u32 *ret_entry)
{
	const struct policyd_line *line = policyd_line_at(image, base + (i >> 4));

	if (!line)
		return -1;
	*ret_entry = line->w[i & 15];
	return 0;
}

#endif
