/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is refused below a directory, for each state of the automaton of paths: by it a move of a directory is
 * judged without looking at what is in it.
 */
#ifndef POLICYD_BELOW_H
#define POLICYD_BELOW_H

#include "model.h"

/* Fills `belows` and `below` of a model whose rows are there. Returns 0, -ENOMEM, or -EINVAL when the rows do
 * not fit into an image. */
int below_build(struct model *model);

#endif
