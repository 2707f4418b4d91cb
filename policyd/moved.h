/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is refused where a mount is moved and nobody says which: mount(2) with MS_MOVE looks the one up after
 * the only hook that is asked. Who may not move some mount of the host may move none in that way.
 */
#ifndef POLICYD_MOVED_H
#define POLICYD_MOVED_H

#include "compile.h"

/* Fills the row POLICYD_PSEUDO_MOVED of an image. Returns 0, -ENOMEM, or -EBADMSG: the image is broken. */
int moved_fill(struct compiled *compiled, const struct host *host);

#endif
