/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "image.h"
#include "util.h"

#define LEVEL1_ENTRIES 65536
#define BLOCK_ENTRIES  256
#define LENGTHS_MAX    64

static uint32_t *entry_at(struct image *image, uint32_t base, uint32_t i)
{
	return &image->lines[base + i / 16].w[i % 16];
}

/* The block that the entry refers to, made of the entry's class where it does not refer to one yet. */
static int block_below(struct image *image, uint32_t base, uint32_t i, uint32_t *ret_block)
{
	uint32_t class = *entry_at(image, base, i);
	int r;

	if (class & POLICYD_NET_MORE) {
		*ret_block = class & ~POLICYD_NET_MORE;
		return 0;
	}
	r = image_add(image, BLOCK_ENTRIES / 16, ret_block);
	if (r < 0)
		return r;
	for (uint32_t k = 0; k < BLOCK_ENTRIES; k++)
		*entry_at(image, *ret_block, k) = class;
	*entry_at(image, base, i) = *ret_block | POLICYD_NET_MORE;
	return 0;
}

/* Fills the entries of a prefix. Shorter prefixes came before, so no entry in its range refers further. */
static int prefix_fill(struct image *image, uint32_t level1, const struct net_prefix *prefix)
{
	uint32_t address = (uint32_t)prefix->address[0] << 24 | (uint32_t)prefix->address[1] << 16 |
			   (uint32_t)prefix->address[2] << 8 | prefix->address[3];
	uint32_t base = level1;
	uint32_t first = address >> 16;
	uint32_t bits = 16;
	int r;

	if (prefix->length > 16) {
		r = block_below(image, base, first, &base);
		if (r < 0)
			return r;
		first = address >> 8 & 0xff;
		bits = 24;
	}
	if (prefix->length > 24) {
		r = block_below(image, base, first, &base);
		if (r < 0)
			return r;
		first = address & 0xff;
		bits = 32;
	}
	for (uint32_t i = 0; i < 1U << (bits - prefix->length); i++)
		*entry_at(image, base, first + i) = prefix->class;
	return 0;
}

static int net_addr4(struct image *image, const struct model *model, struct policyd_net *net)
{
	const struct net_classes *classes = &model->net;
	bool longer = false;
	int r;

	net->addr4_default = classes->addr_default[ADDR_IPV4];
	for (size_t i = 0; i < classes->prefix_count[ADDR_IPV4]; i++)
		longer = longer || classes->prefixes[ADDR_IPV4][i].length;
	if (!longer)
		return 0;
	r = image_add(image, LEVEL1_ENTRIES / 16, &net->addr4);
	if (r < 0)
		return r;
	for (uint32_t length = 0; length <= 32; length++)
		for (size_t i = 0; i < classes->prefix_count[ADDR_IPV4]; i++)
			if (classes->prefixes[ADDR_IPV4][i].length == length) {
				r = prefix_fill(image, net->addr4, &classes->prefixes[ADDR_IPV4][i]);
				if (r < 0)
					return r;
			}
	return 0;
}

static int net_addr6(struct image *image, const struct model *model, struct policyd_net *net)
{
	const struct net_classes *classes = &model->net;
	bool used[129] = {false};
	uint32_t count = 0;
	int r;

	net->addr6_default = classes->addr_default[ADDR_IPV6];
	for (size_t i = 0; i < classes->prefix_count[ADDR_IPV6]; i++)
		used[classes->prefixes[ADDR_IPV6][i].length] = true;
	r = image_add(image, 1, &net->addr6_lengths);
	if (r < 0)
		return r;
	for (uint32_t length = 128; length > 0; length--) {
		if (!used[length])
			continue;
		if (count == LENGTHS_MAX)
			return -EDOM;
		image->lines[net->addr6_lengths].b[count++] = (uint8_t)length;
	}
	net->addr6_count = count;
	return 0;
}

static int net_ports(struct image *image, const struct model *model, struct policyd_net *net)
{
	const uint16_t *ports = model->net.port;
	uint32_t same = 0; /* the last block, which neighbours often share */
	int r;

	r = image_add(image, BLOCK_ENTRIES / 16, &net->port);
	for (uint32_t i = 0; i < BLOCK_ENTRIES && r == 0; i++) {
		const uint16_t *block = ports + (size_t)i * BLOCK_ENTRIES;

		if (!same || memcmp(&image->lines[same], block, BLOCK_ENTRIES * sizeof(*block)) != 0) {
			r = image_add(image, BLOCK_ENTRIES / 32, &same);
			if (r == 0)
				memcpy(&image->lines[same], block, BLOCK_ENTRIES * sizeof(*block));
		}
		*entry_at(image, net->port, i) = same;
	}
	return r;
}

/* The row in which everything passes in silence. Rows that are equal are one row. */
static uint32_t quiet_row(const struct model *model, const uint32_t *row_quiet)
{
	for (uint32_t i = 0; i < model->rows.count; i++)
		if (row_quiet[i] == UINT32_MAX)
			return i;
	return UINT32_MAX;
}

/* What else the image says about addresses, beside the line of its own. */
static int net_tables(struct image *image, const struct net_classes *classes)
{
	struct policyd_tables *tables;
	uint32_t locals = 0;
	int r = 0;

	if (classes->local_count > 1)
		r = image_add_words(image, classes->local_of, classes->addr_count, &locals);
	if (r < 0)
		return r;
	tables = (struct policyd_tables *)&image->lines[POLICYD_TABLES];
	tables->ingress = classes->ingress;
	tables->locals = locals;
	tables->local_classes = classes->local_count;
	tables->sources = classes->asks_source;
	return 0;
}

int image_net(struct image *image, const struct model *model, const uint32_t *row_quiet, uint32_t *ret_line)
{
	const struct net_classes *classes = &model->net;
	struct policyd_net net = {
		.addr_classes = classes->addr_count,
		.port_classes = classes->port_count,
		.protocol_classes = classes->protocol_count,
		.family_classes = classes->family_count,
		.anyone = classes->anyone,
		.quiet = quiet_row(model, row_quiet),
	};
	size_t sockets = (size_t)classes->family_count * classes->protocol_count;
	size_t rows = (size_t)classes->addr_count * classes->port_count * classes->protocol_count *
		      classes->local_count;
	int r;

	r = image_add(image, 1, ret_line);
	if (r == 0)
		r = net_addr4(image, model, &net);
	if (r == 0)
		r = net_addr6(image, model, &net);
	if (r == 0)
		r = net_ports(image, model, &net);
	if (r == 0)
		r = image_add(image, sizeof(classes->protocol) / sizeof(struct policyd_line), &net.protocol);
	if (r == 0)
		memcpy(&image->lines[net.protocol], classes->protocol, sizeof(classes->protocol));
	if (r == 0)
		r = image_add_words(image, classes->rows, rows, &net.rows);
	if (r == 0)
		r = image_add(image, sizeof(classes->family) / sizeof(struct policyd_line), &net.family);
	if (r == 0)
		memcpy(&image->lines[net.family], classes->family, sizeof(classes->family));
	if (r == 0)
		r = image_add_words(image, classes->sockets, sockets, &net.sockets);
	if (r == 0)
		memcpy(&image->lines[*ret_line], &net, sizeof(net));
	return r == 0 ? net_tables(image, classes) : r;
}
