/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Errors and warnings about policy text, collected so that all of a file are reported, each in the form
 *
 *     web.yaml:17:9: error: unknown operation 'wirte' in file rule (did you mean 'write'?)
 */
#ifndef POLICYD_DIAGNOSTIC_H
#define POLICYD_DIAGNOSTIC_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "policy.h"

enum diagnostic_level { DIAGNOSTIC_ERROR, DIAGNOSTIC_WARNING, DIAGNOSTIC_NOTE };

struct diagnostic {
	enum diagnostic_level level;
	struct location at; /* at.file is owned by the collection */
	char *text;	    /* one line: control characters are written as \xNN */
};

/* At most DIAGNOSTICS_MAX entries are kept; further errors are counted in `dropped` and said at the end. */
#define DIAGNOSTICS_MAX 1000

/* Starts zeroed. */
struct diagnostics {
	struct diagnostic *items;
	size_t count;
	size_t errors;	 /* dropped ones included */
	size_t warnings; /* dropped ones included */
	size_t dropped;
	struct file_name *files; /* see diagnostic.c */
};

/*
 * Adds one; `format` as printf. at.file (NULL where there is no file) and the arguments are copied. When
 * out of memory the entry is counted as dropped.
 */
__attribute__((format(printf, 4, 5))) void diagnostic_add(struct diagnostics *diagnostics,
							  enum diagnostic_level level, struct location at,
							  const char *format, ...);
__attribute__((format(printf, 4, 0))) void diagnostic_vadd(struct diagnostics *diagnostics,
							   enum diagnostic_level level, struct location at,
							   const char *format, va_list arguments);

/* "error", "warning" or "note". */
const char *diagnostic_level_name(enum diagnostic_level level);

/* "file:line:column: error: text", malloc'ed; NULL when out of memory. Parts without a place are left out. */
char *diagnostic_line(const struct diagnostic *diagnostic);

/*
 * Prints the line and, when `source_text` (the whole file, NUL-terminated) is not NULL, the source line
 * with a caret under the column. `colour` uses terminal escapes.
 */
void diagnostic_print(FILE *stream, const struct diagnostic *diagnostic, const char *source_text,
		      bool colour);

/*
 * The nearest of `count` candidates to `word`, the first of equals, or NULL. Near is an edit distance of
 * at most 2 and less than half the word's length; exchanging two neighbours is one edit.
 */
const char *diagnostic_nearest(const char *word, const char *const *candidates, size_t count);

/* Sorts the entries from index `first` on by line and column; equals stay in order. */
void diagnostics_sort(struct diagnostics *diagnostics, size_t first);

/* Frees what the collection holds and empties it. */
void diagnostics_clear(struct diagnostics *diagnostics);

#endif
