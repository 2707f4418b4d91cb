/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a ring record: decoded or refused, and what is decoded can be written in every format. */
#include <stdint.h>
#include <stdlib.h>

#include "../unit/event_parse.h"
#include "decode.h"
#include "format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct host_mount mounts[] = {
		{.dev = 8U << 20 | 1, .root = "/", .point = "/", .fstype = "ext4"},
		{.dev = 8U << 20 | 2, .root = "/sub", .point = "/srv", .fstype = "xfs"},
		{.dev = 8U << 20 | 2, .root = "/", .point = "/mnt/all", .fstype = "xfs"},
	};
	static const struct host host = {.mounts = mounts, .mount_count = ARRAY_SIZE(mounts)};
	static const struct format_options options = {.facility = 10, .pid = 1};
	static char line[FORMAT_LINE_MAX];
	static struct parsed parsed;
	struct decoder decoder = {.host = &host};
	CLEANUP_EVENT struct event event;

	event_init(&event);
	if (decode(&decoder, data, size, &event) < 0)
		return 0;

	for (size_t i = 0; i < format_count; i++) {
		size_t length = 0;

		if (format_event(&formats[i], &event, &options, line, sizeof(line), &length) < 0)
			abort();
		if (!parse_line(formats[i].name, line, length, &parsed))
			abort();
		parsed_clear(&parsed);
	}
	return 0;
}
