/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a compiled set holds, for people and programs: tables of the image, rules, subject classes. The daemon
 * and policyctl give the same answers, in the form that docs/control.md describes.
 */
#ifndef POLICYD_INVENTORY_H
#define POLICYD_INVENTORY_H

#include <jansson.h>

#include "compile.h"

#define INVENTORY_PAGE 1000 /* entries of a list at most, so that an answer is short */

/* Makes a reply, a list from entry number `from` on. Returns NULL when out of memory. */
typedef json_t *inventory_fn(const struct compiled *compiled, size_t from);

struct inventory {
	const char *name;
	inventory_fn *list;
};

/* "tables", "rules", "subjects"; ends with a NULL name. */
extern const struct inventory inventories[];

/* The one called `name`, or NULL. */
const struct inventory *inventory_find(const char *name);

#endif
