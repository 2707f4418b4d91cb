/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The semantics of the language once more, slow and obvious: patterns are matched against names as text by
 * backtracking, and every rule of every policy is looked at for every question. Shares nothing with the
 * compiler but the model of the policies.
 */
#ifndef POLICYD_REFERENCE_H
#define POLICYD_REFERENCE_H

#include "decision.h"
#include "host.h"
#include "policy.h"

/* A file, or a socket's or a cgroup's name: the root it hangs from and the path below that. */
struct reference_file {
	uint32_t root; /* enum policyd_root */
	uint32_t dev;  /* for POLICYD_ROOT_DEV */
	const char *path;
	struct decision_attributes attributes;
};

struct reference_object {
	enum decision_kind kind;
	struct reference_file file;
	struct decision_endpoint endpoint;
	struct decision_socket socket;
	enum policyd_pseudo pseudo;
	bool audited;			/* the host lets names pass that cannot be established */
	struct decision_subject target; /* another process, */
	bool target_unknown;		/* of which nothing is known */
	uint32_t signal;
};

/* Whether a pattern matches a name that is written as a rule would write it. */
bool reference_match(const struct host *host, const char *pattern, const char *name);

/* Whether a policy applies to a process. */
bool reference_applies(const struct host *host, const struct policy *policy,
		       const struct decision_subject *subject);

/* The verdict of all policies. */
struct decision_verdict reference_decide(const struct policy_set *set, const struct host *host,
					 const struct decision_subject *subject,
					 const struct reference_object *object, unsigned int bit);

/* Between the reference's own files: is the rule about the family (AF_*), about a file of these
 * attributes, about the endpoint. */
bool reference_family(const struct rule *rule, uint32_t family);
bool reference_asks_for(const struct object *object, const struct decision_attributes *file);
bool reference_names_endpoint(const struct rule *rule, const struct decision_endpoint *endpoint,
			      unsigned int bit);
bool reference_names_socket(const struct rule *rule, const struct decision_socket *socket, unsigned int bit);

/* Whether a policy refuses making or using the socket where no rule says otherwise. */
bool reference_socket_refused(const struct policy *policy, const struct decision_socket *socket,
			      unsigned int bit);

#endif
