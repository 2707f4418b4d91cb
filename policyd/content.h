/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Contents: SHA-256 that conditions list. Digests that the same conditions list are one content class; class
 * 0 is that of files which none lists.
 */
#ifndef POLICYD_CONTENT_H
#define POLICYD_CONTENT_H

#include <policyd/attributes.h>

#include "digest.h"
#include "model.h"

/* Notes that a condition lists the object's digests. Returns 0 or -ENOMEM. */
int content_add(struct content_model *content, const struct object *object, uint32_t condition);

/* Makes the classes, after all conditions are there. Returns 0, -ENOMEM, or -E2BIG: more than
 * POLICYD_CONTENTS_MAX. */
int content_build(struct content_model *content);

/* Content classes, 1 where no condition lists a digest. */
uint32_t content_count(const struct content_model *content);

/* Whether files of the content class fulfil the condition, which lists digests. */
bool content_fits(const struct content_model *content, uint32_t condition, uint32_t class);

/* Whether a rule of the path class lists digests. */
bool content_asked(const struct model *model, const struct path_class *class);

/* Content class of a SHA-256 in an image, for a class's `row` with conditions: 0 and *ret_class, or -EBADMSG.
 */
int content_find(policyd_image_t image, const struct policyd_hash_key *key, uint32_t row,
		 const uint8_t sha256[static DIGEST_SIZE], uint32_t *ret_class);

void content_clear(struct content_model *content);

#endif
