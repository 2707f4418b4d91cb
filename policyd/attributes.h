/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a question says of a file beyond its name: words between the operation and the path.
 *
 *     file read type=block device=8:0 /dev/sda
 *     exec run setuid /usr/bin/sudo
 *     exec run sha256=… /srv/app/worker
 */
#ifndef POLICYD_ATTRIBUTES_H
#define POLICYD_ATTRIBUTES_H

#include "decision.h"
#include "digest.h"

#define ATTRIBUTES_FSTYPE_SIZE 32

struct attributes {
	struct decision_attributes values;
	char fstype[ATTRIBUTES_FSTYPE_SIZE];
	uint8_t sha256[DIGEST_SIZE];
};

/*
 * Reads the words at the start of `text`: type=, device=, fstype=, sha256=, deleted, setuid, writable.
 * Returns 0 with *ret_path behind them, or -EINVAL where one has a value that cannot be. `ret` is filled in
 * place: its name of a file system and its digest point into it.
 */
int attributes_parse(const char *text, struct attributes *ret, const char **ret_path);

#endif
