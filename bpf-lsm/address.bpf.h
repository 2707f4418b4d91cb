/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Classes of internet addresses.
 */
#ifndef BPF_LSM_ADDRESS_H
#define BPF_LSM_ADDRESS_H

#include "component.bpf.h"

#include <policyd/endpoint.h>

/* A search among prefixes, for the loop's callback. */
struct prefix_search {
	__u64 high;
	__u64 low;
	__u64 generation;
	__u32 class;
	__s32 result;
};

static long prefix_search_step(__u32 i, struct prefix_search *search)
{
	const struct policyd_header *header;
	const struct policyd_line *lengths;
	const struct policyd_net *net;
	void *image = image_of(search->generation);

	search->result = -1;
	if (!image)
		return 1;
	header = policyd_header_at(image);
	if (!header || header->generation != search->generation)
		return 1;
	net = (void *)policyd_line_at(image, header->net);
	if (!net)
		return 1;
	lengths = policyd_line_at(image, net->addr6_lengths);
	if (!lengths)
		return 1;
	search->result = 0;
	if (i >= net->addr6_count)
		return 1;
	search->result =
		policyd_prefix_class(image, header, &name_key, lengths->b[i & (POLICYD_PREFIXES_MAX - 1)],
				     search->high, search->low, &search->class);
	return search->result != 0;
}

/* Class of an address, halves in host byte order: 0 and *ret_class, -1: the image is broken, or another. */
static __always_inline int address_class(void *image, const struct policyd_header *header,
					 const struct policyd_net *net, __u64 high, __u64 low,
					 __u32 *ret_class)
{
	struct prefix_search search = {.high = high, .low = low, .generation = header->generation};

	if (policyd_addr_is_v4(high, low))
		return policyd_addr4_class(image, net, (__u32)low, ret_class);
	*ret_class = net->addr6_default;
	if (!net->addr6_count)
		return 0;
	bpf_loop(POLICYD_PREFIXES_MAX, prefix_search_step, &search, 0);
	if (search.result > 0)
		*ret_class = search.class;
	return search.result < 0 ? -1 : 0;
}

#endif
