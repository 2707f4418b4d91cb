/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is valid in a set of policies and hardly meant: rules that never apply, allowances that a denial
 * covers, patterns that match nothing, symbolic links that change the meaning, policies that would lock the
 * administrator out, operations that cannot be enforced.
 */
#ifndef POLICYD_LINT_H
#define POLICYD_LINT_H

#include "compile.h"
#include "diagnostic.h"
#include "host.h"

struct lint_options {
	/* The directory that stands for the host's root, in which patterns are looked up; -1: they are not.
	 */
	int root;
	/*
	 * Whether the kernel lets programs attach to an LSM hook, called "file_open" or the like. NULL where
	 * the kernel is not known.
	 */
	bool (*has_hook)(void *data, const char *hook);
	void *data;
};

/*
 * Adds warnings and notes to the diagnostics, policy by policy in the order of the files and in each in the
 * order of places. `host` is what the set was compiled with. Returns 0, -ENOMEM, or -EBADMSG when the image
 * is broken.
 */
int lint_run(const struct compiled *compiled, const struct host *host, const struct lint_options *options,
	     struct diagnostics *diagnostics);

/*
 * Whether policies in mode enforce keep the host from starting, or the administrator from logging in or from
 * having a shell. Returns 0 and *ret_consequence, a static sentence, NULL: they do not; -ENOMEM, -EBADMSG.
 */
int lint_locks_out(const struct compiled *compiled, const struct host *host, const char **ret_consequence);

#endif
