/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Baselines as JSON: the file in the state directory, and what `policyctl baseline` exports and imports.
 * docs/anomaly.md describes the form.
 */
#ifndef POLICYD_BASELINE_JSON_H
#define POLICYD_BASELINE_JSON_H

#include <jansson.h>

#include "baseline.h"

#define BASELINE_FILE "baselines.json"

/* One executable, with the items of all its sets; NULL when out of memory. */
json_t *baseline_json(const struct baselines *baselines, const struct baseline *baseline);

/* The whole document around executables that are added to `executables`, whose reference is taken. */
json_t *baselines_document(json_t *executables);

/*
 * Reads a document into `baselines`, adding to what is there: an item that is inside in either is inside, the
 * earlier sight and the longer learning count. Nothing is added where it is not valid as a whole. Returns 0;
 * -EINVAL, -ENOSPC (more executables or items than there is room for) or -ENOMEM with *ret_error, malloc'ed.
 */
int baselines_merge(struct baselines *baselines, const json_t *document, char **ret_error);

/*
 * Writes the file, replaced as a whole and synced; reads it. `boot` is this boot's id: learning that went on
 * since the file was written in the same boot, up to the boot time `now`, is added. -ENOENT: there is none.
 * Otherwise as above; -EINVAL names line and column where it is no JSON.
 */
int baselines_save(struct baselines *baselines, const char *directory, const char *boot);
int baselines_load(struct baselines *baselines, const char *directory, const char *boot, uint64_t now,
		   char **ret_error);

/*
 * Reads a document from a descriptor that errors call `name`, or from a file; *ret_error says place and
 * reason. Returns 0, -EINVAL or another -errno.
 */
int baselines_read(int fd, const char *name, json_t **ret_document, char **ret_error);
int baselines_open(const char *path, json_t **ret_document, char **ret_error);

#endif
