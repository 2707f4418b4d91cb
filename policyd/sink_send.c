/* SPDX-License-Identifier: Apache-2.0 */
/* Sending a batch of lines, as a stream or as datagrams. */
#include <assert.h>
#include <string.h>
#include <sys/uio.h>

#include "sink_transport.h"

/* Gives back the first `count` lines of the batch, which are sent. */
static void batch_done(struct sink *sink, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		sink->sent += sink->batch[i]->entry.told ? 1 : sink->batch[i]->entry.count;
		queue_sent(&sink->queue, sink->batch[i]);
	}
	sink->batch_count -= count;
	memmove(sink->batch, sink->batch + count, sink->batch_count * sizeof(sink->batch[0]));
}

/* Accounts for `bytes` of the stream. */
static void stream_advance(struct sink *sink, size_t bytes)
{
	size_t done = 0;

	bytes += sink->batch_offset;
	while (done < sink->batch_count && bytes >= sink->batch[done]->length)
		bytes -= sink->batch[done++]->length;
	sink->batch_offset = bytes;
	batch_done(sink, done);
}

int sink_send_stream(struct sink *sink)
{
	struct iovec parts[SINK_BATCH];
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = sink->batch_count};
	ssize_t sent;

	assert(sink->batch_count > 0);
	for (size_t i = 0; i < sink->batch_count; i++)
		parts[i] = (struct iovec){sink->batch[i]->bytes, sink->batch[i]->length};
	parts[0].iov_base = sink->batch[0]->bytes + sink->batch_offset;
	parts[0].iov_len -= sink->batch_offset;

	do {
		if (sink->socket_type)
			sent = sendmsg(sink->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
		else
			sent = writev(sink->fd, parts, (int)sink->batch_count);
	} while (sent < 0 && errno == EINTR);
	if (sent < 0)
		return -errno;

	stream_advance(sink, (size_t)sent);
	return 0;
}

int sink_send_datagrams(struct sink *sink)
{
	/* The NUL that ends a line on a stream is not part of a datagram. */
	size_t suffix = sink->transport->framing == SINK_NUL;
	struct mmsghdr messages[SINK_BATCH] = {};
	struct iovec parts[SINK_BATCH];
	int sent;

	for (size_t i = 0; i < sink->batch_count; i++) {
		parts[i] = (struct iovec){sink->batch[i]->bytes, sink->batch[i]->length - suffix};
		messages[i].msg_hdr.msg_iov = &parts[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}

	do {
		sent = sendmmsg(sink->fd, messages, (unsigned int)sink->batch_count,
				MSG_NOSIGNAL | MSG_DONTWAIT);
	} while (sent < 0 && errno == EINTR);
	if (sent < 0)
		return -errno;

	batch_done(sink, (size_t)sent);
	return 0;
}
