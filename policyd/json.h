/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ownership of a jansson value: its reference goes when the variable goes out of scope.
 */
#ifndef POLICYD_JSON_H
#define POLICYD_JSON_H

#include <jansson.h>

#include "util.h"

static inline void json_cleanup(json_t **json)
{
	json_decref(*json);
}

#define CLEANUP_JSON CLEANUP(json_cleanup)

#endif
