/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Policy files to the model: YAML with the place of every value, checked against the language.
 */
#ifndef POLICYD_PARSE_H
#define POLICYD_PARSE_H

#include <stddef.h>

#include "diagnostic.h"
#include "policy.h"

/* Limits of the language; `policyctl check --limits` prints them. Exceeding one is an error that names it. */
struct parse_limit {
	const char *name;
	const char *what;
	unsigned long value;
};
extern const struct parse_limit parse_limits[];
extern const size_t parse_limit_count;

/*
 * Adds the documents in `text` (`length` bytes, read from `file`, which is only used in messages) to the
 * set. A policy's name must be new to the set. All errors go to `diagnostics`, those of one text in order of
 * their places; warnings too, which do not change the result. Returns 0; -EINVAL when there were errors;
 * -ENOMEM. After an error the set is good for nothing but further parsing, to find more errors, and
 * policy_set_free().
 */
int parse_text(struct policy_set *set, const char *file, const char *text, size_t length,
	       struct diagnostics *diagnostics);

/*
 * Reads and parses one file, which may be a pipe. As parse_text(); also -errno of open and read, which is in
 * `diagnostics` too.
 */
int parse_file(struct policy_set *set, const char *path, struct diagnostics *diagnostics);

/*
 * Parses every *.yaml of a directory in the byte order of their names; hidden files and other names are
 * skipped, *.yml with a warning. No file is an empty set. As parse_text(); also -errno of opening and reading
 * the directory.
 *
 * With `trusted`, the directory, its files and what symbolic links in it lead to must belong to root and be
 * writable by nobody else, and nobody else may be able to rename a directory above them.
 */
int parse_directory(struct policy_set *set, const char *path, bool trusted, struct diagnostics *diagnostics);

/* As parse_directory(), of a copy: places and messages are those of the directory `name`. */
int parse_copy(struct policy_set *set, const char *path, const char *name, bool trusted,
	       struct diagnostics *diagnostics);

#endif
