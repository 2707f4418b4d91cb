/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes as JSON strings.
 */
#ifndef POLICYD_JSON_TEXT_H
#define POLICYD_JSON_TEXT_H

#include <jansson.h>

/*
 * A JSON string of a C string: as it is where it is UTF-8, otherwise as escape() spells it. JSON null for
 * NULL. NULL when out of memory.
 */
json_t *json_text(const char *text);

#endif
