/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A compiled set as the decision code reads it.
 */
#ifndef POLICYD_DECISION_VIEW_H
#define POLICYD_DECISION_VIEW_H

#include <policyd/decide.h>

#include "compile.h"

static inline struct policyd_view view_of(const struct compiled *compiled)
{
	return (struct policyd_view){.lines = compiled->lines, .count = compiled->count};
}

#endif
