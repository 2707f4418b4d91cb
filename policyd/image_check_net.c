/* SPDX-License-Identifier: Apache-2.0 */
#include <policyd/ingress.h>

#include "image_check.h"
#include "netclass.h"

static bool check_addresses(struct check *check, uint32_t base, uint32_t count)
{
	if (!check_that(check, check_fits(check, base, count, 16), "a table of addresses leaves the image"))
		return false;
	for (uint32_t i = 0; i < count; i++) {
		uint32_t entry = check->lines[base + i / 16].w[i % 16];

		/* Blocks come after the table that refers to them, so this ends. */
		if (entry & POLICYD_NET_MORE) {
			entry &= ~POLICYD_NET_MORE;
			if (!check_that(check, entry > base, "a block of addresses refers back") ||
			    !check_addresses(check, entry, 256))
				return false;
		} else if (!check_that(check, entry < check->net->addr_classes, "no such address class")) {
			return false;
		}
	}
	return true;
}

static bool check_ports(struct check *check)
{
	const struct policyd_net *net = check->net;

	if (!check_that(check, check_fits(check, net->port, 256, 16), "the ports leave the image") ||
	    !check_that(check, check_fits(check, net->protocol, 512, 64), "the protocols leave the image"))
		return false;
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t block = check->lines[net->port + i / 16].w[i % 16];

		if (!check_that(check, check_fits(check, block, 256, 32),
				"a block of ports leaves the image"))
			return false;
		for (uint32_t k = 0; k < 256; k++)
			if (!check_that(check, check->lines[block + k / 32].h[k % 32] < net->port_classes,
					"no such port class"))
				return false;
	}
	for (uint32_t i = 0; i < 512; i++)
		if (!check_that(check, check->lines[net->protocol + i / 64].b[i % 64] < net->protocol_classes,
				"no such protocol class"))
			return false;
	return true;
}

static bool check_sockets(struct check *check)
{
	const struct policyd_net *net = check->net;
	uint64_t rows = (uint64_t)net->family_classes * net->protocol_classes;

	if (!check_that(check,
			net->family_classes <= 256 && check_fits(check, net->family, 256, 64) &&
				check_fits(check, net->sockets, rows, 16),
			"the families leave the image"))
		return false;
	for (uint32_t i = 0; i < 256; i++)
		if (!check_that(check, check->lines[net->family + i / 64].b[i % 64] < net->family_classes,
				"no such family class"))
			return false;
	for (uint64_t i = 0; i < rows; i++)
		if (!check_that(check, check->lines[net->sockets + i / 16].w[i % 16] < check->row_count,
				"a socket has no such row"))
			return false;
	return true;
}

/* Words that are there, each of a local class. */
static bool check_locals(struct check *check, const struct policyd_tables *tables)
{
	if (!tables->locals)
		return check_that(check, tables->local_classes, "no local class");
	if (!check_that(check, check_fits(check, tables->locals, check->net->addr_classes, 16),
			"the local classes leave the image"))
		return false;
	for (uint32_t i = 0; i < check->net->addr_classes; i++)
		if (!check_that(check,
				check->lines[tables->locals + i / 16].w[i % 16] < tables->local_classes,
				"no such local class"))
			return false;
	return true;
}

/* A row that is not asked about any more must have nothing to say. */
static bool check_quiet(struct check *check)
{
	uint32_t row = check->net->quiet;
	const struct policyd_cell *cell;

	if (row == UINT32_MAX)
		return true;
	if (!check_that(check, row < check->row_count, "no such quiet row"))
		return false;
	cell = (const struct policyd_cell *)&check
		       ->lines[check->header->rows + (size_t)row * check->header->row_lines];
	for (uint32_t s = 0; s < check->fixed->subject_count; s++)
		if (!check_that(check, !cell[s].refuse && !cell[s].report && !cell[s].kill,
				"the quiet row refuses or reports"))
			return false;
	return true;
}

bool check_net(struct check *check)
{
	const struct policyd_tables *tables = (const struct policyd_tables *)&check->lines[POLICYD_TABLES];
	const struct policyd_net *net = check->net;
	uint64_t rows;

	if (!net)
		return true;
	rows = (uint64_t)net->addr_classes * net->port_classes;
	if (!check_that(check,
			net->addr_classes < POLICYD_NET_MORE && net->port_classes <= 65536 &&
				net->protocol_classes <= 256 && tables->local_classes <= NET_LOCALS_MAX &&
				rows * tables->local_classes <= UINT32_MAX &&
				check_fits(check, net->rows,
					   rows * tables->local_classes * net->protocol_classes, 16),
			"the rows of endpoints leave the image") ||
	    !check_that(check,
			(net->anyone == UINT32_MAX || net->anyone < check->fixed->subject_count) &&
				(tables->ingress == POLICYD_INGRESS_NONE ||
				 tables->ingress < check->fixed->subject_count) &&
				net->addr4_default < net->addr_classes &&
				net->addr6_default < net->addr_classes && net->addr6_count <= 64 &&
				check_line(check, net->addr6_lengths),
			"no such address class") ||
	    (net->addr4 && !check_addresses(check, net->addr4, 65536)) || !check_ports(check) ||
	    !check_locals(check, tables) || !check_sockets(check) || !check_quiet(check))
		return false;
	for (uint64_t i = 0; i < rows * tables->local_classes * net->protocol_classes; i++)
		if (!check_that(check, check->lines[net->rows + i / 16].w[i % 16] < check->row_count,
				"an endpoint has no such row"))
			return false;
	return true;
}
