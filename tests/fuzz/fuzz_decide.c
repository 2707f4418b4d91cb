/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The input chooses a host, policies, processes and operations; the tables and the reference must agree.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "compare.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct source source = {.bytes = data, .count = size, .state = 1};
	size_t count = 0;
	char *difference = compare_run(&source, 3, 12, &count);

	if (difference) {
		fprintf(stderr, "%s\n", difference);
		abort();
	}
	return 0;
}
