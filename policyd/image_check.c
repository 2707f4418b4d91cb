/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "edges.h"
#include "image.h"
#include "image_check.h"

bool check_that(struct check *check, bool holds, const char *reason)
{
	if (!holds && !check->reason)
		check->reason = reason;
	return holds;
}

bool check_fits(const struct check *check, uint32_t base, uint64_t count, uint32_t per_line)
{
	return base && base + (count + per_line - 1) / per_line <= check->count;
}

bool check_line(const struct check *check, uint32_t line)
{
	return line && line < check->count;
}

/* How many of the rows are verdicts; the rest are summaries. */
static bool check_split(struct check *check)
{
	const struct policyd_tables *tables = (const struct policyd_tables *)&check->lines[POLICYD_TABLES];
	const struct policyd_line *pseudo;

	if (!check_that(check, check_line(check, check->fixed->pseudo), "no line of pseudo-objects"))
		return false;
	pseudo = &check->lines[check->fixed->pseudo];
	if (!check_that(check, pseudo->w[POLICYD_PSEUDO_BELOW] <= check->row_count,
			"more verdicts than rows"))
		return false;
	check->below_count = check->row_count - pseudo->w[POLICYD_PSEUDO_BELOW];
	check->row_count = pseudo->w[POLICYD_PSEUDO_BELOW];
	return check_that(check, check->row_count, "no verdicts") &&
	       check_that(check, tables->own < check->fixed->subject_count,
			  "no subject class of policyd's own process") &&
	       check_that(check,
			  pseudo->w[POLICYD_PSEUDO_MOVED] >= check->row_count &&
				  pseudo->w[POLICYD_PSEUDO_MOVED] - check->row_count < check->below_count,
			  "no summary of mounts that are moved");
}

static bool check_header(struct check *check)
{
	const struct policyd_header *header = check->header;
	uint32_t after_bytes = header->net ? header->net : header->subjects;

	if (!check_that(check, header->magic == POLICYD_IMAGE_MAGIC, "not an image") ||
	    !check_that(check, header->abi == POLICYD_ABI, "another ABI version") ||
	    !check_that(check, header->lines == check->count, "the length differs from the header's") ||
	    !check_that(check, check_line(check, header->fixed), "no fixed line"))
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
			  header->edge_lines && header->edge_lines < check->count &&
				  check_fits(check, header->edges, edges_size(header->edge_lines), 1),
			  "the edge table leaves the image") &&
	       check_that(check, check_fits(check, header->states, check->fixed->state_count, 4),
			  "the states leave the image") &&
	       check_that(check, check_fits(check, header->classes, check->fixed->class_count, 2),
			  "the classes leave the image") &&
	       check_that(check, check_fits(check, header->subjects, check->fixed->subject_count, 1),
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
		else if (edge[i].state == POLICYD_EDGE_CONTENT)
			limit = check->conditions ? check->conditions->digest_count : 0;
		if (!check_that(check, edge[i].next < limit, "an edge leads nowhere"))
			return false;
	}
	return true;
}

static bool check_contents(struct check *check, const struct policyd_conditions *conditions)
{
	const struct policyd_content *content;

	if (!conditions->digest_count)
		return true;
	if (!check_that(check, check_fits(check, conditions->digests, conditions->digest_count, 1),
			"the digests leave the image"))
		return false;
	content = (const struct policyd_content *)&check->lines[conditions->digests];
	for (uint32_t i = 0; i < conditions->digest_count; i++)
		if (!check_that(check, content[i].class < conditions->contents, "contents of no such class"))
			return false;
	return true;
}

/* What all tables of rows refer to. */
static bool check_conditions(struct check *check, uint32_t line)
{
	const struct policyd_conditions *conditions;
	uint64_t count;

	if (!check_that(check, check_line(check, line), "the conditions leave the image"))
		return false;
	conditions = (const struct policyd_conditions *)&check->lines[line];
	if (check->conditions)
		return check_that(check, check->conditions == conditions, "two sets of conditions");
	check->conditions = conditions;
	count = (uint64_t)conditions->kinds * conditions->fstypes;
	if (!check_that(check, conditions->contents && conditions->contents <= POLICYD_CONTENTS_MAX,
			"contents of no such class"))
		return false;
	count *= count <= POLICYD_LINES_MAX ? conditions->contents : 1;
	if (!check_that(check,
			conditions->kinds >= POLICYD_KIND_DEVICE + 2 && count <= POLICYD_LINES_MAX &&
				check_fits(check, conditions->table, count * POLICYD_FILE_STATES, 16),
			"the combinations of attributes leave the image"))
		return false;
	for (uint32_t i = 0; i < count * POLICYD_FILE_STATES; i++)
		if (!check_that(check,
				check->lines[conditions->table + i / 16].w[i % 16] < conditions->classes,
				"no such condition class"))
			return false;
	return check_contents(check, conditions);
}

/* The row of a class, or the table of rows that it has. */
static bool check_row(struct check *check, uint32_t row)
{
	uint32_t line = row & POLICYD_ROW_LINE;

	if (!(row & POLICYD_ROW_CONDITIONS))
		return check_that(check, row < check->row_count, "a class has no such row");
	if (!check_that(check, check_line(check, line), "a table of rows leaves the image") ||
	    !check_conditions(check, check->lines[line].w[0]) ||
	    !check_that(check, check_fits(check, line, 1 + (uint64_t)check->conditions->classes, 16),
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
				check_line(check, class[c].exe) && check_line(check, class[c].script) &&
					check_line(check, class[c].ancestor) &&
					check_line(check, class[c].cgroup),
				"a class's terms leave the image"))
			return false;
	return true;
}

static bool check_rows(struct check *check)
{
	const struct policyd_cell *cell = (const struct policyd_cell *)&check->lines[check->header->rows];

	for (size_t i = 0; i < 4 * (size_t)check->row_count * check->header->row_lines; i++)
		if (!check_that(check, !cell[i].errnos || check_line(check, cell[i].errnos),
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
	if (!check_that(check, count && check_fits(check, base, count, 8), "a table of ids leaves the image"))
		return false;
	for (uint32_t i = 0; i < count; i++)
		if (!check_that(check, check_line(check, range[i].terms), "terms of an id leave the image"))
			return false;
	return true;
}

static bool check_process(struct check *check)
{
	const struct policyd_process *process =
		(const struct policyd_process *)&check->lines[check->fixed->pseudo + 1];
	uint64_t count = (uint64_t)process->signal_classes * ((uint64_t)process->targets + 1);

	if (!process->rows)
		return true;
	if (!check_that(check,
			process->targets == check->fixed->subject_count &&
				process->signal_classes <= POLICYD_SIGNALS &&
				check_fits(check, process->rows, count, 16) &&
				check_line(check, process->signal),
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
			check_line(check, fixed->all) && check_line(check, fixed->no_exe) &&
				check_line(check, fixed->no_script) &&
				check_line(check, fixed->no_ancestor) &&
				check_line(check, fixed->no_cgroup) && check_line(check, fixed->no_group) &&
				check_line(check, fixed->pseudo) && check_line(check, fixed->pseudo + 1),
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

static bool check_syscalls(struct check *check)
{
	const struct policyd_tables *tables = (const struct policyd_tables *)&check->lines[POLICYD_TABLES];
	const uint32_t count = POLICYD_ARCH_COUNT * POLICYD_SYSCALLS;

	if (!tables->syscalls)
		return true;
	if (!check_that(check, check_fits(check, tables->syscalls, count, 16),
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
	    !check_fixed(&check) || !check_net(&check) || !check_syscalls(&check) ||
	    !check_anomalies(&check)) {
		*ret_reason = check.reason;
		return -EINVAL;
	}
	return 0;
}
