/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A policy text and a host, compiled: what the tests of the compiler begin with.
 */
#ifndef POLICYD_COMPILE_CASE_H
#define POLICYD_COMPILE_CASE_H

#include "attribute.h"
#include "diagnostic.h"
#include "host.h"

struct compile_case {
	struct policy_set set;
	struct diagnostics diagnostics;
	struct host *host;
	struct compiled *compiled; /* NULL where it did not compile */
};

/* Compiles `text` on a host of `facts` (the lines of host_from_file). Fails the test if that does not parse.
 */
void compile_case_begin(struct compile_case *compile_case, const char *text, const char *facts,
			bool unsupported);
void compile_case_end(struct compile_case *compile_case);

/* Whether some message contains the text. */
bool compile_case_says(const struct compile_case *compile_case, const char *text);

/* "denied by POLICY RULE LINE", "allowed" and so on, for exe doing the operation on the file
 * (NULL: on memory that no file backs); static. */
const char *compile_case_ask(const struct compile_case *compile_case, const char *exe, const char *file,
			     unsigned int bit);

#endif
