/* SPDX-License-Identifier: Apache-2.0 */
#include "image.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <policyd/decide.h>

#include "array.h"
#include "content.h"
#include "edges.h"
#include "util.h"

#define PAGE_SIZE 4096

/* What is known while an image is written. */
struct writing {
	struct model *model;
	struct image image;
	struct policyd_header header;
	struct policyd_fixed fixed;
	struct edge_list edges;
	uint32_t errnos;      /* base of the lines of errnos */
	uint32_t *term_lines; /* line of a text in `model->term_lines`, 0: not written yet */
	uint32_t *byte_bases; /* where states of the byte automaton begin */
	uint32_t *row_quiet;  /* of a row: operations that pass silently for every subject */
	struct image_tables tables;
	uint32_t *row_refuse; /* of a row: operations that some subject is refused */
};

static void writing_done(struct writing *writing)
{
	free(writing->image.lines);
	edges_clear(&writing->edges);
	free(writing->term_lines);
	free(writing->byte_bases);
	free(writing->row_quiet);
	free(writing->tables.lines);
	free(writing->tables.quiet);
	free(writing->row_refuse);
}

static int write_edges(struct writing *writing)
{
	struct policyd_header *header = &writing->header;
	int r;

	r = image_edges(writing->model, &writing->edges);
	if (r < 0)
		return r;
	if (writing->edges.count > 4 * (size_t)POLICYD_LINES_MAX)
		return -E2BIG;
	header->edge_lines = edges_lines(&writing->edges);
	r = image_add(&writing->image, edges_size(header->edge_lines), &header->edges);
	if (r == 0)
		r = edges_place(&writing->edges, &writing->image.lines[header->edges], header->edge_lines,
				&header->salt);
	if (r == -EEXIST)
		return model_fail(writing->model, (struct location){0},
				  "two names have the same hash under this key; another key is needed");
	if (r == -ENOSPC)
		return model_fail(writing->model, (struct location){0}, "the edge table cannot be placed");
	edges_clear(&writing->edges);
	return r;
}

static int write_states(struct writing *writing)
{
	const struct dfa *paths = &writing->model->paths;
	struct policyd_state *record;
	int r;

	r = image_add(&writing->image, (paths->count + 3) / 4, &writing->header.states);
	if (r < 0)
		return r;
	record = (struct policyd_state *)&writing->image.lines[writing->header.states];
	for (uint32_t s = 0; s < paths->count; s++) {
		const struct dfa_state *state = &paths->states[s];
		bool literal = state->edge_count && !(paths->edges[state->edges].symbol & DFA_GLOB);

		record[s] = (struct policyd_state){
			.class = state->label,
			.fallback = state->fallback,
			.glob = state->glob, /* a state's number until the byte automaton is placed */
			.flags = (literal ? POLICYD_STATE_LITERAL : 0) |
				 (!state->edge_count && state->fallback == s ? POLICYD_STATE_FINAL : 0) |
				 (uint32_t)(writing->model->rows.count + writing->model->below[s])
					 << POLICYD_STATE_BELOW,
		};
	}
	return 0;
}

static int term_line(struct writing *writing, uint32_t text, uint32_t *ret_line)
{
	size_t length;
	uint32_t *line = &writing->term_lines[text];
	int r;

	if (!*line) {
		r = image_add(&writing->image, 1, line);
		if (r < 0)
			return r;
		memcpy(&writing->image.lines[*line], text_bytes(&writing->model->term_lines, text, &length),
		       sizeof(struct policyd_line));
	}
	*ret_line = *line;
	return 0;
}

static int write_class(struct writing *writing, uint32_t c)
{
	const struct path_class *class = &writing->model->classes[c];
	struct policyd_class record = {.row = class->row, .quiet = writing->row_quiet[class->row], .id = c};
	int r;

	if (class->table) {
		record.row = POLICYD_ROW_CONDITIONS | writing->tables.lines[class->table - 1];
		if (content_asked(writing->model, class))
			record.row |= POLICYD_ROW_CONTENT;
		record.quiet = writing->tables.quiet[class->table - 1];
	}
	r = term_line(writing, class->lines[KEY_EXE], &record.exe);
	if (r == 0)
		r = term_line(writing, class->lines[KEY_SCRIPT], &record.script);
	if (r == 0)
		r = term_line(writing, class->lines[KEY_ANCESTOR], &record.ancestor);
	if (r == 0)
		r = term_line(writing, class->lines[KEY_CGROUP], &record.cgroup);
	if (r == 0)
		memcpy((struct policyd_class *)&writing->image.lines[writing->header.classes] + c, &record,
		       sizeof(record));
	return r;
}

static int write_rows(struct writing *writing)
{
	const struct model *model = writing->model;
	size_t row_lines = (model->subject_count + 3) / 4;
	int r;

	writing->row_quiet = calloc(model->rows.count + 1, sizeof(*writing->row_quiet));
	writing->row_refuse = calloc(model->rows.count + 1, sizeof(*writing->row_refuse));
	if (!writing->row_quiet || !writing->row_refuse)
		return -ENOMEM;
	writing->header.row_lines = (uint32_t)row_lines;
	r = image_add(&writing->image, model->rows.count * row_lines, &writing->header.rows);
	for (uint32_t i = 0; i < model->rows.count && r == 0; i++) {
		struct policyd_cell *cells =
			(struct policyd_cell *)&writing->image.lines[writing->header.rows + i * row_lines];
		size_t length;
		const char *row = text_bytes(&model->rows, i, &length);
		uint32_t loud = 0;

		memcpy(cells, row, length);
		for (size_t s = 0; s < model->subject_count; s++) {
			loud |= cells[s].refuse | cells[s].report;
			writing->row_refuse[i] |= cells[s].refuse;
		}
		writing->row_quiet[i] = ~loud;
	}
	return r;
}

/* Behind the verdicts; the last row is filled by moved_fill(). */
static int write_belows(struct writing *writing)
{
	const struct text_table *belows = &writing->model->belows;
	uint32_t base = 0;
	int r = image_add(&writing->image, (belows->count + 1) * writing->header.row_lines, &base);

	for (uint32_t i = 0; i < belows->count && r == 0; i++) {
		size_t length;
		const char *row = text_bytes(belows, i, &length);

		memcpy(&writing->image.lines[base + i * writing->header.row_lines], row, length);
	}
	return r;
}

/* Lines of errnos, and the cells that refer to them. */
static int write_errnos(struct writing *writing)
{
	const struct model *model = writing->model;
	size_t cells = model->rows.count * writing->header.row_lines * 4;
	struct policyd_cell *cell;
	uint32_t base;
	int r;

	r = image_add(&writing->image, model->errnos.count, &base);
	if (r < 0)
		return r;
	if (model->errnos.count)
		memcpy(&writing->image.lines[base], model->errnos.bytes, model->errnos.used);
	cell = (struct policyd_cell *)&writing->image.lines[writing->header.rows];
	for (size_t i = 0; i < cells; i++)
		if (cell[i].errnos)
			cell[i].errnos += base - 1;
	return 0;
}

static int write_bytes(struct writing *writing)
{
	const struct dfa *paths = &writing->model->paths;
	struct policyd_state *record;
	int r;

	r = image_bytes(&writing->image, &writing->model->bytes, &writing->header.bytes,
			&writing->byte_bases);
	if (r < 0)
		return r;
	record = (struct policyd_state *)&writing->image.lines[writing->header.states];
	for (size_t s = 0; s < paths->count; s++)
		record[s].glob = writing->byte_bases[record[s].glob];
	return 0;
}

static int write_subjects(struct writing *writing)
{
	const struct model *model = writing->model;
	int r;

	r = image_add(&writing->image, model->subject_count, &writing->header.subjects);
	for (uint32_t s = 0; s < model->subject_count && r == 0; s++) {
		size_t length;

		memcpy(&writing->image.lines[writing->header.subjects + s],
		       text_bytes(&model->term_lines, model->subjects[s].terms, &length),
		       sizeof(struct policyd_line));
	}
	return r;
}

static int write_ids(struct writing *writing, enum id_key key, uint32_t *ret_base, uint32_t *ret_count)
{
	const struct id_table *table = &writing->model->ids[key];
	int r;

	if (!table->count)
		return 0;
	r = image_add(&writing->image, (table->count + 7) / 8, ret_base);
	for (size_t i = 0; i < table->count && r == 0; i++) {
		struct policyd_range range = {.first = table->ranges[i].first};

		r = term_line(writing, table->ranges[i].terms, &range.terms);
		if (r == 0)
			memcpy((struct policyd_range *)&writing->image.lines[*ret_base] + i, &range,
			       sizeof(range));
	}
	*ret_count = (uint32_t)table->count;
	return r;
}

/* Rows of the pseudo-objects, what every subject may do with them in silence, and processes as objects. */
static int write_pseudo(struct writing *writing, uint32_t *ret_line)
{
	const struct model *model = writing->model;
	struct policyd_process process;
	int r = image_add(&writing->image, 2, ret_line);

	for (uint32_t i = 0; i < POLICYD_PSEUDO_COUNT && r == 0; i++) {
		struct policyd_line *line = &writing->image.lines[*ret_line];

		line->w[i] = model->pseudo[i];
		line->w[POLICYD_PSEUDO_QUIET + i] = writing->row_quiet[model->pseudo[i]];
	}
	if (r < 0)
		return r;
	writing->image.lines[*ret_line].w[POLICYD_PSEUDO_BELOW] = (uint32_t)model->rows.count;
	writing->image.lines[*ret_line].w[POLICYD_PSEUDO_MOVED] =
		(uint32_t)(model->rows.count + model->belows.count);
	r = image_target(&writing->image, model, writing->row_quiet, writing->row_refuse, &process);
	if (r == 0)
		memcpy(&writing->image.lines[*ret_line + 1], &process, sizeof(process));
	return r;
}

static int write_fixed(struct writing *writing)
{
	const struct model *model = writing->model;
	struct policyd_fixed *fixed = &writing->fixed;
	int r;

	r = term_line(writing, model->all_terms, &fixed->all);
	if (r == 0)
		r = term_line(writing, model->path_base[KEY_EXE], &fixed->no_exe);
	if (r == 0)
		r = term_line(writing, model->path_base[KEY_SCRIPT], &fixed->no_script);
	if (r == 0)
		r = term_line(writing, model->path_base[KEY_ANCESTOR], &fixed->no_ancestor);
	if (r == 0)
		r = term_line(writing, model->path_base[KEY_CGROUP], &fixed->no_cgroup);
	if (r == 0)
		r = term_line(writing, model->id_base[KEY_GROUP], &fixed->no_group);
	if (r == 0)
		r = write_ids(writing, KEY_USER, &fixed->user, &fixed->user_count);
	if (r == 0)
		r = write_ids(writing, KEY_GROUP, &fixed->group, &fixed->group_count);
	if (r == 0)
		r = write_ids(writing, KEY_LOGIN, &fixed->login, &fixed->login_count);
	if (r == 0)
		r = write_pseudo(writing, &fixed->pseudo);
	fixed->subject_count = (uint32_t)model->subject_count;
	((struct policyd_tables *)&writing->image.lines[POLICYD_TABLES])->own = model_own(model);
	fixed->class_count = model->class_count;
	fixed->state_count = (uint32_t)model->paths.count;
	return r;
}

static int write_all(struct writing *writing)
{
	struct model *model = writing->model;
	uint32_t line;
	int r;

	r = image_add(&writing->image, POLICYD_TABLES + 1, &line);
	if (r == 0)
		r = write_edges(writing);
	if (r == 0)
		r = write_states(writing);
	if (r == 0)
		r = image_add(&writing->image, (model->class_count + 1) / 2, &writing->header.classes);
	if (r == 0)
		r = write_rows(writing);
	if (r == 0)
		r = write_belows(writing);
	if (r == 0)
		r = write_bytes(writing);
	if (r == 0 && model->net.used)
		r = image_net(&writing->image, model, writing->row_quiet, &writing->header.net);
	if (r == 0)
		r = write_subjects(writing); /* the byte automaton ends here, or at the network */
	if (r == 0)
		r = image_syscalls(&writing->image, model, writing->row_quiet);
	if (r == 0)
		r = image_anomalies(&writing->image, model);
	if (r == 0)
		r = image_add(&writing->image, 1, &writing->header.fixed);
	if (r == 0)
		r = write_errnos(writing);
	if (r == 0)
		r = image_conditions(&writing->image, model, writing->row_quiet, &writing->tables);
	for (uint32_t c = 0; c < model->class_count && r == 0; c++)
		r = write_class(writing, c);
	return r < 0 ? r : write_fixed(writing);
}

static size_t weigh_prefixes(const struct rule *rule)
{
	return rule->object.to.count + rule->object.from.count + rule->object.at.count;
}

int image_write(struct model *model, uint64_t generation, struct policyd_line **ret_lines,
		uint32_t *ret_count)
{
	CLEANUP(writing_done) struct writing writing = {.model = model};
	struct policyd_line *lines;
	size_t size;
	int r;

	writing.term_lines = calloc(model->term_lines.count + 1, sizeof(*writing.term_lines));
	if (!writing.term_lines)
		return -ENOMEM;
	r = write_all(&writing);
	if (r == -EDOM)
		return model_fail(model, model_heaviest(model, weigh_prefixes),
				  "IPv6 prefixes of more than 64 different lengths");
	if (r == -E2BIG)
		return model_fail(model, model_heaviest(model, model_weigh_names),
				  "the image is larger than %u lines of %d bytes", POLICYD_LINES_MAX,
				  POLICYD_LINE_SIZE);
	if (r < 0)
		return r;
	writing.header.magic = POLICYD_IMAGE_MAGIC;
	writing.header.abi = POLICYD_ABI;
	writing.header.generation = generation;
	writing.header.lines = (uint32_t)writing.image.count;
	memcpy(&writing.image.lines[0], &writing.header, sizeof(writing.header));
	memcpy(&writing.image.lines[writing.header.fixed], &writing.fixed, sizeof(writing.fixed));
	size = (writing.image.count * sizeof(*lines) + PAGE_SIZE - 1) / PAGE_SIZE * PAGE_SIZE;
	lines = aligned_alloc(PAGE_SIZE, size);
	if (!lines)
		return -ENOMEM;
	memset((char *)lines + writing.image.count * sizeof(*lines), 0,
	       size - writing.image.count * sizeof(*lines));
	memcpy(lines, writing.image.lines, writing.image.count * sizeof(*lines));
	*ret_lines = lines;
	*ret_count = (uint32_t)writing.image.count;
	return 0;
}
