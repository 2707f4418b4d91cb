/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What rules ask of a file beyond its name, in the image: files with equal answers form a condition class.
 * Shared by the BPF programs and user space, as decide.h.
 */
#ifndef POLICYD_IMAGE_ATTRIBUTES_H
#define POLICYD_IMAGE_ATTRIBUTES_H

#include <policyd/decide.h>

/* What conditions ask of a file. */
struct policyd_attributes {
	__u32 mode;    /* type bits as in i_mode */
	__u32 device;  /* number of a device node: MAJOR << 20 | MINOR */
	__u32 state;   /* bits of enum policyd_file_state */
	__u32 content; /* content class; 0: one that no rule lists, or not asked */
	__u64 fstype;  /* keyed hash of the name of the file system's type */
};

/* Kind of a file (enum policyd_kind) and what its numbers mean: 0, or -1. */
policyd_inline int policyd_kind(policyd_image_t image, const struct policyd_header *header,
				const struct policyd_attributes *attributes, __u32 *ret_kind)
{
	__u32 type = attributes->mode & 0170000;
	__u32 class = 0;
	int r;

	if (type != 0060000 && type != 0020000) {
		*ret_kind = type == 0040000   ? POLICYD_KIND_DIRECTORY
			    : type == 0120000 ? POLICYD_KIND_SYMLINK
			    : type == 0010000 ? POLICYD_KIND_FIFO
			    : type == 0140000 ? POLICYD_KIND_SOCKET
					      : POLICYD_KIND_REGULAR;
		return 0;
	}
	r = policyd_edge_find(image, header, POLICYD_EDGE_DEVICE, attributes->device, &class);
	if (!r)
		r = policyd_edge_find(image, header, POLICYD_EDGE_DEVICE,
				      policyd_device_any(attributes->device >> 20), &class);
	*ret_kind = POLICYD_KIND_DEVICE + 2 * class + (type == 0020000);
	return r < 0 ? -1 : 0;
}

/* The row of a condition class in a class's `row`: 0 and *ret_row, or -1. */
policyd_inline int policyd_row_of(policyd_image_t image, __u32 row, __u32 condition, __u32 *ret_row)
{
	*ret_row = row;
	if (!(row & POLICYD_ROW_CONDITIONS))
		return 0;
	return policyd_word_at(image, row & POLICYD_ROW_LINE, 1 + condition, ret_row);
}

/* `struct policyd_conditions` behind a class's `row` that has conditions, NULL if broken. */
policyd_inline const struct policyd_conditions *policyd_conditions_at(policyd_image_t image, __u32 row)
{
	__u32 line;

	if (policyd_word_at(image, row & POLICYD_ROW_LINE, 0, &line))
		return NULL;
	return (const struct policyd_conditions *)policyd_line_at(image, line);
}

/* Keyed hash of a SHA-256. */
policyd_inline __u64 policyd_content_hash(const volatile struct policyd_hash_key *key, const __u64 digest[4])
{
	struct policyd_hash hash = policyd_hash_start(key, 32);

	for (__u32 i = 0; i < 4; i++)
		policyd_hash_word(key, &hash, i, digest[i]);
	return policyd_hash_end(&hash);
}

/* Content class of a SHA-256 with that hash, for a class's `row` with conditions: 0 and *ret_class, or -1. */
policyd_inline int policyd_content_class(policyd_image_t image, const struct policyd_header *header,
					 __u32 row, __u64 hash, const __u64 digest[4], __u32 *ret_class)
{
	const struct policyd_conditions *conditions = policyd_conditions_at(image, row);
	const struct policyd_content *content;
	__u32 number = 0;
	int r;

	if (!conditions)
		return -1;
	*ret_class = 0;
	r = policyd_edge_find(image, header, POLICYD_EDGE_CONTENT, hash, &number);
	if (r <= 0)
		return r;
	content = (const struct policyd_content *)policyd_line_at(image, conditions->digests + number);
	if (!content)
		return -1;
	if (content->digest[0] == digest[0] && content->digest[1] == digest[1] &&
	    content->digest[2] == digest[2] && content->digest[3] == digest[3])
		*ret_class = content->class;
	return 0;
}

/* Condition class of a file whose name's class has `row`, with conditions: 0 and *ret_condition, or -1. */
policyd_inline int policyd_condition(policyd_image_t image, const struct policyd_header *header, __u32 row,
				     const struct policyd_attributes *attributes, __u32 *ret_condition)
{
	const struct policyd_conditions *conditions = policyd_conditions_at(image, row);
	__u32 fstype = 0, kind = 0, index;

	if (!conditions || policyd_kind(image, header, attributes, &kind))
		return -1;
	kind = policyd_opaque(kind);
	if (policyd_edge_find(image, header, POLICYD_EDGE_FSTYPE, attributes->fstype, &fstype) < 0)
		return -1;
	index = ((attributes->content * conditions->fstypes + fstype) * conditions->kinds + kind) *
			POLICYD_FILE_STATES +
		(attributes->state & (POLICYD_FILE_STATES - 1));
	/* Kept as a sum: the verifier of 6.1 loses the bounds of the `or` that clang makes of it. */
	__asm__("" : "+r"(index));
	return policyd_word_at(image, conditions->table, index, ret_condition);
}

#endif
