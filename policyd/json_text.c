// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "escape.h"
#include "json_text.h"
#include "util.h"

json_t *json_text(const char *text)
{
	CLEANUP_FREE char *spelled = NULL;
	size_t size, length;
	json_t *string;

	if (!text)
		return json_null();
	string = json_string(text);
	if (string)
		return string;
	size = escape_length(text, strlen(text)) + 1;
	spelled = malloc(size);
	if (!spelled || escape(text, strlen(text), spelled, size, &length) < 0)
		return NULL;
	return json_string(spelled);
}
