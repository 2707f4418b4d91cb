/* SPDX-License-Identifier: Apache-2.0 */
/* What anomaly sections count or look for of a subject. */
#ifndef POLICYCTL_EXPLAIN_ANOMALY_H
#define POLICYCTL_EXPLAIN_ANOMALY_H

#include "command.h"
#include "compile.h"

/*
 * Prints the entries about a kind ("exec", "memory-exec") and a subject class, by the tables that the kernel
 * reads. Returns STATUS_NO where one refuses.
 */
enum status explain_anomaly(const struct compiled *compiled, uint32_t subject, const char *kind, bool json);

#endif
