/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing a model as an image, and checking an image that came from elsewhere.
 */
#ifndef POLICYD_IMAGE_BUILD_H
#define POLICYD_IMAGE_BUILD_H

#include "edges.h"
#include "model.h"

/* Lines that are being put together, appended at the end. Start with a zeroed struct. */
struct image {
	struct policyd_line *lines;
	size_t count, allocated;
};

/* Appends `count` zeroed lines. Returns 0, -ENOMEM, -E2BIG beyond POLICYD_LINES_MAX. */
int image_add(struct image *image, size_t count, uint32_t *ret_base);

/* Appends the lines that hold `count` words. */
int image_add_words(struct image *image, const uint32_t *words, size_t count, uint32_t *ret_base);

/* Collects all look-ups of the model. */
int image_edges(const struct model *model, struct edge_list *edges);

/* Places the byte automaton; *ret_bases (malloc'ed) is where each state begins. */
int image_bytes(struct image *image, const struct dfa *bytes, uint32_t *ret_base, uint32_t **ret_bases);

/* Writes the tables of `model->net`, all but the IPv6 edges; *ret_line is that of struct policyd_net. */
int image_net(struct image *image, const struct model *model, const uint32_t *row_quiet, uint32_t *ret_line);

/* Tables of rows by condition class, by their number in the model. */
struct image_tables {
	uint32_t *lines; /* where each stands */
	uint32_t *quiet; /* what all its rows pass in silence for every subject */
};

/* Writes conditions and tables; `row_quiet` is by row. The arrays of `tables` are the caller's to free. */
int image_conditions(struct image *image, const struct model *model, const uint32_t *row_quiet,
		     struct image_tables *tables);
/* Writes the table of system calls: a row + 1 for each that somebody does not make in silence. */
int image_syscalls(struct image *image, const struct model *model, const uint32_t *row_quiet);

/* Writes the rates, and which of them are about each subject class. As image_write() returns. */
int image_anomalies(struct image *image, struct model *model);

/*
 * Writes the tables of `model->targets`. `row_quiet` and `row_refuse` say of a row what every subject passes
 * in silence and what some subject is refused. *ret_process is the record that refers to the tables.
 */
int image_target(struct image *image, const struct model *model, const uint32_t *row_quiet,
		 const uint32_t *row_refuse, struct policyd_process *ret_process);

/*
 * Writes everything. Returns 0 with *ret_lines, page-aligned and allocated with aligned_alloc(), -EINVAL
 * with the reason in the model's diagnostics, or -ENOMEM.
 */
int image_write(struct model *model, uint64_t generation, struct policyd_line **ret_lines,
		uint32_t *ret_count);

/*
 * Checks that every reference of an image stays inside it, so that the decision code cannot fail on it.
 * Returns 0 or -EINVAL with *ret_reason, a static text.
 */
int image_check(const struct policyd_line *lines, uint32_t count, const char **ret_reason);

#endif
