/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Between the parts of image_check(). Each says whether something holds, and keeps the first reason why not.
 */
#ifndef POLICYD_IMAGE_CHECK_H
#define POLICYD_IMAGE_CHECK_H

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

/* Returns `holds`. */
bool check_that(struct check *check, bool holds, const char *reason);

/* Whether `count` records, `per_line` to a line, fit from line `base` on. */
bool check_fits(const struct check *check, uint32_t base, uint64_t count, uint32_t per_line);

/* Whether the image has that line, other than the first. */
bool check_line(const struct check *check, uint32_t line);

/* The tables of the network: addresses, ports, protocols, families, and their rows. */
bool check_net(struct check *check);

/* The rates, and their lists by subject class. */
bool check_anomalies(struct check *check);

#endif
