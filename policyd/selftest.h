/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs the tests inside policies with the decision code that the kernel runs. A test is about its own policy:
 * what that policy says about the operation, as if it were enforced; other policies cannot make it fail.
 */
#ifndef POLICYD_SELFTEST_H
#define POLICYD_SELFTEST_H

#include "compile.h"
#include "host.h"

/* X(NAME, "name") */
#define SELFTEST_STATES(X)                                                                                   \
	X(PASSED, "passed")                                                                                  \
	X(FAILED, "failed")                                                                                  \
	X(SKIPPED, "skipped") /* the policy is disabled, or the section cannot be asked about */

enum selftest_state {
#define X(name, text) SELFTEST_##name,
	SELFTEST_STATES(X)
#undef X
		SELFTEST_STATE_COUNT
};

/* One expectation. */
struct selftest {
	const struct policy *policy;
	const char *operation; /* as written */
	struct location at;
	bool allow; /* what was expected */
	enum selftest_state state;
	const char *why; /* one sentence where it did not pass, "" otherwise; the callee's for the call */
};

typedef void selftest_fn(void *data, const struct selftest *test);

/* Runs all tests of the set in order. Returns 0, or -ENOMEM, -EBADMSG when the image is broken. */
int selftest_run(const struct compiled *compiled, const struct host *host, selftest_fn *function, void *data);

const char *selftest_state_name(enum selftest_state state);

#endif
