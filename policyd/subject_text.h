/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One process in words: the path of a program, or keys: "exe=/usr/sbin/nginx,user=www-data,group=adm".
 */
#ifndef POLICYD_SUBJECT_TEXT_H
#define POLICYD_SUBJECT_TEXT_H

#include "policy.h"

#define SUBJECT_TEXT_VALUES 64

/* The keys point into the lists here. Starts zeroed. */
struct subject_text {
	char *copy; /* of the text, cut into pieces */
	struct pattern_text paths[SUBJECT_TEXT_VALUES];
	struct id_range ids[SUBJECT_TEXT_VALUES];
	size_t path_count;
	size_t id_count;
	struct subject_keys keys;
};

/*
 * Reads a text; the struct must not move afterwards. Group and ancestor may be repeated, values of one key
 * side by side. Returns 0, -EINVAL for what is no such text or has more than SUBJECT_TEXT_VALUES, -ENOMEM.
 */
int subject_text_read(struct subject_text *subject, const char *text);

void subject_text_clear(struct subject_text *subject);

#endif
