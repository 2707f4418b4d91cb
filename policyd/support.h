/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the compiled image and the kernel programs together enforce. The compiler refuses a policy that asks
 * for anything else, so that nothing is claimed that is not enforced. Turning a feature on is one line here.
 */
#ifndef POLICYD_SUPPORT_H
#define POLICYD_SUPPORT_H

#include "diagnostic.h"
#include "policy.h"

enum compile_feature {
	FEATURE_REVALIDATE,
	FEATURE_EXE,
	FEATURE_SCRIPT,
	FEATURE_USER,
	FEATURE_GROUP,
	FEATURE_LOGIN,
	FEATURE_CGROUP,
	FEATURE_ANCESTOR,
	FEATURE_FILE_TYPE,
	FEATURE_FILE_DEVICE,
	FEATURE_FILE_FSTYPE,
	FEATURE_EXEC_ANONYMOUS,
	FEATURE_EXEC_SHA256,
	FEATURE_EXEC_DELETED,
	FEATURE_EXEC_SETUID,
	FEATURE_EXEC_WRITABLE,
	FEATURE_NETWORK_KILL,	 /* on accept */
	FEATURE_NETWORK_INBOUND, /* accept of datagrams, and of connections that have no hook */
	FEATURE_NETWORK_FAMILY,	 /* protocols of other families, beyond making their sockets */
	FEATURE_SYSCALL,
	FEATURE_BASELINE,
	FEATURE_COUNT
};

struct compile_support {
	const char *what; /* as a message names it */
	bool supported;
	const char *instead; /* what comes near, of what is not supported */
};
extern const struct compile_support compile_support[FEATURE_COUNT];

/*
 * Adds an error for everything that the set's policies ask for and that is not supported; policies in mode
 * disabled may ask for anything.
 */
void support_check(const struct policy_set *set, struct diagnostics *diagnostics);

#endif
