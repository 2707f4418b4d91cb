/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether two sets give every process the same subject class: a fingerprint of all that the class comes of.
 * That is what the subjects of the policies name, as it is meant on this host (patterns with their symbolic
 * links resolved, ids and not names), where the host mounts what, and which set of terms has which class.
 * What rules are about besides is not in it, so most changes of a set leave it as it is.
 */
#ifndef POLICYD_LIKENESS_H
#define POLICYD_LIKENESS_H

#include "model.h"

/* Before any pattern. */
void likeness_begin(struct model *model);

/*
 * One pattern of a pattern list, of which only those of subjects count: its text, and what the names of
 * directories that it begins with are on this host (NULL: it begins with none). A text with alternatives is
 * several patterns.
 */
void likeness_pattern(struct model *model, uint32_t list, const char *text, const char *resolved);

/* After the subject classes are known: fills `subjects_likeness`. */
void likeness_end(struct model *model);

#endif
