/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where names begin: for each file system that the host mounts, a node of the pattern automaton from which
 * reading a name inside the file system gives what reading its name on the host gives.
 */
#ifndef POLICYD_MOUNTS_H
#define POLICYD_MOUNTS_H

#include "model.h"

/*
 * Copies the mount table into the model and adds a root for each device to `model->roots`; `host_root` is
 * the node at which patterns of host paths begin. After all patterns are there. Returns 0 or -ENOMEM.
 */
int mounts_add(struct model *model, uint32_t host_root);

/*
 * The name inside a file system of a path of the host: the mount that holds it and the rest of the path.
 * Returns NULL where no mount holds it.
 */
const struct host_mount *mount_find(const struct model *model, const char *path, const char **ret_rest);

void mounts_free(struct model *model);

#endif
