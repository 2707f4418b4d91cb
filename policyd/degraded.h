/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hosts without BPF LSM: which policies may be published there, and what is done about them. The programs are
 * in bpf-lsm/degraded_*.bpf.c.
 */
#ifndef POLICYD_DEGRADED_H
#define POLICYD_DEGRADED_H

#include "diagnostic.h"
#include "policy.h"

/* Operations of a section (bits of enum policyd_op_mask) that are refused there, and that are only seen. */
uint32_t degraded_enforced(enum policyd_section section);
uint32_t degraded_audited(enum policyd_section section);

/*
 * Adds an error for each policy that does not accept such a host, and a warning for what the others ask for
 * and do not get. `why` says why the host is one; NULL: it is none. Returns 0, or -ENOTSUP where there are
 * errors.
 */
int degraded_check(const struct policy_set *set, const char *why, struct diagnostics *diagnostics);

#endif
