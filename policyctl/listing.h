/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists about a set: its tables, rules and subject classes (inventory.h), of files or of what is in force.
 */
#ifndef POLICYCTL_LISTING_H
#define POLICYCTL_LISTING_H

#include <jansson.h>

#include "command.h"
#include "inventory.h"

struct listing_source {
	const char *socket;   /* of the daemon, NULL: the usual one */
	const char *policies; /* file or directory, NULL: ask the daemon */
	const char *host;     /* facts of another host, for files; NULL: this one */
};

/* Gets a whole list. Returns STATUS_GOOD, or STATUS_ERROR after it said why. */
enum status listing_get(const struct inventory *inventory, const struct listing_source *source,
			json_t **ret_reply);

/* Prints it for people. */
void listing_print(const struct inventory *inventory, const json_t *reply);

#endif
