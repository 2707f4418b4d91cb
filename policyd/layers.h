/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The layers of overlay file systems. A file that is seen in an overlay is a file of one of its layers, and
 * who opens it there opens the same one; the kernel itself asks its hooks about the file of the layer once
 * more. So the directories that an overlay is made of have the overlay's mount point as a further name, as if
 * they were mounted there.
 */
#ifndef POLICYD_LAYERS_H
#define POLICYD_LAYERS_H

#include "host.h"

/*
 * Adds a mount for each layer of the host's overlays. Layers by relative names are left out: they count from
 * where somebody stood when he mounted. After all mounts are there. Returns 0 or -ENOMEM.
 */
int layers_add(struct host *host);

#endif
