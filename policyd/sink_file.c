/* SPDX-License-Identifier: Apache-2.0 */
/* Lines into a file, and into a stream that somebody else opened. */
#include <fcntl.h>

#include "sink_transport.h"

#define FILE_MODE 0640

/* O_NONBLOCK for the case that the name is a FIFO; O_NOFOLLOW because root writes where others may link. */
static int file_open(struct sink *sink)
{
	int fd = open(sink->path,
		      O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK,
		      FILE_MODE);

	if (fd < 0)
		return -errno;

	sink->fd = fd;
	return 0;
}

static int fd_open(struct sink *sink)
{
	(void)sink;
	return -EPIPE;
}

const struct sink_transport sink_file = {
	.format = "json",
	.line_max = 65536,
	.framing = SINK_NEWLINE,
	.open = file_open,
	.send = sink_send_stream,
};

const struct sink_transport sink_fd = {
	.format = "json",
	.line_max = 65536,
	.framing = SINK_NEWLINE,
	.is_final = true,
	.open = fd_open,
	.send = sink_send_stream,
};
