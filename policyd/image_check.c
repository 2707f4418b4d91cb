/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "image.h"

/* An image under examination, and the first thing found wrong with it. */
struct check {
	const struct policyd_line *lines;
	uint32_t count;
	const struct policyd_header *header;
	const struct policyd_fixed *fixed;
	const struct policyd_net *net;
	const struct policyd_conditions *conditions; /* NULL: no class has them */
	uint32_t row_count;			     /* verdict rows */
	uint32_t below_count;			     /* rows of summaries behind them */
	uint32_t byte_count;
	const char *reason;
};

static bool check_that(struct check *check, bool holds, const char *reason)
{
	if (!holds && !check->reason)
		check->reason = reason;
	return holds;
}

/* Whether `count` records, `per_line` to a line, fit from line `base` on. */
static bool section_fits(const struct check *check, uint32_t base, uint64_t count, uint32_t per_line)
{
	return base && base + (count + per_line - 1) / per_line <= check->count;
}

static bool line_exists(const struct check *check, uint32_t line)
{
	return line && line < check->count;
}

/* How many of the rows are verdicts; the rest are summaries. */
static bool check_split(struct check *check)
{
	const struct policyd_line *pseudo;

	if (!check_that(check, line_exists(check, check->fixed->pseudo), "no line of pseudo-objects"))
		return false;
	pseudo = &check->lines[check->fixed->pseudo];
	if (!check_that(check, pseudo->w[POLICYD_PSEUDO_BELOW] <= check->row_count,
			"more verdicts than rows"))
		return false;
	check->below_count = check->row_count - pseudo->w[POLICYD_PSEUDO_BELOW];
	check->row_count = pseudo->w[POLICYD_PSEUDO_BELOW];
	return check_that(check, check->row_count, "no verdicts");
}

static bool check_header(struct check *check)
{
	const struct policyd_header *header = check->header;
	uint32_t after_bytes = header->net ? header->net : header->subjects;

	if (!check_that(check, header->magic == POLICYD_IMAGE_MAGIC, "not an image") ||
	    !check_that(check, header->abi == POLICYD_ABI, "another ABI version") ||
	    !check_that(check, header->lines == check->count, "the length differs from the header's") ||
	    !check_that(check, line_exists(check, header->fixed), "no fixed line"))
		return false;
	check->fixed = (const struct policyd_fixed *)&check->lines[header->fixed];
	check->net = header->net && header->net < check->count
			     ? (const struct policyd_net *)&check->lines[header->net]
			     : NULL;
	if (!check_that(check,
			header->rows < header->bytes && header->bytes < after_bytes &&
				after_bytes < check->count && header->row_lines,
			"sections out of order") ||
	    !check_that(check, !header->net || check->net, "no network line"))
		return false;
	check->row_count = (header->bytes - header->rows) / header->row_lines;
	check->byte_count = (after_bytes - header->bytes) * 8;
	return check_that(check,
			  header->edge_lines && section_fits(check, header->edges, header->edge_lines, 1),
			  "the edge table leaves the image") &&
	       check_that(check, section_fits(check, header->states, check->fixed->state_count, 4),
			  "the states leave the image") &&
	       check_that(check, section_fits(check, header->classes, check->fixed->class_count, 2),
			  "the classes leave the image") &&
	       check_that(check, section_fits(check, header->subjects, check->fixed->subject_count, 1),
			  "the subjects leave the image") &&
	       check_that(check,
			  check->fixed->subject_count && check->fixed->class_count &&
				  check->fixed->state_count && check->row_count,
			  "an empty section") &&
	       check_that(check, (check->fixed->subject_count + 3) / 4 <= header->row_lines,
			  "rows are shorter than there are subjects");
}

static bool check_states(struct check *check)
{
	const struct policyd_state *state =
		(const struct policyd_state *)&check->lines[check->header->states];

	for (uint32_t s = 0; s < check->fixed->state_count; s++)
		if (!check_that(check, state[s].class < check->fixed->class_count,
				"a state has no such class") ||
		    !check_that(check, state[s].fallback < check->fixed->state_count,
				"a state leads nowhere") ||
		    !check_that(check, (uint64_t)state[s].glob + POLICYD_BYTE_SPAN <= check->byte_count,
				"a state's byte automaton leaves the image") ||
		    !check_that(check,
				state[s].flags >> POLICYD_STATE_BELOW >= check->row_count &&
					(state[s].flags >> POLICYD_STATE_BELOW) - check->row_count <
						check->below_count,
				"a state has no such summary"))
			return false;
	return true;
}

static bool check_edges(struct check *check)
{
	const struct policyd_edge *edge = (const struct policyd_edge *)&check->lines[check->header->edges];

	for (size_t i = 0; i < 4 * (size_t)check->header->edge_lines; i++) {
		uint32_t limit = check->fixed->state_count;

		if (!edge[i].state)
			continue;
		if (edge[i].state == POLICYD_EDGE_SUBJECT)
			limit = check->fixed->subject_count;
		else if (edge[i].state >= POLICYD_EDGE_ADDR6 && edge[i].state <= POLICYD_EDGE_ADDR6 + 128)
			limit = check->net ? check->net->addr_classes : 0;
		else if (edge[i].state == POLICYD_EDGE_DEVICE)
			limit = check->conditions ? (check->conditions->kinds - POLICYD_KIND_DEVICE) / 2 : 0;
		else if (edge[i].state == POLICYD_EDGE_FSTYPE)
			limit = check->conditions ? check->conditions->fstypes : 0;
		if (!check_that(check, edge[i].next < limit, "an edge leads nowhere"))
			return false;
	}
	return true;
}

/* What all tables of rows refer to. */
static bool check_conditions(struct check *check, uint32_t line)
{
	const struct policyd_conditions *conditions;
	uint64_t count;

	if (!check_that(check, line_exists(check, line), "the conditions leave the image"))
		return false;
	conditions = (const struct policyd_conditions *)&check->lines[line];
	if (check->conditions)
		return check_that(check, check->conditions == conditions, "two sets of conditions");
	check->conditions = conditions;
	count = (uint64_t)conditions->kinds * conditions->fstypes;
	if (!check_that(check,
			conditions->kinds >= POLICYD_KIND_DEVICE + 2 && count <= POLICYD_LINES_MAX &&
				section_fits(check, conditions->table, count * POLICYD_FILE_STATES, 16),
			"the combinations of attributes leave the image"))
		return false;
	for (uint32_t i = 0; i < count * POLICYD_FILE_STATES; i++)
		if (!check_that(check,
				check->lines[conditions->table + i / 16].w[i % 16] < conditions->classes,
				"no such condition class"))
			return false;
	return true;
}

/* The row of a class, or the table of rows that it has. */
static bool check_row(struct check *check, uint32_t row)
{
	uint32_t line = row & ~POLICYD_ROW_CONDITIONS;

	if (!(row & POLICYD_ROW_CONDITIONS))
		return check_that(check, row < check->row_count, "a class has no such row");
	if (!check_that(check, line_exists(check, line), "a table of rows leaves the image") ||
	    !check_conditions(check, check->lines[line].w[0]) ||
	    !check_that(check, section_fits(check, line, 1 + (uint64_t)check->conditions->classes, 16),
			"a table of rows leaves the image"))
		return false;
	for (uint32_t i = 1; i <= check->conditions->classes; i++)
		if (!check_that(check, check->lines[line + i / 16].w[i % 16] < check->row_count,
				"a condition has no such row"))
			return false;
	return true;
}

static bool check_classes(struct check *check)
{
	const struct policyd_class *class =
		(const struct policyd_class *)&check->lines[check->header->classes];

	for (uint32_t c = 0; c < check->fixed->class_count; c++)
		if (!check_row(check, class[c].row) ||
		    !check_that(check,
				line_exists(check, class[c].exe) && line_exists(check, class[c].script) &&
					line_exists(check, class[c].ancestor) &&
					line_exists(check, class[c].cgroup),
				"a class's terms leave the image"))
			return false;
	return true;
}

static bool check_rows(struct check *check)
{
	const struct policyd_cell *cell = (const struct policyd_cell *)&check->lines[check->header->rows];

	for (size_t i = 0; i < 4 * (size_t)check->row_count * check->header->row_lines; i++)
		if (!check_that(check, !cell[i].errnos || line_exists(check, cell[i].errnos),
				"a verdict's errnos leave the image"))
			return false;
	return true;
}

static bool check_bytes(struct check *check)
{
	const struct policyd_byte *byte = (const struct policyd_byte *)&check->lines[check->header->bytes];

	for (uint32_t i = 0; i < check->byte_count; i++) {
		if (!byte[i].check || i < byte[i].check || i - byte[i].check == POLICYD_BYTE_END)
			continue;
		if (!check_that(check, (uint64_t)byte[i].next + POLICYD_BYTE_SPAN <= check->byte_count,
				"the byte automaton leaves the image"))
			return false;
	}
	return true;
}

static bool check_ids(struct check *check, uint32_t base, uint32_t count)
{
	const struct policyd_range *range = (const struct policyd_range *)&check->lines[base];

	if (!base)
		return true;
	if (!check_that(check, count && section_fits(check, base, count, 8),
			"a table of ids leaves the image"))
		return false;
	for (uint32_t i = 0; i < count; i++)
		if (!check_that(check, line_exists(check, range[i].terms), "terms of an id leave the image"))
			return false;
	return true;
}

static bool check_process(struct check *check)
{
	const struct policyd_process *process =
		(const struct policyd_process *)&check->lines[check->fixed->pseudo + 1];
	uint64_t count = (uint64_t)process->signal_classes * process->targets;

	if (!process->rows)
		return true;
	if (!check_that(check,
			process->targets == check->fixed->subject_count &&
				process->signal_classes <= POLICYD_SIGNALS &&
				section_fits(check, process->rows, count, 16) &&
				line_exists(check, process->signal),
			"the rows of processes leave the image"))
		return false;
	for (uint64_t i = 0; i < count; i++)
		if (!check_that(check, check->lines[process->rows + i / 16].w[i % 16] < check->row_count,
				"a process has no such row"))
			return false;
	for (int i = 0; i < POLICYD_SIGNALS; i++)
		if (!check_that(check, check->lines[process->signal].b[i] < process->signal_classes,
				"no such signal class"))
			return false;
	return true;
}

static bool check_fixed(struct check *check)
{
	const struct policyd_fixed *fixed = check->fixed;
	const struct policyd_line *pseudo;

	if (!check_that(check,
			line_exists(check, fixed->all) && line_exists(check, fixed->no_exe) &&
				line_exists(check, fixed->no_script) &&
				line_exists(check, fixed->no_ancestor) &&
				line_exists(check, fixed->no_cgroup) && line_exists(check, fixed->no_group) &&
				line_exists(check, fixed->pseudo) && line_exists(check, fixed->pseudo + 1),
			"a default of the subjects leaves the image"))
		return false;
	pseudo = &check->lines[fixed->pseudo];
	for (int i = 0; i < POLICYD_PSEUDO_COUNT; i++)
		if (!check_that(check, pseudo->w[i] < check->row_count, "a pseudo-object has no such row"))
			return false;
	return check_process(check) && check_ids(check, fixed->user, fixed->user_count) &&
	       check_ids(check, fixed->group, fixed->group_count) &&
	       check_ids(check, fixed->login, fixed->login_count);
}

static bool check_addresses(struct check *check, uint32_t base, uint32_t count)
{
	if (!check_that(check, section_fits(check, base, count, 16), "a table of addresses leaves the image"))
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

	if (!check_that(check, section_fits(check, net->port, 256, 16), "the ports leave the image") ||
	    !check_that(check, section_fits(check, net->protocol, 512, 64), "the protocols leave the image"))
		return false;
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t block = check->lines[net->port + i / 16].w[i % 16];

		if (!check_that(check, section_fits(check, block, 256, 32),
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
			net->family_classes <= 256 && section_fits(check, net->family, 256, 64) &&
				section_fits(check, net->sockets, rows, 16),
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

static bool check_net(struct check *check)
{
	const struct policyd_net *net = check->net;
	uint64_t rows;

	if (!net)
		return true;
	rows = (uint64_t)net->addr_classes * net->port_classes;
	if (!check_that(check,
			net->addr_classes < POLICYD_NET_MORE && net->port_classes <= 65536 &&
				net->protocol_classes <= 256 && rows <= UINT32_MAX &&
				section_fits(check, net->rows, rows * net->protocol_classes, 16),
			"the rows of endpoints leave the image") ||
	    !check_that(check,
			(net->anyone == UINT32_MAX || net->anyone < check->fixed->subject_count) &&
				net->addr4_default < net->addr_classes &&
				net->addr6_default < net->addr_classes && net->addr6_count <= 64 &&
				line_exists(check, net->addr6_lengths),
			"no such address class") ||
	    (net->addr4 && !check_addresses(check, net->addr4, 65536)) || !check_ports(check) ||
	    !check_sockets(check))
		return false;
	for (uint64_t i = 0; i < rows * net->protocol_classes; i++)
		if (!check_that(check, check->lines[net->rows + i / 16].w[i % 16] < check->row_count,
				"an endpoint has no such row"))
			return false;
	return true;
}

static bool check_syscalls(struct check *check)
{
	const struct policyd_tables *tables = (const struct policyd_tables *)&check->lines[POLICYD_TABLES];
	const uint32_t count = POLICYD_ARCH_COUNT * POLICYD_SYSCALLS;

	if (!tables->syscalls)
		return true;
	if (!check_that(check, section_fits(check, tables->syscalls, count, 16),
			"the system calls leave the image"))
		return false;
	for (uint32_t i = 0; i < count; i++)
		if (!check_that(check, check->lines[tables->syscalls + i / 16].w[i % 16] <= check->row_count,
				"a system call has no such row"))
			return false;
	return true;
}

int image_check(const struct policyd_line *lines, uint32_t count, const char **ret_reason)
{
	struct check check = {
		.lines = lines,
		.count = count,
		.header = (const struct policyd_header *)lines,
	};

	if (!check_that(&check, count > 1 && count <= POLICYD_LINES_MAX, "no image of this length") ||
	    !check_header(&check) || !check_split(&check) || !check_states(&check) ||
	    !check_classes(&check) || !check_edges(&check) || !check_rows(&check) || !check_bytes(&check) ||
	    !check_fixed(&check) || !check_net(&check) || !check_syscalls(&check)) {
		*ret_reason = check.reason;
		return -EINVAL;
	}
	return 0;
}
